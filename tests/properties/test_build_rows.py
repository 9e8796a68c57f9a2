"""Laws of a whole build: every row in is kept or dropped, and the order of rows is only their order."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.trees import replaced, value_at
from tests.properties.test_trees import row_trees
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


_ODD: Any = [
    None,
    7,
    "a line of text",
    {"problem": None},
    {"problem": 3, "note": ["x"]},
    {"problem": "\ud83d is half a pair."},
]


@pytest.mark.slow
@given(
    trees=row_trees(), odd=st.lists(st.sampled_from(_ODD), max_size=3), fault_rate=st.sampled_from([0.0, 0.7])
)
@settings(max_examples=8, deadline=None)
def test_nothing_of_a_source_row_is_lost_on_disk(
    trees: list[dict[str, Any]], odd: Any, fault_rate: float
) -> None:
    """A row stands in the corpus, among the dropped or among the rejected, with all that it had."""
    data = [
        {**row, "problem": f"How many apples are left in basket {n}?", "nr": n} for n, row in enumerate(trees)
    ]
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        source = write_jsonl(Path(folder) / "rows.jsonl", [*data, *odd])
        run_build(source, run, "pt", engine={"fault_rate": fault_rate}, back_translation={"enabled": False})
        stored: list[dict[str, Any]] = []
        for path in (*(run / "corpus/pt").glob("*.parquet"), run / "rejects/pt.parquet"):
            stored += pq.read_table(path).to_pylist()
        rejected = [json.loads(text) for text in pl.read_parquet(run / "rejects/source.parquet")["row"]]
    assert len(stored) + len(rejected) == len(data) + len(odd)
    given_back = [*rejected]
    for row in stored:
        (own,) = [
            value
            for name, value in row.items()
            if isinstance(value, dict) and "texts" in value and "scores" in value
        ]
        wanted = data[int(row["nr"])]
        found = _opened(wanted, {name: value for name, value in row.items() if value is not own})
        for text in own["texts"]:
            place = text["path"].partition("{}")[0].partition("<")[0]
            if place == text["path"]:
                assert text["source"] == value_at(wanted, place)
            found = replaced(found, {place: value_at(wanted, place)})
        given_back.append({name: value for name, value in found.items() if name in wanted})
    key = json.dumps
    assert sorted(map(key, given_back)) == sorted(map(key, [*data, *odd]))


def _opened(source: Any, stored: Any) -> Any:
    """A stored value as the source had it: columns of mixed types are JSON text, and no key is a null."""
    if isinstance(source, dict) and isinstance(stored, dict):
        return {name: _opened(source[name], stored[name]) for name in source}
    if isinstance(source, list) and isinstance(stored, list):
        return [_opened(inner, value) for inner, value in zip(source, stored, strict=True)]
    if isinstance(stored, str) and stored != source:
        try:
            return _opened(source, json.loads(stored))
        except ValueError:
            return stored
    return source if stored == source else stored
