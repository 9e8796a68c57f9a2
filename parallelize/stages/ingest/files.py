"""What all readers share: the file, its rows, where they are, and text decoding."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.stages.ingest.spec import NoteKind, Report, SourceFormat

__all__ = [
    "DataFile",
    "Dialect",
    "Numbered",
    "Reporter",
    "Row",
    "at",
    "decoded_document",
    "decoded_line",
    "place_text",
]

Row = dict[str, Any]
Numbered = Iterator[tuple[int, Row]]
"""The line on which a row starts, or the row's number where a file has no lines, both from 1; and the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a CSV or TSV file does not say itself."""

    columns: tuple[str, ...] = ()
    """Column names; empty: the first line has them."""
    delimiter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One file of a source."""

    path: Path
    shown: str
    """Name in messages: the path as the user would write it."""
    relative: str
    """Path inside the folder that was asked for; the file name for a single file."""
    format: SourceFormat


Reporter = Callable[[NoteKind, int, str], None]
"""Called with what was seen, the row's number in its file, and the column."""


def at(report: Reporter, number: int) -> Report:
    """Report about one row."""
    return lambda kind, column: report(kind, number, column)


def place_text(file: DataFile, number: int) -> str:
    """`train.jsonl:7` for a line, `train.parquet row 7` where there are no lines."""
    lines = file.format in {SourceFormat.JSONL, SourceFormat.CSV, SourceFormat.TSV}
    return f"{file.shown}:{number}" if lines else f"{file.shown} row {number}"


def decoded_line(line: bytes, file: DataFile, number: int) -> str:
    """Text of a line, without the byte order mark of the first.

    Raises:
        InputError: it is not UTF-8; the message names line and byte.
    """
    if number == 1:
        line = line.removeprefix(codecs.BOM_UTF8)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad_utf8(error, line, file, number) from error


def decoded_document(data: bytes, file: DataFile) -> str:
    """Text of a whole file.

    Raises:
        InputError: it is not UTF-8; the message names line and byte.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad_utf8(error, data, file, data.count(b"\n", 0, error.start) + 1) from error


def _bad_utf8(error: UnicodeDecodeError, data: bytes, file: DataFile, number: int) -> InputError:
    if number == 1 and data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return InputError(f"{file.shown} is UTF-16", remedy="convert it: iconv -f UTF-16 -t UTF-8")
    byte = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
    return InputError(
        f"{file.shown}, line {number}: not UTF-8 (byte {byte} of the line is 0x{data[error.start]:02x})",
        remedy="convert the file to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8",
    )
