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
from dataclasses import dataclass, field
from typing import Any

from parallelize.core.errors import EngineFault
from parallelize.core.ports import FinishReason, PairScorer, TranslationReply, TranslationRequest, Translator
from parallelize.core.work import Work, total
from parallelize.store.memory import Memory

__all__ = ["Dispatcher", "EngineWork", "Pace", "PairWork"]


@dataclass(slots=True)
class PairWork:
    """What one engine did in one direction, such as `en-pt`, in this process."""

    from_memory: int = 0
    """Requests that the memory answered: they cost nothing."""
    failed: int = 0
    """Replies that did not end cleanly; they cost as much as others."""
    work: Work = field(default_factory=Work)
    """New replies, failed ones included."""
    engine_seconds: float | None = None
    """Time of all requests in the engine, which overlap; None: the engine cannot tell."""

    def add(self, request: TranslationRequest, reply: TranslationReply) -> None:
        """Count a new reply."""
        self.work += Work.of(request, reply)
        self.failed += reply.finish is not FinishReason.STOP
        if reply.engine_seconds is not None:
            self.engine_seconds = (self.engine_seconds or 0.0) + reply.engine_seconds

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        seconds = self.engine_seconds
        return {
            "replies": self.work.calls,
            "from_memory": self.from_memory,
            "failed": self.failed,
            "source_words": self.work.source_words,
            "input_tokens": self.work.input_tokens,
            "output_tokens": self.work.output_tokens,
            "engine_seconds": None if seconds is None else round(seconds, 3),
        }


_MOST_SPANS = 64


@dataclass(slots=True)
class Pace:
    """Replies in equal spans of time, at most 64 of them: spans double as work goes on."""

    span_seconds: float = 0.25
    words: list[int] = field(default_factory=list)
    output_tokens: list[int] = field(default_factory=list)

    def add(self, seconds: float, work: Work) -> None:
        """Count a reply that came so long after the first request."""
        while seconds >= _MOST_SPANS * self.span_seconds:
            self.span_seconds *= 2
            self.words, self.output_tokens = _paired(self.words), _paired(self.output_tokens)
        index = int(seconds / self.span_seconds)
        missing = [0] * (index + 1 - len(self.words))
        self.words += missing
        self.output_tokens += missing
        self.words[index] += work.source_words
        self.output_tokens[index] += work.output_tokens or 0

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "span_seconds": self.span_seconds,
            "source_words": self.words,
            "output_tokens": self.output_tokens,
        }


def _paired(counts: list[int]) -> list[int]:
    return [sum(counts[start : start + 2]) for start in range(0, len(counts), 2)]


@dataclass(slots=True)
class EngineWork:
    """What one engine did in this process, by direction."""

    pairs: dict[str, PairWork] = field(default_factory=dict)
    first_request: float | None = None
    """Monotonic seconds."""
    last_reply: float | None = None
    gpus: int = 1
    """GPUs, or machines, that it runs on."""
    pace: Pace = field(default_factory=Pace)

    @property
    def total(self) -> PairWork:
        """All directions added up."""
        seconds = [part.engine_seconds for part in self.pairs.values() if part.engine_seconds is not None]
        return PairWork(
            from_memory=sum(part.from_memory for part in self.pairs.values()),
            failed=sum(part.failed for part in self.pairs.values()),
            work=total(part.work for part in self.pairs.values()),
            engine_seconds=sum(seconds) if seconds else None,
        )

    @property
    def gpu_hours(self) -> float:
        """Hours of all its GPUs, or machines."""
        return self.busy_seconds * self.gpus / 3600

    @property
    def busy_seconds(self) -> float:
        """From the first request to the last reply."""
        if self.first_request is None or self.last_reply is None:
            return 0.0
        return self.last_reply - self.first_request

    def as_dict(self) -> dict[str, Any]:
        """JSON form; speeds are None where nothing was done or counted."""
        whole, busy = self.total, self.busy_seconds
        tokens = whole.work.output_tokens
        return {
            **whole.as_dict(),
            "busy_seconds": round(busy, 3),
            "gpus": self.gpus,
            "gpu_hours": self.gpu_hours,
            "words_per_second": round(whole.work.source_words / busy, 1) if busy else None,
            "output_tokens_per_second": round(tokens / busy, 1) if busy and tokens is not None else None,
            "pace": self.pace.as_dict(),
            "pairs": {name: part.as_dict() for name, part in sorted(self.pairs.items())},
        }


class Dispatcher:
    """Feeds one translator. Use as an asynchronous context manager."""

    def __init__(self, translator: Translator | PairScorer, memory: Memory, *, gpus: int = 1) -> None:
        self.work = EngineWork(gpus=gpus)
        self._translator = translator
        self._memory = memory
        self._waiting: list[tuple[int, int, TranslationRequest]] = []
        self._order = itertools.count()
        self._promised: dict[bytes, tuple[TranslationRequest, asyncio.Future[TranslationReply]]] = {}
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
        pair = _pair(request)
        known = self._memory.get(pair, request.address)
        if known is not None:
            counted = self._pair_work(pair)
            counted.from_memory += 1
            if counted.from_memory % 64 == 0:
                await asyncio.sleep(0)  # let progress be shown and signals be heard
            return known
        promised = self._promised.get(request.address)
        if promised is None:
            if self._fault is not None:
                raise self._fault
            promised = (request, asyncio.get_running_loop().create_future())
            self._promised[request.address] = promised
            heapq.heappush(self._waiting, (-len(request.text), next(self._order), request))
            self._wake.set()
            if self._drain is None:
                self._drain = asyncio.create_task(self._run(), name="engine")
        return await asyncio.shield(promised[1])

    def take_work(self) -> EngineWork:
        """What was done so far; counting begins anew."""
        done, self.work = self.work, EngineWork(gpus=self.work.gpus)
        return done

    def _pair_work(self, pair: str) -> PairWork:
        return self.work.pairs.setdefault(pair, PairWork())

    async def _feed(self) -> AsyncIterator[TranslationRequest]:
        while not self._closing:
            while self._waiting:
                request = heapq.heappop(self._waiting)[2]
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
        request, future = promised
        pair = _pair(request)
        now = time.monotonic()
        self.work.last_reply = now
        self.work.pace.add(now - (self.work.first_request or now), Work.of(request, reply))
        self._pair_work(pair).add(request, reply)
        if reply.finish is not FinishReason.ERROR:  # an error may not come again: it is asked anew next time
            self._memory.put(pair, reply)
        if not future.done():
            future.set_result(reply)


def _pair(request: TranslationRequest) -> str:
    return f"{request.source_language}-{request.target_language}"
