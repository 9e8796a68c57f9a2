"""Shares with intervals, where several observations may belong to one item.

One observation for each item: Wilson. Items that were sampled several times, or asked in several
languages, are drawn whole in a bootstrap over items. A bootstrap without spread says nothing about
precision, so there Wilson over the number of items stands in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from parallelize.metrics.statistics import Interval, bootstrap_interval, wilson

__all__ = ["RESAMPLES", "Observations", "ShareEstimate", "macro_mean", "mean_known", "places_of", "share"]

RESAMPLES = 1000
_Array = NDArray[np.float64]


class Observations(NamedTuple):
    """Values in [0, 1], each with the item it belongs to."""

    items: NDArray[np.int64]
    """Any numbers; equal ones are one item."""
    values: _Array

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, float]]) -> Self:
        """Observations of items with names."""
        found = list(pairs)
        items = np.fromiter((hash(item) for item, _ in found), dtype=np.int64, count=len(found))
        return cls(items, np.fromiter((value for _, value in found), dtype=float, count=len(found)))


def places_of(items: NDArray[Any]) -> tuple[NDArray[np.int64], int]:
    """The place of each observation's item, items in order of appearance; and how many there are."""
    order = np.argsort(items, kind="stable")
    new = _is_new(items[order])
    first = order[new]
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    found = np.empty(len(items), dtype=np.int64)
    found[order] = np.repeat(place, np.diff(np.flatnonzero(new), append=len(items)))
    return found, len(first)


def _is_new(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a number differs from the one before it."""
    new = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new


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


def share(observations: Observations) -> ShareEstimate:
    """The mean of all observations (micro)."""
    values = observations.values
    total = len(values)
    if not total:
        return ShareEstimate(value=None, interval=None, method="none", total=0)
    binary = bool(((values == 0.0) | (values == 1.0)).all())
    mean = (float(values.sum()) if binary else math.fsum(values)) / total
    if binary and int(_is_new(np.sort(observations.items)).sum()) == total:
        return ShareEstimate(
            value=mean, interval=wilson(round(mean * total), total), method="wilson", total=total
        )
    at, count = places_of(observations.items)
    sums: _Array = np.stack([np.bincount(at, weights=values), np.bincount(at).astype(np.float64)], axis=1)
    interval = bootstrap_interval(sums, lambda cells: np.asarray(cells[:, 0] / cells[:, 1]),
                                  resamples=RESAMPLES)  # fmt: skip
    return _with_spread(mean, interval, items=count, total=total)


def macro_mean(cells: Mapping[str, Observations]) -> ShareEstimate:
    """The mean over cells (languages) of each cell's mean; empty cells are left out.

    An item is drawn with its observations in all cells, so that what cells share is kept.
    """
    kept = [observations for observations in cells.values() if len(observations.values)]
    if not kept:
        return ShareEstimate(value=None, interval=None, method="none", total=0)
    if len(kept) == 1:
        return replace(share(kept[0]), total=1)
    means = [math.fsum(one.values) / len(one.values) for one in kept]
    at, count = places_of(np.concatenate([one.items for one in kept]))
    ends = np.cumsum([len(one.values) for one in kept])
    sums: _Array = np.empty((count, 2 * len(kept)))  # filled in place: it is the largest of all
    for number, (one, places) in enumerate(zip(kept, np.split(at, ends[:-1]), strict=True)):
        sums[:, 2 * number] = np.bincount(places, weights=one.values, minlength=count)
        sums[:, 2 * number + 1] = np.bincount(places, minlength=count)

    def statistic(totals: _Array) -> _Array:
        numerators, counts = totals[:, 0::2], totals[:, 1::2]
        shares = np.divide(numerators, counts, out=np.full_like(numerators, np.nan), where=counts > 0)
        return np.asarray(shares.mean(axis=1))

    interval = bootstrap_interval(sums, statistic, resamples=RESAMPLES)
    return _with_spread(math.fsum(means) / len(means), interval, items=count, total=len(kept))


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
