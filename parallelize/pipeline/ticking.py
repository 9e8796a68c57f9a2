"""Writes waiting replies of a memory while other work goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from parallelize.store.memory import Memory

__all__ = ["ticking"]


@asynccontextmanager
async def ticking(memory: Memory) -> AsyncIterator[None]:
    """Write waiting replies at least every two seconds; on the way out, whatever happened, write the rest."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.25)
            memory.tick()

    task = asyncio.create_task(tick(), name="memory")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        memory.flush()
