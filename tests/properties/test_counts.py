"""Rows in are rows kept and rows dropped, whatever was measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.measures import MEASURES
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Score
from parallelize.core.work import RungWork
from parallelize.stages.summarize import QUANTILES, CountedValues, LanguageSummary
from parallelize.store.json_files import to_json

SCORES = st.lists(
    st.builds(
        lambda name, value: Score(measure=name, value=value),
        st.sampled_from(list(MEASURES)),
        st.none() | st.floats(0, 100),
    ),
    max_size=6,
    unique_by=lambda score: score.measure,
)


@given(rows=st.lists(SCORES, max_size=30))
@settings(max_examples=100, deadline=None)
def test_rows_in_are_kept_plus_dropped(rows: list[list[Score]]) -> None:
    summary = LanguageSummary()
    kept = 0
    for scores in rows:
        verdict = Thresholds.of().judge(scores)
        assert verdict.kept == (not verdict.reasons)
        kept += verdict.kept
        summary.add(
            verdict,
            scores,
            rungs=[RungWork(rung="configured", tried=1, won=1)],
            segments=1,
            copied=0,
            source_words=3,
        )
    found = to_json(summary.figures())
    assert found["rows_in"] == len(rows) == found["kept"] + found["dropped"]
    assert found["kept"] == kept
    assert sum(found["reasons_together"].values()) == found["dropped"]


@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 3).map(float), st.floats(-1e6, 1e6)), max_size=30),
        min_size=1,
        max_size=6,
    ).filter(any)
)
@settings(max_examples=150, deadline=None)
def test_counted_values_are_spread_as_numpy_says(parts: list[list[float]]) -> None:
    counted, values = CountedValues(), np.array([value for part in parts for value in part])
    for part in parts:
        counted.add(part)
        counted.fold()
    spread = counted.spread()
    assert spread.measured == len(values)
    assert (spread.min, spread.max) == (values.min(), values.max())
    assert spread.mean == pytest.approx(values.mean(), abs=2e-6)
    quantiles = (spread.p05, spread.p25, spread.p50, spread.p75, spread.p95)
    assert quantiles == pytest.approx(np.quantile(values, QUANTILES).tolist(), abs=2e-6)
    has_bins = np.ptp(values) > 1e-9 * max(1, abs(values.max()))
    assert sum(spread.histogram.counts) == (len(values) if has_bins else 0)


def test_values_that_differ_by_a_rounding_have_no_bins() -> None:
    counted = CountedValues()
    counted.add([0.3, float(np.nextafter(0.3, 1)), 0.3])
    spread = counted.spread()
    assert spread.histogram.counts == ()
    assert (spread.measured, spread.p50) == (3, 0.3)
