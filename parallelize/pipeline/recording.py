"""Puts the records of a source into chunks on disk, so that later stages never need the source again."""

from __future__ import annotations

import io
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.errors import GateFailure, InputError
from parallelize.core.provenance import digest_fields
from parallelize.core.records import Record, Treatment
from parallelize.core.trees import has_surrogate, steps_of
from parallelize.pipeline.translating import RecordChunk
from parallelize.stages.ingest import RejectedRow, RejectReason
from parallelize.store.chunk_files import find_chunk
from parallelize.store.column_types import RowTypes
from parallelize.store.files import atomic_write, sha256_file
from parallelize.store.records_index import ChunkEntry, RecordsIndex, read_records_index, write_records_index
from parallelize.store.run import RunDirectory
from parallelize.store.tables import records_digest, write_records

__all__ = ["Recorded", "digest_source", "load_recorded", "record_source", "usable_records"]

_REJECTED: Final = pa.schema([(name, pa.string()) for name in ("id", "reason", "detail", "row")])
_REJECTED_ROWS: Final = 1_000
"""Rejected rows of one row group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The source as the run keeps it."""

    chunks: tuple[RecordChunk, ...]
    types: RowTypes
    """Types of the source's columns."""
    rows: int
    """Source rows: records + rejected."""
    rejected: dict[str, int]
    """Rows that could not become records, by reason."""
    source: dict[str, Any]
    """Where the rows came from, for the manifest."""
    rejects_sha256: str | None = None
    """Of `rejects/source.parquet`; None in a run of an older version."""

    @property
    def records(self) -> int:
        """Rows that go into translation."""
        return sum(chunk.rows for chunk in self.chunks)

    @property
    def digest(self) -> str:
        """Hex digest of all records, in order."""
        return digest_fields(chunk.digest.encode() for chunk in self.chunks).hex()


def record_source(
    run: RunDirectory,
    rows: Iterable[Record | RejectedRow],
    describe: Any,
    *,
    chunk_rows: int,
    arrow_schema: bytes | None = None,
) -> Recorded:
    """Write the records of a source into the run; chunks that are there already are not written again.

    Args:
        run: the run directory, locked.
        rows: what ingest gives, in source order.
        describe: called after the last row; gives the JSON description of the source.
        chunk_rows: rows of a chunk.
        arrow_schema: serialised schema of a Parquet source; without one, types are found by looking.

    Raises:
        InputError: there is no row.
        GateFailure: every row was rejected; they lie in the run with their reasons.
    """
    types = RowTypes(arrow_schema)
    rejected = _Rejects()
    chunks = []
    for records in _chunks(usable_records(rows, rejected.add), chunk_rows):
        for record in records:
            types.look(record.row, _text_columns(record))
        digest = records_digest(records)
        path = find_chunk(run.records, digest) or write_records(run.records, digest, records)
        chunks.append(RecordChunk(path=path, digest=digest, rows=len(records)))
    if not chunks and not rejected.first:
        raise InputError("the source has no usable row", remedy="check the file and the column mapping")
    atomic_write(run.source_rejects, rejected.parquet())
    if not chunks:
        raise _all_rejected(run, rejected)
    recorded = Recorded(
        chunks=tuple(chunks),
        types=types,
        rows=sum(chunk.rows for chunk in chunks) + rejected.reasons.total(),
        rejected=dict(sorted(rejected.reasons.items())),
        source=describe(),
        rejects_sha256=sha256_file(run.source_rejects),
    )
    index = RecordsIndex(
        chunks=tuple(ChunkEntry(file=item.path.name, digest=item.digest, rows=item.rows) for item in chunks),
        types=types.as_dict(),
        rows=recorded.rows,
        rejected=recorded.rejected,
        source=recorded.source,
        rejects_sha256=recorded.rejects_sha256,
    )
    write_records_index(run, index)
    _forget_others(run, {chunk.path.name for chunk in chunks})
    return recorded


def _forget(_row: RejectedRow) -> None:
    """A row that nobody asks about."""


