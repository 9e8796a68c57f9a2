"""The parallel scaling law acc(n) = α·n^β over the number n of training languages, and what departs from it.

Names follow "Parallel Scaling Law" (arXiv 2510.02272): First-Parallel Leap, Monolingual Generalization Gap.
n counts all training languages, the first (usually English) included, so the monolingual model has n = 1.

Two kinds of interval, named in every result as `basis`:

- `items`: percentile bootstrap over benchmark items. It covers the choice of items and of samples, keeps the
  correlation between models that answer the same items, and takes the models as they are: what another
  training run at the same n would give is not in it. `lack_of_fit_p` tells whether the points scatter
  around the law more than item noise explains; where it is small, read the `scatter` interval.
- `scatter`: Student's t with (points - 2) degrees of freedom and the points' own scatter around the law,
  by the delta method for the non-linear fit, in log α and β. It covers any independent noise of equal size
  per point (for the log fit: equal relative size), training noise included, and assumes that the law holds.
  Luck with items that all models share moves all points together and is not in their scatter: simulated with
  300 shared items and a correlation of 0.5, the 95 % interval of α held the truth in 89 % of studies, those
  of β and of the gap in 95 %; with items of their own for each model, all three in 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from parallelize.core.errors import InputError
from parallelize.metrics.power_law import PowerFit, Space, least_squares
from parallelize.metrics.statistics import Estimate, Interval, check_level, percentile_interval, t_quantile

__all__ = [
    "Basis",
    "CurvePoint",
    "GeneralizationGap",
    "ParallelLeap",
    "ScalingFit",
    "Space",
    "first_parallel_leap",
    "fit_scaling_law",
    "generalization_gap",
]

Array = NDArray[np.float64]
Basis = Literal["items", "scatter"]

MIN_LANGUAGE_COUNTS = 3
"""Two different n fit any power law exactly, so they can neither support it nor give it an interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The fitted law at one n, with the interval of its mean there."""

    n: float
    """Number of training languages."""
    accuracy: float
    """α·n^β."""
    interval: Interval
    """Of α·n^β, not of a new observation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingFit:
    """A fitted law acc(n) = α·n^β. There is no such object without intervals."""

    space: Space
    """Where squares were minimised: "accuracy" (non-linear), or "log" (a line through logarithms)."""
    basis: Basis
    """Where the intervals come from; see the module."""
    alpha: float
    """Accuracy that the law gives at n = 1."""
    alpha_interval: Interval
    beta: float
    """Exponent: doubling n multiplies accuracy by 2^β."""
    beta_interval: Interval
    r_squared: float | None
    """1 - residual/total sum of squares in `space`; `None` when all points are equal."""
    points: int
    """Models fitted."""
    lack_of_fit_p: float | None
    """Chance, under item noise alone, of a scatter at least as large; `None` for basis "scatter"."""
    resamples: int | None
    """Bootstrap resamples in which the fit exists; `None` for basis "scatter"."""
    curve: tuple[CurvePoint, ...]
    """The law with its band, for plots."""

    def at(self, n: float) -> float:
        """Accuracy that the law gives for `n` training languages."""
        return float(self.alpha * n**self.beta)

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "space": self.space,
            "basis": self.basis,
            "alpha": self.alpha,
            "alpha_interval": self.alpha_interval.as_dict(),
            "beta": self.beta,
            "beta_interval": self.beta_interval.as_dict(),
            "r_squared": self.r_squared,
            "points": self.points,
            "lack_of_fit_p": self.lack_of_fit_p,
            "resamples": self.resamples,
            "curve": [
                {"n": point.n, "accuracy": point.accuracy, "interval": point.interval.as_dict()}
                for point in self.curve
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelLeap:
    """First-Parallel Leap: mean accuracy at n = 2 minus mean accuracy at n = 1."""

    leap: Estimate
    """In accuracy, -1..1; its interval needs item-level results."""
    monolingual: float
    """Mean accuracy of the models with one training language."""
    bilingual: float
    """Mean accuracy of the models with two training languages."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {"leap": self.leap.as_dict(), "monolingual": self.monolingual, "bilingual": self.bilingual}


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralizationGap:
    """Monolingual Generalization Gap: the law fitted to n > 1, taken at n = 1, minus what was observed."""

    gap: float
    """Positive when the monolingual model is worse than the law foretells."""
    gap_interval: Interval
    predicted: float
    """α of the law fitted without the monolingual models."""
    observed: float
    """Mean accuracy of the monolingual models."""
    fit: ScalingFit
    """That law."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "gap": self.gap,
            "gap_interval": self.gap_interval.as_dict(),
            "predicted": self.predicted,
            "observed": self.observed,
            "fit": self.fit.as_dict(),
        }


