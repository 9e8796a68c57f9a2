"""Every part of every response gets one verdict; nothing empty passes, and size is no way to stop it."""

from __future__ import annotations

import time
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallelize.assemble.judges import language_judge
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions, score_responses
from parallelize.metrics.off_target import PartStatus, tally
from parallelize.stages.language import LanguageJudge
from parallelize.text.thinking import ResponsePart, ThinkingTags, split_response
from tests.evaluation.conftest import CHINESE, ENGLISH, GERMAN, THAI

ON, OFF, UNDETERMINED = PartStatus.ON, PartStatus.OFF, PartStatus.UNDETERMINED


def ask(text: str, language: str = "de", **more: str | None) -> Response:
    return Response(row=1, id="1", language=language, response=text, **more)  # type: ignore[arg-type]


def score(judge: LanguageJudge, response: Response, options: ScoreOptions | None = None) -> ResponseVerdict:
    (found,) = score_responses([response], lambda: judge, options or ScoreOptions())
    return found


def statuses(found: ResponseVerdict) -> tuple[PartStatus, ...]:
    return tuple(found.parts[part].status for part in ResponsePart)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GERMAN, (PartStatus.ABSENT, ON, ON)),
        (ENGLISH, (PartStatus.ABSENT, OFF, OFF)),
        ("", (PartStatus.ABSENT, PartStatus.EMPTY, PartStatus.EMPTY)),
        (" \n\t", (PartStatus.ABSENT, PartStatus.EMPTY, PartStatus.EMPTY)),
        (r"$x^2$ \[\frac12\] \boxed{7}", (PartStatus.ABSENT, UNDETERMINED, UNDETERMINED)),
        ("7", (PartStatus.ABSENT, UNDETERMINED, UNDETERMINED)),
        (f"<think>{GERMAN}</think>{ENGLISH}", (ON, OFF, None)),
        (f"<think>{GERMAN}</think>", (ON, PartStatus.EMPTY, ON)),
        (f"<think></think>{GERMAN}", (PartStatus.EMPTY, ON, ON)),
        (f"<think>{GERMAN}", (ON, PartStatus.UNFINISHED, ON)),
        (f"{GERMAN}</think>{GERMAN}", (ON, ON, ON)),
        (f"<think>{ENGLISH}</think>{GERMAN}</think>{GERMAN}", (None, ON, None)),
    ],
)
def test_statuses(judge: LanguageJudge, text: str, expected: tuple[PartStatus | None, ...]) -> None:
    found = statuses(score(judge, ask(text)))
    assert [one for one, other in zip(found, expected, strict=True) if other not in {None, one}] == []


def test_cut_responses_stand_apart_unless_asked_for(judge: LanguageJudge) -> None:
    cut = ask(ENGLISH, finish_reason="length")
    assert statuses(score(judge, cut))[1:] == (PartStatus.TRUNCATED, PartStatus.TRUNCATED)
    assert statuses(score(judge, cut, ScoreOptions(judge_cut=True)))[1:] == (OFF, OFF)
    thinking = ask(f"<think>{ENGLISH}</think>{GERMAN}", finish_reason="MAX_TOKENS")
    assert statuses(score(judge, thinking)) == (OFF, PartStatus.TRUNCATED, PartStatus.TRUNCATED)
    inside = ask(f"<think>{ENGLISH}", finish_reason="length")
    assert statuses(score(judge, inside))[:2] == (PartStatus.TRUNCATED, PartStatus.UNFINISHED)


def test_thinking_that_the_prompt_opened(judge: LanguageJudge) -> None:
    options = ScoreOptions(tags=ThinkingTags(opened=True))
    found = score(judge, ask(GERMAN + " 7", gold="7"), options)
    assert statuses(found)[:2] == (ON, PartStatus.UNFINISHED)
    assert found.answer is not None
    assert found.answer.correct is False


def test_half_in_another_script_is_off_target_by_its_sentences(judge: LanguageJudge) -> None:
    long = (
        "These are the questions that you have asked for, and here are the answers to each of them in turn."
    )
    found = score(judge, ask(f"{long} {THAI}", "th")).parts[ResponsePart.ANSWER]
    assert (found.status, found.language) == (OFF, "en")
    assert "sentences in en" in found.evidence
    quiet = score(judge, ask(f"{long} {THAI}", "th"), ScoreOptions(spans=False)).parts[ResponsePart.ANSWER]
    assert quiet.status is OFF
    assert quiet.foreign_share is None
    assert quiet.spans == ()


def test_other_scripts_are_named(judge: LanguageJudge) -> None:
    for text, code, language in ((ENGLISH, "th", "en"), (GERMAN, "ja", "de"), (CHINESE, "de", "zh")):
        found = score(judge, ask(text, code)).parts[ResponsePart.ANSWER]
        assert (found.status, found.language) == (OFF, language)


