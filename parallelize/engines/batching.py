"""Requests in batches: as many as have come, and never a wait for a batch to fill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeVar

__all__ = ["batches"]

T = TypeVar("T")


async def batches(items: AsyncIterator[T], size: int) -> AsyncGenerator[list[T]]:
    """Give lists of at most `size` items, in order; at most one batch is read ahead."""
    waiting: asyncio.Queue[T | None] = asyncio.Queue(maxsize=size)

    async def read() -> None:
        async for item in items:
            await waiting.put(item)
        await waiting.put(None)

    reader = asyncio.create_task(read())
    try:
        ended = False
        while not ended:
            batch: list[T] = []
            item = await _next(waiting, reader)
            while item is not None:
                batch.append(item)
                if len(batch) >= size or waiting.empty():
                    break
                item = waiting.get_nowait()
            ended = item is None
            if batch:
                yield batch
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def _next(waiting: asyncio.Queue[T | None], reader: asyncio.Task[None]) -> T | None:
    """The next item; a failure of the reader is raised here instead of waited for."""
    getting = asyncio.ensure_future(waiting.get())
    try:
        await asyncio.wait({getting, reader}, return_when=asyncio.FIRST_COMPLETED)
        if not getting.done() and reader.done():
            reader.result()
        return await getting
    finally:
        getting.cancel()
