"""The parallel scaling law acc(n) = α·n^β over the number n of training languages, and what departs from it.

Names follow "Parallel Scaling Law" (arXiv 2510.02272): First-Parallel Leap, Monolingual Generalization Gap.
n counts all training languages, the first (usually English) included, so the monolingual model has n = 1.

Three kinds of interval, named in every result as `basis`:

- `combined`: item noise and training noise together, as `metrics.law_noise` adds them. The part that all
  models share with the items comes from the bootstrap over items, the part that each model has by itself
  from the scatter of the points around the law, with (points - 2) degrees of freedom and Student's t. It
  assumes that the law holds, and independent noise of about one size per model. It is the one to quote.
- `items`: percentile bootstrap over benchmark items. It covers the choice of items and of samples, keeps the
  correlation between models that answer the same items, and takes the models as they are: what another
  training run at the same n would give is not in it. `lack_of_fit_p` tells whether the points scatter
  around the law more than item noise explains.
- `scatter`: the scatter of the points alone, where there are no items. Luck with items that all models share
  moves all points together and is not in it: the interval of α is then too short, that of β is not.

How often each holds the truth: `benchmarks/law_coverage.py`, with its table in `docs/evaluation.md`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parallelize.core.errors import InputError
from parallelize.metrics.law_noise import PointNoise, item_covariance
from parallelize.metrics.power_law import PowerFit, Space, least_squares
from parallelize.metrics.scaling_figures import (
    Basis,
    CurvePoint,
    GeneralizationGap,
    ParallelLeap,
    ScalingFit,
)
from parallelize.metrics.statistics import Estimate, Interval, check_level, percentile_interval

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

MIN_LANGUAGE_COUNTS = 3
"""Two different n fit any power law exactly, so they can neither support it nor give it an interval."""


def fit_scaling_law(
    n: Sequence[int],
    accuracy: Sequence[float],
    *,
    space: Space = "accuracy",
    level: float = 0.95,
    resampled: Array | None = None,
    basis: Basis | None = None,
    grid: Sequence[float] | None = None,
) -> ScalingFit:
    """Fit acc(n) = α·n^β by least squares.

    Args:
        n: training languages of each model, 1 or more; at least three different values.
        accuracy: accuracy of each model, in [0, 1], in the order of `n`.
        space: "accuracy" minimises squares of accuracies (Levenberg-Marquardt); "log" those of logarithms.
        level: nominal coverage of all intervals, in (0, 1).
        resampled: shape (resamples, models), the accuracies in bootstrap resamples of the items (columns
            of `statistics.bootstrap_means`); `None` for plain accuracies.
        basis: what the intervals hold; by default "combined" with `resampled`, "scatter" without.
        grid: n at which `curve` is computed; by default 61 points from 1 to the largest n.

    Raises:
        InputError: fewer than three different n, an n below 1, an accuracy outside [0, 1], an accuracy of 0
            where a logarithm is needed, or too few resamples in which the law can be fitted.
    """
    counts, observed = _checked(n, accuracy, space)
    check_level(level)
    chosen = _basis(basis, resampled)
    power = PowerFit.through(np.log(counts), observed, space)
    points = np.linspace(1.0, counts.max(), 61) if grid is None else np.asarray(grid, dtype=np.float64)
    lack_of_fit, kept = None, None
    noise = resampled if chosen != "scatter" else None
    if noise is not None:
        if noise.ndim != 2 or noise.shape[1] != len(observed):
            raise ValueError(f"resamples of shape {noise.shape} for {len(observed)} models")
        usable = _usable(noise, space)
        if np.mean(~usable) > (1 - level) / 2:
            raise _too_few_resamples()
        lack_of_fit, kept = _lack_of_fit(power, noise[usable]), int(usable.sum())
    if noise is not None and chosen == "items":
        intervals = _item_intervals(_resampled_fits(power.x, noise, space), level, np.log(points))
    else:
        everyone = np.ones(len(observed), dtype=np.bool_)
        around = PointNoise.around(power, everyone, _covariance(noise, space))
        intervals = _noise_intervals(power, around, level, np.log(points))
    fitted = power.values(np.log(points))
    return ScalingFit(
        space=space,
        basis=chosen,
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
    n: Sequence[int],
    accuracy: Sequence[float],
    *,
    level: float = 0.95,
    resampled: Array | None = None,
    basis: Basis | None = None,
) -> ParallelLeap:
    """What the first parallel language adds: mean accuracy at n = 2 minus mean accuracy at n = 1.

    Arguments as in `fit_scaling_law`. Training noise is told by the scatter around the law of the models
    with n > 1, or of all models where those are too few. Where no law can be fitted, the interval is a paired
    bootstrap over items.

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
    low, high = float(observed[one].mean()), float(observed[two].mean())
    chosen: Basis | None = _basis(basis, resampled)
    noise = None if chosen == "items" else _noise_of_the_law(counts, observed, resampled)
    interval = None
    if noise is not None:
        half = noise.half_width(two / two.sum() - one / one.sum(), level)
        interval = Interval(low=high - low - half, high=high - low + half, level=level)
    elif resampled is not None:
        chosen = "items"
        interval = percentile_interval(resampled[:, two].mean(axis=1) - resampled[:, one].mean(axis=1), level)
    return ParallelLeap(
        leap=Estimate(value=high - low, interval=interval),
        basis=None if interval is None else chosen,
        monolingual=low,
        bilingual=high,
    )


