"""Answer a stream of requests with many at work at once, and no more than the consumer can follow."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

__all__ = ["answered"]

Request = TypeVar("Request")
Reply = TypeVar("Reply")


async def answered(
    requests: AsyncIterator[Request],
    answer: Callable[[Request], Awaitable[Reply]],
    *,
    limit: Callable[[], int],
    order: Callable[[Request], Any] | None = None,
    lookahead: int = 1,
) -> AsyncIterator[Reply]:
    """Yield one reply for each request, in order of completion.

    Requests are taken only while fewer than `lookahead` wait, and none is started while replies that
    nobody has taken pile up. Closing the iterator cancels what is at work.

    Args:
        requests: where they come from.
        answer: answers one request; an exception ends the whole stream.
        limit: how many may be at work now; asked again whenever something changes, at least 1.
        order: sort key of waiting requests, smallest first; without one, first come, first served.
        lookahead: how many requests may wait, at least 1.
    """
    stream = _Stream(requests, answer, limit, order, max(1, lookahead))
    try:
        while await stream.has_more():
            yield stream.take()
    finally:
        await stream.aclose()


class _Stream(Generic[Request, Reply]):
    """State of one call of `answered`; everything happens in one event loop."""

    def __init__(
        self,
        requests: AsyncIterator[Request],
        answer: Callable[[Request], Awaitable[Reply]],
        limit: Callable[[], int],
        order: Callable[[Request], Any] | None,
        lookahead: int,
    ) -> None:
        self._requests = requests
        self._answer = answer
        self._limit = limit
        self._order = order
        self._lookahead = lookahead
        self._waiting: list[tuple[Any, int, Request]] = []
        self._taken = 0
        self._working: set[asyncio.Task[Reply]] = set()
        self._done: deque[Reply] = deque()
        self._fault: BaseException | None = None
        self._room = asyncio.Event()
        self._changed = asyncio.Event()
        self._feeder = asyncio.create_task(self._feed())
        self._feeder.add_done_callback(self._fed)

    async def has_more(self) -> bool:
        """Wait until a reply is there (True) or none will come any more (False)."""
        while not self._done:
            if self._fault is not None:
                raise self._fault
            if self._feeder.done() and not self._waiting and not self._working:
                return False
            self._changed.clear()
            await self._changed.wait()
        return True

    def take(self) -> Reply:
        """Hand out the oldest reply."""
        reply = self._done.popleft()
        self._start()
        return reply

    async def aclose(self) -> None:
        """Cancel what is at work and wait until it has ended."""
        tasks = [self._feeder, *self._working]
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _feed(self) -> None:
        async for request in self._requests:
            key = self._order(request) if self._order is not None else 0
            heapq.heappush(self._waiting, (key, self._taken, request))
            self._taken += 1
            self._start()
            while len(self._waiting) >= self._lookahead:
                self._room.clear()
                await self._room.wait()

    def _fed(self, feeder: asyncio.Task[None]) -> None:
        if not feeder.cancelled() and (fault := feeder.exception()) is not None:
            self._fault = fault
        self._changed.set()

    def _start(self) -> None:
        limit = max(1, self._limit())
        while self._waiting and len(self._working) < limit and len(self._done) < 2 * limit:
            _, _, request = heapq.heappop(self._waiting)
            task = asyncio.ensure_future(self._answer(request))
            self._working.add(task)
            task.add_done_callback(self._finished)
        if len(self._waiting) < self._lookahead:
            self._room.set()

    def _finished(self, task: asyncio.Task[Reply]) -> None:
        self._working.discard(task)
        if task.cancelled():
            return
        fault = task.exception()
        if fault is None:
            self._done.append(task.result())
        elif self._fault is None:
            self._fault = fault
        if self._fault is None:
            self._start()
        self._changed.set()
