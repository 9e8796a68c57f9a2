"""Work that comes in many small pieces, spread over the cores of a Ray cluster.

Pieces and results travel, so nothing but the package has to be on the other machines. Ray gives the pieces of
a process or a machine that is lost to others.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from parallelize.assemble.ray_cluster import connected, first_line
from parallelize.core.errors import EnvironmentFault
from parallelize.core.processes import workers_of
from parallelize.evaluation.scoring import Spread

__all__ = ["Spreading", "map_on_cluster", "spread_by"]

_AHEAD = 8
"""Pieces for each core that may be begun before the oldest result is there."""
_DEATHS = 3
"""Processes that a piece may end: machines are lost too, but not three times under one piece."""


class Spreading(NamedTuple):
    """Processes of this machine, or who else does the work."""

    workers: int | None = None
    """None: as many as are worth it."""
    spread: Spread | None = None


def spread_by(runner: str) -> Spreading:
    """How a runner spreads work.

    Args:
        runner: `here`, `processes:N`, `ray` or `ray:ADDRESS`.

    Raises:
        InputError: it is none of these.
    """
    name, _, address = runner.partition(":")
    if name == "ray":
        return Spreading(spread=partial(map_on_cluster, address=address or None))
    return Spreading(workers=None if runner == "here" else workers_of(runner))


_TOOLS: dict[str, object] = {}
"""In a process of the cluster: what it does its pieces with, by the work they are part of."""


def _do(work: Callable[[Any, Any], Any], name: str, make_tools: Callable[[], Any], item: Any) -> Any:
    """What runs in a process of the cluster."""
    if name not in _TOOLS:
        _TOOLS.clear()
        _TOOLS[name] = make_tools()
    return work(_TOOLS[name], item)


def map_on_cluster(
    work: Callable[[Any, Any], Any],
    items: Iterable[Any],
    make_tools: Callable[[], Any],
    *,
    address: str | None,
) -> Iterator[Any]:
    """`work(tools, item)` for each item on a Ray cluster; results in the order of the items.

    Args:
        work: a function of a module.
        items: read as they are needed, a few ahead of the results.
        make_tools: called once in each process; a function of a module, or a partial of one.
        address: of the cluster; None: the one that `RAY_ADDRESS` names, or one on this machine.

    Raises:
        EnvironmentFault: no Ray, no cluster with a core, or a piece ends process after process.
    """
    ray = connected(address)
    size = int(ray.cluster_resources().get("CPU", 0))
    if size < 1:
        raise EnvironmentFault("the Ray cluster has no core for a worker")
    name, begun = secrets.token_hex(8), deque[Any]()
    do = ray.remote(_do).options(num_cpus=1, max_retries=_DEATHS - 1)
    try:
        for item in items:
            begun.append(do.remote(work, name, make_tools, item))
            if len(begun) == size * _AHEAD:
                yield _result(ray, begun[0])
                begun.popleft()
        while begun:
            yield _result(ray, begun[0])
            begun.popleft()
    finally:
        for piece in begun:
            ray.cancel(piece, force=True)


def _result(ray: Any, piece: Any) -> Any:
    faults = ray.exceptions
    try:
        return ray.get(piece)
    except (faults.WorkerCrashedError, faults.NodeDiedError, faults.OutOfMemoryError) as death:
        raise EnvironmentFault(
            f"{_DEATHS} processes of the Ray cluster ended over one batch, the last: {first_line(death)}",
            remedy="run it with --runner here to see which row it is; if it ends well there, "
            "is the same parallelize installed on every node, with enough memory?",
        ) from death
