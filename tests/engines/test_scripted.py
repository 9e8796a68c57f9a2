"""The scripted engine: reversible, deterministic, wrong as often as asked, fast."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import EngineFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import LANGUAGES
from parallelize.core.ports import FinishReason, Reply, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.engines.scripted.translator import Fault, ScriptedTranslator, cipher
from tests.contract.asking import answer_all


def make(text: str, number: int, attempt: str = "first") -> TranslationRequest:
    return TranslationRequest(
        address=number.to_bytes(32, "big"),
        task=Task.TRANSLATE,
        languages=LanguagePair("en", "pt"),
        text=text,
        attempt=attempt,
    )


async def replies(engine: ScriptedTranslator, requests: Sequence[TranslationRequest]) -> list[Reply]:
    return await answer_all(engine, requests)


@given(st.text(), st.sampled_from(sorted(LANGUAGES)), st.sampled_from(sorted(LANGUAGES)))
def test_translating_back_gives_the_source(text: str, source: str, target: str):
    there = text.translate(cipher(source, target))
    assert there.translate(cipher(target, source)) == text


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_every_language_differs_from_english(language: str):
    assert "the house".translate(cipher("en", language)) != "the house"


async def test_placeholders_digits_and_signs_stay():
    (reply,) = await replies(ScriptedTranslator(), [make("X1 + Q12Z = 3 [4] M5: yes", 0)])
    assert reply.text.startswith("X1 + Q12Z = 3 [4] M5: ")
    assert not reply.text.endswith("yes")


async def test_faults_come_as_often_as_asked_and_the_same_each_time():
    requests = [make(f"sentence number {number} with X1", number) for number in range(2_000)]
    first = await replies(ScriptedTranslator(fault_rate=0.2, seed=4), requests)
    again = await replies(ScriptedTranslator(fault_rate=0.2, seed=4), requests[::-1])
    assert first == again[::-1]
    clean = await replies(ScriptedTranslator(), requests)
    failed = sum(a != b for a, b in zip(first, clean, strict=True))
    assert 330 <= failed <= 470  # 400 expected; 4 standard deviations are 72
    other = await replies(ScriptedTranslator(fault_rate=0.2, seed=5), requests)
    assert other != first


async def test_another_attempt_can_succeed():
    engine = ScriptedTranslator(fault_rate=0.5, faults=(Fault.ERROR,))
    finishes = Counter(
        reply.finish
        for reply in await replies(engine, [make("one text", n, attempt=f"attempt {n}") for n in range(50)])
    )
    assert set(finishes) == {FinishReason.STOP, FinishReason.ERROR}


@pytest.mark.parametrize("fault", list(Fault))
async def test_each_kind_of_fault(fault: Fault):
    source = "The formula X1 has two solutions"
    (good,) = await replies(ScriptedTranslator(), [make(source, 0)])
    (bad,) = await replies(ScriptedTranslator(fault_rate=1.0, faults=(fault,)), [make(source, 0)])
    expected = {
        Fault.LOOP: (FinishReason.STOP, good.text + (" " + good.text.split()[-1]) * 200),
        Fault.CUT: (FinishReason.LENGTH, good.text[: len(good.text) // 2]),
        Fault.LOST: (FinishReason.STOP, good.text.replace("X1", "")),
        Fault.COPY: (FinishReason.STOP, source),
        Fault.EMPTY: (FinishReason.STOP, ""),
        Fault.ERROR: (FinishReason.ERROR, ""),
    }
    assert (bad.finish, bad.text) == expected[fault]


async def test_delays_change_the_order_and_nothing_else():
    requests = [make(f"sentence {number}", number) for number in range(200)]
    at_once = await replies(ScriptedTranslator(), requests)
    engine, order = ScriptedTranslator(delay_seconds=0.005), []

    async def ask(request: TranslationRequest) -> Reply:
        order.append(await engine.answer(request))
        return order[-1]

    assert await asyncio.gather(*map(ask, requests)) == at_once
    assert order != at_once


async def test_it_crashes_when_told():
    engine = ScriptedTranslator(crash_after=3)
    for number in range(3):
        assert (await engine.answer(make("text", number))).finish is FinishReason.STOP
    with pytest.raises(EngineFault, match="crashed after 3 replies, as planned"):
        await engine.answer(make("text", 3))


def test_what_changes_replies_changes_the_fingerprint():
    def digest(**options: object) -> bytes:
        return ScriptedTranslator(**options).fingerprint(LanguagePair("en", "pt")).digest()

    assert digest() == digest(delay_seconds=1.0, crash_after=9)
    assert len({digest(), digest(fault_rate=0.1), digest(fault_rate=0.1, seed=1)}) == 3
    assert digest(fault_rate=0.1) != digest(fault_rate=0.1, faults=(Fault.CUT,))


async def test_it_is_fast():
    """50,000 segments/s on an idle core; a fifth of it is asked here, for busy machines."""
    requests = [make("Natalia sold clips to 48 of her friends in April", number) for number in range(20_000)]
    started = time.perf_counter()
    engine = ScriptedTranslator()
    assert len([await engine.answer(request) for request in requests]) == 20_000
    assert 20_000 / (time.perf_counter() - started) > 10_000
