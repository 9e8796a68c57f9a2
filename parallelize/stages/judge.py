"""From scores to a verdict. No model, no text: a corpus can be judged again in seconds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from parallelize.core.errors import InputError
from parallelize.core.verdicts import MEASURES, Direction, Measure, Reason, Score, Verdict

__all__ = ["judge", "thresholds_with"]


def judge(scores: Sequence[Score], thresholds: Mapping[str, float | None]) -> Verdict:
    """Keep a row, or drop it with the reasons of every measure that is out of bounds.

    Monotone: loosening any threshold never drops a row that was kept. A score that was not measured
    drops nothing, unless its measure fails closed; a score that is no number fails.

    Args:
        scores: scores of a row or a segment; a measure may occur more than once.
        thresholds: bound of each measure; None switches it off, a measure left out has its default.

    Raises:
        InputError: a measure is unknown, or a threshold is not a number.
    """
    for name, value in thresholds.items():
        _bound(name, value)
    failed = [score for score in scores if _fails(score, thresholds)]
    if len(failed) > 1:
        order = list(MEASURES)
        failed.sort(key=lambda score: order.index(score.measure))
    reasons: dict[Reason, None] = dict.fromkeys(MEASURES[score.measure].reason for score in failed)
    return Verdict(kept=not failed, reasons=tuple(reasons), failed=tuple(failed))


def thresholds_with(overrides: Mapping[str, float | None] | None = None) -> dict[str, float | None]:
    """All thresholds: the defaults of `MEASURES`, which hold for every language, and the overrides.

    Raises:
        InputError: an override names no measure, or is not a number.
    """
    found = {name: measure.default for name, measure in MEASURES.items()}
    found.update({name: _bound(name, value) for name, value in (overrides or {}).items()})
    return found


def _bound(name: str, value: float | None) -> float | None:
    if name not in MEASURES:
        _measure(name)
    if value is not None and math.isnan(value):
        raise InputError(
            f"the threshold of {name} is not a number", remedy="give a number, or false for no threshold"
        )
    return value


def _measure(name: str) -> Measure:
    if name not in MEASURES:
        raise InputError(f"no measure is called {name!r}", remedy=f"the measures are {', '.join(MEASURES)}")
    return MEASURES[name]


def _fails(score: Score, bounds: Mapping[str, float | None]) -> bool:
    measure = _measure(score.measure)
    bound = bounds.get(score.measure, measure.default)
    if bound is None:
        return False
    if score.value is None:
        return measure.fail_closed
    # Written as "not inside", so that a NaN fails.
    if measure.direction is Direction.AT_MOST:
        return not score.value <= bound
    return not score.value >= bound
