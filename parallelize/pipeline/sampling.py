"""Samples a model: every response is kept at its address, and what is kept is never asked again.

A request whose failure may pass (`error`) is not kept, so that the next run asks it again. One that the
engine refuses is kept as an empty response where others succeed; if all are refused, the set-up is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import EngineFault
from parallelize.core.ports import FinishReason, GenerationRequest, Generator, Reply
from parallelize.evaluation.asking import Sample
from parallelize.pipeline.queue import Queue, recall
from parallelize.pipeline.ticking import ticking
from parallelize.pipeline.window import for_each
from parallelize.store.memory import Memory

__all__ = ["Sampling", "WholeResponses", "sample_model", "whole_response"]

_SAID = frozenset({FinishReason.STOP, FinishReason.LENGTH, FinishReason.REPETITION})
_LISTED = 20


@dataclass(slots=True, kw_only=True)
class Sampling:
    """What came of asking a model for samples."""

    work: EngineWork
    errors: int = 0
    """Requests that failed and may succeed another time."""
    listed: list[str] = field(default_factory=list)
    """The first of them, for the user to read."""


class WholeResponses:
    """A generator whose replies hold all that the model is taken to have said: opening, thinking, text."""

    def __init__(self, generator: Generator, *, think_open: str, think_close: str) -> None:
        """Wrap a generator.

        Args:
            generator: the model.
            think_open: opens thinking in a response, where the engine sets it apart.
            think_close: closes it.
        """
        self._generator = generator
        self._marks = (think_open, think_close)

    @property
    def capacity(self) -> int:
        """Requests that may be under way at once: the generator's limit."""
        return self._generator.capacity

    async def answer(self, request: GenerationRequest) -> Reply:
        """Answer a prompt; see `Engine.answer`."""
        reply = await self._generator.answer(request)
        return replace(reply, text=whole_response(request, reply, *self._marks), thinking="")

    async def aclose(self) -> None:
        """Close the generator that answers the prompts."""
        await self._generator.aclose()


async def sample_model(
    samples: Iterable[Sample],
    generator: Generator,
    memory: Memory,
    *,
    think_open: str,
    think_close: str,
    on_reply: Callable[[Sample, int], None],
) -> Sampling:
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
    engine = WholeResponses(generator, think_open=think_open, think_close=think_close)
    refused: list[tuple[Sample, Reply]] = []
    failed: list[tuple[Sample, Reply]] = []
    asked: set[bytes] = set()

    async def one(sample: Sample) -> None:
        known = recall(memory, sample.request) is not None
        if not known and sample.address in asked:
            return
        asked.add(sample.address)
        reply = await queue.ask(sample.request)
        if known:
            return
        if reply.finish is FinishReason.ERROR:
            failed.append((sample, reply))
        elif reply.finish not in _SAID:
            refused.append((sample, reply))
        on_reply(sample, reply.output_tokens or 0)

    async with ticking(memory), Queue(engine, memory, keep=lambda reply: reply.finish in _SAID) as queue:
        await for_each(samples, one, limit=lambda: queue.capacity)
        whole = queue.work.total
        if refused and len(refused) == whole.work.calls and not whole.from_memory:
            first = refused[0][1]
            raise EngineFault(
                f"the engine refused all {len(refused)} requests; the first: {first.detail}",
                remedy="check the context length of the model, its chat template, --opening and --thinking",
            )
        for sample, reply in refused:
            memory.put(sample.part, reply)
    return Sampling(work=queue.work, errors=len(failed), listed=_told(failed))


def whole_response(request: GenerationRequest, reply: Reply, think_open: str, think_close: str) -> str:
    """What the model is taken to have said: its opening, thinking that was set apart, and the text.

    The words that were written for the model belong to its response; a failure has none.
    """
    if reply.finish not in _SAID:
        return ""
    opening = request.opening
    if not reply.thinking:
        return opening + reply.text
    begun = opening if opening.startswith(think_open) else think_open
    answer = reply.text if begun == opening else opening + reply.text
    cut = reply.finish is not FinishReason.STOP and not reply.text
    return begun + reply.thinking if cut else f"{begun}{reply.thinking}{think_close}{answer}"


def _told(failed: Sequence[tuple[Sample, Reply]]) -> list[str]:
    """Where the first failures happened, and why."""
    told = []
    for sample, reply in failed[:_LISTED]:
        question = sample.question
        place = f"{question.benchmark} {question.language} {question.id} sample {sample.number}"
        told.append(f"{place}: {reply.detail or 'no reason given'}")
    return told
