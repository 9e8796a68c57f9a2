"""Archives that unpack to gigabytes are refused before they fill the memory; ordinary ones are read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from parallelize.core.errors import InputError
from parallelize.evaluation.results_table import read_results
from parallelize.stages.ingest import SourceSpec, open_source
from parallelize.store import bombs
from tests.runs import rows, write_jsonl


@pytest.mark.parametrize("name", ["rows.jsonl.gz", "rows.csv.gz", "rows.json.gz", "rows.jsonl.zst"])
@pytest.mark.parametrize("unit", [b"a", b"\0", b"["])
def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, unit: bytes) -> None:
    monkeypatch.setattr(bombs, "_UNPACKED_FREE", 1_000_000)
    data = b'{"problem": "' + unit * 8_000_000
    packed = zstandard.compress(data) if name.endswith("zst") else gzip.compress(data)
    (tmp_path / name).write_bytes(packed)
    with pytest.raises(InputError, match=f"{name} (unpacks to more than 300 times its size|.*nested)"):
        list(open_source(SourceSpec(path_or_id=str(tmp_path / name))))


def test_archives_of_rows_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bombs, "_UNPACKED_FREE", 1_000)
    data = write_jsonl(tmp_path / "rows.jsonl", rows(1000)).read_bytes()
    for name, packed in (("a.jsonl.gz", gzip.compress(data)), ("b.jsonl.zst", zstandard.compress(data))):
        (tmp_path / name).write_bytes(packed)
        assert len(list(open_source(SourceSpec(path_or_id=str(tmp_path / name))))) == 1000


def test_a_table_of_results_that_unpacks_to_far_more_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bombs, "_UNPACKED_FREE", 1_000_000)
    path = tmp_path / "results.parquet"
    pq.write_table(pa.table({"model": ["a" * 8_000_000], "accuracy": [0.5]}), path, compression="zstd")
    with pytest.raises(InputError, match="unpacks to more than 300 times its size"):
        read_results(path)
