"""Chunks of records and of translated rows as Parquet: how they are encoded, named and checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.errors import StorageFault
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.records import Field, Record, Role
from parallelize.core.verdicts import Score
from parallelize.store.files import replace_file, storage_errors, temporary_beside

__all__ = [
    "TextPair",
    "TranslatedRow",
    "read_records",
    "read_translated",
    "records_digest",
    "translated_name",
    "write_records",
    "write_table",
    "write_translated",
]

_RECORDS = pa.schema(
    [
        ("id", pa.string()),
        (
            "fields",
            pa.list_(pa.struct([("path", pa.string()), ("role", pa.string()), ("text", pa.string())])),
        ),
        ("answer", pa.string()),
        ("message_roles", pa.list_(pa.string())),
        ("metadata", pa.string()),
    ]
)
_TRANSLATED = pa.schema(
    [
        ("id", pa.string()),
        (
            "texts",
            pa.list_(
                pa.struct(
                    [
                        ("path", pa.string()),
                        ("role", pa.string()),
                        ("source", pa.string()),
                        ("target", pa.string()),
                        ("back", pa.string()),
                    ]
                )
            ),
        ),
        ("answer", pa.string()),
        (
            "scores",
            pa.list_(
                pa.struct(
                    [
                        ("measure", pa.string()),
                        ("value", pa.float64()),
                        ("where", pa.string()),
                        ("evidence", pa.string()),
                    ]
                )
            ),
        ),
        ("rungs", pa.list_(pa.struct([("rung", pa.string()), ("count", pa.int32())]))),
        ("segments", pa.int32()),
        ("copied", pa.int32()),
        ("source_words", pa.int32()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPair:
    """One text of a translated row."""

    path: str
    role: Role
    source: str
    target: str
    back: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedRow:
    """A translated row as it is kept, scores beside it, before any verdict."""

    id: str
    texts: tuple[TextPair, ...]
    answer: str | None
    scores: tuple[Score, ...]
    rungs: tuple[tuple[str, int], ...]
    """(rung of the repair ladder, segments that it decided)."""
    segments: int
    copied: int
    """Segments that hold no language and were copied."""
    source_words: int
    """White-space words of the source that were sent to an engine."""


def write_table(path: Path, table: pa.Table, *, row_group_size: int = 1_000) -> None:
    """Write Parquet whole or not at all, with the same bytes for the same table."""
    with storage_errors(path), temporary_beside(path) as temporary:
        pq.write_table(
            table, temporary, compression="zstd", row_group_size=row_group_size, write_page_checksum=True
        )
        replace_file(temporary, path)


def _record_row(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "fields": [{"path": item.path, "role": item.role.value, "text": item.text} for item in record.fields],
        "answer": record.answer,
        "message_roles": list(record.message_roles),
        "metadata": canonical_json(dict(record.metadata)),
    }


def records_digest(records: Sequence[Record]) -> str:
    """Hex digest of a chunk's content: equal chunks, equal digest, whatever their file looks like."""
    return digest_fields(canonical_json(_record_row(record)).encode() for record in records).hex()[:32]


def write_records(path: Path, records: Sequence[Record]) -> None:
    """Write a chunk of records."""
    write_table(path, pa.Table.from_pylist([_record_row(record) for record in records], schema=_RECORDS))


def read_records(path: Path) -> list[Record]:
    """Read a chunk of records.

    Raises:
        StorageFault: the file is missing or damaged.
    """
    return [
        Record(
            id=row["id"],
            fields=tuple(
                Field(path=item["path"], role=Role(item["role"]), text=item["text"]) for item in row["fields"]
            ),
            answer=row["answer"],
            message_roles=tuple(row["message_roles"]),
            metadata=json.loads(row["metadata"]),
        )
        for row in _rows(path)
    ]


def translated_name(chunk_digest: str, fingerprint: bytes) -> str:
    """File name of a translated chunk: computed from all that it was made from."""
    return digest_fields([b"translated-2", chunk_digest.encode(), fingerprint]).hex()[:32] + ".parquet"


def write_translated(path: Path, rows: Iterable[TranslatedRow]) -> None:
    """Write a chunk of translated rows."""
    table = pa.Table.from_pylist(
        [
            {
                "id": row.id,
                "texts": [
                    {
                        "path": item.path,
                        "role": item.role.value,
                        "source": item.source,
                        "target": _storable(item.target),
                        "back": None if item.back is None else _storable(item.back),
                    }
                    for item in row.texts
                ],
                "answer": row.answer,
                "scores": [
                    {
                        "measure": score.measure,
                        "value": None if score.value is None else float(score.value),
                        "where": score.where,
                        "evidence": _storable(score.evidence),
                    }
                    for score in row.scores
                ],
                "rungs": [{"rung": rung, "count": count} for rung, count in row.rungs],
                "segments": row.segments,
                "copied": row.copied,
                "source_words": row.source_words,
            }
            for row in rows
        ],
        schema=_TRANSLATED,
    )
    write_table(path, table)


def read_translated(path: Path) -> list[TranslatedRow]:
    """Read a chunk of translated rows.

    Raises:
        StorageFault: the file is missing or damaged.
    """
    return [
        TranslatedRow(
            id=row["id"],
            texts=tuple(
                TextPair(
                    path=item["path"],
                    role=Role(item["role"]),
                    source=item["source"],
                    target=item["target"],
                    back=item["back"],
                )
                for item in row["texts"]
            ),
            answer=row["answer"],
            scores=tuple(Score(**score) for score in row["scores"]),
            rungs=tuple((item["rung"], item["count"]) for item in row["rungs"]),
            segments=row["segments"],
            copied=row["copied"],
            source_words=row["source_words"],
        )
        for row in _rows(path)
    ]


def _storable(text: str) -> str:
    """Make an engine's text fit for Parquet: a lone surrogate becomes U+FFFD, which a gate counts."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        table = pq.read_table(path, partitioning=None, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise StorageFault(
            f"{path} is missing or damaged: {error}",
            remedy="remove it and run the build again: what is in the memory is not translated twice",
        ) from error
    yield from table.to_pylist()