class _Rejects:
    """Rows that could not become records, with the reason and the row as it came, packed as they arrive."""

    def __init__(self) -> None:
        self.first = ""
        """Detail of the first."""
        self.reasons: Counter[str] = Counter()
        self._waiting: list[dict[str, str]] = []
        self._packed = io.BytesIO()
        self._writer = pq.ParquetWriter(self._packed, _REJECTED, compression="zstd")

    def add(self, row: RejectedRow) -> None:
        self.first = self.first or row.detail
        self.reasons[str(row.reason)] += 1
        written = json.dumps(row.row)  # escapes lone surrogates, which no file can hold
        self._waiting.append({"id": row.id, "reason": str(row.reason), "detail": row.detail, "row": written})
        if len(self._waiting) == _REJECTED_ROWS:
            self._write()

    def _write(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._waiting, schema=_REJECTED))
        self._waiting = []

    def parquet(self) -> bytes:
        """The bytes of the finished table."""
        if self._waiting:
            self._write()
        self._writer.close()
        return self._packed.getvalue()


def _all_rejected(run: RunDirectory, rejected: _Rejects) -> GateFailure:
    """The end of a build whose source has rows and none that can be translated."""
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in rejected.reasons.most_common())
    only = set(rejected.reasons) == {RejectReason.UNTRANSLATABLE.value}
    remedy = (
        'source.language_tasks = "keep" keeps tasks about the language itself'
        if only
        else ("`parallelize inspect` shows how the rows are read")
    )
    return GateFailure(
        f"no row of the source can be used ({reasons}); the first: {rejected.first}",
        remedy=f"{remedy}; the rows lie in {run.source_rejects}",
    )


def digest_source(rows: Iterable[Record | RejectedRow], *, chunk_rows: int) -> list[tuple[str, int]]:
    """(digest, rows) of the chunks that `record_source` would write. Writes nothing."""
    return [(records_digest(chunk), len(chunk)) for chunk in _chunks(usable_records(rows), chunk_rows)]


def load_recorded(run: RunDirectory) -> Recorded:
    """Read back what `record_source` wrote.

    Raises:
        InputError: the run has no records yet.
    """
    index = read_records_index(run)
    return Recorded(
        chunks=tuple(
            RecordChunk(path=run.records / item.file, digest=item.digest, rows=item.rows)
            for item in index.chunks
        ),
        types=RowTypes.from_dict(index.types),
        rows=index.rows,
        rejected=index.rejected,
        source=index.source,
        rejects_sha256=index.rejects_sha256,
    )


def usable_records(
    rows: Iterable[Record | RejectedRow], reject: Callable[[RejectedRow], None] | None = None
) -> Iterator[Record]:
    """The records that a run can hold; `reject` is told of all other rows."""
    reject = reject or _forget
    for row in rows:
        if isinstance(row, RejectedRow):
            reject(row)
        elif (where := _lone_surrogate(row)) is not None:
            detail = f"{where} holds a lone surrogate, which no file format of a corpus can store"
            reject(RejectedRow(id=row.id, reason=RejectReason.BAD_CHARACTERS, detail=detail, row=row.row))
        else:
            yield row


def _lone_surrogate(record: Record) -> str | None:
    """The path of a text that is not valid Unicode; None if all are."""
    for path, text in (*((item.path, item.text) for item in record.texts), ("answer", record.answer or "")):
        if has_surrogate(text):
            return path
    return next((name for name, value in record.row.items() if name and _holds_surrogate(value)), None)


def _holds_surrogate(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return has_surrogate(value)
    if kind is dict:
        return any(has_surrogate(name) or _holds_surrogate(inner) for name, inner in value.items())
    return kind is list and any(map(_holds_surrogate, value))


def _text_columns(record: Record) -> dict[str, None]:
    """Columns with a text that is translated."""
    return {
        str(steps_of(item.path)[0]): None for item in record.texts if item.treatment is Treatment.TRANSLATE
    }


def _chunks(records: Iterator[Record], size: int) -> Iterator[list[Record]]:
    while chunk := list(itertools.islice(records, size)):
        yield chunk


def _forget_others(run: RunDirectory, names: set[str]) -> None:
    for path in run.records.glob("*.parquet"):
        if path.name not in names:
            path.unlink()
