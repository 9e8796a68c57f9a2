"""Verdicts from scores."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.core.measure import Direction
from parallelize.core.measures import MEASURES
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Reason, Score

NAMES = st.sampled_from(sorted(MEASURES))
VALUES = st.one_of(st.none(), st.floats(0, 200, allow_nan=False))
SCORES = st.lists(st.builds(lambda name, value: Score(measure=name, value=value), NAMES, VALUES), max_size=12)
THRESHOLDS = st.dictionaries(NAMES, VALUES, max_size=len(MEASURES))


@given(SCORES, THRESHOLDS, NAMES, st.floats(0, 50))
def test_loosening_a_threshold_never_drops(
    scores: list[Score], thresholds: dict[str, float | None], name: str, step: float
) -> None:
    bound = thresholds.get(name, MEASURES[name].default)
    if bound is None:
        return
    sign = 1 if MEASURES[name].direction is Direction.AT_MOST else -1
    before = Thresholds.of(thresholds).judge(scores)
    after = Thresholds.of({**thresholds, name: bound + sign * step}).judge(scores)
    assert after.kept or not before.kept
    assert set(after.failed) <= set(before.failed)
    assert Thresholds.of({**thresholds, name: None}).judge(scores).kept or not before.kept


@given(SCORES, THRESHOLDS)
def test_kept_if_nothing_failed(scores: list[Score], thresholds: dict[str, float | None]) -> None:
    verdict = Thresholds.of(thresholds).judge(scores)
    assert verdict.kept == (not verdict.failed) == (not verdict.reasons)
    assert set(verdict.reasons) == {MEASURES[score.measure].reason for score in verdict.failed}
    assert len(set(verdict.reasons)) == len(verdict.reasons)


def test_reasons_come_in_the_order_of_the_measures() -> None:
    scores = [Score(measure="truncation_signs", value=1), Score(measure="empty_fields", value=1)]
    assert Thresholds.of().judge(scores).reasons == (Reason.EMPTY, Reason.TRUNCATED)


def test_what_was_not_measured_drops_nothing_and_nan_fails() -> None:
    assert Thresholds.of({"back_chrf": 99.0}).judge([Score(measure="back_chrf", value=None)]).kept
    assert not Thresholds.of().judge([Score(measure="back_chrf", value=math.nan)]).kept
    assert not Thresholds.of().judge([Score(measure="repetition", value=math.nan)]).kept


def test_a_measure_left_out_has_its_default() -> None:
    score = Score(measure="copy_similarity", value=0.95)
    assert not Thresholds.of().judge([score]).kept
    assert Thresholds.of({"copy_similarity": None}).judge([score]).kept
    assert Thresholds.of({"copy_similarity": 0.99}).judge([score]).kept


@pytest.mark.parametrize(
    ("scores", "thresholds", "message"),
    [
        ([Score(measure="chrf", value=1)], {}, "no measure is called 'chrf'"),
        ([], {"min_chrf": 50.0}, "no measure is called 'min_chrf'"),
        ([], {"back_chrf": math.nan}, "is not a number"),
    ],
)
def test_wrong_input(scores: list[Score], thresholds: dict[str, float | None], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Thresholds.of(thresholds).judge(scores)


def test_overrides_of_thresholds() -> None:
    found = Thresholds.of({"repetition": 0.7, "back_chrf": None})
    assert set(found) == set(MEASURES)
    assert (found["repetition"], found["back_chrf"]) == (0.7, None)
    assert found["copy_similarity"] == MEASURES["copy_similarity"].default
    with pytest.raises(InputError, match="no measure"):
        Thresholds.of({"nothing": 1.0})
