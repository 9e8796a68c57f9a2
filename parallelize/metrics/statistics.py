"""Intervals: Wilson for proportions, the bootstrap over items for everything computed from accuracies.

Arrays inside this module use NaN for "this resample has no value"; nothing that it returns as a result does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from parallelize.core import rates
from parallelize.core.errors import InputError

__all__ = [
    "Estimate",
    "Interval",
    "bootstrap_interval",
    "bootstrap_means",
    "check_level",
    "item_weights",
    "means",
    "normal_quantile",
    "percentile_interval",
    "t_quantile",
    "wilson",
]

Array = NDArray[np.float64]

_CHUNK_CELLS = 4_000_000
"""Largest resamples × items block of weights held at once: 32 MB of float64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval, ends included."""

    low: float
    """Lower end."""
    high: float
    """Upper end, never below `low`."""
    level: float
    """Nominal coverage in (0, 1), for example 0.95."""

    def __post_init__(self) -> None:
        check_level(self.level)
        if not self.low <= self.high:
            raise ValueError(f"interval ends are out of order: {self.low!r}, {self.high!r}")

    @property
    def width(self) -> float:
        """`high` - `low`, 0 or more."""
        return self.high - self.low

    def contains(self, value: float) -> bool:
        """Whether `value` lies inside, ends included."""
        return self.low <= value <= self.high

    def as_dict(self) -> dict[str, float]:
        """JSON form: low, high, level."""
        return {"low": self.low, "high": self.high, "level": self.level}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A measured value with its interval, or with `None` where the data cannot give one."""

    value: float
    """The estimate itself."""
    interval: Interval | None = None
    """What the data say about its precision; `None` means not measured."""

    def as_dict(self) -> dict[str, object]:
        """The value and its confidence interval, or null for none, as JSON."""
        return {"value": self.value, "interval": None if self.interval is None else self.interval.as_dict()}


def check_level(level: float) -> float:
    """Return `level` if it lies in (0, 1).

    Raises:
        InputError: it does not, as with 95 instead of 0.95.
    """
    if not 0 < level < 1:
        raise InputError(f"confidence level {level!r} is not between 0 and 1", remedy="write 0.95 for 95 %")
    return level


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution; `probability` in (0, 1)."""
    return NormalDist().inv_cdf(probability)


def t_quantile(probability: float, degrees: int) -> float:
    """Quantile of Student's t distribution with a whole number of degrees of freedom.

    The distribution function is the finite series of Abramowitz and Stegun 26.7.3 and 26.7.4, inverted by
    bisection over the angle arctan(t / √degrees).

    Args:
        probability: in (0, 1).
        degrees: degrees of freedom, 1 or more.
    """
    if not 0 < probability < 1 or degrees < 1:
        raise ValueError(f"no t quantile at probability {probability!r} with {degrees!r} degrees of freedom")
    if probability < 0.5:
        return -t_quantile(1 - probability, degrees)
    wanted = 2 * probability - 1
    low, high = 0.0, math.pi / 2
    for _ in range(200):
        middle = (low + high) / 2
        if _central_probability(middle, degrees) < wanted:
            low = middle
        else:
            high = middle
    return math.sqrt(degrees) * math.tan((low + high) / 2)


def _central_probability(angle: float, degrees: int) -> float:
    """P(|T| < √degrees · tan(angle)) for T with Student's t distribution."""
    sine, squared = math.sin(angle), math.cos(angle) ** 2
    odd = degrees % 2
    if degrees == 1:
        return 2 * angle / math.pi
    term = total = math.cos(angle) if odd else 1.0
    for step in range(2 + odd, degrees - 1, 2):
        term *= squared * (step - 1) / step
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def wilson(count: int, total: int, *, level: float = 0.95) -> Interval | None:
    """Wilson score interval of a proportion (Wilson 1927, JASA 22:209); `None` when `total` is 0.

    It treats the trials as independent: for several samples of one item, use `bootstrap_interval`.

    Args:
        count: successes, 0 ≤ count ≤ total.
        total: trials.
        level: nominal coverage in (0, 1).

    Raises:
        InputError: `level` is outside (0, 1).
        ValueError: `count` is outside 0..total.
    """
    check_level(level)
    if not 0 <= count <= total:
        raise ValueError(f"{count} successes in {total} trials")
    ends = rates.wilson(count, total, z=normal_quantile((1 + level) / 2))
    return None if ends is None else Interval(low=ends[0], high=ends[1], level=level)


