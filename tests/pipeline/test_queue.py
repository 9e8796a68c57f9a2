"""The queue before an engine: each address asked once, in order, everything counted, failures too."""

from __future__ import annotations

import asyncio
import heapq
import random
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.engine_work import Pace
from parallelize.core.errors import EngineFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import (
    FinishReason,
    Reply,
    ScoringRequest,
    TranslationRequest,
)
from parallelize.core.provenance import Task, address
from parallelize.core.work import Work
from parallelize.engines.scripted.translator import Fault, ScriptedTranslator
from parallelize.pipeline.queue import Queue
from parallelize.store.memory import Memory


def request(text: str, source: str = "en", target: str = "pt") -> TranslationRequest:
    return TranslationRequest(
        address=address(
            task=Task.TRANSLATE,
            fingerprint=b"",
            languages=LanguagePair(source, target),
            attempt="plain",
            text=text,
        ),
        task=Task.TRANSLATE,
        languages=LanguagePair(source, target),
        text=text,
        attempt="plain",
    )


async def ask(queue: Queue[TranslationRequest], *requests: TranslationRequest) -> list[Reply]:
    return list(await asyncio.gather(*(queue.ask(item) for item in requests)))


async def test_work_is_counted_by_direction(tmp_path: Path) -> None:
    engine = ScriptedTranslator(counts_tokens=True)
    async with Queue(engine, Memory(tmp_path), gpus=2) as queue:
        there = [request(f"{word} ripe apples") for word in ("one", "two", "three")]
        await ask(queue, *there, there[0], request("duas", "pt", "en"))
        await ask(queue, there[1])
        work = queue.work
        assert work.pairs["en-pt"].work == Work(calls=3, source_words=9, input_tokens=9, output_tokens=9)
        assert work.pairs["en-pt"].from_memory == 1
        assert work.pairs["pt-en"].work == Work(calls=1, source_words=1, input_tokens=1, output_tokens=1)
        assert work.total.work.calls == 4
        assert work.gpu_hours == 2 * work.busy_seconds / 3600
        assert queue.take_work() is work
        await ask(queue, request("four ripe apples"))
        assert queue.work.total.work.calls == 1
        assert queue.work.gpus == 2
        assert work.total.work.calls == 4


async def test_failed_replies_cost_as_much_as_others(tmp_path: Path) -> None:
    engine = ScriptedTranslator(fault_rate=1.0, faults=(Fault.CUT,), counts_tokens=True)
    async with Queue(engine, Memory(tmp_path)) as queue:
        (reply,) = await ask(queue, request("one two three four"))
        assert reply.finish is FinishReason.LENGTH
        found = queue.work.as_dict()
    assert (found["replies"], found["failed"], found["input_tokens"]) == (1, 1, 4)
    assert found["output_tokens"] == reply.output_tokens == len(reply.text.split())


async def test_an_engine_that_counts_no_tokens_has_none(tmp_path: Path) -> None:
    async with Queue(ScriptedTranslator(), Memory(tmp_path)) as queue:
        await ask(queue, request("one two"))
        found = queue.work.as_dict()
    assert found["output_tokens"] is None
    assert found["output_tokens_per_second"] is None
    assert found["pairs"]["en-pt"]["source_words"] == 2


def test_a_pace_holds_everything_in_few_spans() -> None:
    pace = Pace()
    for second in range(1_000):
        pace.add(float(second), Work(calls=1, source_words=2, output_tokens=3))
    assert (sum(pace.words), sum(pace.output_tokens)) == (2_000, 3_000)
    assert len(pace.words) == len(pace.output_tokens) <= 64
    assert pace.span_seconds == 16.0
    assert pace.words[:-1] == [32] * 62


class Recorder:
    """An engine that notes what it is asked, and answers when it is let."""

    capacity = 1

    def __init__(self, *, free: bool = True) -> None:
        self.asked: list[str] = []
        self.most = self.at_work = 0
        self.go = asyncio.Event()
        if free:
            self.go.set()

    async def answer(self, request: TranslationRequest) -> Reply:
        self.asked.append(request.text)
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        await self.go.wait()
        await asyncio.sleep(0)
        self.at_work -= 1
        if request.text == "fatal":
            raise EngineFault("it cannot go on")
        return Reply(address=request.address, text=request.text.upper(), finish=FinishReason.STOP)

    async def aclose(self) -> None: ...


