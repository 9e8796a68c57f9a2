"""Samples a model: every reply is kept at its address, and what is kept is never asked again.

Requests flow into the engine as fast as it takes them and no faster; nothing waits for a batch to fill or to
end. A request whose failure may pass (`error`) is not kept, so that the next run asks it again. One that the
engine refuses is kept as an empty response where others succeed; if all are refused, the set-up is wrong.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field

from parallelize.core.errors import EngineFault
from parallelize.core.ports import (
    FinishReason,
    GenerationReply,
    GenerationRequest,
    Generator,
    TranslationReply,
)
from parallelize.evaluation.asking import Sample
from parallelize.pipeline.ticking import ticking
from parallelize.store.memory import Memory

__all__ = ["SamplingWork", "sample_model", "whole_response"]

_SAID = frozenset({FinishReason.STOP, FinishReason.LENGTH, FinishReason.REPETITION})
_LISTED = 20
_YIELD_EVERY = 64


@dataclass(slots=True)
class SamplingWork:
    """What was done in this process."""

    from_memory: int = 0
    replies: int = 0
    errors: int = 0
    """Requests that failed and may succeed another time."""
    listed: list[str] = field(default_factory=list)
    """The first of them, for the user to read."""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    started: float | None = None
    """Monotonic seconds of the first request."""
    ended: float | None = None

    @property
    def busy_seconds(self) -> float:
        """From the first request to the last reply."""
        return 0.0 if self.started is None or self.ended is None else self.ended - self.started


async def sample_model(
    samples: Iterable[Sample],
    generator: Generator,
    memory: Memory,
    *,
    think_open: str,
    think_close: str,
    on_reply: Callable[[Sample, int], None],
) -> SamplingWork:
    """Get every sample that the memory lacks.

    Args:
        samples: what is wanted; read only as far as the engine takes it. Equal requests are asked once.
        generator: the model.
        memory: where replies are and will be.
        think_open: opens thinking in a response, where the engine sets it apart.
        think_close: closes it.
        on_reply: told of each new reply, with its output tokens (0 where not counted).

    Raises:
        EngineFault: the engine cannot go on, or refuses everything; what was answered is in the memory.
        StorageFault: a reply could not be kept.
    """
    work = SamplingWork()
    asked: dict[bytes, Sample] = {}
    refused: list[tuple[str, TranslationReply]] = []

    async def feed() -> AsyncIterator[GenerationRequest]:
        for number, sample in enumerate(samples):
            if number % _YIELD_EVERY == 0:
                await asyncio.sleep(0)  # let progress be shown and signals be heard
            if memory.get(sample.part, sample.address) is not None:
                work.from_memory += 1
            elif sample.address not in asked:
                asked[sample.address] = sample
                work.started = work.started or time.monotonic()
                yield sample.request

    async with ticking(memory), aclosing(generator.generate(feed())) as replies:  # type: ignore[type-var]
        async for reply in replies:
            sample = asked.pop(reply.address, None)
            if sample is None:
                raise EngineFault(f"the engine answered {reply.address.hex()[:12]}, which nobody asked")
            _count(work, sample, reply)
            kept = _kept(reply, whole_response(sample, reply, think_open, think_close))
            if reply.finish in _SAID:
                memory.put(sample.part, kept)
            elif reply.finish is not FinishReason.ERROR:
                refused.append((sample.part, kept))
            on_reply(sample, reply.output_tokens or 0)
        if asked:
            raise EngineFault(f"the engine stopped with {len(asked)} requests unanswered")
        if refused and len(refused) == work.replies and not work.from_memory:
            raise EngineFault(
                f"the engine refused all {len(refused)} requests; the first: {refused[0][1].detail}",
                remedy="check the context length of the model, its chat template, --opening and --thinking",
            )
        for part, kept in refused:
            memory.put(part, kept)
    return work


def whole_response(sample: Sample, reply: GenerationReply, think_open: str, think_close: str) -> str:
    """What the model is taken to have said: its opening, thinking that was set apart, and the text.

    The words that were written for the model belong to its response; a failure has none.
    """
    if reply.finish not in _SAID:
        return ""
    opening = sample.request.opening
    if not reply.thinking:
        return opening + reply.text
    begun = opening if opening.startswith(think_open) else think_open
    answer = reply.text if begun == opening else opening + reply.text
    cut = reply.finish is not FinishReason.STOP and not reply.text
    return begun + reply.thinking if cut else f"{begun}{reply.thinking}{think_close}{answer}"


def _count(work: SamplingWork, sample: Sample, reply: GenerationReply) -> None:
    work.ended = time.monotonic()
    work.replies += 1
    work.input_tokens += reply.input_tokens or 0
    work.cached_tokens += reply.cached_tokens or 0
    work.output_tokens += reply.output_tokens or 0
    if reply.finish is FinishReason.ERROR:
        work.errors += 1
        if len(work.listed) < _LISTED:
            question = sample.question
            place = f"{question.benchmark} {question.language} {question.id} sample {sample.number}"
            work.listed.append(f"{place}: {reply.detail or 'no reason given'}")


def _kept(reply: GenerationReply, text: str) -> TranslationReply:
    """A reply in the form that the memory holds."""
    return TranslationReply(
        address=reply.address,
        text=text,
        finish=reply.finish,
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        engine_seconds=reply.engine_seconds,
        detail=reply.detail,
    )
