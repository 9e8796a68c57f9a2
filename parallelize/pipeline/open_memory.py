"""What is done with a memory while other work goes on: waiting replies are written, files exchanged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from parallelize.core.errors import StorageFault
from parallelize.store.memory import Memory
from parallelize.store.objects import is_address
from parallelize.store.shared_memory import SharedMemory

__all__ = ["in_step", "memory_folder", "opened_memory", "ticking"]

_LOG = logging.getLogger(__name__)
_EXCHANGE_SECONDS = 60.0


def memory_folder(given: str | None, own: Path) -> Path:
    """Where the replies of a run are kept on this machine.

    Args:
        given: folder or address of a memory that runs share; None: there is none.
        own: folder of the run's own.
    """
    return own if given is None or is_address(given) else Path(given)


@asynccontextmanager
async def opened_memory(given: str | None, own: Path, warn: Callable[[str], None]) -> AsyncIterator[Memory]:
    """A memory at work: written now and then, in step with others where it is shared through a store.

    Args:
        given: as for `memory_folder`.
        own: as for `memory_folder`.
        warn: is told of files that were damaged, when all went well.

    Raises:
        StorageFault: it cannot be written, or the store is out of reach.
    """
    folder = memory_folder(given, own)
    shared = SharedMemory(given, folder) if given is not None and is_address(given) else None
    if shared is not None:
        await asyncio.to_thread(shared.exchange)
    memory = Memory(folder, merges=shared is None)
    async with AsyncExitStack() as stack:
        if shared is not None:
            await stack.enter_async_context(in_step(memory, shared))
        await stack.enter_async_context(ticking(memory))
        yield memory
    memory.close()
    for path in memory.damaged:
        warn(f"a memory file was damaged and set aside: {path}; its replies were made again")


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
        await _ended(task)
        memory.flush()


@asynccontextmanager
async def in_step(
    memory: Memory, shared: SharedMemory, *, every: float = _EXCHANGE_SECONDS
) -> AsyncIterator[None]:
    """Exchange files with a shared memory now and then, and once more on the way out.

    Args:
        memory: the copy; its waiting replies must be written before the context is left.
        shared: what it is a copy of.
        every: seconds between exchanges. One that fails is left for the next.

    Raises:
        StorageFault: the last exchange failed; everything is in the copy.
    """

    async def exchange() -> None:
        while True:
            await asyncio.sleep(every)
            try:
                if await asyncio.to_thread(shared.exchange):
                    memory.look_again()
            except StorageFault as fault:
                _LOG.warning("the shared memory: %s", fault.message)

    task = asyncio.create_task(exchange(), name="shared memory")
    try:
        yield
    except BaseException:
        await _ended(task)
        try:
            shared.exchange()
        except StorageFault as fault:  # what ended the work is the news
            _LOG.warning("the shared memory: %s", fault.message)
        raise
    await _ended(task)
    shared.exchange()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