@given(
    words=st.lists(st.sampled_from("abcdefgh"), max_size=40),
    capacity=st.integers(1, 7),
    span=st.integers(1, 9),
)
@settings(max_examples=50, deadline=None)
def test_each_address_is_asked_once_and_never_more_at_work_than_the_engine_says(
    words: list[str], capacity: int, span: int
) -> None:
    engine = Recorder()
    engine.capacity = capacity

    async def run(folder: str) -> list[Reply]:
        async with Queue(engine, Memory(Path(folder)), span=span) as queue:
            return await ask(queue, *map(request, words))

    with tempfile.TemporaryDirectory() as folder:
        replies = asyncio.run(run(folder))
    assert [reply.text for reply in replies] == [word.upper() for word in words]
    assert sorted(engine.asked) == sorted(set(words))
    assert engine.most <= capacity


async def test_longest_first_within_a_span_and_spans_in_order_of_arrival(tmp_path: Path) -> None:
    texts = [f"{number}{'x' * length}" for number, length in enumerate((600, 0, 900, 300, 0, 900, 0, 300))]
    engine = Recorder(free=False)
    async with Queue(engine, Memory(tmp_path), span=4) as queue:
        tasks = [asyncio.create_task(queue.ask(request(text))) for text in texts]
        await asyncio.sleep(0)
        engine.go.set()
        await asyncio.gather(*tasks)
    assert [text[0] for text in engine.asked] == ["0", "2", "3", "1", "5", "7", "4", "6"]


async def test_equal_lengths_go_by_language_so_that_common_beginnings_come_together(tmp_path: Path) -> None:
    engine = Recorder(free=False)
    async with Queue(engine, Memory(tmp_path)) as queue:
        items = [request(f"text {n}", target=("pt", "de")[n % 2]) for n in range(7)]
        tasks = [asyncio.create_task(queue.ask(item)) for item in items]
        await asyncio.sleep(0)
        engine.go.set()
        await asyncio.gather(*tasks)
    assert [text[-1] for text in engine.asked] == ["0", "1", "3", "5", "2", "4", "6"]


