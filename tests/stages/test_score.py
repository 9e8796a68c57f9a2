"""Segments and rows are measured in full, and human translations pass."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.measures import MEASURES
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Reason, Score
from parallelize.identifiers.fasttext_lid import FastTextIdentifier
from parallelize.identifiers.panel import default_panel
from parallelize.metrics.language import CANDIDATES, Status
from parallelize.stages.language import LanguageJudge
from parallelize.stages.score import Scorer
from parallelize.text.protect import readable_prose

_BACK = ("back_chrf", "back_chrf_worst", "back_bleu")
_SOLUTION = (
    "<think>\nShe had twelve apples. She gave five of them away, so she still has some.\n</think>\n\n"
    r"She has $12 - 5 = 7$ apples left. The answer is $\boxed{7}$."
)
_LOESUNG = (
    "<think>\nSie hatte zwölf Äpfel. Fünf davon hat sie verschenkt, also hat sie noch welche.\n</think>\n\n"
    r"Sie hat noch $12 - 5 = 7$ Äpfel. Die Antwort ist $\boxed{7}$."
)


def _reasons(scores: tuple[Score, ...], language: str = "de") -> set[Reason]:
    return set(Thresholds.of().judge(scores).reasons)


def _named(scores: tuple[Score, ...], name: str) -> Score:
    return next(score for score in scores if score.measure == name)


def _segment(scorer: Scorer, source: str, target: str, language: str = "de") -> tuple[Score, ...]:
    return scorer.score_segment(source, target, languages=LanguagePair("en", language))


def test_every_language_with_a_floor_has_an_example(apples: dict[str, str]) -> None:
    assert set(apples) == set(CANDIDATES)


def test_a_sound_translation_is_kept_in_every_language(scorer: Scorer, apples: dict[str, str]) -> None:
    dropped = {
        code: Thresholds.of().judge(_segment(scorer, apples["en"], text, code)).failed
        for code, text in apples.items()
    }
    assert not {code: failed for code, failed in dropped.items() if failed}


def test_every_vote_is_for_the_language_it_is(language_judge: LanguageJudge, apples: dict[str, str]) -> None:
    votes = {code: language_judge.judge([text], code)[0] for code, text in apples.items()}
    assert not {code: found for code, found in votes.items() if found.status is not Status.ON}


def test_english_is_off_target_everywhere_else(language_judge: LanguageJudge, apples: dict[str, str]) -> None:
    for code in CANDIDATES:
        (found,) = language_judge.judge([apples["en"]], code)
        assert found.status is (Status.ON if code == "en" else Status.OFF), (code, found)


def test_votes_do_not_depend_on_the_batch(language_judge: LanguageJudge, apples: dict[str, str]) -> None:
    texts = list(apples.values())
    assert language_judge.judge(texts, "de") == [language_judge.judge([text], "de")[0] for text in texts]


def test_a_copy_is_a_copy_and_off_target(scorer: Scorer, apples: dict[str, str]) -> None:
    copy = apples["en"].replace("apples in", "apples  in")
    assert _reasons(_segment(scorer, apples["en"], copy)) >= {Reason.UNTRANSLATED, Reason.LANGUAGE}


def test_an_english_sentence_in_the_middle_is_found(scorer: Scorer, apples: dict[str, str]) -> None:
    for code in ("bn", "th", "ru", "de", "sw", "ja"):
        mixed = f"{apples[code]} He ate two of them on the way home, and then it rained. {apples[code]}"
        share = _named(_segment(scorer, apples["en"] * 2, mixed, code), "foreign_share").value
        assert share is not None, code
        assert share > 0.15, code


def test_rows_report_every_measure_once_in_order(scorer: Scorer) -> None:
    scores = scorer.score_row(
        [("solution", _SOLUTION, _LOESUNG)],
        languages=LanguagePair("en", "de"),
        back_translations={
            "solution": [("She had twelve apples in the garden, you know.", "She had 12 apples.")]
        },
    )
    names = [score.measure for score in scores]
    assert names == [name for name in MEASURES if name in names]
    assert set(_BACK) < set(names)
    assert not _reasons(tuple(score for score in scores if score.measure not in _BACK))


def test_rows_name_the_worst_text(scorer: Scorer, apples: dict[str, str]) -> None:
    scores = scorer.score_row(
        [
            ("problem", apples["en"], apples["de"]),
            ("solution", _SOLUTION, _LOESUNG.replace(r"\boxed{7}", "7")),
        ],
        languages=LanguagePair("en", "de"),
    )
    protected = _named(scores, "protected_faults")
    assert protected.value
    assert protected.where == "solution"
    assert "boxed" in protected.evidence


def test_thinking_is_judged_apart_from_the_response(scorer: Scorer) -> None:
    thinking = _SOLUTION.split("</think>", maxsplit=1)[0] + "</think>" + _LOESUNG.split("</think>")[1]
    score = _named(
        scorer.score_row([("solution", _SOLUTION, thinking)], languages=LanguagePair("en", "de")),
        "off_target_parts",
    )
    assert score.value == 1
    assert score.evidence.startswith("thinking: en")
    both = scorer.score_row([("solution", _SOLUTION, _SOLUTION)], languages=LanguagePair("en", "de"))
    assert _named(both, "off_target_parts").value == 2


def test_back_translation_scores(scorer: Scorer) -> None:
    pairs = [
        ("She has twelve apples and gives five of them away.", "She has twelve apples and gives five away."),
        ("The weather was fine on that day, everybody agrees.", "A dog barks at the moon all night long."),
        ("$x = 5$", "$x = 5$"),
    ]
    scores = scorer.score_row(
        [("problem", "a", "b")],
        languages=LanguagePair("en", "de"),
        back_translations={"problem": pairs},
    )
    whole, worst = _named(scores, "back_chrf"), _named(scores, "back_chrf_worst")
    assert whole.value is not None
    assert worst.value is not None
    assert worst.value < whole.value < 100
    assert worst.where == "problem#1"
    assert whole.evidence == "2 segments", "a formula says nothing about the translation back"
    none = scorer.score_row(
        [("problem", "a", "b")], languages=LanguagePair("en", "de"), back_translations={"problem": []}
    )
    assert [_named(none, name).value for name in _BACK] == [None, None, None]


def test_exact_spans_are_for_text_that_was_masked(scorer: Scorer) -> None:
    exact = Scorer([FastTextIdentifier(), FastTextIdentifier()])
    source, target = "Find $x+2.$", "Finde $x+2$."
    assert _named(_segment(scorer, source, target), "protected_faults").value == 0
    assert _named(_segment(exact, source, target), "protected_faults").value == 2


def test_words_that_became_a_formula_do_not_make_a_text_short(scorer: Scorer) -> None:
    source = "The square root of $t$ is greater than $2$ and smaller than $3$. How many whole $t$ are there?"
    target = r"Wie viele ganze $t$ mit $\sqrt{t} > 2$, $\sqrt{t} < 3$ gibt es?"
    short = target.replace(r" mit $\sqrt{t} > 2$, $\sqrt{t} < 3$", "").replace("ganze ", "")
    value, other = (
        _named(_segment(scorer, source, text), "length_deviation").value for text in (target, short)
    )
    assert value is not None
    assert other is not None
    assert value < 1 < other


def test_an_empty_text_is_only_empty(scorer: Scorer) -> None:
    assert _reasons(_segment(scorer, "Something.", " ")) == {Reason.EMPTY}


def test_a_vote_needs_two() -> None:
    with pytest.raises(InputError, match="two identifiers"):
        Scorer([FastTextIdentifier()])


def test_prose_leaves_drawings_out() -> None:
    assert readable_prose("Look: [asy] draw((0,0)--(1,1)); [/asy] done").split() == ["Look:", "done"]


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(), max_size=80), st.text(st.characters(), max_size=80), st.sampled_from(CANDIDATES)
)
def test_any_text_can_be_scored(scorer: Scorer, source: str, target: str, language: str) -> None:
    scores = _segment(scorer, source, target, language)
    Thresholds.of().judge(scores)
    assert scores == _segment(scorer, source, target, language)


@settings(max_examples=40, deadline=None)
@example("Bnx")  # Galician to py3langid, and lingua knows no Galician
@given(st.text(st.characters(), max_size=80))
def test_a_text_against_itself_in_its_language_is_clean(scorer: Scorer, text: str) -> None:
    scores = scorer.score_segment(text, text, languages=LanguagePair("en", "en"))
    assert _reasons(scores, "en") <= {Reason.LANGUAGE, Reason.MIXED}


@pytest.mark.parametrize(
    "target", ["Ela tem 12 ovos e vende 3.", "Ela tem 13 ovos.", "", "She has 12 eggs and sells 3."]
)
def test_a_row_of_one_segment_has_the_scores_of_its_segment(scorer: Scorer, target: str) -> None:
    source = "She has 12 eggs and sells 3."
    segment = scorer.score_segment(source, target, languages=LanguagePair("en", "pt"))
    fresh = Scorer(default_panel(), exact_spans=False)
    facts = {"languages": LanguagePair("en", "pt")}
    after_segment = scorer.score_row([("text", source, target)], **facts)
    assert after_segment == fresh.score_row([("text", source, target)], **facts)
    values = {score.measure: score.value for score in after_segment}
    assert {score.measure: score.value for score in segment}.items() <= values.items()


def test_english_is_judged_where_the_only_other_name_is_unknown_to_an_identifier(scorer: Scorer) -> None:
    scores = scorer.score_row([("text", "ALÑ", "ALÑ")], languages=LanguagePair("en", "en"))
    assert {score.measure: score.value for score in scores}["off_target_parts"] in (None, 0.0)