def percentile_interval(samples: Array, level: float = 0.95) -> Interval | None:
    """Central interval of bootstrap samples (Efron and Tibshirani 1993, chapter 13).

    Args:
        samples: shape (resamples,); non-finite entries are resamples in which the statistic is undefined.
        level: nominal coverage in (0, 1).

    Returns:
        The interval over the defined samples; `None` when more than (1 - level) / 2 of them are undefined,
        because then an end of the interval lies where the statistic has no value.
    """
    check_level(level)
    defined = samples[np.isfinite(samples)]
    if defined.size == 0 or 1 - defined.size / samples.size > (1 - level) / 2:
        return None
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return Interval(low=float(low), high=float(high), level=level)


def item_weights(items: int, resamples: int, rng: np.random.Generator) -> Iterator[Array]:
    """How often each item is drawn in each bootstrap resample, in blocks of resamples.

    Yields:
        Blocks of shape (some resamples, items), whole numbers whose rows add up to `items`; the blocks
        together have `resamples` rows.
    """
    block = max(1, _CHUNK_CELLS // max(1, items))
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        drawn = rng.integers(items, size=(rows, items))
        drawn += np.arange(rows)[:, None] * items
        counts = np.bincount(drawn.ravel(), minlength=rows * items)
        yield counts.reshape(rows, items).astype(np.float64)


def means(values: Array, measured: NDArray[np.bool_] | None = None) -> Array:
    """Mean over items of each cell.

    Args:
        values: shape (items, cells). An item's value is its mean over samples, so that each item weighs
            the same however often it was sampled.
        measured: same shape; False where the item was not measured in the cell. `None` means all were.

    Returns:
        Shape (cells,); NaN for a cell without items.
    """
    return np.asarray(_weighted_means(np.ones((1, len(values))), values, measured)[0])


def bootstrap_means(
    values: Array,
    measured: NDArray[np.bool_] | None = None,
    *,
    resamples: int,
    rng: np.random.Generator,
) -> Array:
    """Cell means in bootstrap resamples of the items: the cluster bootstrap, with items as clusters.

    An item is drawn together with its results in all cells (models, languages) and all its samples, so the
    correlation between cells that share items is kept; cells that share none come out independent.

    Args:
        values: shape (items, cells), as in `means`.
        measured: as in `means`.
        resamples: number of resamples, 1 or more.
        rng: source of randomness; the same state gives the same result.

    Returns:
        Shape (resamples, cells); NaN where a resample drew none of a cell's items.
    """
    return np.concatenate(
        [_weighted_means(block, values, measured) for block in item_weights(len(values), resamples, rng)]
    )


def _weighted_means(weights: Array, values: Array, measured: NDArray[np.bool_] | None) -> Array:
    if measured is None:
        return np.asarray((weights @ values) / weights.sum(axis=1, keepdims=True))
    return _divide(weights @ np.where(measured, values, 0.0), weights @ measured.astype(np.float64))


def _divide(totals: Array, counts: Array) -> Array:
    return np.asarray(np.divide(totals, counts, out=np.full_like(totals, np.nan), where=counts > 0))


def bootstrap_interval(
    values: Array, statistic: Callable[[Array], Array], *, resamples: int = 2000, seed: int = 0
) -> Interval | None:
    """95 % bootstrap interval, over items, of a statistic of cell means.

    It covers the choice of items (and, within them, of samples). It says nothing about noise that hits all
    items of a cell together, such as another seed in training.

    Args:
        values: shape (items, cells): each row one cluster, as in `means`; for the mean of one number per
            item, shape (items, 1).
        statistic: maps cell means of shape (rows, cells) to shape (rows,), row by row; NaN for undefined.
        resamples: number of resamples.
        seed: of the random generator.

    Returns:
        The interval; `None` where `percentile_interval` has none, or with fewer than two items, which show
        no spread.
    """
    if len(values) < 2:
        return None
    rng = np.random.default_rng(seed)
    return percentile_interval(statistic(bootstrap_means(values, resamples=resamples, rng=rng)))
