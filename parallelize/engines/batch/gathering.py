"""Requests that wait to be sent together, and the work that goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

__all__ = ["Gathering", "Lines", "Tasks", "portions"]

Lines = dict[bytes, bytes]
"""Lines of requests by address, in the order of asking."""


class Tasks:
    """Work that goes on beside the asking; whoever owns it hears of every failure."""

    def __init__(self, on_fault: Callable[[BaseException], None]) -> None:
        self._on_fault = on_fault
        self._going: set[asyncio.Task[None]] = set()

    def go(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work and do not wait for it."""
        task = asyncio.create_task(work)
        self._going.add(task)
        task.add_done_callback(self._ended)

    async def cancel(self) -> None:
        """End all work that still goes on."""
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._going.discard(task)
        fault = None if task.cancelled() else task.exception()
        if fault is not None:
            self._on_fault(fault)


class Gathering:
    """Collects lines until nobody asks any more for a while, or until there are enough of them."""

    def __init__(
        self,
        *,
        quiet_seconds: float,
        enough: Callable[[Lines], bool],
        send: Callable[[Lines], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """Begin empty.

        Args:
            quiet_seconds: without a new line for so long, what is there is sent.
            spawn: runs what waits; whoever gives it ends it, and hears of its failures.
        """
        self._quiet = quiet_seconds
        self._enough = enough
        self._send = send
        self._lines: Lines = {}
        self._spawn = spawn
        self._arrived = 0
        self._is_waiting = False

    def add(self, address: bytes, line: bytes) -> None:
        """Take a request in; the same address once."""
        self._lines[address] = line
        self._arrived += 1
        if self._enough(self._lines):
            self._let_go()
        elif not self._is_waiting:
            self._is_waiting = True
            self._spawn(self._wait())

    def close(self) -> None:
        """Forget what was gathered so far."""
        self._lines = {}

    async def _wait(self) -> None:
        """Until a whole pause brings nothing new: a loop that was busy meanwhile is given another."""
        seen = -1
        while seen != self._arrived:
            seen = self._arrived
            await asyncio.sleep(self._quiet)
        self._is_waiting = False
        if self._lines:
            self._let_go()

    def _let_go(self) -> None:
        lines, self._lines = self._lines, {}
        self._send(lines)


def portions(lines: Lines, *, most: int, most_bytes: int) -> list[Lines]:
    """Lines in portions of so many lines and bytes; a line that is too long by itself is one."""
    found: list[Lines] = []
    size = most_bytes + 1
    for address, line in lines.items():
        size += len(line) + 1
        if size > most_bytes or len(found[-1]) >= most:
            found.append({})
            size = len(line) + 1
        found[-1][address] = line
    return found
