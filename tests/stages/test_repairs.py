"""One segment: rungs in order, the best candidate, another engine; addresses hold what an engine sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import LANGUAGES
from parallelize.core.ports import (
    FinishReason,
    Placeholders,
    Protection,
    Reply,
    TranslationRequest,
    TranslatorTraits,
)
from parallelize.core.records import Record, Role, Text
from parallelize.core.thresholds import Thresholds
from parallelize.core.work import Work
from parallelize.identifiers.fasttext_lid import FastTextIdentifier
from parallelize.identifiers.langid import LangidIdentifier
from parallelize.pipeline.scoring import ScoringHere
from parallelize.stages.ladder import in_words, ladder, ladder_of_another
from parallelize.stages.score import Scorer
from parallelize.stages.translate import RowTranslation, translate_row
from parallelize.stages.translation_plan import BoundTranslator, TranslationPlan
from parallelize.text.glossary import Glossary
from parallelize.text.segment import split

SOURCE = "The old farmer sold twelve ripe apples at the market."
GOOD = "O velho agricultor vendeu doze maçãs maduras no mercado."
WORSE = "O agricultor velho comercializou doze frutas na feira."
INLINE = TranslatorTraits(
    protection=Protection.INLINE,
    placeholders=(Placeholders.X,),
    segment_chars=400,
    multiline=True,
    samples=True,
)
MASKED = TranslatorTraits(
    protection=Protection.MASKED, placeholders=(Placeholders.X,), segment_chars=400, multiline=False
)
# Gates that need several identifiers have tests of their own.
THRESHOLDS = Thresholds.of({"off_target_parts": None, "foreign_share": None})
Answer = Callable[[TranslationRequest], tuple[str, FinishReason]]


@pytest.fixture(scope="module")
def light() -> Scorer:
    return Scorer((FastTextIdentifier(), LangidIdentifier()))


class Engine:
    """Answers by a function and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[TranslationRequest] = []

    async def ask(self, request: TranslationRequest) -> Reply:
        self.asked.append(request)
        text, finish = self.answer(request)
        return Reply(
            address=request.address,
            text=text,
            finish=finish,
            input_tokens=10,
            output_tokens=len(text.split()),
        )


def says(text: str) -> Answer:
    return lambda _: (text, FinishReason.STOP)


def bound(engine: Engine, traits: TranslatorTraits = INLINE, **shown: bool) -> BoundTranslator:
    return BoundTranslator(traits=traits, fingerprint=b"\0" * 32, ask=engine.ask, **shown)


async def row(
    text: str, scorer: Scorer, forward: BoundTranslator, back: Engine | None = None, **more: Any
) -> RowTranslation:
    record = Record(
        id="r",
        row={"problem": text},
        texts=(Text(path="problem", role=Role.PROBLEM, text=text),),
        answer=None,
    )
    glossary = Glossary.of(LANGUAGES["en"], more.pop("glossary", {}))
    plan = TranslationPlan(
        languages=LanguagePair("en", "pt"),
        forward=forward,
        back=None if back is None else bound(back),
        scoring=ScoringHere(scorer),
        thresholds=THRESHOLDS,
        glossary=glossary,
        **more,
    )
    return await translate_row(record, plan)


def varying(request: TranslationRequest) -> tuple[str, FinishReason]:
    """A sampling model whose second sample is the good one."""
    return (GOOD if "seed=2" in request.attempt else WORSE), FinishReason.STOP


def back_of(request: TranslationRequest) -> tuple[str, FinishReason]:
    text = SOURCE if request.text == GOOD else "The farmer put a dozen fruits on sale at a fair."
    return text, FinishReason.STOP


async def test_the_candidate_with_the_best_back_translation_wins(light: Scorer) -> None:
    engine, back = Engine(varying), Engine(back_of)
    made = await row(SOURCE, light, bound(engine), back, candidates=3)
    (segment,) = made.segments
    assert segment.target == GOOD
    assert segment.back == SOURCE
    assert segment.rung == "resampled-2"
    rungs = {rung.rung: (rung.tried, rung.passed, rung.won) for rung in made.rungs}
    assert rungs == {"configured": (1, 1, 0), "resampled": (1, 1, 0), "resampled-2": (1, 1, 1)}
    assert len(engine.asked) == len(back.asked) == 3
    assert made.back_work.calls == 3


async def test_of_equal_candidates_the_first_wins(light: Scorer) -> None:
    made = await row(SOURCE, light, bound(Engine(says(GOOD))), Engine(back_of), candidates=2)
    assert made.segments[0].rung == "configured"


