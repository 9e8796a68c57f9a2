"""The contract of `ports.Translator`, held by every engine that runs here.

Engines run for real. What an engine refuses differs; that nothing is lost, mixed up or left running does
not.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psutil
import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Reply, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.engines.apertium.translator import ApertiumTranslator
from parallelize.engines.bergamot.translator import BergamotTranslator
from parallelize.engines.scripted.translator import ScriptedTranslator
from tests.contract.asking import answer_all

SENTENCES = [f"The farmer sold {number} eggs and kept the rest." for number in range(40)]


@dataclass(frozen=True)
class Case:
    make: Callable[[], Any]
    target: str


CASES = {
    "bergamot": Case(lambda: BergamotTranslator(workers=2, offline=True), "pt"),
    "apertium": Case(lambda: ApertiumTranslator(workers=2), "es"),
    "scripted": Case(ScriptedTranslator, "de"),
    "scripted-late": Case(lambda: ScriptedTranslator(delay_seconds=0.01), "de"),
}


@pytest.fixture(params=CASES)
async def engine(request: pytest.FixtureRequest):
    if request.param == "apertium" and shutil.which("apertium") is None:
        pytest.skip("apertium is not installed (apt-get install apertium apertium-eng-spa)")
    translator = CASES[request.param].make()
    translator.contract_target = CASES[request.param].target
    yield translator
    await translator.aclose()


def make_request(engine: Any, text: str, number: int, *, target: str | None = None) -> TranslationRequest:
    return TranslationRequest(
        address=number.to_bytes(32, "big"),
        task=Task.TRANSLATE,
        languages=LanguagePair("en", target or engine.contract_target),
        text=text,
        attempt="first",
    )


async def answers(engine: Any, texts: Sequence[str], *, at_once: int = 0) -> dict[int, Reply]:
    asked = [make_request(engine, text, number) for number, text in enumerate(texts)]
    replies = await answer_all(engine, asked, at_once=at_once)
    return {int.from_bytes(reply.address, "big"): reply for reply in replies}


async def test_every_request_is_answered_exactly_once(engine):
    found = await answers(engine, SENTENCES)
    assert sorted(found) == list(range(len(SENTENCES)))
    assert all(reply.finish is FinishReason.STOP for reply in found.values())
    assert all(str(number) in reply.text for number, reply in found.items())
    assert all(reply.text != SENTENCES[number] for number, reply in found.items())


async def test_the_same_text_gives_the_same_reply_in_any_order_and_company(engine):
    forward = await answers(engine, SENTENCES)
    backward = await answers(engine, SENTENCES[::-1])
    alone = await answers(engine, SENTENCES[7:8])
    last = len(SENTENCES) - 1
    assert [forward[n].text for n in range(last + 1)] == [backward[last - n].text for n in range(last + 1)]
    assert alone[0].text == forward[7].text


async def test_one_alone_is_answered(engine):
    """An engine that waits for a full batch would wait for ever here."""
    async with asyncio.timeout(60):
        for number in range(5):
            reply = await engine.answer(make_request(engine, SENTENCES[number], number))
            assert reply.address == number.to_bytes(32, "big")


async def test_more_at_once_than_it_says_it_can_use_are_answered_too(engine):
    texts = SENTENCES * (2 + 2 * engine.capacity // len(SENTENCES))
    found = await answers(engine, texts, at_once=len(texts))
    assert len(found) == len(texts) > engine.capacity >= 1
    assert {reply.finish for reply in found.values()} == {FinishReason.STOP}


async def test_requests_that_are_given_up_leave_the_engine_usable(engine):
    texts = SENTENCES * 3
    tasks = [
        asyncio.create_task(engine.answer(make_request(engine, text, number)))
        for number, text in enumerate(texts)
    ]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [item for item in ended if isinstance(item, Exception)]
    async with asyncio.timeout(60):
        found = await answers(engine, SENTENCES[:5])
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert all(str(number) in reply.text for number, reply in found.items())


async def test_a_bad_text_does_not_stop_the_others(engine):
    odd = [
        "",
        "   ",
        "\n",
        "a\0b",
        "\ud800 lone",
        "12345",
        "🙂🙂🙂",
        "日本語",
        "ten\tapples\nin a box",
        "x" * 600,
    ]
    texts = [text for pair in zip(odd, SENTENCES, strict=False) for text in pair]
    found = await answers(engine, texts)
    assert sorted(found) == list(range(len(texts)))
    for number, reply in found.items():
        if number % 2:
            assert reply.finish is FinishReason.STOP, reply
        elif reply.finish is not FinishReason.STOP:
            assert reply.text == ""
            assert reply.detail, "a failed reply says why"


async def test_white_space_around_a_text_stays(engine):
    found = await answers(engine, ["  The cat sleeps. ", "The cat sleeps.", "   ", ""])
    assert found[0].text == f"  {found[1].text} "
    assert found[2].text == "   "
    assert found[3].text == ""


async def test_fingerprints_are_stable_and_tell_directions_apart(engine):
    target = engine.contract_target
    there, back = (
        engine.fingerprint(LanguagePair("en", target)),
        engine.fingerprint(LanguagePair(target, "en")),
    )
    assert there.digest() == engine.fingerprint(LanguagePair("en", target)).digest()
    if there.engine != "scripted":
        assert there.digest() != back.digest()
        assert there.extra


async def test_traits_are_consistent(engine):
    traits = engine.traits
    assert traits.placeholders
    assert len(set(traits.placeholders)) == len(traits.placeholders)
    assert traits.segment_chars >= 100


async def test_placeholders_survive(engine):
    form = engine.traits.placeholders[0].value[0]
    text = f"If {form}1 is a prime number, then {form}2 is even."
    found = await answers(engine, [text])
    assert found[0].text.count(f"{form}1") == 1
    assert found[0].text.count(f"{form}2") == 1


async def test_closing_ends_the_processes_and_may_be_repeated(engine):
    await answers(engine, SENTENCES[:4])
    processes = [psutil.Process(number) for number in getattr(engine, "process_ids", ())]
    family = [child for process in processes for child in process.children(recursive=True)]
    await engine.aclose()
    await engine.aclose()
    for _ in range(100):
        if not any(alive(process) for process in (*processes, *family)):
            break
        await asyncio.sleep(0.05)
    assert not any(alive(process) for process in (*processes, *family))


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
