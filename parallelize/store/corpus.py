"""Writes what is published: shards of Parquet for each language, and the aligned view over all of them."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.measures import MEASURES
from parallelize.core.records import Record
from parallelize.store.files import replace_file, sha256_file, storage_errors
from parallelize.store.manifest import FileEntry
from parallelize.store.tables import TranslatedRow

__all__ = ["ColumnKinds", "CorpusSchema", "ShardWriter", "file_facts", "target_texts"]

_BATCH_ROWS = 512
_MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
_RUNGS = pa.list_(pa.struct([("rung", pa.string()), ("segments", pa.int32())]))
"""Which attempt won, by segments."""
_KINDS = {
    "bool": pa.bool_(),
    "int": pa.int64(),
    "float": pa.float64(),
    "string": pa.string(),
    "json": pa.string(),
}


@dataclass(slots=True)
class ColumnKinds:
    """Types of the passthrough columns, found by looking at every record once.

    A column of one JSON type keeps it; integers mixed with fractions become floats; anything else
    (nested or mixed values) is kept as JSON text.
    """

    kinds: dict[str, str] = field(default_factory=dict)
    roles: dict[str, None] = field(default_factory=dict)
    """Text columns that occur (`problem`, `solution`, `messages`), in order of appearance."""
    answer: bool = False

    def look(self, record: Record) -> None:
        """Take one record into account."""
        for name, value in record.metadata.items():
            if value is None:
                self.kinds.setdefault(name, "null")
                continue
            kind = _kind(value)
            known = self.kinds.get(name, "null")
            self.kinds[name] = kind if known in {"null", kind} else _wider(known, kind)
        for item in record.fields:
            self.roles.setdefault(item.path.partition(".")[0])
        self.answer = self.answer or record.answer is not None

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"kinds": self.kinds, "roles": list(self.roles), "answer": self.answer}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ColumnKinds:
        """Inverse of `as_dict`."""
        return cls(kinds=dict(data["kinds"]), roles=dict.fromkeys(data["roles"]), answer=data["answer"])


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if -(2**63) <= value < 2**63 else "json"
    if isinstance(value, float):
        return "float"
    return "string" if isinstance(value, str) else "json"


def _wider(known: str, kind: str) -> str:
    return "float" if {known, kind} == {"int", "float"} else "json"


class CorpusSchema:
    """Columns of the corpus: the same for every language."""

    def __init__(self, columns: ColumnKinds) -> None:
        self.columns = columns
        texts = list(columns.roles)
        reserved = {"id", "answer", "scores", "provenance", *texts, *(f"source_{name}" for name in texts)}
        self.passthrough = {
            name: name if name not in reserved else f"original_{name}" for name in sorted(columns.kinds)
        }
        self.language = pa.schema(
            [
                ("id", pa.string()),
                *((name, _text_type(name)) for name in texts),
                *([("answer", pa.string())] if columns.answer else []),
                *((f"source_{name}", _text_type(name)) for name in texts),
                ("scores", pa.struct([(name, pa.float64()) for name in MEASURES])),
                (
                    "provenance",
                    pa.struct(
                        [
                            ("engine", pa.string()),
                            ("model", pa.string()),
                            ("back_translation_engine", pa.string()),
                            ("segments", pa.int32()),
                            ("copied_segments", pa.int32()),
                            ("repaired_segments", pa.int32()),
                            ("rungs", _RUNGS),
                        ]
                    ),
                ),
                *(
                    (shown, _KINDS[columns.kinds[name].replace("null", "string")])
                    for name, shown in self.passthrough.items()
                ),
            ]
        )
        self.rejects = pa.schema(
            [
                ("id", pa.string()),
                ("reasons", pa.list_(pa.string())),
                ("evidence", pa.list_(pa.string())),
                *((name, _text_type(name)) for name in texts),
                *((f"source_{name}", _text_type(name)) for name in texts),
                *((f"back_{name}", _text_type(name)) for name in texts),
                *([("answer", pa.string())] if columns.answer else []),
                ("scores", pa.struct([(name, pa.float64()) for name in MEASURES])),
            ]
        )

    def parallel(self, languages: Sequence[str]) -> pa.Schema:
        """Schema of the aligned view: one struct of texts for each language."""
        struct = pa.struct([(name, _text_type(name)) for name in self.columns.roles])
        return pa.schema(
            [
                ("id", pa.string()),
                *([("answer", pa.string())] if self.columns.answer else []),
                *((code, struct) for code in languages),
            ]
        )

    def language_row(
        self, row: TranslatedRow, record: Record, provenance: Mapping[str, Any]
    ) -> dict[str, Any]:
        """One kept row in the target language."""
        return {
            "id": row.id,
            **target_texts(row, "target", record.message_roles),
            "answer": row.answer,
            **{f"source_{k}": v for k, v in target_texts(row, "source", record.message_roles).items()},
            "scores": {score.measure: score.value for score in row.scores},
            "provenance": {
                **provenance,
                "segments": row.segments,
                "copied_segments": row.copied,
                "repaired_segments": sum(rung.won for rung in row.rungs if rung.rung != "configured"),
                "rungs": [{"rung": rung.rung, "segments": rung.won} for rung in row.rungs if rung.won],
            },
            **{
                shown: _passthrough(record.metadata.get(name), self.columns.kinds[name])
                for name, shown in self.passthrough.items()
            },
        }

    def reject_row(
        self, row: TranslatedRow, record: Record, reasons: Sequence[str], evidence: Sequence[str]
    ) -> dict[str, Any]:
        """One dropped row with all its texts."""
        return {
            "id": row.id,
            "reasons": list(reasons),
            "evidence": list(evidence),
            **target_texts(row, "target", record.message_roles),
            **{f"source_{k}": v for k, v in target_texts(row, "source", record.message_roles).items()},
            **{f"back_{k}": v for k, v in target_texts(row, "back", record.message_roles).items()},
            "answer": row.answer,
            "scores": {score.measure: score.value for score in row.scores},
        }


def _text_type(name: str) -> pa.DataType:
    return _MESSAGES if name == "messages" else pa.string()


def _passthrough(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return float(value) if kind == "float" else value


def target_texts(row: TranslatedRow, side: str, message_roles: Sequence[str]) -> dict[str, Any]:
    """Texts of one side (`source`, `target` or `back`) as columns; chat turns become a list of messages."""
    found: dict[str, Any] = {}
    turns: dict[int, str | None] = {}
    for item in row.texts:
        name, _, number = item.path.partition(".")
        if number:
            turns[int(number)] = getattr(item, side)
        else:
            found[name] = getattr(item, side)
    if turns:
        found["messages"] = [
            {"role": role, "content": turns.get(index, "")} for index, role in enumerate(message_roles)
        ]
    return found


class ShardWriter:
    """Writes rows into shards `train-00000-of-0000N.parquet`; the folder is replaced when all is written."""

    def __init__(self, folder: Path, schema: pa.Schema, *, shard_bytes: int, name: str = "train") -> None:
        self.rows = 0
        self._folder = folder
        self._staging = folder.with_name(f".{folder.name}.new")
        self._schema = schema
        self._limit = shard_bytes
        self._name = name
        self._waiting: list[dict[str, Any]] = []
        self._shards: list[tuple[Path, int]] = []
        self._open: pq.ParquetWriter | None = None
        self._bytes = 0
        self._shard_rows = 0

    def __enter__(self) -> ShardWriter:
        with storage_errors(self._staging):
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            with contextlib.suppress(OSError, pa.ArrowException):
                self._close_shard()
            shutil.rmtree(self._staging, ignore_errors=True)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row."""
        self._waiting.append(dict(row))
        self.rows += 1
        if len(self._waiting) >= _BATCH_ROWS:
            self._write()

    def finish(self) -> list[tuple[Path, int]]:
        """Put the shards in place of what the folder held; returns (path, rows) of each."""
        with storage_errors(self._folder):
            self._write(force=not self._shards and self._open is None)
            self._close_shard()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            placed = []
            for number, (path, rows) in enumerate(self._shards):
                final = self._folder / f"{self._name}-{number:05d}-of-{len(self._shards):05d}.parquet"
                replace_file(path, final)
                placed.append((final, rows))
            shutil.rmtree(self._staging, ignore_errors=True)
        return placed

    def _write(self, *, force: bool = False) -> None:
        if not self._waiting and not force:
            return
        table = pa.Table.from_pylist(self._waiting, schema=self._schema)
        with storage_errors(self._folder):
            if self._open is None:
                path = self._staging / f"{len(self._shards):05d}.parquet"
                self._open = pq.ParquetWriter(
                    path, self._schema, compression="zstd", write_page_checksum=True
                )
                self._shards.append((path, 0))
            self._open.write_table(table, row_group_size=_BATCH_ROWS)
        path, rows = self._shards[-1]
        self._shards[-1] = (path, rows + len(self._waiting))
        self._bytes += table.nbytes
        self._waiting = []
        if self._bytes >= self._limit:
            self._close_shard()

    def _close_shard(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
            self._bytes = 0


def file_facts(root: Path, files: Iterable[tuple[Path, int]]) -> dict[str, FileEntry]:
    """sha256, bytes and rows of each file, by its path relative to `root`."""
    return {
        path.relative_to(root).as_posix(): FileEntry(
            sha256=sha256_file(path), bytes=path.stat().st_size, rows=rows
        )
        for path, rows in files
    }
