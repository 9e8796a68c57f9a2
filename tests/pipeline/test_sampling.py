"""Sampling: each address asked once, replies kept as they come, failures that may pass asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from parallelize.core.errors import EngineFault
from parallelize.core.ports import FinishReason, GenerationRequest, Reply
from parallelize.core.provenance import EngineFingerprint
from parallelize.evaluation.asking import Asker, Asking, Question, Sample
from parallelize.pipeline.open_memory import ticking
from parallelize.pipeline.sampling import Sampler, Sampling, whole_response
from parallelize.pipeline.window import task_group
from parallelize.store.memory import Memory

Answer = Callable[[GenerationRequest], Reply]


class Model:
    """Answers by a function, up to four requests at a time, and remembers what it was asked."""

    capacity = 4

    def __init__(self, answer: Answer | None = None) -> None:
        self.asked: list[bytes] = []
        self.at_work = self.most = 0
        self._answer = answer or said("so")

    def fingerprint(self) -> EngineFingerprint:
        return EngineFingerprint(engine="test", model="m")

    async def aclose(self) -> None:
        pass

    async def answer(self, request: GenerationRequest) -> Reply:
        self.asked.append(request.address)
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        await asyncio.sleep(0)
        self.at_work -= 1
        return self._answer(request)


def said(
    text: str, finish: FinishReason = FinishReason.STOP, *, thinking: str = "", detail: str = ""
) -> Answer:
    return lambda request: Reply(
        address=request.address, text=text, finish=finish, thinking=thinking, output_tokens=3, detail=detail
    )


def samples(count: int, *, repeats: int = 1, asking: Asking | None = None) -> list[Sample]:
    asker = Asker(asking or Asking(), b"f" * 32, seed=0)
    problems = [
        Question(benchmark="b", id=f"{n}", text=f"problem {n}", text_language="de", language="de", gold="1")
        for n in range(count)
    ]
    return [sample for problem in problems * repeats for sample in asker.samples(problem, 1)]


async def run(
    wanted: Iterable[Sample], model: Model, memory: Memory, seen: list[int] | None = None
) -> Sampling:
    sampler = Sampler(
        model,
        memory,
        think_open="<think>",
        think_close="</think>",
        on_reply=lambda _, tokens: (seen if seen is not None else []).append(tokens),
    )
    async with ticking(memory), sampler, task_group() as group:
        task = await sampler.begin(group, wanted)
    return task.result()


async def test_every_address_is_asked_once_and_kept(tmp_path: Path) -> None:
    wanted, seen = samples(50, repeats=2), []
    model, memory = Model(), Memory(tmp_path)
    work = (await run(wanted, model, memory, seen)).work
    assert len(model.asked) == len(set(model.asked)) == 50
    whole = work.total
    assert (whole.work.calls, whole.work.output_tokens, seen) == (50, 150, [3] * 50)
    assert model.most <= 4
    again = Model()
    work = (await run(wanted, again, Memory(tmp_path))).work
    assert again.asked == []
    assert (work.total.work.calls, work.total.from_memory, work.busy_seconds) == (0, 100, 0.0)


async def test_samples_are_read_only_as_far_as_the_engine_takes_them(tmp_path: Path) -> None:
    read = ahead = 0
    wanted, model = samples(200), Model()

    def counted() -> Iterator[Sample]:
        nonlocal read, ahead
        for sample in wanted:
            read += 1
            ahead = max(ahead, read - len(model.asked))
            yield sample

    sampling = await run(counted(), model, Memory(tmp_path))
    assert sampling.work.total.work.calls == 200
    assert ahead <= 8


async def test_what_was_answered_is_on_disk_when_the_engine_dies(tmp_path: Path) -> None:
    count = 0

    def dying(request: GenerationRequest) -> Reply:
        nonlocal count
        count += 1
        if count > 20:
            raise EngineFault("it died")
        return said("so")(request)

    wanted = samples(50)
    with pytest.raises(EngineFault, match="it died"):
        await run(wanted, Model(dying), Memory(tmp_path))
    later = Model()
    work = (await run(wanted, later, Memory(tmp_path))).work
    assert work.total.from_memory + len(later.asked) == 50
    assert len(later.asked) <= 50 - 20 + 4


async def test_a_failure_that_may_pass_is_listed_and_asked_again(tmp_path: Path) -> None:
    wanted = samples(3)

    def failing(request: GenerationRequest) -> Reply:
        bad = request.address == wanted[1].address
        return (said("", FinishReason.ERROR, detail="gone") if bad else said("so"))(request)

    sampling = await run(wanted, Model(failing), Memory(tmp_path))
    assert (sampling.errors, sampling.listed) == (1, ["b de 1 sample 0: gone"])
    later = Model()
    sampling = await run(wanted, later, Memory(tmp_path))
    assert later.asked == [wanted[1].address]
    assert sampling.errors == 0


async def test_a_failure_for_good_is_an_empty_response_with_its_reason(tmp_path: Path) -> None:
    wanted, memory = samples(3), Memory(tmp_path)

    def long(request: GenerationRequest) -> Reply:
        first = request.address == wanted[0].address
        return (said("", FinishReason.TOO_LONG, detail="9 tokens") if first else said("so"))(request)

    await run(wanted, Model(long), memory)
    kept = memory.get(wanted[0].part, wanted[0].address)
    assert kept is not None
    assert (kept.text, kept.finish, kept.detail) == ("", FinishReason.TOO_LONG, "9 tokens")


async def test_an_engine_that_refuses_everything_is_a_fault_and_nothing_is_kept(tmp_path: Path) -> None:
    wanted, memory = samples(3), Memory(tmp_path)
    refusing = Model(said("", FinishReason.REFUSED_INPUT, detail="unknown field add_generation_prompt"))
    with pytest.raises(EngineFault, match="refused all 3 requests; the first: unknown field"):
        await run(wanted, refusing, memory)
    mended = Model()
    await run(wanted, mended, memory)
    assert len(mended.asked) == 3


async def test_an_answer_that_nobody_asked_for_ends_the_run(tmp_path: Path) -> None:
    stray = Reply(address=b"x" * 32, text="", finish=FinishReason.STOP)
    with pytest.raises(EngineFault, match="nobody asked"):
        await run(samples(1), Model(lambda _: stray), Memory(tmp_path))


@pytest.mark.parametrize(
    ("opening", "text", "thinking", "finish", "whole"),
    [
        ("", "the answer", "", "stop", "the answer"),
        ("Ich denke.", " So ist es.", "", "stop", "Ich denke. So ist es."),
        ("<think>\nIch denke.", " Ja.</think>5", "", "stop", "<think>\nIch denke. Ja.</think>5"),
        ("", "5", "hm", "stop", "<think>hm</think>5"),
        ("<think>\nIch denke.", "5", " hm", "stop", "<think>\nIch denke. hm</think>5"),
        ("Also:", " 5", "hm", "stop", "<think>hm</think>Also: 5"),
        ("", "", "hm", "length", "<think>hm"),
        ("", "", "hm", "stop", "<think>hm</think>"),
        ("Ich denke.", "", "", "error", ""),
        ("Ich denke.", "", "", "too_long", ""),
    ],
)
def test_words_written_for_the_model_and_thinking_set_apart_belong_to_the_response(
    opening: str, text: str, thinking: str, finish: str, whole: str
) -> None:
    (sample,) = samples(1)
    object.__setattr__(sample.request, "opening", opening)
    reply = Reply(address=b"", text=text, finish=FinishReason(finish), thinking=thinking)
    assert whole_response(sample.request, reply, "<think>", "</think>") == whole
