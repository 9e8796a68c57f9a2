"""What all readers share: the file, its rows, where they are, and text decoding."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from parallelize.core.errors import InputError
from parallelize.stages.ingest.spec import NoteKind, Report, SourceFormat

__all__ = [
    "DataFile",
    "Dialect",
    "Numbered",
    "Reporter",
    "Row",
    "as_utf8",
    "at",
    "decoded_document",
    "decoded_line",
    "place_text",
    "text_lines",
    "utf16_of",
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
    """Bind a file's reporter to one of its rows, by number."""
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


def utf16_of(head: bytes) -> str | None:
    """The UTF-16 codec that the first bytes of a file ask for; None for other files.

    Without a byte order mark, ASCII text in UTF-16 is told by its zero bytes.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(head) >= 4 and head[1] == 0 and head[3] == 0 and head[0] and head[2]:
        return "utf-16-le"
    if len(head) >= 4 and head[0] == 0 and head[2] == 0 and head[1] and head[3]:
        return "utf-16-be"
    return None


def as_utf8(data: bytes, file: DataFile) -> bytes:
    """A whole file as UTF-8 without a byte order mark.

    Raises:
        InputError: it says that it is UTF-16 and is not.
    """
    codec = utf16_of(data[:4])
    if codec is None:
        return data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(codec).encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file.shown} is UTF-16 with broken characters (byte {error.start + 1})",
            remedy="write it anew as UTF-8",
        ) from error


def text_lines(stream: BinaryIO, file: DataFile) -> Iterator[tuple[int, bytes]]:
    """Lines of a file with their numbers, as UTF-8 where it is UTF-16 and without a byte order mark.

    Raises:
        InputError: it is UTF-16 that is broken or cut short.
    """
    head = stream.peek(4)[:4] if isinstance(stream, io.BufferedReader) else b""
    codec = utf16_of(head)
    if codec is not None:
        text = io.TextIOWrapper(stream, encoding=codec, errors="surrogatepass", newline="\n")
        number = 0
        try:
            for number, characters in enumerate(text, 1):
                yield number, characters.encode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise InputError(
                f"{file.shown}, line {number + 1}: broken UTF-16 ({error.reason})",
                remedy="write it anew as UTF-8; its end may be missing",
            ) from error
        text.detach()
        return
    for number, line in enumerate(stream, 1):
        yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def _bad_utf8(error: UnicodeDecodeError, data: bytes, file: DataFile, number: int) -> InputError:
    byte = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
    return InputError(
        f"{file.shown}, line {number}: not UTF-8 (byte {byte} of the line is 0x{data[error.start]:02x})",
        remedy="convert the file to UTF-8, for example with iconv -f WINDOWS-1252 -t UTF-8",
    )
