"""Shares with intervals, where several observations may belong to one item.

One observation for each item: Wilson. Items that were sampled several times, or asked in several
languages, are drawn whole in a bootstrap over items. A bootstrap without spread says nothing about
precision, so there Wilson over the number of items stands in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parallelize.metrics.statistics import Interval, bootstrap_interval, wilson

__all__ = ["RESAMPLES", "Observations", "ShareEstimate", "macro_mean", "mean_known", "share"]

RESAMPLES = 1000
Observations = Sequence[tuple[str, float]]
"""(item, value in [0, 1]) for each observation."""

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareEstimate:
    """A mean of values in [0, 1] with its interval."""

    value: float | None
    """None when nothing was measured."""
    interval: Interval | None
    method: str
    """wilson, bootstrap, wilson-items, or none."""
    total: int
    """Observations; for a macro mean, cells."""

    def as_dict(self) -> dict[str, object]:
        """JSON form: value, interval as [low, high], level, method, total."""
        ends = None if self.interval is None else [self.interval.low, self.interval.high]
        level = None if self.interval is None else self.interval.level
        return {
            "value": self.value,
            "interval": ends,
            "level": level,
            "interval_method": self.method,
            "total": self.total,
        }

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> ShareEstimate:
        """Read an estimate that `as_dict` wrote."""
        ends = found["interval"]
        return cls(
            value=found["value"],
            interval=None if ends is None else Interval(low=ends[0], high=ends[1], level=found["level"]),
            method=found["interval_method"],
            total=found["total"],
        )


def share(observations: Observations, *, seed: int = 0) -> ShareEstimate:
    """The mean of all observations (micro).

    Args:
        observations: values with the item each belongs to.
        seed: of the bootstrap.
    """
    if not observations:
        return ShareEstimate(value=None, interval=None, method="none", total=0)
    total = len(observations)
    mean = math.fsum(value for _, value in observations) / total
    places = {item: place for place, item in enumerate(dict.fromkeys(item for item, _ in observations))}
    if len(places) == total and all(value in {0.0, 1.0} for _, value in observations):
        return ShareEstimate(
            value=mean, interval=wilson(round(mean * total), total), method="wilson", total=total
        )
    at = np.fromiter((places[item] for item, _ in observations), dtype=np.int64, count=total)
    values = np.fromiter((value for _, value in observations), dtype=np.float64, count=total)
    sums: _Array = np.stack([np.bincount(at, weights=values), np.bincount(at).astype(np.float64)], axis=1)
    interval = bootstrap_interval(sums, lambda cells: np.asarray(cells[:, 0] / cells[:, 1]),
                                  resamples=RESAMPLES, seed=seed)  # fmt: skip
    return _with_spread(mean, interval, items=len(places), total=total)


def macro_mean(cells: Mapping[str, Observations], *, seed: int = 0) -> ShareEstimate:
    """The mean over cells (languages) of each cell's mean; empty cells are left out.

    An item is drawn with its observations in all cells, so that what cells share is kept.

    Args:
        cells: observations by cell.
        seed: of the bootstrap.
    """
    kept = [observations for observations in cells.values() if observations]
    if not kept:
        return ShareEstimate(value=None, interval=None, method="none", total=0)
    if len(kept) == 1:
        return replace(share(kept[0], seed=seed), total=1)
    means = [math.fsum(value for _, value in observations) / len(observations) for observations in kept]
    items = list(dict.fromkeys(item for observations in kept for item, _ in observations))
    places = {item: place for place, item in enumerate(items)}
    sums = np.zeros((len(items), 2 * len(kept)))
    for cell, observations in enumerate(kept):
        for item, value in observations:
            sums[places[item], 2 * cell] += value
            sums[places[item], 2 * cell + 1] += 1.0

    def statistic(totals: _Array) -> _Array:
        numerators, counts = totals[:, 0::2], totals[:, 1::2]
        shares = np.divide(numerators, counts, out=np.full_like(numerators, np.nan), where=counts > 0)
        return np.asarray(shares.mean(axis=1))

    interval = bootstrap_interval(sums, statistic, resamples=RESAMPLES, seed=seed)
    return _with_spread(math.fsum(means) / len(means), interval, items=len(items), total=len(kept))


def mean_known(values: Iterable[float | None]) -> float | None:
    """Mean of what was measured; None if nothing was."""
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _with_spread(mean: float, interval: Interval | None, *, items: int, total: int) -> ShareEstimate:
    if interval is not None and interval.width > 0:
        return ShareEstimate(value=mean, interval=interval, method="bootstrap", total=total)
    # Without spread the share is 0 or 1, or of one item: a whole count of items says the same.
    stand_in = wilson(min(items, round(mean * items)), items)
    return ShareEstimate(value=mean, interval=stand_in, method="wilson-items", total=total)
