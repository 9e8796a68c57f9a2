"""The sample through real engines: Portuguese, and Spanish and Catalan where apertium is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from parallelize.assemble.build import build
from parallelize.core.recipe import parse_recipe
from tests.runs import Silent


@pytest.mark.slow
def test_three_languages_are_aligned_by_id(tmp_path: Path) -> None:
    langs = ["pt"]
    engines = {}
    if shutil.which("apertium"):
        langs += ["es", "ca"]
        engines = {code: {"name": "apertium"} for code in ("es", "ca")}
    recipe = parse_recipe(
        {
            "source": {"path": "sample", "limit": 24},
            "langs": langs,
            "engine": {"name": "bergamot", "offline": True},
            "engines": engines,
            "corpus": {"align": "union"},
            "gates": {"thresholds": {"fault_risk": 1}},  # its rows are long for a small engine
        }
    )
    summary = build(recipe, tmp_path / "run", Silent())
    assert summary.languages["pt"].kept >= 2  # small engines are held to stricter bounds
    parallel = pl.read_parquet(tmp_path / "run" / "corpus" / "parallel" / "*.parquet")
    assert len(parallel) >= 4
    for row in parallel.iter_rows(named=True):
        texts = [row[code]["problem"] for code in ["en", *langs] if row[code] is not None]
        assert len(set(texts)) == len(texts)
    kept = pl.read_parquet(tmp_path / "run" / "corpus" / "pt" / "*.parquet")
    assert kept["parallelize"].struct.field("scores").struct.field("back_chrf").min() > 40
    if not engines:
        pytest.skip("apertium is not installed: one language was checked, not three")