def fit_scaling_law(
    n: Sequence[int],
    accuracy: Sequence[float],
    *,
    space: Space = "accuracy",
    level: float = 0.95,
    resampled: Array | None = None,
    grid: Sequence[float] | None = None,
) -> ScalingFit:
    """Fit acc(n) = α·n^β by least squares.

    Args:
        n: training languages of each model, 1 or more; at least three different values.
        accuracy: accuracy of each model, in [0, 1], in the order of `n`.
        space: "accuracy" minimises squares of accuracies (Levenberg-Marquardt); "log" those of logarithms.
        level: nominal coverage of all intervals, in (0, 1).
        resampled: shape (resamples, models), the accuracies in bootstrap resamples of the items (columns
            of `statistics.bootstrap_means`). `None` gives the basis "scatter".
        grid: n at which `curve` is computed; by default 61 points from 1 to the largest n.

    Raises:
        InputError: fewer than three different n, an n below 1, an accuracy outside [0, 1], an accuracy of 0
            where a logarithm is needed, or too few resamples in which the law can be fitted.
    """
    counts, observed = _checked(n, accuracy, space)
    check_level(level)
    power = PowerFit.through(np.log(counts), observed, space)
    points = np.linspace(1.0, counts.max(), 61) if grid is None else np.asarray(grid, dtype=np.float64)
    lack_of_fit, kept = None, None
    if resampled is None:
        intervals = _scatter_intervals(power, level, np.log(points))
    else:
        if resampled.ndim != 2 or resampled.shape[1] != len(observed):
            raise ValueError(f"resamples of shape {resampled.shape} for {len(observed)} models")
        thetas = _resampled_fits(power.x, resampled, space)
        usable = np.isfinite(thetas[:, 0])
        intervals = _item_intervals(thetas, level, np.log(points))
        lack_of_fit, kept = _lack_of_fit(power, resampled[usable]), int(usable.sum())
    fitted = power.values(np.log(points))
    return ScalingFit(
        space=space,
        basis="scatter" if resampled is None else "items",
        alpha=math.exp(power.theta[0]),
        alpha_interval=intervals[0],
        beta=float(power.theta[1]),
        beta_interval=intervals[1],
        r_squared=power.r_squared,
        points=len(observed),
        lack_of_fit_p=lack_of_fit,
        resamples=kept,
        curve=tuple(
            CurvePoint(n=float(at), accuracy=float(value), interval=interval)
            for at, value, interval in zip(points, fitted, intervals[2:], strict=True)
        ),
    )


def first_parallel_leap(
    n: Sequence[int], accuracy: Sequence[float], *, level: float = 0.95, resampled: Array | None = None
) -> ParallelLeap:
    """What the first parallel language adds: mean accuracy at n = 2 minus mean accuracy at n = 1.

    Arguments as in `fit_scaling_law`; with `resampled` the leap has a paired bootstrap interval over items.

    Raises:
        InputError: there is no model with one training language, or none with two.
    """
    counts, observed = np.asarray(n), np.asarray(accuracy, dtype=np.float64)
    for wanted in (1, 2):
        if not np.any(counts == wanted):
            raise InputError(
                f"the First-Parallel Leap needs a model with n = {wanted}; there is none",
                remedy="add results of models trained on one and on two languages",
            )
    one, two = counts == 1, counts == 2
    interval = None
    if resampled is not None:
        interval = percentile_interval(resampled[:, two].mean(axis=1) - resampled[:, one].mean(axis=1), level)
    low, high = float(observed[one].mean()), float(observed[two].mean())
    return ParallelLeap(leap=Estimate(value=high - low, interval=interval), monolingual=low, bilingual=high)


def generalization_gap(
    n: Sequence[int],
    accuracy: Sequence[float],
    *,
    space: Space = "accuracy",
    level: float = 0.95,
    resampled: Array | None = None,
) -> GeneralizationGap:
    """How far the monolingual model falls short of the law that the parallel models follow.

    With `resampled`, law and observation are both taken in each resample, so the interval covers item noise
    in both. Without, it is a t prediction interval: the observation is given the same scatter as the points.

    Args as in `fit_scaling_law`; the fit uses models with n > 1.

    Raises:
        InputError: no model with n = 1, or the law cannot be fitted to the others.
    """
    counts, observed = np.asarray(n), np.asarray(accuracy, dtype=np.float64)
    mono, parallel = counts == 1, counts > 1
    if not mono.any():
        raise InputError(
            "the Monolingual Generalization Gap needs a model with n = 1; there is none",
            remedy="add results of a model trained on one language",
        )
    if len(set(counts[parallel].tolist())) < MIN_LANGUAGE_COUNTS:
        raise InputError(
            "the Monolingual Generalization Gap needs a law fitted without the monolingual models, and there "
            f"are too few other n for one: {len(set(counts[parallel].tolist()))}",
            remedy=f"add models with at least {MIN_LANGUAGE_COUNTS} different n above 1",
        )
    rest = None if resampled is None else resampled[:, parallel]
    fit = fit_scaling_law(
        counts[parallel].tolist(),
        observed[parallel].tolist(),
        space=space,
        level=level,
        resampled=rest,
        grid=np.linspace(1.0, counts.max(), 61).tolist(),
    )
    seen = float(observed[mono].mean())
    x = np.log(counts[parallel].astype(np.float64))
    if resampled is None or rest is None:
        power = PowerFit.through(x, observed[parallel], space)
        half = _prediction_half_width(power, level, int(mono.sum()), seen)
        interval = Interval(low=fit.alpha - seen - half, high=fit.alpha - seen + half, level=level)
    else:
        alphas = np.exp(_resampled_fits(x, rest, space)[:, 0])
        found = percentile_interval(alphas - resampled[:, mono].mean(axis=1), level)
        interval = _required(found)
    return GeneralizationGap(
        gap=fit.alpha - seen, gap_interval=interval, predicted=fit.alpha, observed=seen, fit=fit
    )


