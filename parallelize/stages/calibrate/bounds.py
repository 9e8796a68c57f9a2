"""The tightest thresholds that keep a given share of good translations, all measures together.

Split conformal prediction (Lei et al. 2018, JASA 113:1094), with ranks to make measures comparable (max-rank,
Timans et al. 2025). A good row must pass every gate, so the share that may be lost is spent once and not
for each gate:

1. Rows are put in a seeded random order and cut in halves.
2. On the first half, "k rows beyond" gives every measure a bound: its (k + 1)-th most extreme value. So all
   measures are equally strict in ranks, whatever their units; a larger k is stricter in each. Looser than
   k = 0 come eight steps: a quarter of the distance from the median to the most extreme value, or an eighth
   of the way to the default where that is more; and one for counts that may be above 0. Faults that may not
   occur at all have no such steps.
3. On the second half, which had no part in making the bounds, the strictest k is taken that keeps at least
   ceil((n + 1) · keep) of its n rows. The "+ 1" is the finite-sample correction: with it, another row drawn
   like these is kept with a probability of at least `keep`, whatever the distribution of the measures is and
   however they depend on each other.

The promise is about rows like these: of the same kind, language and length. It holds on average over draws
of the rows, not for each draw.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parallelize.core.errors import GateFailure, InputError
from parallelize.core.measure import Direction
from parallelize.core.measures import MEASURES
from parallelize.core.rates import Rate
from parallelize.core.verdicts import Score

__all__ = ["Calibration", "calibrate", "fewest_rows"]

_LEAST_MEASURED = 0.5
"""A measure that fewer rows have keeps its default: its bound would be about few rows."""
_DECIMALS = 4
_STEPS, _STEP = 8, 0.25
_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Bounds, and how they were found."""

    bounds: Mapping[str, float]
    """By measure, in the order of `MEASURES`; rounded outwards to four decimals."""
    beyond: int
    """Most rows of the first half beyond the bound of a measure; below 0: steps looser than all of them."""
    fitted: Rate
    """Rows of the first half inside all bounds."""
    held_out: Rate
    """Rows of the second half inside all bounds."""
    held_out_rows: tuple[int, ...]
    """Which rows, by position, are the second half."""


def fewest_rows(keep: float) -> int:
    """Fewest rows in all for which a share `keep` can be promised: both halves need keep / (1 − keep)."""
    return 2 * math.ceil(round(keep / (1 - keep), 9))


