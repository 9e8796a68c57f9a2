"""`records/index.json`: the records of a run, chunk by chunk, and where they came from; written last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import JsonValue
from pydantic.dataclasses import dataclass

from parallelize.core.errors import InputError
from parallelize.store.json_files import parse_object, read_json, write_typed
from parallelize.store.strict import STRICT, Count

if TYPE_CHECKING:
    from parallelize.store.run import RunDirectory

__all__ = ["ChunkEntry", "RecordsIndex", "read_records_index", "write_records_index"]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ChunkEntry:
    """One file of a run's records in the index: name, digest, rows."""

    file: str
    digest: str
    """Of its records, whatever their file looks like."""
    rows: Count


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class RecordsIndex:
    """The records of a run, in order."""

    chunks: tuple[ChunkEntry, ...]
    types: dict[str, JsonValue]
    """JSON form of the types of the source's columns."""
    rows: Count
    """Source rows: records + rejected."""
    rejected: dict[str, Count]
    """Rows that could not become records, by reason."""
    source: dict[str, JsonValue]
    """Where the rows came from, as ingest describes it."""
    rejects_sha256: str | None = None
    """Of `rejects/source.parquet`; None in a run of an older version."""


def write_records_index(run: RunDirectory, index: RecordsIndex) -> None:
    """Write the index of a run's records.

    Raises:
        StorageFault: the disk is full or the folder cannot be written.
    """
    write_typed(run.records_index, index)


def read_records_index(run: RunDirectory) -> RecordsIndex:
    """Read the index of a run's records.

    Raises:
        InputError: it is missing, damaged, or of a version whose corpora had other columns.
    """
    raw = read_json(run.records_index)
    if isinstance(raw, Mapping) and "types" not in raw:
        raise InputError(
            f"{run.root} was made by an earlier version, whose corpora had other columns",
            remedy="build it again into another folder; with this one's memory (--memory) nothing is "
            "translated twice",
        )
    return parse_object(raw, RecordsIndex, where=str(run.records_index))
