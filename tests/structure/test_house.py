"""Counts of how the package is built (`house.py` prints them) may fall and not rise."""

from __future__ import annotations

import pytest

from tests.structure import house

PACKAGE = house.modules()
COUNTS = house.counts(PACKAGE)

BOUNDS = {
    "modules of text/ that start processes": 0,
}


@pytest.mark.parametrize("name", BOUNDS)
def test_counts_do_not_rise(name: str) -> None:
    assert COUNTS[name] <= BOUNDS[name], f"{name}: {COUNTS[name]}"