def test_an_english_sentence_makes_a_text_mixed_a_quoted_one_does_not(judge: LanguageJudge) -> None:
    opening = "Here is the answer to the question that you have asked: "
    found = score(judge, ask(opening + GERMAN * 3)).parts[ResponsePart.ANSWER]
    assert found.status is ON
    assert found.mixed() is True
    assert (found.english_share or 0) > 0.05
    prompt = f"Say: {opening.strip()}"
    assert score(judge, ask(opening + GERMAN * 3, prompt=prompt)).parts[ResponsePart.ANSWER].mixed() is False
    assert score(judge, ask(GERMAN)).parts[ResponsePart.ANSWER].mixed() is False


def test_strictly_correct_takes_every_part(judge: LanguageJudge) -> None:
    box = r" \boxed{7}"
    cases = {
        f"<think>{GERMAN}</think>{GERMAN}{box}": True,
        f"<think>{ENGLISH}</think>{GERMAN}{box}": False,
        f"<think>{GERMAN * 4}</think>{ENGLISH}{box}": False,
        f"<think>{GERMAN}</think>{GERMAN} 8": False,
        box: False,
        "": False,
    }
    for text, expected in cases.items():
        assert score(judge, ask(text, gold="7")).strictly_correct is expected, text
    assert score(judge, ask(GERMAN)).strictly_correct is None


def test_the_last_box_counts(judge: LanguageJudge) -> None:
    for text, correct in ((r"\boxed{2} \boxed{3}", True), (r"\boxed{3} \boxed{2}", False)):
        answer = score(judge, ask(f"{GERMAN} {text}", gold="3")).answer
        assert answer is not None
        assert (answer.source, answer.correct) == ("boxed", correct)


def test_lines_by_themselves(judge: LanguageJudge) -> None:
    found = score(judge, ask(f"{GERMAN}\n\nIntroduction\n{ENGLISH}\n42"), ScoreOptions(lines=True))
    part = found.parts[ResponsePart.ANSWER]
    assert (part.lines_on, part.lines_off) == (1, 1)
    assert score(judge, ask("")).parts[ResponsePart.ANSWER].lines_off is None


@pytest.mark.slow
def test_workers_change_nothing(judge: LanguageJudge) -> None:
    texts = [GERMAN, ENGLISH, "", f"<think>{GERMAN}</think>{ENGLISH}", f"{GERMAN} {ENGLISH}"]
    responses = [
        Response(row=row, id=str(row), language="de", response=texts[row % 5], gold="7")
        for row in range(1, 301)
    ]
    alone = list(score_responses(responses, partial(language_judge, ("de",)), ScoreOptions()))
    shared = list(score_responses(responses, partial(language_judge, ("de",)), ScoreOptions(), workers=2))
    assert shared == alone


_TEXT = st.lists(
    st.sampled_from([GERMAN, ENGLISH, THAI, "<think>", "</think>", r"\boxed{", "}", "$", "\n", "7", "\u202e"])
    | st.text(max_size=20),
    max_size=8,
).map("".join)


@given(_TEXT, st.sampled_from(["de", "en", "th", "zh", "sw"]), st.booleans())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_and_counts_hold_for_any_text(
    judge: LanguageJudge, text: str, language: str, cut: bool
) -> None:
    found = score(judge, ask(text, language, finish_reason="length" if cut else None, gold="7"))
    split = split_response(text)
    assert found.parts.keys() == set(ResponsePart)
    assert (split.thinking is None) == (found.parts[ResponsePart.THINKING].status is PartStatus.ABSENT)
    assert (split.answer is None) == (found.parts[ResponsePart.ANSWER].status is PartStatus.UNFINISHED)
    assert not found.parts[ResponsePart.RESPONSE].judged or text.strip()
    for verdict in found.parts.values():
        counted = tally({verdict: 1})
        assert sum(counted.counts.values()) == counted.total == 1
        assert counted.off_target.total + counted.off_target.skipped == 1
        assert verdict.foreign_share is None or 0.0 <= verdict.foreign_share <= 1.0
        assert verdict.english_share is None or 0.0 <= verdict.english_share <= 1.0


PIECES = (
    *("$", r"\(", r"\begin{a}", "{", r"\boxed{", "<think>", "```", '"', "([", "http://", "1", "1,", "<"),
    *("\n", "&lt;", "a ", "กa ", "漢", "the answer is ", "die Antwort ist ", "the of and "),
)


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_anything_takes_seconds(judge: LanguageJudge, piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.process_time()
    score(judge, ask(text, gold="7"), ScoreOptions(lines=True))
    assert time.process_time() - started < 30
