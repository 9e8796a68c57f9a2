"""Intervals, held to SciPy and to what a bootstrap must do whatever the data."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.errors import InputError
from parallelize.metrics.statistics import (
    Interval,
    bootstrap_interval,
    bootstrap_means,
    item_weights,
    means,
    normal_quantile,
    percentile_interval,
    t_quantile,
    wilson,
)


def first_cell(rows: np.ndarray) -> np.ndarray:
    return rows[:, 0]


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 6, 11, 30, 101])
@pytest.mark.parametrize("probability", [0.01, 0.25, 0.5, 0.9, 0.975, 0.9995])
def test_t_quantile_equals_scipy(degrees: int, probability: float) -> None:
    expected = scipy.stats.t.ppf(probability, degrees)
    assert t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_quantiles_refuse_what_has_none() -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        t_quantile(0.9, 0)
    with pytest.raises(ValueError, match="probability"):
        t_quantile(1.0, 5)
    assert normal_quantile(0.975) == pytest.approx(scipy.stats.norm.ppf(0.975), rel=1e-12)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(("count", "total"), [(0, 1), (1, 1), (0, 50), (7, 50), (50, 50), (123, 4567)])
def test_wilson_equals_scipy(count: int, total: int, level: float) -> None:
    expected = scipy.stats.binomtest(count, total).proportion_ci(level, method="wilson")
    found = wilson(count, total, level=level)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_by_hand() -> None:
    # Wilson 1927 with z = 1.959964, 8 of 10: centre 0.8 -> (0.8 + z²/20) / (1 + z²/10) = 0.716740
    found = wilson(8, 10)
    assert found is not None
    assert (found.low + found.high) / 2 == pytest.approx(0.7167400, abs=1e-6)
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="5 successes in 4 trials"):
        wilson(5, 4)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_a_level_that_is_not_a_share_is_refused(level: float) -> None:
    with pytest.raises(InputError, match="confidence level"):
        wilson(1, 2, level=level)


def test_interval_checks_its_ends() -> None:
    interval = Interval(low=0.1, high=0.3, level=0.9)
    assert interval.contains(0.1)
    assert not interval.contains(0.31)
    assert interval.width == pytest.approx(0.2)
    assert interval.as_dict() == {"low": 0.1, "high": 0.3, "level": 0.9}
    with pytest.raises(ValueError, match="out of order"):
        Interval(low=0.3, high=0.1, level=0.9)


def test_bootstrap_of_a_mean_equals_scipy() -> None:
    data = np.random.default_rng(1).exponential(size=60)
    expected = scipy.stats.bootstrap(
        (data,), np.mean, method="percentile", n_resamples=20_000, rng=5
    ).confidence_interval
    found = bootstrap_interval(data[:, None], first_cell, resamples=20_000, seed=6)
    assert found is not None
    # Two independent bootstraps of 20,000 differ by Monte Carlo error, here about 1 % of the width.
    assert found.low == pytest.approx(expected.low, abs=0.03 * found.width)
    assert found.high == pytest.approx(expected.high, abs=0.03 * found.width)


def test_percentile_interval_with_undefined_resamples() -> None:
    samples = np.arange(1000.0)
    samples[:25] = np.nan
    assert percentile_interval(samples) is not None  # 2.5 %: the ends are still inside
    samples[25] = np.inf
    assert percentile_interval(samples) is None
    assert percentile_interval(np.full(10, np.nan)) is None


def test_items_move_together_across_cells() -> None:
    rng = np.random.default_rng(0)
    item = rng.random((200, 1))
    values = np.hstack([item, item + 0.1])
    samples = bootstrap_means(values, resamples=500, rng=rng)
    assert samples[:, 1] - samples[:, 0] == pytest.approx(np.full(500, 0.1))


def test_clusters_widen_the_interval() -> None:
    """Ten identical samples of an item are one observation, not ten."""
    rng = np.random.default_rng(2)
    item = (rng.random(100) < 0.5).astype(float)
    by_item = bootstrap_interval(item[:, None], first_cell, seed=1)
    pretended = bootstrap_interval(np.repeat(item, 10)[:, None], first_cell, seed=1)
    assert by_item is not None
    assert pretended is not None
    assert by_item.width / pretended.width == pytest.approx(math.sqrt(10), rel=0.1)


def test_missing_items_are_not_zeros() -> None:
    values = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    measured = np.array([[True, False], [True, True], [True, False]])
    assert means(values, measured) == pytest.approx([2 / 3, 1.0])
    samples = bootstrap_means(values, measured, resamples=400, rng=np.random.default_rng(0))
    assert set(samples[np.isfinite(samples[:, 1]), 1]) == {1.0}
    # A resample misses the one measured item with probability (2/3)³.
    assert np.isnan(samples[:, 1]).mean() == pytest.approx((2 / 3) ** 3, abs=0.08)
    assert np.isnan(means(values, np.zeros_like(measured)))[0]


def test_weights_come_in_blocks_that_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parallelize.metrics.statistics._CHUNK_CELLS", 70)
    blocks = list(item_weights(10, 23, np.random.default_rng(0)))
    assert [len(block) for block in blocks] == [7, 7, 7, 2]
    assert all((block.sum(axis=1) == 10).all() for block in blocks)


def test_one_item_has_no_bootstrap_interval() -> None:
    assert bootstrap_interval(np.array([[0.5]]), first_cell) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=30),
    st.integers(0, 2**32 - 1),
)
def test_a_bootstrap_is_repeatable_and_stays_within_the_data(data: list[float], seed: int) -> None:
    values = np.array(data)[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = bootstrap_interval(values, first_cell, resamples=200, seed=seed)
        again = bootstrap_interval(values, first_cell, resamples=200, seed=seed)
    assert first is not None
    assert first == again
    assert min(data) - 1e-12 <= first.low <= first.high <= max(data) + 1e-12


@pytest.mark.parametrize("total", [1, 3, 80, 250, 1319])
def test_wilson_is_exact_at_the_ends(total: int) -> None:
    none, every = wilson(0, total), wilson(total, total)
    assert none is not None
    assert every is not None
    assert none.low == 0.0
    assert every.high == 1.0


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.5, 0.99))
def test_wilson_contains_the_share_and_widens_with_the_level(count: int, extra: int, level: float) -> None:
    total = max(1, count + extra)
    narrow, wide = wilson(count, total, level=level), wilson(count, total, level=0.999)
    assert narrow is not None
    assert wide is not None
    assert 0 <= wide.low <= narrow.low <= count / total <= narrow.high <= wide.high <= 1