async def test_one_candidate_is_enough_by_default(light: Scorer) -> None:
    engine = Engine(varying)
    made = await row(SOURCE, light, bound(engine), Engine(back_of))
    assert len(engine.asked) == 1
    assert made.segments[0].target == WORSE


async def test_failed_attempts_cost(light: Scorer) -> None:
    def second(request: TranslationRequest) -> tuple[str, FinishReason]:
        if request.override is None:
            return "um dois três", FinishReason.LENGTH
        return GOOD, FinishReason.STOP

    made = await row(SOURCE, light, bound(Engine(second)))
    work = {rung.rung: rung.work for rung in made.rungs}
    words = SOURCE.count(" ") + 1
    assert work["configured"] == Work(calls=1, source_words=words, input_tokens=10, output_tokens=3)
    assert work["resampled"].output_tokens == len(GOOD.split())
    assert {rung.rung: rung.won for rung in made.rungs} == {"configured": 0, "resampled": 1}


async def test_another_engine_is_asked_only_for_what_the_first_cannot_do(light: Scorer) -> None:
    first, other = Engine(lambda _: ("", FinishReason.LENGTH)), Engine(says(GOOD))
    made = await row(SOURCE, light, bound(first), repair=bound(other, MASKED), attempts=2)
    assert made.segments[0].rung == "other-configured"
    assert made.segments[0].target == GOOD
    assert len(first.asked) == 2
    assert [request.protection for request in other.asked] == [Protection.MASKED]
    fine, never = Engine(says(GOOD)), Engine(says(GOOD))
    await row(SOURCE, light, bound(fine), repair=bound(never, MASKED))
    assert never.asked == []


async def test_another_engine_gets_pieces_that_it_can_take(light: Scorer) -> None:
    first, other = Engine(lambda _: ("", FinishReason.LENGTH)), Engine(says(GOOD))
    made = await row(f"{SOURCE}\n\n  {SOURCE}", light, bound(first), repair=bound(other, MASKED))
    assert [request.text for request in other.asked] == [SOURCE, SOURCE]
    assert made.fields[0].target == f"{GOOD}\n\n  {GOOD}"


@pytest.mark.parametrize("protection", list(Protection))
def test_every_rung_has_words_for_a_report(protection: Protection) -> None:
    sentences = " ".join([SOURCE] * 12)
    (segment,) = split(sentences, segment_chars=5000, multiline=True)
    traits = replace(INLINE, protection=protection, placeholders=tuple(Placeholders), samples=True)
    rungs = [
        attempt.rung for way in (ladder, ladder_of_another) for attempt in way(segment, traits, samples=2)
    ]
    words = [in_words(rung) for rung in rungs]
    assert {"configured", "resampled-2", "split", "other-configured"} <= set(rungs)
    assert all(words)
    assert len(set(words)) >= 8  # ways of one engine and of two; other seeds read alike


async def test_context_is_in_an_address_only_where_the_engine_sees_it(light: Scorer) -> None:
    text = f"{SOURCE}\n\n{SOURCE.replace('old', 'young')}"
    small = TranslatorTraits(
        protection=Protection.INLINE,
        placeholders=(Placeholders.X,),
        segment_chars=60,
        multiline=True,
        uses_context=True,
    )
    found = {}
    for shown in (False, True):
        engine = Engine(says(GOOD))
        await row(text, light, bound(engine, small, context=shown), attempts=1)
        found[shown] = engine.asked
    assert [request.context for request in found[False]] == ["", ""]
    assert [request.context for request in found[True]] == ["", SOURCE]
    assert found[True][0].address == found[False][0].address
    assert found[True][1].address != found[False][1].address


async def test_a_translation_is_shown_to_the_next_segment_if_it_passed(light: Scorer) -> None:
    text = f"{SOURCE}\n\n{SOURCE.replace('old', 'young')}\n\n{SOURCE}"
    small = replace(INLINE, segment_chars=60, uses_context=True, uses_translated_context=True)
    found = {}
    for both, said in ((False, GOOD), (True, GOOD), (True, "")):
        engine = Engine(says(said))
        shown = bound(engine, small, context=True, translated_context=both)
        await row(text, light, shown, attempts=1)
        found[both, said] = engine.asked
    alone, both, failed = found.values()
    assert [request.translated_context for request in both] == ["", GOOD, GOOD]
    assert [request.context for request in both] == [request.context for request in alone]
    assert both[0].address == alone[0].address  # there was nothing to show
    assert len({request.address for request in (*alone, *both[1:])}) == 5
    assert [request.translated_context for request in failed] == ["", "", ""]