def calibrate(
    rows: Sequence[Sequence[Score]],
    *,
    keep: float,
    thresholds: Mapping[str, float | None],
    measures: Sequence[str] | None = None,
    seed: int = 0,
) -> Calibration:
    """Find bounds that together keep a share of good rows; see the module for the method.

    Args:
        rows: scores of translations that are known to be good.
        keep: share of such rows that must be kept, in (0, 1).
        thresholds: of every measure; those without one (None) are left alone.
        measures: only these, whether they have a threshold or not.
        seed: of the halves.

    Raises:
        InputError: too few rows for `keep`, or an unknown measure.
        GateFailure: even the loosest bounds lose too many rows; the message names the measures.
    """
    if not 0 < keep < 1:
        raise InputError(f"the share to keep is {keep}, not between 0 and 1")
    if len(rows) < fewest_rows(keep):
        raise InputError(
            f"{len(rows)} good rows are too few to promise that {keep:.2%} are kept",
            remedy=f"give at least {fewest_rows(keep)} rows, or ask for a smaller --keep",
        )
    names = _names(measures, thresholds)
    values = _oriented(rows, names)
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    first, second = values[order[: len(rows) // 2]], values[order[len(rows) // 2 :]]
    enough = np.isfinite(first).mean(axis=0) >= _LEAST_MEASURED
    names = [name for name, kept in zip(names, enough, strict=True) if kept]
    first, second = first[:, enough], second[:, enough]
    if not names:
        raise InputError("no measure that has a threshold was measured on these rows")
    known = [thresholds.get(name) for name in names]
    defaults = np.array(
        [
            -math.inf if bound is None else _signed(name, bound)
            for name, bound in zip(names, known, strict=True)
        ]
    )
    needed = math.ceil(round((len(second) + 1) * keep, 9))
    beyond, bounds = _strictest(first, second, defaults, needed)
    if bounds is None:
        raise GateFailure(_hopeless(names, second, _family(first, defaults, -_STEPS), keep), remedy=_LOOK)
    rounded = {name: _rounded(name, bound) for name, bound in zip(names, bounds, strict=True)}
    limits = np.array([_signed(name, rounded[name]) for name in names])
    return Calibration(
        bounds={name: rounded[name] for name in MEASURES if name in rounded},
        beyond=beyond,
        fitted=_inside(first, limits),
        held_out=_inside(second, limits),
        held_out_rows=tuple(sorted(order[len(rows) // 2 :])),
    )


_LOOK = "look at those rows with `parallelize audit --rows`, or ask for a smaller --keep"


def _names(measures: Sequence[str] | None, thresholds: Mapping[str, float | None]) -> list[str]:
    for name in measures or ():
        if name not in MEASURES:
            raise InputError(
                f"no measure is called {name!r}", remedy=f"the measures are {', '.join(MEASURES)}"
            )
    if measures:
        return [name for name in MEASURES if name in measures]
    return [name for name in MEASURES if thresholds.get(name) is not None]


def _signed(name: str, value: float) -> float:
    """A value turned so that larger is worse."""
    return -value if MEASURES[name].direction is Direction.AT_LEAST else value


def _oriented(rows: Sequence[Sequence[Score]], names: Sequence[str]) -> _Values:
    """Rows × measures, turned so that larger is worse; -∞, which no bound drops, where not measured."""
    values = np.full((len(rows), len(names)), -math.inf)
    places = {name: number for number, name in enumerate(names)}
    for row, scores in zip(values, rows, strict=True):
        for score in scores:
            place = places.get(score.measure)
            if place is None:
                continue
            if score.value is not None:
                row[place] = max(row[place], _signed(score.measure, score.value))
            elif MEASURES[score.measure].fail_closed:
                row[place] = math.inf
    return values


def _family(first: _Values, defaults: _Values, beyond: int) -> _Values:
    """Bounds with at most `beyond` rows of the first half beyond each; negative: so many steps looser."""
    ordered = np.sort(first, axis=0)[::-1]
    measured = np.where(np.isfinite(first), first, math.nan)
    if beyond >= 0:
        # Where few were measured, the bound is at least the mildest value that was.
        strict: _Values = np.maximum(ordered[beyond], np.nanmin(measured, axis=0))
        return strict
    spread = ordered[0] - np.nanmedian(measured, axis=0)
    known = np.where(np.isfinite(defaults), defaults, ordered[0])
    gradual = np.maximum(spread * _STEP, (known - ordered[0]) / _STEPS)
    counts = (np.nan_to_num(measured) % 1 == 0).all(axis=0) & (known % 1 == 0)
    step = np.where(counts, np.where(known > 0, 1.0, 0.0), gradual)
    loose: _Values = ordered[0] - step * beyond
    return loose


def _inside(values: _Values, bounds: _Values) -> Rate:
    return Rate(count=int((values <= bounds).all(axis=1).sum()), total=len(values))


def _strictest(first: _Values, second: _Values, defaults: _Values, needed: int) -> tuple[int, _Values | None]:
    """The strictest member of the family that keeps enough of the second half: it is nested, so bisection."""
    low, high = -_STEPS - 1, len(first) - 1  # `low` keeps enough, or is no member
    while low < high:
        middle = (low + high + 1) // 2
        if _inside(second, _family(first, defaults, middle)).count >= needed:
            low = middle
        else:
            high = middle - 1
    return low, None if low < -_STEPS else _family(first, defaults, low)


def _rounded(name: str, bound: float) -> float:
    """The bound in the measure's own direction, rounded so that it is never stricter."""
    factor = 10.0**_DECIMALS
    if MEASURES[name].direction is Direction.AT_LEAST:
        return math.floor(round(-bound * factor, 6)) / factor
    return math.ceil(round(bound * factor, 6)) / factor


def _hopeless(names: Sequence[str], second: _Values, bounds: _Values, keep: float) -> str:
    lost = (second > bounds).sum(axis=0)
    worst = sorted(zip(lost.tolist(), names, strict=True), reverse=True)[:3]
    shown = ", ".join(f"{name} drops {count}" for count, name in worst if count)
    rate = _inside(second, bounds)
    return (
        f"even the loosest bounds keep {rate.count} of {rate.total} good rows that were held out, "
        f"too few to promise {keep:.2%}; {shown}"
    )
