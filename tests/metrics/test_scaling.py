"""The scaling law, held to SciPy's fits, and its intervals, held to simulated truth."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.metrics.scaling import first_parallel_leap, fit_scaling_law, generalization_gap
from parallelize.metrics.statistics import bootstrap_means

N = [1, 2, 3, 4, 5, 6, 7]
ACCURACY = [0.45, 0.52, 0.55, 0.553, 0.57, 0.58, 0.59]


def power(n: np.ndarray, log_alpha: float, beta: float) -> np.ndarray:
    return np.exp(log_alpha + beta * np.log(n))


def simulated_items(
    rng: np.random.Generator, *, alpha: float, beta: float, items: int, correlation: float
) -> np.ndarray:
    """One answer per item and model, shape (items, 7), 1 with probability alpha·n^beta exactly.

    A Gaussian copula ties the answers to one item together, as when all models see the same benchmark.
    """
    threshold = np.array([NormalDist().inv_cdf(alpha * n**beta) for n in N])
    easiness, luck = rng.normal(size=(items, 1)), rng.normal(size=(items, len(N)))
    ability = math.sqrt(correlation) * easiness + math.sqrt(1 - correlation) * luck
    return (ability < threshold).astype(np.float64)


def test_nonlinear_fit_equals_scipy() -> None:
    expected, covariance = scipy.optimize.curve_fit(
        power, N, ACCURACY, p0=(-0.8, 0.1), ftol=1e-15, xtol=1e-15, gtol=1e-15
    )
    t = scipy.stats.t.ppf(0.975, len(N) - 2)
    fit = fit_scaling_law(N, ACCURACY)
    assert fit.basis == "scatter"
    assert math.log(fit.alpha) == pytest.approx(expected[0], abs=1e-7)
    assert fit.beta == pytest.approx(expected[1], abs=1e-7)
    deviation = t * np.sqrt(np.diag(covariance))
    assert math.log(fit.alpha_interval.low) == pytest.approx(expected[0] - deviation[0], abs=1e-6)
    assert fit.beta_interval.high == pytest.approx(expected[1] + deviation[1], abs=1e-6)
    residual = np.array(ACCURACY) - power(np.array(N), *expected)
    assert fit.r_squared == pytest.approx(1 - residual.var() / np.var(ACCURACY), abs=1e-6)


def test_log_fit_equals_scipy() -> None:
    line = scipy.stats.linregress(np.log(N), np.log(ACCURACY))
    t = scipy.stats.t.ppf(0.95, len(N) - 2)
    fit = fit_scaling_law(N, ACCURACY, space="log", level=0.9)
    assert fit.alpha == pytest.approx(math.exp(line.intercept), rel=1e-12)
    assert fit.beta == pytest.approx(line.slope, rel=1e-12)
    assert fit.r_squared == pytest.approx(line.rvalue**2, rel=1e-10)
    assert fit.beta_interval.low == pytest.approx(line.slope - t * line.stderr, rel=1e-10)
    low = math.exp(line.intercept - t * line.intercept_stderr)
    assert fit.alpha_interval.low == pytest.approx(low, rel=1e-10)


def test_three_points_by_hand() -> None:
    # log2 of 0.2, 0.4, 0.4 against log2 of 1, 2, 4: slope 1/2, level log2(0.2) + 1/6
    fit = fit_scaling_law([1, 2, 4], [0.2, 0.4, 0.4], space="log")
    assert fit.beta == pytest.approx(0.5)
    assert fit.alpha == pytest.approx(0.2 * 2 ** (1 / 6))
    assert fit.at(4) == pytest.approx(0.4 * 2 ** (1 / 6))
    assert fit.r_squared == pytest.approx(0.75)
    # residuals -1/6, 1/3, -1/6 in log2: variance 1/6 with one degree of freedom; slope variance 1/12
    half = scipy.stats.t.ppf(0.975, 1) * math.sqrt(1 / 12)
    assert fit.beta_interval.high == pytest.approx(0.5 + half)


def test_band_equals_the_interval_of_the_linear_predictor() -> None:
    fit = fit_scaling_law(N, ACCURACY, space="log", grid=[1, 3])
    assert [point.n for point in fit.curve] == [1, 3]
    assert fit.curve[0].interval == fit.alpha_interval
    x = np.log(N)
    line = scipy.stats.linregress(x, np.log(ACCURACY))
    residual = np.log(ACCURACY) - line.intercept - line.slope * x
    variance = residual @ residual / 5 * (1 / 7 + (math.log(3) - x.mean()) ** 2 / (7 * x.var()))
    low = math.exp(line.intercept + line.slope * math.log(3) - scipy.stats.t.ppf(0.975, 5) * variance**0.5)
    assert fit.curve[1].interval.low == pytest.approx(low)


def test_gap_and_leap_by_hand() -> None:
    accuracy = [0.3, *(0.4 * n**0.15 for n in N[1:])]
    gap = generalization_gap(N, accuracy)
    assert gap.predicted == pytest.approx(0.4)
    assert gap.gap == pytest.approx(0.1)
    assert gap.observed == 0.3
    assert gap.fit.points == 6
    assert gap.fit.curve[0].n == 1.0
    leap = first_parallel_leap([1, 1, 2, 2, 5], [0.3, 0.4, 0.5, 0.7, 0.1])
    assert leap.leap.value == pytest.approx(0.25)
    assert leap.basis == "scatter"
    assert first_parallel_leap([1, 2], [0.3, 0.4]).leap.interval is None
    assert leap.as_dict()["monolingual"] == pytest.approx(0.35)


def test_gap_interval_is_the_prediction_interval_of_the_line() -> None:
    gap = generalization_gap(N, ACCURACY, space="log")
    x, y = np.log(N[1:]), np.log(ACCURACY[1:])
    line = scipy.stats.linregress(x, y)
    residual = y - line.intercept - line.slope * x
    variance = residual @ residual / 4
    of_alpha = math.exp(line.intercept) ** 2 * variance * (1 / 6 + x.mean() ** 2 / (6 * x.var()))
    half = scipy.stats.t.ppf(0.975, 4) * math.sqrt(of_alpha + variance * ACCURACY[0] ** 2)
    assert gap.gap_interval.width == pytest.approx(2 * half)
    assert gap.gap_interval.contains(gap.gap)


def test_item_intervals_are_percentiles_of_refitted_laws() -> None:
    rng = np.random.default_rng(4)
    values = simulated_items(rng, alpha=0.4, beta=0.15, items=120, correlation=0.5)
    resampled = bootstrap_means(values, resamples=60, rng=rng)
    fit = fit_scaling_law(N, values.mean(axis=0), resampled=resampled, basis="items")
    refitted = np.array([scipy.optimize.curve_fit(power, N, row, p0=(-0.8, 0.1))[0] for row in resampled])
    assert fit.basis == "items"
    assert fit.resamples == 60
    assert fit.beta_interval.low == pytest.approx(np.quantile(refitted[:, 1], 0.025), abs=1e-5)
    assert fit.alpha_interval.high == pytest.approx(np.quantile(np.exp(refitted[:, 0]), 0.975), abs=1e-5)
    gap = generalization_gap(N, values.mean(axis=0), resampled=resampled, basis="items")
    assert gap.gap_interval.contains(gap.gap)
    leap = first_parallel_leap(N, values.mean(axis=0), resampled=resampled, basis="items")
    paired = np.quantile(resampled[:, 1] - resampled[:, 0], [0.025, 0.975])
    assert leap.leap.interval is not None
    assert (leap.leap.interval.low, leap.leap.interval.high) == pytest.approx(tuple(paired))


def test_lack_of_fit_tells_training_noise_from_item_noise() -> None:
    rng = np.random.default_rng(8)
    values = simulated_items(rng, alpha=0.4, beta=0.15, items=400, correlation=0.5)
    shaken = values + np.array([0.06, -0.06, 0.06, -0.06, 0.06, -0.06, 0.06])
    for data, expected in ((values, True), (shaken, False)):
        observed = data.mean(axis=0)
        fit = fit_scaling_law(N, observed, resampled=bootstrap_means(data, resamples=999, rng=rng))
        assert fit.lack_of_fit_p is not None
        assert (fit.lack_of_fit_p > 0.05) is expected


def test_undefined_resamples_are_counted_and_too_many_refused() -> None:
    resampled = np.full((100, 7), 0.5) * np.linspace(0.9, 1.1, 100)[:, None]
    resampled[0, 3] = np.nan
    resampled[1, 3] = 0.0
    assert fit_scaling_law(N, ACCURACY, resampled=resampled).resamples == 99
    assert fit_scaling_law(N, ACCURACY, resampled=resampled, space="log").resamples == 98
    resampled[:4, 0] = 0.0
    with pytest.raises(InputError, match="enough bootstrap resamples"):
        fit_scaling_law(N, ACCURACY, resampled=resampled, space="log")


@pytest.mark.parametrize(
    ("n", "accuracy", "space", "message"),
    [
        ([1, 2], [0.4, 0.5], "accuracy", "too few, 2"),
        ([1, 2, 2, 1], [0.4, 0.5, 0.5, 0.4], "accuracy", "too few, 2"),
        ([0, 2, 3], [0.4, 0.5, 0.5], "accuracy", "n = 0"),
        ([1, 2, 3], [40, 50, 50], "accuracy", "outside"),
        ([1, 2, 3], [math.nan, 0.5, 0.5], "accuracy", "outside"),
        ([1, 2, 3], [0.0, 0.5, 0.5], "log", "no logarithm"),
        ([1, 2, 3], [0.0, 0.0, 0.0], "accuracy", "all accuracies are 0"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    n: list[int], accuracy: list[float], space: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        fit_scaling_law(n, accuracy, space=space)


def test_shapes_that_disagree_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="language counts"):
        fit_scaling_law([1, 2, 3], [0.5, 0.5])
    with pytest.raises(ValueError, match="resamples of shape"):
        fit_scaling_law(N, ACCURACY, resampled=np.ones((10, 6)))


def test_gap_and_leap_need_their_models() -> None:
    with pytest.raises(InputError, match="n = 1"):
        generalization_gap([2, 3, 4], [0.4, 0.5, 0.6])
    with pytest.raises(InputError, match="too few"):
        generalization_gap([1, 2, 3], [0.4, 0.5, 0.6])
    with pytest.raises(InputError, match="n = 2"):
        first_parallel_leap([1, 3], [0.4, 0.5])


def test_equal_points_have_no_r_squared() -> None:
    fit = fit_scaling_law(N, [0.5] * 7)
    assert fit.r_squared is None
    assert fit.beta == pytest.approx(0, abs=1e-12)
    assert fit.alpha_interval.width == pytest.approx(0, abs=1e-9)


def test_json_form_has_everything() -> None:
    fit = fit_scaling_law(N, ACCURACY, grid=[1.0]).as_dict()
    assert set(fit) >= {"alpha", "alpha_interval", "beta", "beta_interval", "r_squared", "basis", "space"}
    assert set(generalization_gap(N, ACCURACY).as_dict()) == {
        "gap", "gap_interval", "predicted", "observed", "fit",
    }  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.floats(0.05, 0.6),
    st.floats(-0.5, 0.25),
    st.lists(st.integers(1, 7), min_size=4, max_size=9).filter(lambda n: len(set(n)) >= 3),
    st.sampled_from(["accuracy", "log"]),
)
def test_an_exact_law_is_recovered(alpha: float, beta: float, n: list[int], space: str) -> None:
    fit = fit_scaling_law(n, [alpha * k**beta for k in n], space=space)
    assert fit.alpha == pytest.approx(alpha, rel=1e-6)
    assert fit.beta == pytest.approx(beta, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0.02, 1), min_size=4, max_size=7), st.sampled_from(["accuracy", "log"]))
def test_any_accuracies_give_ordered_finite_intervals_and_the_least_loss(
    accuracy: list[float], space: str
) -> None:
    n = list(range(1, len(accuracy) + 1))
    fit = fit_scaling_law(n, accuracy, space=space)
    assert fit.alpha_interval.contains(fit.alpha)
    assert fit.beta_interval.contains(fit.beta)
    assert all(math.isfinite(point.interval.high) for point in fit.curve)

    def loss(alpha: float, beta: float) -> float:
        fitted = alpha * np.array(n, dtype=float) ** beta
        if space == "log":
            return float(np.sum((np.log(accuracy) - np.log(fitted)) ** 2))
        return float(np.sum((np.array(accuracy) - fitted) ** 2))

    best = loss(fit.alpha, fit.beta)
    for factor in (0.99, 1.01):
        assert best <= loss(fit.alpha * factor, fit.beta) + 1e-12
        assert best <= loss(fit.alpha, fit.beta + factor - 1) + 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("space", ["accuracy", "log"])
def test_item_intervals_cover_the_truth(space: str) -> None:
    """95 % intervals of both parameters hold the truth in 93 to 97 % of 500 simulated studies."""
    truth = {"alpha": 0.45, "beta": 0.12}
    held = {"alpha": 0, "beta": 0}
    for study in range(500):
        rng = np.random.default_rng([2510, 2272, study])
        values = simulated_items(rng, **truth, items=300, correlation=0.5)
        fit = fit_scaling_law(
            N,
            values.mean(axis=0),
            space=space,
            resampled=bootstrap_means(values, resamples=1000, rng=rng),
            basis="items",
            grid=[1.0],
        )
        held["alpha"] += fit.alpha_interval.contains(truth["alpha"])
        held["beta"] += fit.beta_interval.contains(truth["beta"])
    assert 465 <= held["alpha"] <= 485, held
    assert 465 <= held["beta"] <= 485, held


def test_combined_intervals_join_items_and_scatter() -> None:
    """Items of their own make the scatter; shared luck is added to it; both are in the combined interval."""
    rng = np.random.default_rng(12)
    values = simulated_items(rng, alpha=0.4, beta=0.15, items=200, correlation=0.9)
    observed, resampled = values.mean(axis=0), bootstrap_means(values, resamples=2000, rng=rng)
    fits = {
        basis: fit_scaling_law(N, observed, resampled=resampled, basis=basis, grid=[1.0])
        for basis in ("combined", "items", "scatter")
    }
    assert fit_scaling_law(N, observed, resampled=resampled, grid=[1.0]) == fits["combined"]
    # nearly all noise of α is luck with shared items; nearly none of that of β is
    assert fits["combined"].alpha_interval.width == pytest.approx(fits["items"].alpha_interval.width, rel=0.1)
    assert fits["combined"].alpha_interval.width > 1.5 * fits["scatter"].alpha_interval.width
    assert fits["combined"].beta_interval.width == pytest.approx(
        fits["scatter"].beta_interval.width, rel=0.05
    )
    shaken = values + np.array([0.05, -0.05, 0.05, -0.05, 0.05, -0.05, 0.05])
    noisy = bootstrap_means(shaken, resamples=2000, rng=rng)
    wide = fit_scaling_law(N, shaken.mean(axis=0), resampled=noisy)
    assert wide.beta_interval.width > 2 * fits["items"].beta_interval.width


@pytest.mark.parametrize("n", [(1, 2, 4), tuple(N)])
def test_combined_intervals_cover_training_noise(n: tuple[int, ...]) -> None:
    """Where items are nearly without noise and models are not, 95 % of 200 intervals hold the truth."""
    law = np.array([0.45 * k**0.1 for k in n])
    truth = {"beta": 0.1, "leap": law[1] - law[0]}
    held = dict.fromkeys(truth, 0)
    for study in range(200):
        rng = np.random.default_rng([51, 4, study])
        observed = law + rng.normal(scale=0.01, size=len(n))
        resampled = observed + rng.normal(scale=0.002, size=(60, 1))
        fit = fit_scaling_law(n, observed, resampled=resampled, grid=[1.0])
        leap = first_parallel_leap(n, observed, resampled=resampled).leap.interval
        assert leap is not None
        held["beta"] += fit.beta_interval.contains(truth["beta"])
        held["leap"] += leap.contains(truth["leap"])
    assert all(181 <= count <= 199 for count in held.values()), held


@pytest.mark.slow
def test_scatter_intervals_cover_independent_noise() -> None:
    """Plain accuracies with independent noise per point: the t intervals hold the truth as often."""
    held = {"alpha": 0, "beta": 0, "gap": 0}
    truth = 0.45 * np.array(N, dtype=float) ** 0.12
    for study in range(500):
        observed = truth + np.random.default_rng([51, study]).normal(scale=0.01, size=7)
        fit = fit_scaling_law(N, observed, grid=[1.0])
        held["alpha"] += fit.alpha_interval.contains(0.45)
        held["beta"] += fit.beta_interval.contains(0.12)
        held["gap"] += generalization_gap(N, observed).gap_interval.contains(0.0)
    assert all(465 <= count <= 485 for count in held.values()), held
