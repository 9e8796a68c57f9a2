"""How many processes a machine has cores for, and processes that must not outlive their parent."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from pathlib import Path

from parallelize.core.errors import InputError

__all__ = [
    "begin_child",
    "child_environment",
    "collect_rarely",
    "end_with_parent",
    "usable_cores",
    "workers_of",
]

_CODE_ROOT = str(Path(__file__).resolve().parents[2])
_SECONDS = 1.0
_NEW_OBJECTS = 100_000
_COLLECTIONS = 50


def usable_cores() -> int:
    """Cores that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


def workers_of(runner: str) -> int:
    """How many processes `processes:N` names.

    Raises:
        InputError: it is written in another way.
    """
    number = runner.removeprefix("processes:")
    if not number.isdecimal() or int(number) < 1:
        raise InputError(
            f"the runner {runner!r} cannot be read",
            remedy="write here, processes:4, ray, ray:ADDRESS, or none",
        )
    return int(number)


def child_environment() -> dict[str, str]:
    """The environment of a child that runs this same code, wherever that was found."""
    path = os.pathsep.join(filter(None, (_CODE_ROOT, os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": path}


def end_with_parent(parent: int) -> None:
    """End this process when its parent is gone, also when that was killed; returns at once.

    A pool's processes wait for work on a pipe that their siblings hold open too, so that none of them sees
    the parent's death.

    Args:
        parent: process id of the parent, told by itself: it may be gone before this is called.
    """

    def follow() -> None:
        while os.getppid() == parent:
            time.sleep(_SECONDS)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def begin_child(parent: int) -> None:
    """What every process of ours does first: leave Ctrl-C to its parent, end with it, collect rarely.

    Args:
        parent: process id of the parent, told by itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(parent)
    collect_rarely()


def collect_rarely() -> None:
    """Let the garbage collector look for cycles less often: for entry points, before they do any work.

    Rows, replies and scores are small objects in great numbers and without cycles. At the interpreter's own
    700 new objects a look, the collector took 21 % of the time of a build from memory; what it finds there is
    freed by reference counting anyway.
    """
    gc.set_threshold(_NEW_OBJECTS, _COLLECTIONS, _COLLECTIONS)
