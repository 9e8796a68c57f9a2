"""The queue before an engine: each address asked once, everything counted by direction, failures too."""

from __future__ import annotations

import asyncio
from pathlib import Path

from parallelize.core.ports import FinishReason, TranslationReply, TranslationRequest
from parallelize.core.provenance import Task, address
from parallelize.core.work import Work
from parallelize.engines.scripted import Fault, ScriptedTranslator
from parallelize.pipeline.dispatch import Dispatcher, Pace
from parallelize.store.memory import Memory


def request(text: str, source: str = "en", target: str = "pt") -> TranslationRequest:
    return TranslationRequest(
        address=address(
            task=Task.TRANSLATE,
            fingerprint=b"",
            source_language=source,
            target_language=target,
            attempt="plain",
            text=text,
        ),
        task=Task.TRANSLATE,
        source_language=source,
        target_language=target,
        text=text,
        attempt="plain",
    )


async def ask(dispatcher: Dispatcher, *requests: TranslationRequest) -> list[TranslationReply]:
    return list(await asyncio.gather(*(dispatcher.ask(item) for item in requests)))


async def test_work_is_counted_by_direction(tmp_path: Path) -> None:
    engine = ScriptedTranslator(counts_tokens=True)
    async with Dispatcher(engine, Memory(tmp_path), gpus=2) as dispatcher:
        there = [request(f"{word} ripe apples") for word in ("one", "two", "three")]
        await ask(dispatcher, *there, there[0], request("duas", "pt", "en"))
        await ask(dispatcher, there[1])
        work = dispatcher.work
        assert work.pairs["en-pt"].work == Work(calls=3, source_words=9, input_tokens=9, output_tokens=9)
        assert work.pairs["en-pt"].from_memory == 1
        assert work.pairs["pt-en"].work == Work(calls=1, source_words=1, input_tokens=1, output_tokens=1)
        assert work.total.work.calls == 4
        assert work.gpu_hours == 2 * work.busy_seconds / 3600
        assert dispatcher.take_work() is work
        await ask(dispatcher, request("four ripe apples"))
        assert dispatcher.work.total.work.calls == 1
        assert dispatcher.work.gpus == 2
        assert work.total.work.calls == 4


async def test_failed_replies_cost_as_much_as_others(tmp_path: Path) -> None:
    engine = ScriptedTranslator(fault_rate=1.0, faults=(Fault.CUT,), counts_tokens=True)
    async with Dispatcher(engine, Memory(tmp_path)) as dispatcher:
        (reply,) = await ask(dispatcher, request("one two three four"))
        assert reply.finish is FinishReason.LENGTH
        found = dispatcher.work.as_dict()
    assert (found["replies"], found["failed"], found["input_tokens"]) == (1, 1, 4)
    assert found["output_tokens"] == reply.output_tokens == len(reply.text.split())


async def test_an_engine_that_counts_no_tokens_has_none(tmp_path: Path) -> None:
    async with Dispatcher(ScriptedTranslator(), Memory(tmp_path)) as dispatcher:
        await ask(dispatcher, request("one two"))
        found = dispatcher.work.as_dict()
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
