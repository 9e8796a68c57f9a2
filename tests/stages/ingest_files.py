"""Ways to write the same rows in every format that ingest reads."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from parallelize.core.errors import InputError
from parallelize.core.records import Record
from parallelize.stages.ingest import Ingestion, RejectedRow, SourceSpec, open_source

Rows = Sequence[dict[str, Any]]


def json_lines(rows: Rows) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(
        "utf-8", "surrogatepass"
    )


def delimited(rows: Rows, delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def parquet(rows: Rows) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows)), sink)
    return bytes(sink.getvalue())


WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "a.jsonl": json_lines,
    "a.ndjson": json_lines,
    "a.jsonl.gz": lambda rows: gzip.compress(json_lines(rows)),
    "a.jsonl.zst": lambda rows: zstandard.compress(json_lines(rows)),
    "a.json": lambda rows: json.dumps(list(rows), indent=1).encode(),
    "a.json.gz": lambda rows: gzip.compress(json.dumps(list(rows)).encode()),
    "a.csv": delimited,
    "a.csv.zst": lambda rows: zstandard.compress(delimited(rows)),
    "a.jsonl.xz": lambda rows: lzma.compress(json_lines(rows)),
    "a.json.bz2": lambda rows: bz2.compress(json.dumps(list(rows)).encode()),
    "a.tsv": lambda rows: delimited(rows, "\t"),
    "a.parquet": parquet,
}


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def opened(path: Path | str, **options: Any) -> Ingestion:
    return open_source(SourceSpec(path_or_id=str(path), **options))


def items(path: Path | str, **options: Any) -> list[Record | RejectedRow]:
    return list(opened(path, **options))


def records(path: Path | str, **options: Any) -> list[Record]:
    found = items(path, **options)
    assert all(isinstance(item, Record) for item in found), found
    return [item for item in found if isinstance(item, Record)]


def texts(record: Record) -> dict[str, str]:
    """Texts by role, those of chats by path."""
    return {
        item.name
        if item.speaker or item.role.value in {"context", "other", "choice"}
        else item.role.value: item.text
        for item in record.texts
    }


def refusal(path: Path | str, **options: Any) -> InputError:
    """The error that reading this source ends with."""
    with pytest.raises(InputError) as caught:
        items(path, **options)
    assert caught.value.remedy, "every refusal names its remedy"
    return caught.value


def roles_found(source: Ingestion) -> dict[str, str]:
    """The first place of each role, and the column of ids."""
    layout = source.layout
    found = {
        rule.role.value: rule.pattern for rule in reversed(layout.rules()) if rule.treatment.value != "copy"
    }
    if layout.answers:
        found["answer"] = layout.answers[0].pattern
    return found if layout.id is None else found | {"id": str(layout.id)}
