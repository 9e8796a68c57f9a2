"""One queue in front of an engine: answers from the memory, asks each address once, keeps every reply.

Rows ask as they need; nothing waits for a batch to fill or to end. Longest requests go first, so that no
long one is left for the end.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from parallelize.core.errors import EngineFault
from parallelize.core.ports import FinishReason, PairScorer, TranslationReply, TranslationRequest, Translator
from parallelize.store.memory import Memory

__all__ = ["Dispatcher", "EngineWork"]


@dataclass(slots=True)
class EngineWork:
    """What one engine did in this process."""

    from_memory: int = 0
    replies: int = 0
    failed: int = 0
    source_words: int = 0
    """White-space words sent."""
    input_tokens: int = 0
    output_tokens: int = 0
    first_request: float | None = None
    """Monotonic seconds."""
    last_reply: float | None = None

    @property
    def busy_seconds(self) -> float:
        """From the first request to the last reply."""
        if self.first_request is None or self.last_reply is None:
            return 0.0
        return self.last_reply - self.first_request


class Dispatcher:
    """Feeds one translator. Use as an asynchronous context manager."""

    def __init__(self, translator: Translator | PairScorer, memory: Memory) -> None:
        self.work = EngineWork()
        self._translator = translator
        self._memory = memory
        self._waiting: list[tuple[int, int, TranslationRequest]] = []
        self._order = itertools.count()
        self._promised: dict[bytes, tuple[str, asyncio.Future[TranslationReply]]] = {}
        self._wake = asyncio.Event()
        self._closing = False
        self._fault: BaseException | None = None
        self._drain: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Dispatcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        self._wake.set()
        if self._drain is not None:
            if self._promised:
                self._drain.cancel()
            await asyncio.gather(self._drain, return_exceptions=True)
        await self._translator.aclose()

    async def ask(self, request: TranslationRequest) -> TranslationReply:
        """Answer a request.

        Raises:
            EngineFault: the engine cannot go on.
            StorageFault: a reply could not be kept.
        """
        pair = f"{request.source_language}-{request.target_language}"
        known = self._memory.get(pair, request.address)
        if known is not None:
            self.work.from_memory += 1
            if self.work.from_memory % 64 == 0:
                await asyncio.sleep(0)  # let progress be shown and signals be heard
            return known
        promised = self._promised.get(request.address)
        if promised is None:
            if self._fault is not None:
                raise self._fault
            promised = (pair, asyncio.get_running_loop().create_future())
            self._promised[request.address] = promised
            heapq.heappush(self._waiting, (-len(request.text), next(self._order), request))
            self._wake.set()
            if self._drain is None:
                self._drain = asyncio.create_task(self._run(), name="engine")
        return await asyncio.shield(promised[1])

    async def _feed(self) -> AsyncIterator[TranslationRequest]:
        while not self._closing:
            while self._waiting:
                request = heapq.heappop(self._waiting)[2]
                self.work.source_words += request.text.count(" ") + 1
                if self.work.first_request is None:
                    self.work.first_request = time.monotonic()
                yield request
            self._wake.clear()
            if not self._closing:
                await self._wake.wait()

    async def _run(self) -> None:
        try:
            async for reply in self._translator.translate(self._feed()):
                self._keep(reply)
            if self._promised:
                raise EngineFault(f"the engine stopped with {len(self._promised)} requests unanswered")
        except BaseException as error:
            self._fault = error
            for _, future in self._promised.values():
                if not future.done():
                    if isinstance(error, asyncio.CancelledError):
                        future.cancel()
                    else:
                        future.set_exception(error)
                        future.exception()  # somebody may have stopped waiting
            raise

    def _keep(self, reply: TranslationReply) -> None:
        promised = self._promised.pop(reply.address, None)
        if promised is None:
            raise EngineFault(f"the engine answered {reply.address.hex()[:12]}, which nobody asked or twice")
        pair, future = promised
        self.work.replies += 1
        self.work.last_reply = time.monotonic()
        self.work.input_tokens += reply.input_tokens or 0
        self.work.output_tokens += reply.output_tokens or 0
        if reply.finish is not FinishReason.STOP:
            self.work.failed += 1
        if reply.finish is not FinishReason.ERROR:  # an error may not come again: it is asked anew next time
            self._memory.put(pair, reply)
        if not future.done():
            future.set_result(reply)
