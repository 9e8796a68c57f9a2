"""How many processes a machine has cores for, and processes that must not outlive their parent."""

from __future__ import annotations

import os
import threading
import time

__all__ = ["end_with_parent", "usable_cores"]

_SECONDS = 1.0


def usable_cores() -> int:
    """Cores that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


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
