"""Samples a model: every response is kept at its address, and what is kept is never asked again.

A request whose failure may pass (`error`) is not kept, so that the next run asks it again. One that the
engine refuses is kept as an empty response where others succeed; if all are refused, the set-up is wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import EngineFault
from parallelize.core.ports import SAID, FinishReason, GenerationRequest, Generator, Reply
from parallelize.evaluation.asking import Sample
from parallelize.pipeline.queue import Queue, recall
from parallelize.pipeline.window import Window
from parallelize.store.memory import Memory

__all__ = ["Sampler", "Sampling", "WholeResponses", "answered", "whole_response"]

_LISTED = 20


@dataclass(slots=True, kw_only=True)
class Sampling:
    """What came of asking a model for samples."""

    work: EngineWork
    """Of the engine so far, whoever asked."""
    new: int = 0
    """Replies that came now, those that failed included."""
    errors: int = 0
    """Requests that failed and may succeed another time."""
    listed: list[str] = field(default_factory=list)
    """The first of them, for the user to read."""


class WholeResponses:
    """A generator whose replies hold all that the model is taken to have said: opening, thinking, text."""

    def __init__(self, generator: Generator, *, think_open: str, think_close: str) -> None:
        """Wrap a generator.

        Args:
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


class Sampler:
    """Gets samples of one model through one queue; open as an asynchronous context manager."""

    def __init__(
        self,
        generator: Generator,
        memory: Memory,
        *,
        think_open: str,
        think_close: str,
        on_reply: Callable[[Sample, int], None],
    ) -> None:
        """Prepare; the generator stays the caller's to close.

        Args:
            think_open: opens thinking in a response, where the engine sets it apart.
            think_close: closes it.
            on_reply: told of each new reply, with its output tokens (0 where not counted).
        """
        engine = WholeResponses(generator, think_open=think_open, think_close=think_close)
        self._queue = Queue(engine, memory, keep=lambda reply: reply.finish in SAID)
        self._memory = memory
        self._on_reply = on_reply
        self._window = Window(lambda: self._queue.capacity)
        self._turn = asyncio.Lock()
        self._asked: set[bytes] = set()
        self._refused = 0

    async def __aenter__(self) -> Sampler:
        await self._queue.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._queue.__aexit__(*error)

    @property
    def work(self) -> EngineWork:
        """What the model has done so far."""
        return self._queue.work

    async def begin(
        self,
        group: asyncio.TaskGroup,
        samples: Iterable[Sample],
        *,
        left_out: Collection[int] = (),
        on_begin: Callable[[int], None] | None = None,
    ) -> asyncio.Task[Sampling]:
        """Take samples in, as there is room for them; those of one call come after those of an earlier one.

        Args:
            group: the work goes on in its tasks.
            samples: what is wanted; read only as far as the engine takes it. Equal requests are asked once.
            left_out: places of samples that the engine must not see; their responses are empty.
            on_begin: told of each place, one after the other, if they are to be asked one by one.

        Returns:
            The task that ends when all are answered.
        """
        sampling = _Refusals()
        tasks = []
        async with self._turn:
            for place, sample in enumerate(samples):
                await self._window.take(1)
                if on_begin is not None:
                    on_begin(place)
                tasks.append(group.create_task(self._one(sample, sampling, ask=place not in left_out)))
                if on_begin is not None:
                    await asyncio.wait([tasks[-1]])
        return group.create_task(self._settled(sampling, tasks))

    async def _one(self, sample: Sample, found: _Refusals, *, ask: bool) -> None:
        try:
            known = recall(self._memory, sample.request) is not None
            if not known and sample.address in self._asked:
                return
            self._asked.add(sample.address)
            reply = await self._queue.ask(sample.request) if ask else _left_out(sample)
            if known:
                return
            found.new += 1
            if reply.finish is FinishReason.ERROR:
                found.failed.append((sample, reply))
            elif reply.finish not in SAID:
                found.refused.append((sample, reply))
            self._on_reply(sample, reply.output_tokens or 0)
        finally:
            self._window.give(1)

    async def _settled(self, found: _Refusals, tasks: Sequence[asyncio.Task[None]]) -> Sampling:
        await asyncio.gather(*tasks)
        whole = self.work.total
        self._refused += len(found.refused)
        if found.refused and self._refused == whole.work.calls and not whole.from_memory:
            first = found.refused[0][1]
            raise EngineFault(
                f"the engine refused all {self._refused} requests; the first: {first.detail}",
                remedy="check the context length of the model, its chat template, --opening and --thinking",
            )
        for sample, reply in found.refused:
            self._memory.put(sample.part, reply)
        return Sampling(work=self.work, new=found.new, errors=len(found.failed), listed=_told(found.failed))


@dataclass(slots=True)
class _Refusals:
    """What went wrong among samples that belong together."""

    new: int = 0
    refused: list[tuple[Sample, Reply]] = field(default_factory=list)
    failed: list[tuple[Sample, Reply]] = field(default_factory=list)


def _left_out(sample: Sample) -> Reply:
    detail = "a worker process ended twice while it worked on this request"
    return Reply(address=sample.address, finish=FinishReason.REFUSED_INPUT, detail=detail)


def whole_response(request: GenerationRequest, reply: Reply, think_open: str, think_close: str) -> str:
    """What the model is taken to have said: its opening, thinking that was set apart, and the text.

    The words that were written for the model belong to its response; a failure has none.
    """
    if reply.finish not in SAID:
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


def answered(folder: Path, samples: Iterable[Sample]) -> set[bytes]:
    """Addresses that a memory answers, as it is now."""
    memory = Memory(folder)
    try:
        return {item.address for item in samples if memory.get(item.part, item.address) is not None}
    finally:
        memory.close()
