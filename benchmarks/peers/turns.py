"""What every side of `side_by_side.py` does: wait for a turn, do a slice, tell the CPU seconds it took.

Runs in the environment of a peer, so it knows the standard library only.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def cpu_seconds() -> float:
    """Of this process and of children that have ended."""
    return time.process_time() + sum(os.times()[2:4])


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a slice."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def take_turns(work: Callable[[Any], int], *, load: Callable[[Path], Any] = read_rows) -> None:
    """Do slices as their files are named on stdin; reading them by `load` is not on the clock.

    Args:
        work: does a slice and returns how many rows it judged good.
        load: makes what `work` takes of the file.
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin:
        given = load(Path(line.strip()))
        begin = cpu_seconds()
        good = work(given)
        answers.write(json.dumps({"cpu_seconds": cpu_seconds() - begin, "good": good}) + "\n")
