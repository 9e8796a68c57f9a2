"""Laws of a whole build: every row in is kept or dropped, and the order of rows is only their order."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runs import rows, run_build, write_jsonl

ROWS = rows(40)


def _built(data: Sequence[dict[str, Any]], fault_rate: float, chunk_rows: int) -> dict[str, dict[str, Any]]:
    """Everything that became of each row, by file and id, in the order of the files."""
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        source = write_jsonl(Path(folder) / "rows.jsonl", data)
        summary = run_build(
            source, run, "pt", "de", engine={"fault_rate": fault_rate}, run={"chunk_rows": chunk_rows}
        )
        found = {}
        for code in ("pt", "de"):
            part = summary["languages"][code]
            tables = {
                f"kept {code}": sorted((run / "corpus" / code).glob("*.parquet")),
                f"dropped {code}": [run / "rejects" / f"{code}.parquet"],
            }
            for name, paths in tables.items():
                frame = pl.concat([pl.read_parquet(path) for path in paths]) if paths else pl.DataFrame()
                found[name] = {row["id"]: row for row in frame.iter_rows(named=True)}
            assert part["rows_in"] == len(data) == part["kept"] + part["dropped"]
            assert part["kept"] == len(found[f"kept {code}"])
            assert part["dropped"] == len(found[f"dropped {code}"])
    return found


@pytest.mark.slow
@given(data=st.data(), fault_rate=st.sampled_from([0.0, 0.3, 0.8]))
@settings(max_examples=6, deadline=None)
def test_permuting_input_rows_permutes_output_rows(data: st.DataObject, fault_rate: float) -> None:
    chosen = data.draw(st.lists(st.sampled_from(ROWS), min_size=2, max_size=12, unique_by=lambda r: r["id"]))
    shuffled = data.draw(st.permutations(chosen))
    one = _built(chosen, fault_rate, data.draw(st.integers(1, 5)))
    two = _built(shuffled, fault_rate, data.draw(st.integers(1, 5)))
    assert one == two
    for name, table in two.items():
        order = [row["id"] for row in shuffled if row["id"] in table]
        assert list(table) == order, name
