"""Records and translated rows as columns of Parquet, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import orjson
import pyarrow as pa

from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.records import Part, Record, Role, Text, Treatment, text_at
from parallelize.core.trees import JsonObject, Tree
from parallelize.core.verdicts import Score
from parallelize.core.work import RungWork, Work
from parallelize.store.chunk_files import chunk_table, write_chunk

__all__ = [
    "TextPair",
    "TranslatedRow",
    "read_records",
    "read_translated",
    "records_digest",
    "translated_stem",
    "write_records",
    "write_translated",
]

_COUNTS = (("tried", pa.int32()), ("passed", pa.int32()), ("won", pa.int32()))
_WORK = tuple((item.name, pa.int64()) for item in fields(Work))
_PART = (("start", pa.int32()), ("end", pa.int32()), ("quoted", pa.bool_()), ("name", pa.string()))
"""Where a text lies in a longer one; null where it is all of what stands at its path."""
_RECORDS = pa.schema(
    [
        ("id", pa.string()),
        ("row", pa.string()),
        (
            "texts",
            pa.list_(
                pa.struct(
                    [
                        ("path", pa.string()),
                        ("role", pa.string()),
                        ("treatment", pa.string()),
                        ("speaker", pa.string()),
                        ("part", pa.struct(list(_PART))),
                    ]
                )
            ),
        ),
        ("answer", pa.string()),
    ]
)
"""Texts are not written beside the row that holds them: they are read out of it again."""
_TRANSLATED = pa.schema(
    [
        ("id", pa.string()),
        (
            "texts",
            pa.list_(
                pa.struct(
                    [
                        ("path", pa.string()),
                        ("part", pa.struct(list(_PART))),
                        ("role", pa.string()),
                        ("source", pa.string()),
                        ("target", pa.string()),
                        ("back", pa.string()),
                        ("rungs", pa.list_(pa.string())),
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
        ("rungs", pa.list_(pa.struct([("rung", pa.string()), *_COUNTS, *_WORK]))),
        ("back_work", pa.struct(list(_WORK))),
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
    part: Part | None = None
    source: str
    target: str
    back: str | None
    rungs: tuple[str, ...] = ()
    """The rung of the repair ladder that won each segment, in order; empty for a copied segment."""

    @property
    def name(self) -> str:
        """Path and part: unique in a row."""
        return self.path if self.part is None else self.path + self.part.name


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedRow:
    """A translated row as it is kept, scores beside it, before any verdict."""

    id: str
    texts: tuple[TextPair, ...]
    answer: str | None
    scores: tuple[Score, ...]
    rungs: tuple[RungWork, ...]
    """What each rung of the repair ladder did and cost, failed attempts included, by name."""
    back_work: Work
    """What translating back cost."""
    segments: int
    copied: int
    """Segments that hold no language and were copied."""
    source_words: int
    """White-space words of the source that were sent to an engine."""


def _record_row(record: Record) -> JsonObject:
    return {
        "id": record.id,
        "row": _row_json(record.row),
        "texts": [
            {
                "path": item.path,
                "role": item.role.value,
                "treatment": item.treatment.value,
                "speaker": item.speaker,
                "part": _part_row(item.part),
            }
            for item in record.texts
        ],
        "answer": record.answer,
    }


def _row_json(row: Tree) -> str:
    """A row as JSON, its keys in their order: it is part of what the row says."""
    try:
        return orjson.dumps(row).decode()
    except (TypeError, orjson.JSONEncodeError):  # integers beyond 64 bits
        return json.dumps(row, ensure_ascii=False)


def _part_row(part: Part | None) -> JsonObject | None:
    if part is None:
        return None
    return {"start": part.start, "end": part.end, "quoted": part.quoted, "name": part.name}


def records_digest(records: Sequence[Record]) -> str:
    """Hex digest of a chunk's content: equal chunks, equal digest, whatever their file looks like."""
    return digest_fields(canonical_json(_record_row(record)).encode() for record in records).hex()[:32]