def _checked(n: Sequence[int], accuracy: Sequence[float], space: Space) -> tuple[Array, Array]:
    counts, observed = np.asarray(n, dtype=np.float64), np.asarray(accuracy, dtype=np.float64)
    if counts.shape != observed.shape or counts.ndim != 1:
        raise ValueError(f"{counts.shape} language counts for {observed.shape} accuracies")
    if np.any(counts < 1):
        raise InputError(
            f"a scaling law needs n of 1 or more; one model has n = {counts.min():g}",
            remedy="leave the base model out",
        )
    different = len(set(counts.tolist()))
    if different < MIN_LANGUAGE_COUNTS:
        raise InputError(
            f"a scaling law needs models with {MIN_LANGUAGE_COUNTS} different numbers of training languages; "
            f"there are too few, {different}",
            remedy="add models, better up to 7 different n",
        )
    if not np.all((observed >= 0) & (observed <= 1)):
        raise InputError("an accuracy lies outside [0, 1]", remedy="divide percentages by 100")
    if not observed.any() or (space == "log" and np.any(observed <= 0)):
        raise InputError(
            "an accuracy of 0 has no logarithm" if observed.any() else "all accuracies are 0",
            remedy="leave the model out" + (", or fit in accuracy space" if observed.any() else ""),
        )
    return counts, observed


def _required(interval: Interval | None) -> Interval:
    if interval is None:
        raise InputError(
            "the law could not be fitted in enough bootstrap resamples to give an interval",
            remedy="use more items, or plain accuracies",
        )
    return interval


def _scatter_intervals(power: PowerFit, level: float, grid: Array) -> list[Interval]:
    """Intervals of α, of β, and of the law at each point of `grid` (log n)."""
    covariance = power.covariance
    quantile = t_quantile((1 + level) / 2, power.degrees)
    intervals = []
    for at in (0.0, *grid.tolist()):
        direction = np.array([1.0, at])
        # Rounding can take the variance of a perfect fit just below 0.
        half = quantile * math.sqrt(max(0.0, float(direction @ covariance @ direction)))
        centre = float(power.theta[0] + power.theta[1] * at)
        intervals.append(Interval(low=math.exp(centre - half), high=math.exp(centre + half), level=level))
    half = quantile * math.sqrt(float(covariance[1, 1]))
    beta = Interval(low=float(power.theta[1]) - half, high=float(power.theta[1]) + half, level=level)
    return [intervals[0], beta, *intervals[1:]]


def _resampled_fits(x: Array, resampled: Array, space: Space) -> Array:
    """Rows (log α, β), one per resample; NaN where a resample has no law in this space."""
    usable = np.all(np.isfinite(resampled), axis=1)
    usable &= np.all(resampled > 0, axis=1) if space == "log" else np.any(resampled > 0, axis=1)
    thetas = np.full((len(resampled), 2), np.nan)
    if usable.any():
        thetas[usable] = least_squares(x, resampled[usable], space)
    return thetas


def _item_intervals(thetas: Array, level: float, grid: Array) -> list[Interval]:
    """As `_scatter_intervals`, from the laws of the resamples."""
    curves = np.exp(thetas[:, :1] + thetas[:, 1:] * grid)
    columns = [np.exp(thetas[:, 0]), thetas[:, 1], *curves.T]
    return [_required(percentile_interval(column, level)) for column in columns]


def _lack_of_fit(power: PowerFit, resampled: Array) -> float:
    """Share of resamples whose item noise, once fitted, leaves at least the residuals of the data."""
    noise = np.log(resampled) - np.log(power.y) if power.space == "log" else resampled - power.y
    extreme = int(np.sum(power.unexplained(noise) >= np.sum(power.residuals**2)))
    return (1 + extreme) / (1 + len(resampled))


def _prediction_half_width(power: PowerFit, level: float, observations: int, seen: float) -> float:
    """Half width of the t interval of α minus the mean of `observations` new points at n = 1."""
    of_alpha = math.exp(2 * float(power.theta[0])) * float(power.covariance[0, 0])
    # A logarithm's noise is relative: at n = 1 it acts on the observed accuracy.
    of_point = power.residual_variance * (seen**2 if power.space == "log" else 1.0) / observations
    return t_quantile((1 + level) / 2, power.degrees) * math.sqrt(of_alpha + of_point)