async def test_a_fault_reaches_everyone_who_waits_and_what_was_answered_is_kept(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    async with Queue(Recorder(), memory) as queue:
        assert (await queue.ask(request("fine"))).text == "FINE"
        waiting = [asyncio.create_task(queue.ask(request(text))) for text in ("fatal", "later", "later")]
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert [str(item) for item in ended] == ["it cannot go on"] * 3
        with pytest.raises(EngineFault, match="cannot go on"):
            await queue.ask(request("anew"))
        assert (await queue.ask(request("fine"))).text == "FINE"


async def test_one_who_stops_waiting_does_not_stop_the_others(tmp_path: Path) -> None:
    engine = Recorder(free=False)
    async with Queue(engine, Memory(tmp_path)) as queue:
        first, second = (asyncio.create_task(queue.ask(request("same"))) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        engine.go.set()
        assert (await second).text == "SAME"
    assert engine.asked == ["same"]


async def test_leaving_the_queue_cancels_what_is_under_way(tmp_path: Path) -> None:
    engine = Recorder(free=False)
    async with Queue(engine, Memory(tmp_path)) as queue:
        task = asyncio.create_task(queue.ask(request("never")))
        await asyncio.sleep(0.01)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_answer_to_another_request_ends_the_work(tmp_path: Path) -> None:
    class Confused(Recorder):
        async def answer(self, request: TranslationRequest) -> Reply:
            return Reply(address=b"x" * 32, text="", finish=FinishReason.STOP)

    async with Queue(Confused(), Memory(tmp_path)) as queue:
        with pytest.raises(EngineFault, match="nobody asked"):
            await queue.ask(request("text"))


async def test_an_error_is_asked_again_next_time_and_other_failures_are_not(tmp_path: Path) -> None:
    for fault, again in ((Fault.ERROR, 0), (Fault.CUT, 1)):
        folder, wanted = tmp_path / fault.value, request("one two three four")
        for _ in range(2):
            memory = Memory(folder)
            engine = ScriptedTranslator(fault_rate=1.0, faults=(fault,))
            async with Queue(engine, memory) as queue:
                await queue.ask(wanted)
            memory.close()
        assert queue.work.total.from_memory == again


async def test_a_measured_number_comes_back_from_the_memory_as_that_number(tmp_path: Path) -> None:
    class Measures(Recorder):
        async def answer(self, request: ScoringRequest) -> Reply:
            self.asked.append(request.text)
            number = None if request.text == "none" else 0.1 + 0.2
            finish = FinishReason.ENVELOPE if number is None else FinishReason.STOP
            return Reply(address=request.address, text="", finish=finish, value=number, detail="why")

    def scoring(text: str) -> ScoringRequest:
        plain = request(text)
        return ScoringRequest(
            address=plain.address, task=Task.JUDGE, languages=LanguagePair("en", "pt"),
            text=text, attempt="comet", translation="x",
        )  # fmt: skip

    wanted = [scoring("some"), scoring("none")]
    for run in range(3):
        memory, engine = Memory(tmp_path), Measures()
        async with Queue(engine, memory) as queue:
            first = await asyncio.gather(*map(queue.ask, wanted))
            second = await asyncio.gather(*map(queue.ask, wanted))
        if run:  # a journal first, a file after closing
            memory.close()
        assert [reply.value for reply in first] == [0.1 + 0.2, None]
        assert [(reply.value, reply.finish) for reply in second] == [
            (reply.value, reply.finish) for reply in first
        ]
        assert len(engine.asked) == (0 if run else 2)


class Slots:
    """An engine of so many places, each request as long in one as its text; time is counted, not waited."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.now = 0
        self._running: list[tuple[int, int, asyncio.Event]] = []
        self._begun = 0

    async def answer(self, request: TranslationRequest) -> Reply:
        done = asyncio.Event()
        self._begun += 1
        heapq.heappush(self._running, (self.now + len(request.text), self._begun, done))
        await done.wait()
        return Reply(address=request.address, text=request.text, finish=FinishReason.STOP)

    async def aclose(self) -> None:
        """Does nothing: it holds nothing open."""

    async def run(self, work: asyncio.Future[object]) -> int:
        """Let time pass whenever nobody does anything any more; returns when the work was done."""
        while not work.done():
            for _ in range(20):
                await asyncio.sleep(0)
            if self._running:
                self.now, _, done = heapq.heappop(self._running)
                done.set()
        return self.now


def shortest(lengths: list[int], slots: int) -> int:
    """When so many slots are done with independent requests, taken in this order."""
    free = [0] * slots
    for length in lengths:
        heapq.heappush(free, heapq.heappop(free) + length)
    return max(free)


@pytest.mark.parametrize(("count", "slots", "share"), [(50, 8, 0.97), (200, 8, 0.97), (200, 16, 1.03)])
async def test_new_requests_fill_the_places_that_ways_back_leave(
    tmp_path: Path, count: int, slots: int, share: float
) -> None:
    """A job whose ways back wait for translations ends as soon as if they were all asked at once, in order.

    More than 1 is possible, since we begin with the long ones.
    """
    shares = []
    for seed in range(5):
        draw = random.Random(seed)
        lengths = [int(draw.lognormvariate(5, 0.6)) + 20 for _ in range(count // 2)]
        engine = Slots(slots)

        async def row(length: int, number: int, queue: Queue[TranslationRequest]) -> None:
            text = f"{number:04d}".ljust(length, "x")
            await queue.ask(request(text, target="de"))
            back = request(f"b{text[1:]}", source="de", target="en")
            await queue.ask(replace(back, task=Task.BACK_TRANSLATE))

        async with Queue(engine, Memory(tmp_path / f"{seed}")) as queue:
            work = asyncio.gather(*(row(length, n, queue) for n, length in enumerate(lengths)))
            taken = await engine.run(work)
        shares.append(shortest([length for length in lengths for _ in range(2)], slots) / taken)
    assert sum(shares) / len(shares) >= share