def write_records(folder: Path, stem: str, records: Sequence[Record]) -> Path:
    """Write a chunk of records; its name ends in a digest of its bytes."""
    return write_chunk(
        folder, stem, pa.Table.from_pylist([_record_row(record) for record in records], schema=_RECORDS)
    )


def read_records(path: Path) -> list[Record]:
    """Read a chunk of records.

    Raises:
        StorageFault: the file is missing or damaged.
    """
    found = []
    for item in _rows(path):
        row = json.loads(item["row"])
        texts = tuple(_text(row, text) for text in item["texts"])
        found.append(Record(id=item["id"], row=row, texts=texts, answer=item["answer"]))
    return found


def _text(row: JsonObject, item: JsonObject) -> Text:
    part = _part(item["part"])
    return Text(
        path=item["path"],
        role=Role(item["role"]),
        treatment=Treatment(item["treatment"]),
        text=text_at(row, item["path"], part),
        speaker=item["speaker"],
        part=part,
    )


def _part(item: JsonObject | None) -> Part | None:
    return None if item is None else Part(**item)


def translated_stem(chunk_digest: str, fingerprint: bytes) -> str:
    """First part of the name of a translated chunk: computed from all that it was made from."""
    return digest_fields([b"translated-4", chunk_digest.encode(), fingerprint]).hex()[:32]


def write_translated(
    folder: Path, stem: str, rows: Iterable[TranslatedRow], *, first_wins: bool = False
) -> Path:
    """Write a chunk of translated rows; its name ends in a digest of its bytes.

    Args:
        stem: what it was made from.
        rows: of the chunk, in order.
        first_wins: keep a chunk of that stem that another worker wrote meanwhile.
    """
    table = pa.Table.from_pylist(
        [
            {
                "id": row.id,
                "texts": [
                    {
                        "path": item.path,
                        "part": _part_row(item.part),
                        "role": item.role.value,
                        "source": item.source,
                        "target": _storable(item.target),
                        "back": None if item.back is None else _storable(item.back),
                        "rungs": list(item.rungs),
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
                "rungs": [{"rung": rung.rung, **rung.as_dict()} for rung in row.rungs],
                "back_work": row.back_work.as_dict(),
                "segments": row.segments,
                "copied": row.copied,
                "source_words": row.source_words,
            }
            for row in rows
        ],
        schema=_TRANSLATED,
    )
    return write_chunk(folder, stem, table, first_wins=first_wins)


def read_translated(path: Path, rows: Sequence[int] | None = None) -> list[TranslatedRow]:
    """Read a chunk of translated rows.

    Args:
        rows: places of the rows wanted, in that order; None for all.

    Raises:
        StorageFault: the file is missing or damaged.
    """
    return [
        TranslatedRow(
            id=row["id"],
            texts=tuple(
                TextPair(
                    path=item["path"],
                    part=_part(item["part"]),
                    role=Role(item["role"]),
                    source=item["source"],
                    target=item["target"],
                    back=item["back"],
                    rungs=tuple(item["rungs"]),
                )
                for item in row["texts"]
            ),
            answer=row["answer"],
            scores=tuple(Score(**score) for score in row["scores"]),
            rungs=tuple(_rung_work(item) for item in row["rungs"]),
            back_work=Work(**row["back_work"]),
            segments=row["segments"],
            copied=row["copied"],
            source_words=row["source_words"],
        )
        for row in _rows(path, rows)
    ]


def _rung_work(row: JsonObject) -> RungWork:
    counts = {name: row[name] for name, _ in _COUNTS}
    return RungWork(rung=row["rung"], **counts, work=Work(**{name: row[name] for name, _ in _WORK}))


def _storable(text: str) -> str:
    """Make an engine's text fit for Parquet: a lone surrogate becomes U+FFFD, which a gate counts."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _rows(path: Path, rows: Sequence[int] | None = None) -> Iterator[JsonObject]:
    table = chunk_table(path)
    yield from (table if rows is None else table.take(list(rows))).to_pylist()
