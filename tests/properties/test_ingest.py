"""Laws of ingest: rows written are rows read; order changes nothing but order; nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parallelize.core.records import Record
from parallelize.stages.ingest import NO_COLUMN, Ingestion, RejectedRow, Roles, SourceSpec, open_source
from tests.stages.ingest_files import WRITERS, json_lines

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_WORDS = _TEXT.filter(lambda text: text.strip() != "")
_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_TEXT_ROWS = st.lists(
    st.fixed_dictionaries({"problem": _WORDS, "solution": _WORDS, "note": _TEXT}), min_size=1, max_size=8
)
_JSON_ROWS = st.lists(
    st.fixed_dictionaries({"problem": _WORDS | st.none(), "answer": _WORDS, "rest": _JSON, "more": _JSON}),
    min_size=1,
    max_size=6,
)
_ROLES = Roles(problem="problem", messages=NO_COLUMN)


def _open(name: str, content: bytes, folder: str) -> Ingestion:
    path = Path(folder) / name
    path.write_bytes(content)
    return open_source(SourceSpec(path_or_id=str(path), roles=_ROLES, id_column="@content"))


def _row(record: Record) -> dict[str, Any]:
    """The row that a record was made of."""
    return dict(record.row)


@given(_TEXT_ROWS)
@settings(deadline=None, max_examples=60)
def test_rows_written_are_rows_read_in_every_format(rows: list[dict[str, Any]]) -> None:
    ids = set()
    with tempfile.TemporaryDirectory() as folder:
        for name, writer in WRITERS.items():
            found = list(_open(name, writer(rows), folder))
            assert [_row(item) for item in found if isinstance(item, Record)] == rows, name
            ids.add(tuple(item.id for item in found))
    assert len(ids) == 1


@given(_JSON_ROWS)
@settings(deadline=None)
def test_any_json_comes_back_as_metadata(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.jsonl", "a.json", "a.jsonl.gz"):
            for item, row in zip(_open(name, WRITERS[name](rows), folder), rows, strict=True):
                if isinstance(item, Record):
                    assert item.row == row
                else:
                    assert row["problem"] is None


@given(st.data())
@settings(deadline=None)
def test_permuting_rows_permutes_records(data: st.DataObject) -> None:
    rows = data.draw(_JSON_ROWS)
    rows += data.draw(st.lists(st.sampled_from(rows), max_size=3))
    shuffled = data.draw(st.permutations(rows))
    with tempfile.TemporaryDirectory() as folder:
        first = list(_open("a.jsonl", json_lines(rows), folder))
        second = list(_open("a.jsonl", json_lines(shuffled), folder))

    def known(items: list[Record | RejectedRow]) -> dict[str, Any]:
        return {item.id: _row(item) if isinstance(item, Record) else item.reason for item in items}

    assert known(first) == known(second)
    assert len(known(first)) == len(rows)


@given(_JSON_ROWS, st.integers(min_value=1, max_value=8))
@settings(deadline=None)
def test_rows_in_are_records_plus_rejected(rows: list[dict[str, Any]], limit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(json_lines(rows))
        source = open_source(SourceSpec(path_or_id=str(path), roles=_ROLES, limit=limit))
        found = list(source)
    described = source.describe()
    assert described.rows == len(found) == min(limit, len(rows))
    assert described.records == sum(isinstance(item, Record) for item in found)
    assert described.rejected == sum(described.rejected_by_reason.values())
    assert described.rows == described.records + described.rejected
