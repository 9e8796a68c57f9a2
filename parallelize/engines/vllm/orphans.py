"""Ends an engine's processes when this process dies without a word: SIGKILL, out of memory.

vLLM's engine process does not notice that nobody is left to ask it, and would hold its memory, on the GPU
too, against the next run. A small process of our own watches instead.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

__all__ = ["OrphanWatch"]

_WATCHER = """
import os, sys, time
from contextlib import suppress
import psutil
parent, *named = map(int, sys.argv[1:])
found = []
for number in named:
    with suppress(psutil.Error):
        found.append(psutil.Process(number))
def children():
    with suppress(psutil.Error):
        return set(psutil.Process(parent).children(recursive=True))
    return set()
before = children()
print("watching", flush=True)
while os.getppid() == parent:
    if not named and (now := children()):
        found = now - before
    time.sleep(0.5)
for process in found:
    with suppress(psutil.Error):
        process.kill()
"""


class OrphanWatch:
    """Watches from creation until `end`."""

    def __init__(self, processes: Sequence[Any] = ()) -> None:
        """Begin to watch.

        Args:
            processes: those that must not outlive this process (objects with a `pid`); none: whatever it
                starts from now on, which is for the time in which an engine starts its own.
        """
        command = [sys.executable, "-c", _WATCHER, str(os.getpid()), *(str(item.pid) for item in processes)]
        # A session of its own: an interrupt from the terminal is for us, and a second one may be a kill.
        self._watcher = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        if self._watcher.stdout is not None:
            self._watcher.stdout.readline()

    def end(self) -> None:
        """Stop watching; the processes are left alone."""
        with suppress(ProcessLookupError):
            self._watcher.kill()
        self._watcher.wait()
        if self._watcher.stdout is not None:
            self._watcher.stdout.close()
