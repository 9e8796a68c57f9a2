"""Verdicts from scores."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.core.verdicts import MEASURES, Direction, Reason, Score
from parallelize.stages.judge import judge, thresholds_with

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
    before = judge(scores, thresholds)
    after = judge(scores, {**thresholds, name: bound + sign * step})
    assert after.kept or not before.kept
    assert set(after.failed) <= set(before.failed)
    assert judge(scores, {**thresholds, name: None}).kept or not before.kept


@given(SCORES, THRESHOLDS)
def test_kept_if_nothing_failed(scores: list[Score], thresholds: dict[str, float | None]) -> None:
    verdict = judge(scores, thresholds)
    assert verdict.kept == (not verdict.failed) == (not verdict.reasons)
    assert set(verdict.reasons) == {MEASURES[score.measure].reason for score in verdict.failed}
    assert len(set(verdict.reasons)) == len(verdict.reasons)


def test_reasons_come_in_the_order_of_the_measures() -> None:
    scores = [Score(measure="truncation_signs", value=1), Score(measure="empty_fields", value=1)]
    assert judge(scores, {}).reasons == (Reason.EMPTY, Reason.TRUNCATED)


def test_what_was_not_measured_drops_nothing_and_nan_fails() -> None:
    assert judge([Score(measure="back_chrf", value=None)], {"back_chrf": 99.0}).kept
    assert not judge([Score(measure="back_chrf", value=math.nan)], {}).kept
    assert not judge([Score(measure="repetition", value=math.nan)], {}).kept


def test_a_measure_left_out_has_its_default() -> None:
    score = Score(measure="copy_similarity", value=0.95)
    assert not judge([score], {}).kept
    assert judge([score], {"copy_similarity": None}).kept
    assert judge([score], {"copy_similarity": 0.99}).kept


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
        judge(scores, thresholds)


def test_overrides_of_thresholds() -> None:
    found = thresholds_with({"repetition": 0.7, "back_chrf": None})
    assert set(found) == set(MEASURES)
    assert (found["repetition"], found["back_chrf"]) == (0.7, None)
    assert found["copy_similarity"] == MEASURES["copy_similarity"].default
    with pytest.raises(InputError, match="no measure"):
        thresholds_with({"nothing": 1.0})
