"""From a few rows to a whole source: which rows to look at, and what they say about all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from parallelize.metrics.statistics import item_weights

__all__ = ["LEVEL", "Range", "add_ranges", "scale_up", "speed_range", "stratified_sample"]

LEVEL = 0.9
"""Nominal coverage of ranges that come from resampling rows."""
_RESAMPLES = 2_000
_FEWEST_SPANS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A figure that is not known exactly: what is likely, and between what."""

    low: float
    mid: float
    high: float

    @classmethod
    def exact(cls, value: float) -> Range:
        """A figure that is known."""
        return cls(low=value, mid=value, high=value)

    def __add__(self, other: Range) -> Range:
        return Range(low=self.low + other.low, mid=self.mid + other.mid, high=self.high + other.high)

    def __mul__(self, other: Range) -> Range:
        return Range(low=self.low * other.low, mid=self.mid * other.mid, high=self.high * other.high)

    def times(self, factor: float) -> Range:
        """Everything times a factor, 0 or more."""
        return Range(low=self.low * factor, mid=self.mid * factor, high=self.high * factor)

    def over(self, speed: Range) -> Range:
        """Work over speed: the least work at the highest speed, the most at the lowest."""
        return Range(low=self.low / speed.high, mid=self.mid / speed.mid, high=self.high / speed.low)

    def as_dict(self) -> dict[str, float]:
        """Low, middle and high end of the range, for `--json`."""
        return {"low": self.low, "mid": self.mid, "high": self.high}


def add_ranges(parts: Iterable[Range | None]) -> Range | None:
    """The sum of the parts, ends with ends, so that it is rather too wide; None if a part is not known."""
    total = Range.exact(0.0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def stratified_sample(sizes: Sequence[int], count: int) -> list[int]:
    """Indices of rows of every size: the middle one of each of `count` groups of equally many rows.

    Deterministic. Groups are made by size, so short and long rows are there in the shares that they have.

    Args:
        sizes: of all rows.
        count: how many to take; all of them if there are no more.

    Returns:
        Indices in order of size, each once.
    """
    order = sorted(range(len(sizes)), key=lambda index: (sizes[index], index))
    if count >= len(order):
        return order
    return [order[(2 * group + 1) * len(order) // (2 * count)] for group in range(count)]


def speed_range(speed: float, amounts: Sequence[int], span_seconds: float) -> Range:
    """A measured speed with how much it varied while it was measured.

    Args:
        speed: amount a second over all the time, above 0.
        amounts: what was done in each span of time, in order; the last span may be cut short.
        span_seconds: length of a span.

    Returns:
        Ends of the central 90 % of means of resampled spans. Fewer than five whole spans show no variation.
    """
    whole = np.asarray(amounts[:-1], dtype=np.float64)
    if len(whole) < _FEWEST_SPANS or not whole.sum():
        return Range.exact(speed)
    blocks = item_weights(len(whole), _RESAMPLES, np.random.default_rng(0))
    means = np.concatenate([block @ whole / len(whole) for block in blocks]) / whole.mean() * speed
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Range(low=max(float(low), speed / 10), mid=speed, high=float(high))


def scale_up(values: Sequence[float], sizes: Sequence[int], total_size: int, *, everything: bool) -> Range:
    """What the values of some rows say about the sum over all rows: a ratio estimate by size.

    Args:
        values: one for each row looked at, 0 or more.
        sizes: of the same rows; their sum is above 0.
        total_size: of all rows.
        everything: whether these are all the rows: the sum is then exact.

    Returns:
        Its ends are those of the central 90 % of 2,000 resamples of the rows (seeded). Rows of one size
        and value, or a single row, show no spread.
    """
    measured = np.asarray(values, dtype=np.float64)
    weights = np.asarray(sizes, dtype=np.float64)
    if everything:
        return Range.exact(float(measured.sum()))
    mid = float(measured.sum() / weights.sum() * total_size)
    ratios = np.concatenate(
        [
            (block @ measured) / (block @ weights)
            for block in item_weights(len(measured), _RESAMPLES, np.random.default_rng(0))
        ]
    )
    low, high = np.quantile(ratios, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) * total_size
    return Range(low=min(float(low), mid), mid=mid, high=max(float(high), mid))
