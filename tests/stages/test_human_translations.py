"""On real data, which lies outside the repository: people's translations pass, English does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallelize.core.language_pair import LanguagePair
from parallelize.core.thresholds import Thresholds
from parallelize.metrics.language import Status
from parallelize.stages.language import LanguageJudge
from parallelize.stages.score import Scorer
from parallelize.text.protect import readable_prose

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]
DEFECTS = {
    "de": (95,),
    "fr": (20, 41, 84, 90),
    "ja": (57, 77, 139, 141, 171, 249),
    "te": (28, 86, 103, 150),
    "th": (95,),
    "zh": (65, 134, 161, 165),
}
"""Rows of MGSM whose translation has a number or a unit wrong or lost, seen by reading: "4 times as much"
is "as much", "22 more than" is gone, "twice" became 12 times, a month a week, three of a list became
two, "half as long" is gone or became the hour that it comes to, three fifths became three quarters, €
became dollars, pounds kilos, miles metres, kilometres or minutes, a "not" or a clause is gone."""
LANGUAGES = ("bn", "de", "es", "fr", "ja", "ru", "sw", "te", "th", "zh")


def _questions(root: Path, code: str) -> list[str]:
    lines = (root / "mgsm" / f"mgsm_{code}.tsv").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return [line.split("\t")[0] for line in lines]


@pytest.mark.parametrize("code", LANGUAGES)
def test_people_pass(shared_data: Path, scorer: Scorer, code: str) -> None:
    questions = zip(_questions(shared_data, "en"), _questions(shared_data, code), strict=True)
    pairs = [pair for row, pair in enumerate(questions) if row not in DEFECTS.get(code, ())]
    thresholds = Thresholds.of()
    kept = sum(
        thresholds.judge(scorer.score_row([("problem", *pair)], languages=LanguagePair("en", code))).kept
        for pair in pairs
    )
    assert kept >= 0.99 * len(pairs)


@pytest.mark.parametrize("code", LANGUAGES)
def test_votes(shared_data: Path, language_judge: LanguageJudge, code: str) -> None:
    votes = language_judge.judge([readable_prose(text) for text in _questions(shared_data, code)], code)
    assert {vote.status for vote in votes} == {Status.ON}
    votes = language_judge.judge([readable_prose(text) for text in _questions(shared_data, "en")], code)
    assert {vote.status for vote in votes} == {Status.OFF}


def test_a_text_in_no_language_lacks_no_negation(scorer: Scorer) -> None:
    source = "Water, which is a liquid here, is not a metal."
    for target, faults in (
        ("Xbufs, xijdi jt b mjrvje ifsf.", 0),
        ("A água, que aqui é líquida, é um metal.", 1),
    ):
        scores = scorer.score_row([("problem", source, target)], languages=LanguagePair("en", "pt"))
        assert {score.measure: score.value for score in scores}["exchanged_words"] == faults