def generalization_gap(
    n: Sequence[int],
    accuracy: Sequence[float],
    *,
    space: Space = "accuracy",
    level: float = 0.95,
    resampled: Array | None = None,
    basis: Basis | None = None,
) -> GeneralizationGap:
    """How far the monolingual model falls short of the law that the parallel models follow.

    The observation is given the same noise of its own as the points have ("combined", "scatter"). With the
    basis "items", law and observation are both taken in each resample.

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
    chosen = _basis(basis, resampled)
    rest = None if resampled is None else resampled[:, parallel]
    fit = fit_scaling_law(
        counts[parallel].tolist(),
        observed[parallel].tolist(),
        space=space,
        level=level,
        resampled=rest,
        basis=chosen,
        grid=np.linspace(1.0, counts.max(), 61).tolist(),
    )
    seen = float(observed[mono].mean())
    x = np.log(counts[parallel].astype(np.float64))
    if chosen == "items" and resampled is not None and rest is not None:
        alphas = np.exp(_resampled_fits(x, rest, space)[:, 0])
        interval = _required(percentile_interval(alphas - resampled[:, mono].mean(axis=1), level))
    else:
        power = PowerFit.through(x, observed[parallel], space)
        known = None if chosen == "scatter" else _covariance(resampled, space)
        noise = PointNoise.around(power, parallel, known)
        # A logarithm's noise is relative: at n = 1 it acts on the observed accuracy.
        direction = np.where(mono, -(seen if space == "log" else 1.0) / mono.sum(), 0.0)
        direction[parallel] = fit.alpha * power.weights[0]
        half = noise.half_width(direction, level)
        interval = Interval(low=fit.alpha - seen - half, high=fit.alpha - seen + half, level=level)
    return GeneralizationGap(
        gap=fit.alpha - seen, gap_interval=interval, predicted=fit.alpha, observed=seen, fit=fit
    )


def _basis(wanted: Basis | None, resampled: Array | None) -> Basis:
    """What intervals hold: as wanted, else all that there is."""
    if resampled is None and wanted in {"items", "combined"}:
        raise ValueError(f"basis {wanted!r} needs resamples")
    return wanted or ("scatter" if resampled is None else "combined")


def _covariance(resampled: Array | None, space: Space) -> Array | None:
    return None if resampled is None else item_covariance(resampled, space)


def _noise_of_the_law(
    counts: NDArray[np.int_], observed: Array, resampled: Array | None
) -> PointNoise | None:
    """Noise around the law of the models with n > 1, else of all; `None` where there is no law."""
    for among in (counts > 1, counts >= 1):
        if len(set(counts[among].tolist())) >= MIN_LANGUAGE_COUNTS and observed[among].any():
            power = PowerFit.through(np.log(counts[among]), observed[among], "accuracy")
            return PointNoise.around(power, among, _covariance(resampled, "accuracy"))
    return None


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
        raise _too_few_resamples()
    return interval


def _too_few_resamples() -> InputError:
    return InputError(
        "the law could not be fitted in enough bootstrap resamples to give an interval",
        remedy="use more items, or plain accuracies",
    )


def _usable(resampled: Array, space: Space) -> NDArray[np.bool_]:
    """Resamples in which the law exists."""
    usable = np.all(np.isfinite(resampled), axis=1)
    positive = np.all(resampled > 0, axis=1) if space == "log" else np.any(resampled > 0, axis=1)
    return np.asarray(usable & positive)


def _noise_intervals(power: PowerFit, noise: PointNoise, level: float, grid: Array) -> list[Interval]:
    """Intervals of α, of β, and of the law at each point of `grid` (log n)."""
    weights, intervals = power.weights, []
    for at in (0.0, *grid.tolist()):
        half = noise.half_width(weights[0] + at * weights[1], level)
        centre = float(power.theta[0] + power.theta[1] * at)
        intervals.append(Interval(low=math.exp(centre - half), high=math.exp(centre + half), level=level))
    slope, half = float(power.theta[1]), noise.half_width(weights[1], level)
    return [intervals[0], Interval(low=slope - half, high=slope + half, level=level), *intervals[1:]]


def _resampled_fits(x: Array, resampled: Array, space: Space) -> Array:
    """Rows (log α, β), one per resample; NaN where a resample has no law in this space."""
    usable = _usable(resampled, space)
    thetas = np.full((len(resampled), 2), np.nan)
    if usable.any():
        thetas[usable] = least_squares(x, resampled[usable], space)
    return thetas


def _item_intervals(thetas: Array, level: float, grid: Array) -> list[Interval]:
    """As `_noise_intervals`, from the laws of the resamples."""
    curves = np.exp(thetas[:, :1] + thetas[:, 1:] * grid)
    columns = [np.exp(thetas[:, 0]), thetas[:, 1], *curves.T]
    return [_required(percentile_interval(column, level)) for column in columns]


def _lack_of_fit(power: PowerFit, resampled: Array) -> float:
    """Share of resamples whose item noise, once fitted, leaves at least the residuals of the data."""
    noise = np.log(resampled) - np.log(power.y) if power.space == "log" else resampled - power.y
    extreme = int(np.sum(power.unexplained(noise) >= np.sum(power.residuals**2)))
    return (1 + extreme) / (1 + len(resampled))
