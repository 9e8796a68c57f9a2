"""Work that comes in many small pieces, spread over actors of a Ray cluster.

Pieces and results travel, so nothing but the package has to be on the other machines.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from parallelize.assemble.ray_cluster import connected, first_line
from parallelize.core.errors import EnvironmentFault
from parallelize.core.processes import workers_of
from parallelize.evaluation.scoring import Spread

__all__ = ["Spreading", "map_in_actors", "spread_by"]

_IN_HAND = 2
"""Pieces that an actor holds, so that it does not wait for the next one."""
_AHEAD = 8
"""Pieces for each actor that may be begun before the oldest result is there."""
_DEATHS = 3
"""Actors that a piece may end: machines are lost too, but not three times under one piece."""


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
        return Spreading(spread=partial(map_in_actors, address=address or None))
    return Spreading(workers=None if runner == "here" else workers_of(runner))


class _Actor:
    """What runs in a process of the cluster."""

    def __init__(self, work: Callable[[Any, Any], Any], make_tools: Callable[[], Any]) -> None:
        self._work = work
        self._tools = make_tools()

    def ready(self) -> None:
        """Answers once the tools are made."""

    def do(self, item: Any) -> Any:
        """The work on one piece."""
        return self._work(self._tools, item)


@dataclass(slots=True, eq=False)
class _Piece:
    """A piece and what became of it."""

    item: Any
    result: Any = None
    done: bool = False
    deaths: int = 0


class _Crew:
    """Actors of a cluster with the pieces that each holds; one that is lost is followed by another."""

    def __init__(self, ray: Any, start: Callable[[], Any], size: int) -> None:
        self._ray = ray
        self._start = start
        self._calls: dict[Any, tuple[Any, _Piece | None]] = {}
        """By call: its actor, and the piece; none while the actor begins."""
        self._hold: dict[Any, deque[_Piece]] = {}
        """By actor, once it has begun: its pieces, the one that it works on first."""
        self._again: deque[_Piece] = deque()
        self._unready = 0
        """Actors in a row that ended before their tools were made."""
        self.size = size
        for _ in range(size):
            self._begin()

    def give(self, piece: _Piece) -> None:
        """Have a piece done as soon as an actor has room."""
        self._again.append(piece)
        self._hand_out()
        while self._again:
            self.wait()

    def wait(self) -> None:
        """Wait until something is done, or an actor is lost.

        Raises:
            EnvironmentFault: a piece has ended too many actors, or actor after actor ends at its start.
        """
        (call,), _ = self._ray.wait(list(self._calls), num_returns=1)
        actor, piece = self._calls.pop(call)
        try:
            result = self._ray.get(call)
        except (self._ray.exceptions.RayActorError, self._ray.exceptions.RaySystemError) as death:
            self._lose(actor, piece, death)
        else:
            if piece is None:
                self._hold[actor] = deque()
                self._unready = 0
            else:
                self._hold[actor].remove(piece)
                piece.result, piece.done = result, True
        self._hand_out()

    def close(self) -> None:
        """End every actor, whatever it holds."""
        for actor in {actor for actor, _ in self._calls.values()} | self._hold.keys():
            self._ray.kill(actor)

    def _begin(self) -> None:
        actor = self._start()
        self._calls[actor.ready.remote()] = actor, None

    def _hand_out(self) -> None:
        while self._again and self._hold:
            actor = min(self._hold, key=lambda one: len(self._hold[one]))
            if len(self._hold[actor]) >= _IN_HAND:
                return
            piece = self._again.popleft()
            self._hold[actor].append(piece)
            self._calls[actor.do.remote(piece.item)] = actor, piece

    def _lose(self, actor: Any, piece: _Piece | None, death: Exception) -> None:
        held = self._hold.pop(actor, deque())
        self._calls = {call: pair for call, pair in self._calls.items() if pair[0] != actor}
        suspect = held[0] if held else piece
        if suspect is None:
            self._unready += 1
            if self._unready >= _DEATHS * self.size:
                raise EnvironmentFault(
                    f"{self._unready} Ray actors ended before they began, the last: {first_line(death)}",
                    remedy="is the same parallelize installed on every node, with enough memory?",
                ) from death
        else:
            suspect.deaths += 1
            if suspect.deaths >= _DEATHS:
                raise EnvironmentFault(
                    f"{_DEATHS} Ray actors ended over one batch, the last: {first_line(death)}",
                    remedy="run it with --runner here to see which row it is",
                ) from death
        self._again.extendleft(reversed(held))
        self._begin()


def map_in_actors(
    work: Callable[[Any, Any], Any],
    items: Iterable[Any],
    make_tools: Callable[[], Any],
    *,
    address: str | None,
) -> Iterator[Any]:
    """`work(tools, item)` for each item in actors of a Ray cluster; results in the order of the items.

    Args:
        work: a function of a module.
        items: read as they are needed, a few ahead of the results.
        make_tools: called once in each actor; a function of a module, or a partial of one.
        address: of the cluster; None: the one that `RAY_ADDRESS` names, or one on this machine.

    Raises:
        EnvironmentFault: no Ray, no cluster with a core, or a piece ends actor after actor.
    """
    ray = connected(address)
    size = int(ray.cluster_resources().get("CPU", 0))
    if size < 1:
        raise EnvironmentFault("the Ray cluster has no core for a worker")
    kind = ray.remote(_Actor).options(num_cpus=1, max_restarts=0)
    crew = _Crew(ray, lambda: kind.remote(work, make_tools), size)
    order: deque[_Piece] = deque()
    try:
        for item in items:
            order.append(_Piece(item=item))
            crew.give(order[-1])
            while order and (order[0].done or len(order) >= size * _AHEAD):
                yield _result(crew, order.popleft())
        while order:
            yield _result(crew, order.popleft())
    finally:
        crew.close()


def _result(crew: _Crew, piece: _Piece) -> Any:
    while not piece.done:
        crew.wait()
    return piece.result
