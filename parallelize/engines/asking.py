"""Put a generator behind another port: make a prompt of each request, and a reply of what the model said."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from typing import Any, TypeVar

from parallelize.core.errors import InputError
from parallelize.core.ports import (
    FinishReason,
    GenerationReply,
    GenerationRequest,
    Generator,
    TranslationReply,
    TranslationRequest,
)

__all__ = ["ask_generator"]

T = TypeVar("T")


async def ask_generator(
    generator: Generator,
    requests: AsyncIterator[TranslationRequest],
    ask: Callable[[TranslationRequest], tuple[GenerationRequest, T]],
    read: Callable[[T, GenerationReply], TranslationReply],
) -> AsyncGenerator[TranslationReply]:
    """Answer every request exactly once, in order of completion; see `Translator.translate`.

    Args:
        generator: what answers prompts.
        requests: taken as fast as the generator takes prompts.
        ask: makes a prompt, and whatever has to be known to read its reply; an `InputError` of it becomes
            a reply that says so.
        read: makes the reply.
    """
    asked: defaultdict[bytes, deque[Any]] = defaultdict(deque)
    # Small: replies wait in the generator, which stops taking requests when nobody fetches them.
    replies: asyncio.Queue[TranslationReply | None] = asyncio.Queue(maxsize=16)

    async def prompts() -> AsyncIterator[GenerationRequest]:
        async for request in requests:
            try:
                prompt, known = ask(request)
            except InputError as fault:
                refused = TranslationReply(
                    address=request.address, text="", finish=FinishReason.REFUSED_INPUT, detail=fault.message
                )
                await replies.put(refused)
                continue
            asked[request.address].append(known)
            yield prompt

    async def collect() -> None:
        try:
            async with aclosing(generator.generate(prompts())) as stream:  # type: ignore[type-var]
                async for reply in stream:
                    known = asked[reply.address].popleft()
                    if not asked[reply.address]:
                        del asked[reply.address]
                    await replies.put(read(known, reply))
        finally:
            with suppress(asyncio.CancelledError):
                await replies.put(None)

    collector = asyncio.create_task(collect())
    try:
        while (reply := await replies.get()) is not None:
            yield reply
        await collector
    finally:
        collector.cancel()
        while not replies.empty():
            replies.get_nowait()
        await asyncio.gather(collector, return_exceptions=True)
