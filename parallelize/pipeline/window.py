"""Much work under way at once, and never more than a window of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar

from parallelize.core.errors import ParallelizeError

__all__ = ["Window", "for_each", "task_group"]

Item = TypeVar("Item")


class Window:
    """Room for a given amount of work: what is taken counts until it is given back."""

    def __init__(self, limit: Callable[[], int]) -> None:
        """Begin empty.

        Args:
            limit: how much may be under way now; something larger than all of it runs alone.
        """
        self._limit = limit
        self._used = 0
        self._freed = asyncio.Event()

    async def take(self, amount: int) -> None:
        """Wait until there is room, and take it."""
        while self._used and self._used + amount > self._limit():
            self._freed.clear()
            await self._freed.wait()
        self._used += amount

    def give(self, amount: int) -> None:
        """Give back room that `take` took, so that others may go on."""
        self._used -= amount
        self._freed.set()


async def for_each(
    items: Iterable[Item], work: Callable[[Item], Awaitable[None]], *, limit: Callable[[], int]
) -> None:
    """Do something for each item, for at most `limit()` of them at once.

    Items are read as there is room for them. The first failure cancels the rest and is raised.
    """
    window = Window(limit)

    async def one(item: Item) -> None:
        try:
            await work(item)
        finally:
            window.give(1)

    async with task_group() as group:
        for item in items:
            await window.take(1)
            group.create_task(one(item))


@asynccontextmanager
async def task_group() -> AsyncIterator[asyncio.TaskGroup]:
    """A group of tasks that raises the one failure that a person should see: ours before others."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        leaves = list(_leaves(failures))
        raise next((leaf for leaf in leaves if isinstance(leaf, ParallelizeError)), leaves[0]) from failures


def _leaves(failure: BaseException) -> Iterator[BaseException]:
    if isinstance(failure, BaseExceptionGroup):
        for inner in failure.exceptions:
            yield from _leaves(inner)
    else:
        yield failure