async def test_several_segments_before_are_shown_with_what_stands_between_them(light: Scorer) -> None:
    sources = [SOURCE, "$$x = 1$$", SOURCE.replace("old", "young"), SOURCE.replace("old", "third")]
    small = replace(INLINE, segment_chars=60, uses_context=True, uses_translated_context=True)
    engine = Engine(says(GOOD))
    await row(
        "\n\n".join(sources), light, bound(engine, small, context=2, translated_context=True), attempts=1
    )
    shown = [(request.context, request.translated_context) for request in engine.asked]
    assert shown[0] == ("", "")
    assert shown[1] == ("\n\n".join(sources[:2]), "\n\n".join([GOOD, sources[1]]))
    assert shown[2] == ("\n\n".join(sources[1:3]), "\n\n".join([sources[1], GOOD]))


async def test_only_translations_after_the_last_bad_one_are_shown(light: Scorer) -> None:
    sources = [
        SOURCE,
        SOURCE.replace("old", "young"),
        SOURCE.replace("old", "third"),
        SOURCE.replace("old", "tall"),
    ]
    small = replace(INLINE, segment_chars=60, uses_context=True, uses_translated_context=True)

    def said(request: TranslationRequest) -> tuple[str, FinishReason]:
        return says("" if "young" in request.text else GOOD)(request)

    engine = Engine(said)
    await row(
        "\n\n".join(sources), light, bound(engine, small, context=3, translated_context=True), attempts=1
    )
    assert [request.translated_context for request in engine.asked] == ["", GOOD, "", GOOD]
    assert engine.asked[3].context == "\n\n".join(sources[:3])


async def test_a_glossary_that_the_engine_is_not_told_of_is_a_gate_only(light: Scorer) -> None:
    terms = {"apples": "maçãs", "apple": "maçã", "plum": "ameixa"}
    told = TranslatorTraits(
        protection=Protection.INLINE,
        placeholders=(Placeholders.X,),
        segment_chars=400,
        multiline=True,
        uses_glossary=True,
    )
    plain, untold, knows = Engine(says(WORSE)), Engine(says(WORSE)), Engine(says(WORSE))
    await row(SOURCE, light, bound(plain), attempts=1)
    gated = await row(SOURCE, light, bound(untold), attempts=1, glossary=terms)
    await row(SOURCE, light, bound(knows, told), attempts=1, glossary=terms)
    assert untold.asked == plain.asked
    assert knows.asked[0].glossary == (("apples", "maçãs"),)
    assert knows.asked[0].address != plain.asked[0].address
    (fault,) = [score for score in gated.scores if score.measure == "glossary_faults"]
    assert (fault.value, fault.evidence) == (1, "apples → maçãs")
    good = await row(SOURCE, light, bound(Engine(says(GOOD))), glossary=terms)
    assert [s.value for s in good.scores if s.measure == "glossary_faults"] == [0]


def risk_of(made: RowTranslation) -> float:
    (score,) = (score for score in made.scores if score.measure == "fault_risk")
    assert score.value is not None
    return score.value


async def test_what_came_back_of_a_row_that_passes_is_translated_once_more(light: Scorer) -> None:
    stays = await row(SOURCE, light, bound(Engine(says(GOOD))), Engine(back_of), again=True)
    assert stays.segments[0].target == GOOD
    assert stays.back_work.calls == 2
    replies = iter([GOOD, "Um camponês idoso leva frutas à venda."])
    engine = Engine(lambda _: (next(replies), FinishReason.STOP))
    changes = await row(SOURCE, light, bound(engine), Engine(back_of), again=True)
    assert changes.segments[0].target == GOOD
    assert [request.text for request in engine.asked] == [SOURCE, SOURCE]
    assert risk_of(stays) < risk_of(changes)


async def test_a_row_that_is_dropped_anyhow_is_not_translated_once_more(light: Scorer) -> None:
    engine = Engine(says("um dois três"))
    made = await row(SOURCE, light, bound(engine), Engine(back_of), again=True)
    assert made.back_work.calls == 1
    assert {request.languages.target for request in engine.asked} == {"pt"}
    assert SOURCE not in {request.text for request in engine.asked[1:] if request.attempt == "plain"}
