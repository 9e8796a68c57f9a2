"""Find the one request that kills an engine, without losing those that were beside it."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

__all__ = ["Quarantine"]


class Quarantine:
    """Lets requests run together, or suspects one by one with nobody beside them.

    When an engine dies, everything in it is a suspect. Suspects run alone, the most likely one first;
    if the engine dies again, that one did it, and the others go free.
    """

    def __init__(self) -> None:
        self._changed = asyncio.Event()
        self._together = 0
        self._alone = False
        self._suspects: list[tuple[float, int]] = []
        self._numbers = 0
        self._cleared = 0

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Run beside others; waits while there are suspects."""
        await self._until(lambda: not self._alone and not self._suspects)
        self._together += 1
        try:
            yield
        finally:
            self._together -= 1
            self._tell()

    @asynccontextmanager
    async def alone(self, *, suspicion: float) -> AsyncIterator[bool]:
        """Run with nobody beside; the higher the suspicion, the sooner.

        Yields False, at once, if the culprit was found while this one waited: it is no suspect any more.
        """
        self._numbers += 1
        ticket, cleared = (-suspicion, self._numbers), self._cleared
        heapq.heappush(self._suspects, ticket)

        def my_turn() -> bool:
            free = not self._together and not self._alone
            return self._cleared != cleared or (free and self._suspects[0] == ticket)

        try:
            await self._until(my_turn)
            guilty_found = self._cleared != cleared
            self._alone = self._alone or not guilty_found
        finally:
            self._suspects.remove(ticket)
            heapq.heapify(self._suspects)
            self._tell()
        try:
            yield not guilty_found
        finally:
            if not guilty_found:
                self._alone = False
                self._tell()

    def confirm(self) -> None:
        """The suspect that runs alone did it: the others go free."""
        self._cleared += 1
        self._tell()

    async def _until(self, ready: Callable[[], bool]) -> None:
        while not ready():
            await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()
        self._changed.clear()
