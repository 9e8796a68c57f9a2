"""Pools of child processes, with one rule for life and death wherever they are used.

Children are fresh processes, since a fork would copy locks that threads of Arrow and the identifiers may
hold. They leave Ctrl-C to their parent, end with it, also when it is killed, and keep what they work with.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Final, TypeVar

from parallelize.core.errors import EnvironmentFault
from parallelize.core.processes import begin_child

__all__ = ["child_pool", "map_in_children", "with_tools"]

Item = TypeVar("Item")
Result = TypeVar("Result")
_AHEAD = 3
"""Items handed out for each process before the first result is waited for."""

_SEMAPHORES: Final = Path("/dev/shm")  # noqa: S108 - read and cleaned, nothing is made there  # nosec B108
"""Where Linux keeps semaphores that have a name."""
_OURS: Final = re.compile(r"sem\.parallelize-(?P<process>\d+)-.+")
_STARTED_SECONDS: Final = 60.0
"""Children need the names of semaphores until they have started; what is older and has no process is left."""

_TOOLS: list[Any] = []
"""What a child works with, made once when it begins."""


def child_pool(processes: int, make_tools: Callable[[], Any]) -> ProcessPoolExecutor:
    """A pool that starts nothing before its first work.

    Args:
        processes: at least 1.
        make_tools: called once in each child; a function of a module, or a partial of one, as children import
            it by name.
    """
    _clear_semaphores()
    # Their names tell whose they are: Python removes them at the end of a process, but not of a killed one.
    multiprocessing.current_process()._config["semprefix"] = f"/parallelize-{os.getpid()}"  # type: ignore[attr-defined]
    return ProcessPoolExecutor(
        processes,
        multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(make_tools, os.getpid()),
    )


def _clear_semaphores() -> None:
    """Remove semaphores of pools whose process was killed. What cannot be told or removed stays."""
    for path in _SEMAPHORES.glob("sem.parallelize-*"):
        found = _OURS.fullmatch(path.name)
        with contextlib.suppress(OSError):
            old = time.time() - path.stat().st_mtime > _STARTED_SECONDS
            if found and old and not Path("/proc", found["process"]).exists():
                path.unlink()


def with_tools(work: Callable[..., Result], *arguments: Any) -> Result:
    """Run in a child: `work(tools, *arguments)` with what the child made when it began."""
    return work(_TOOLS[0], *arguments)


def map_in_children(
    work: Callable[[Any, Item], Result],
    items: Iterable[Item],
    make_tools: Callable[[], Any],
    *,
    processes: int,
    remedy: str,
) -> Iterator[Result]:
    """`work(tools, item)` for each item in children; results in the order of the items.

    Args:
        work: a function of a module.
        items: read as they are needed, a few ahead of the results.
        make_tools: called once in each child.
        processes: at least 1.
        remedy: what a user does when a child ends unexpectedly.

    Raises:
        EnvironmentFault: a child ended (usually for want of memory).
    """
    pool = child_pool(processes, make_tools)
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(with_tools, work, item))
            if len(waiting) >= processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise EnvironmentFault("a child process ended unexpectedly", remedy=remedy) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(make_tools: Callable[[], Any], parent: int) -> None:
    begin_child(parent)
    _TOOLS.append(make_tools())
