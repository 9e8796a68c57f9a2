"""Rows are taken from the whole length distribution, and what they say scales to all rows."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.metrics.published_speeds import published_speed
from parallelize.stages.planning import Range, add_ranges, scale_up, speed_range, stratified_sample

SIZES = st.lists(st.integers(1, 10_000), min_size=1, max_size=300)


@given(sizes=SIZES, count=st.integers(1, 64))
def test_a_sample_has_rows_of_every_size_once(sizes: list[int], count: int) -> None:
    taken = stratified_sample(sizes, count)
    assert taken == stratified_sample(sizes, count)
    assert len(set(taken)) == len(taken) == min(count, len(sizes))
    assert [sizes[index] for index in taken] == sorted(sizes[index] for index in taken)
    # One of each group of equally many rows: ranks are never further apart than two groups.
    ranks = {index: rank for rank, index in enumerate(sorted(range(len(sizes)), key=lambda i: (sizes[i], i)))}
    gaps = [ranks[b] - ranks[a] for a, b in itertools.pairwise(taken)]
    assert all(gap <= 2 * len(sizes) / len(taken) for gap in gaps)


def test_a_sample_of_a_hundred_is_made_of_the_middles() -> None:
    assert stratified_sample(list(range(100)), 4) == [12, 37, 62, 87]
    assert stratified_sample([9, 1, 5], 1) == [2]
    assert stratified_sample([3, 1, 2], 7) == [1, 2, 0]


@given(sizes=SIZES, per=st.floats(0.01, 100), total=st.integers(1, 10**9))
def test_what_grows_with_size_is_known_exactly(sizes: list[int], per: float, total: int) -> None:
    found = scale_up([per * size for size in sizes], sizes, total, everything=False)
    assert found.low == pytest.approx(found.mid) == pytest.approx(found.high) == pytest.approx(per * total)


@given(
    rows=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=2, max_size=50),
    factor=st.integers(2, 1_000),
)
def test_ends_hold_the_middle_and_scale_with_the_source(rows: list[tuple[int, int]], factor: int) -> None:
    values, sizes = [value for value, _ in rows], [size for _, size in rows]
    once = scale_up(values, sizes, sum(sizes), everything=False)
    more = scale_up(values, sizes, factor * sum(sizes), everything=False)
    assert once.low <= once.mid <= once.high
    assert once.mid == pytest.approx(sum(values))
    for end in ("low", "mid", "high"):
        assert getattr(more, end) == pytest.approx(factor * getattr(once, end))


def test_all_rows_have_no_spread() -> None:
    assert scale_up([1, 9], [5, 5], 10, everything=True) == Range.exact(10.0)


def test_ninety_percent_ranges_hold_the_truth_about_nine_times_in_ten() -> None:
    import numpy as np

    rng = np.random.default_rng(7)
    sizes = rng.lognormal(6, 0.6, 4_000).astype(int) + 1
    costs = (sizes * rng.gamma(4, 0.25, 4_000)).round()
    inside = 0
    for _ in range(100):
        rows = rng.choice(4_000, 32, replace=False)
        found = scale_up(costs[rows].tolist(), sizes[rows].tolist(), int(sizes.sum()), everything=False)
        inside += found.low <= costs.sum() <= found.high
    assert 78 <= inside <= 98


def test_most_work_at_the_lowest_speed_is_the_upper_end() -> None:
    work, speed = Range(low=10, mid=20, high=40), Range(low=2, mid=4, high=5)
    assert work.over(speed) == Range(low=2, mid=5, high=20)
    assert add_ranges([work, None]) is None
    assert add_ranges([work, work]) == work.times(2)


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("Qwen/Qwen3-8B", "qwen3-8b"),
        ("Qwen/Qwen3-30B-A3B-Instruct-2507", "qwen3-30b-a3b"),
        ("google/gemma-3-27b-it", "gemma-3-27b"),
        ("google/translategemma-12b-it", "gemma-3-12b"),
        ("/models/gpt-oss-20b/", "gpt-oss-20b"),
        ("Qwen/Qwen3-80B", None),
        ("", None),
    ],
)
def test_speeds_are_those_of_the_model_that_was_measured(model: str, known: str | None) -> None:
    found = published_speed(model)
    assert (found and found[0]) == known


def test_a_speed_varies_as_much_as_it_did() -> None:
    steady, few = speed_range(40.0, [10] * 40 + [3], 0.25), speed_range(40.0, [10, 10, 1], 0.25)
    assert steady == few == Range.exact(40.0)
    uneven = speed_range(40.0, [0, 20] * 20 + [5], 0.25)
    assert 25 < uneven.low < 40 < uneven.high < 55
