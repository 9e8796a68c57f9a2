"""Opening a file for one pass over its rows, whatever its format and compression."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from parallelize.stages.ingest.files import DataFile, Dialect, Numbered, Reporter
from parallelize.stages.ingest.json_rows import json_array, json_lines
from parallelize.stages.ingest.spec import SourceFormat
from parallelize.stages.ingest.streams import file_sha256, open_bytes
from parallelize.stages.ingest.tables import delimited, parquet

__all__ = ["OpenFile", "open_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A source file being read: its rows, and the digest at the end."""

    rows: Numbered
    finish: Callable[[], str]
    """Reads what is left and returns the sha256 of the whole file."""


@contextmanager
def open_rows(file: DataFile, dialect: Dialect, report: Reporter) -> Iterator[OpenFile]:
    """Open one file for one pass over its rows.

    Raises:
        InputError: the file is damaged, named with line or row where there is one.
        StorageFault: reading failed.
    """
    if file.format is SourceFormat.PARQUET:
        yield OpenFile(rows=parquet(file, report), finish=lambda: file_sha256(file.path))
        return
    with open_bytes(file.path, file.shown) as (stream, digested):
        yield OpenFile(rows=_text_rows(file, dialect, report, stream), finish=digested.finish)


def _text_rows(file: DataFile, dialect: Dialect, report: Reporter, stream: BinaryIO) -> Numbered:
    if file.format is SourceFormat.JSONL:
        return json_lines(file, report, stream)
    if file.format is SourceFormat.JSON:
        return json_array(file, report, stream)
    return delimited(file, dialect, stream)
