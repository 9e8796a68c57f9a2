"""Parquet's types become JSON values in one documented way; memory stays flat."""

from __future__ import annotations

import datetime as dt
import json
import random
import tracemalloc
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parallelize.core.errors import InputError
from parallelize.stages.ingest import NoteKind
from parallelize.stages.ingest.values import answer_text, plain
from parallelize.store.column_types import RowTypes
from tests.stages.ingest_files import WRITERS, opened, records, write

ZONE = dt.timezone(dt.timedelta(hours=2))


def ignore(_kind: NoteKind, _column: str) -> None:
    return None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.datetime(2024, 5, 1, 12, tzinfo=ZONE), "2024-05-01T12:00:00+02:00"),
        (dt.date(2024, 5, 1), "2024-05-01"),
        (dt.time(1, 2, 3, 4), "01:02:03.000004"),
        (dt.timedelta(seconds=90, milliseconds=500), "PT90.5S"),
        (dt.timedelta(days=-1), "PT-86400S"),
        (dt.timedelta(days=100), "PT8640000S"),
        (Decimal("1.10"), "1.10"),
        (b"\x00\xff", "AP8="),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ((1, [2.5, None, True]), [1, [2.5, None, True]]),
        ({1: {"a": b""}}, {"1": {"a": ""}}),
        (2**70, 2**70),
    ],
)
def test_values(value: Any, expected: Any) -> None:
    assert plain(value, ignore) == expected


def test_values_without_json_form() -> None:
    with pytest.raises(TypeError, match="complex has no JSON form"):
        plain([1j], ignore)
    with pytest.raises(TypeError):
        answer_text({"value": 1})


def test_parquet_types(tmp_path: Path) -> None:
    stamp = dt.datetime(2024, 5, 1, 12, 30)  # noqa: DTZ001 - Parquet has such timestamps
    arrays = {
        "problem": pa.array(["q"], pa.large_string()),
        "stamp_ns": pa.array([1714566600000000001], pa.timestamp("ns", tz="UTC")),
        "stamp": pa.array([stamp], pa.timestamp("us")),
        "day": pa.array([stamp.date()], pa.date32()),
        "took": pa.array([1500], pa.duration("ms")),
        "price": pa.array([Decimal("2.50")], pa.decimal128(9, 2)),
        "raw": pa.array([b"\x01"], pa.binary()),
        "map": pa.array([[("b", 1), ("a", 2)]], pa.map_(pa.string(), pa.int64())),
        "kind": pa.array(["x"]).dictionary_encode(),
        "nested": pa.array([{"list": [{"score": float("nan")}], "none": None}]),
        "small": pa.array([3], pa.uint8()),
        "half": pa.array([0.5], pa.float32()),
    }
    pq.write_table(pa.table(arrays), tmp_path / "a.parquet")
    (record,) = records(tmp_path / "a.parquet")
    assert record.row == {
        "problem": "q",
        "stamp_ns": "2024-05-01T12:30:00.000000001+00:00",
        "stamp": "2024-05-01T12:30:00",
        "day": "2024-05-01",
        "took": "PT1.5S",
        "price": "2.50",
        "raw": "AQ==",
        "map": [["b", 1], ["a", 2]],
        "kind": "x",
        "nested": {"list": [{"score": "NaN"}], "none": None},
        "small": 3,
        "half": 0.5,
    }
    json.dumps(record.row, allow_nan=False)
    # Written into a corpus, every value has its type again.
    columns = RowTypes(opened(tmp_path / "a.parquet").arrow_schema()).columns()
    for name, array in arrays.items():
        column = columns[name]
        if name not in {"kind", "nested"}:  # dictionaries and columns of nulls become text
            assert column.type == array.type, name
        back = pa.array([column.of(record.row[name])], column.type)
        assert str(back.to_pylist()) == str(array.to_pylist()), name
    source = opened(tmp_path / "a.parquet")
    list(source)
    notes = {note.kind: note.first for note in source.describe().notes}
    assert notes[NoteKind.NON_FINITE].endswith("a.parquet row 1, column 'nested'")


def test_text_of_parquet_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"], pa.binary()).buffers())
    pq.write_table(pa.table({"problem": broken}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"a\.parquet"):
        records(tmp_path / "a.parquet")


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.parquet"])
def test_memory_does_not_grow_with_the_source(name: str, tmp_path: Path) -> None:
    """10 MB of rows pass through less than 7 MB (buffers and a sample of 512 rows included)."""
    noise = random.Random(5)
    rows = [{"problem": f"{noise.getrandbits(4000):x}" * 2, "level": str(i)} for i in range(5000)]
    path = write(tmp_path / name, WRITERS[name](rows))
    del rows
    pool = pa.default_memory_pool()
    tracemalloc.start()
    arrow = 0
    for index, _ in enumerate(opened(path)):
        if index % 500 == 0:
            arrow = max(arrow, pool.bytes_allocated())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 7e6
    assert arrow < 7e6
