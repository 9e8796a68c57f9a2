"""Reading rows out of files: JSON lines, JSON arrays, CSV, TSV and Parquet.

Every reader gives `(number, row)`: the line on which the row starts, or the row's number where a file has
no lines, both from 1; and the row as a dict of JSON values.
"""

from __future__ import annotations

import codecs
import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from parallelize.core.errors import InputError
from parallelize.stages.ingest.spec import NoteKind, Report, SourceFormat
from parallelize.stages.ingest.streams import file_sha256, open_bytes
from parallelize.stages.ingest.values import NonFinite, plain

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["DataFile", "Dialect", "OpenFile", "Row", "open_rows", "place_text"]

Row = dict[str, Any]
Numbered = Iterator[tuple[int, Row]]

_BOM = codecs.BOM_UTF8
_EXACT_LIMIT = 2.0**63
"""orjson reads integers beyond 64 bits as floats; a float this large is read again by the exact parser."""
_PARQUET_BATCH = 128
_PARQUET_BUFFER = 1 << 20
"""Bytes of a column read at a time. Arrow's default holds a whole row group in memory."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file being read."""

    rows: Numbered
    finish: Callable[[], str]
    """Reads what is left and returns the sha256 of the whole file."""


def place_text(file: DataFile, number: int) -> str:
    """`train.jsonl:7` for a line, `train.parquet row 7` where there are no lines."""
    lines = file.format in {SourceFormat.JSONL, SourceFormat.CSV, SourceFormat.TSV}
    return f"{file.shown}:{number}" if lines else f"{file.shown} row {number}"


@contextmanager
def open_rows(file: DataFile, dialect: Dialect, report: Reporter) -> Iterator[OpenFile]:
    """Open one file for one pass over its rows.

    Raises:
        InputError: the file is damaged, named with line or row where there is one.
        StorageFault: reading failed.
    """
    if file.format is SourceFormat.PARQUET:
        yield OpenFile(rows=_parquet(file, report), finish=lambda: file_sha256(file.path))
        return
    with open_bytes(file.path, file.shown) as (stream, digested):
        yield OpenFile(rows=_text_rows(file, dialect, report, stream), finish=digested.finish)


def _text_rows(file: DataFile, dialect: Dialect, report: Reporter, stream: BinaryIO) -> Numbered:
    if file.format is SourceFormat.JSONL:
        return _json_lines(file, report, stream)
    if file.format is SourceFormat.JSON:
        return _json_array(file, report, stream)
    return _delimited(file, dialect, stream)


# --- JSON ------------------------------------------------------------------------------------------------


def _json_lines(file: DataFile, report: Reporter, stream: BinaryIO) -> Numbered:
    for number, line in enumerate(stream, 1):
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            text = _decoded(line, file, number)
            if not text.strip():
                continue
            row = _exact_row(text, file, number, report)
        if type(row) is not dict:
            raise _not_an_object(row, file, number)
        if any(map(_may_have_lost_digits, row.values())):
            row = _exact_row(_decoded(line, file, number), file, number, report)
        yield number, row


def _exact_row(text: str, file: DataFile, number: int, report: Reporter) -> Any:
    try:
        value = _exact(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file.shown}, line {number}, column {error.colno}: broken JSON ({error.msg})",
            remedy=_json_remedy(text),
        ) from error
    except RecursionError as error:
        raise InputError(
            f"{file.shown}, line {number}: JSON is nested too deeply", remedy="flatten it"
        ) from error
    return plain(value, _at(report, number))


def _at(report: Reporter, number: int) -> Report:
    return lambda kind, column: report(kind, number, column)


def _json_remedy(text: str) -> str:
    if text.lstrip().startswith("["):
        return "this looks like a JSON array: name the file .json, or set format = json"
    if not text.endswith("\n"):
        return "the line may be cut off: correct it, or write the file again"
    return "correct this line; every line must be one complete JSON object"


def _exact(text: str) -> Any:
    """Parse with Python's own parser: any integer, NaN, lone surrogates, and exact error positions."""
    return json.loads(text, parse_float=_float, parse_int=_int)


def _float(literal: str) -> float | NonFinite:
    value = float(literal)
    return value if abs(value) != float("inf") else NonFinite(literal)


def _int(literal: str) -> int | NonFinite:
    try:
        return int(literal)
    except ValueError:  # more digits than Python converts (sys.get_int_max_str_digits)
        return NonFinite(literal)


def _may_have_lost_digits(value: Any) -> bool:
    kind = type(value)
    if kind is str:
        return False
    if kind is float:
        return bool(value >= _EXACT_LIMIT or value <= -_EXACT_LIMIT)
    if kind is dict:
        return any(map(_may_have_lost_digits, value.values()))
    return kind is list and any(map(_may_have_lost_digits, value))


def _not_an_object(value: Any, file: DataFile, number: int) -> InputError:
    found = {list: "a list", str: "text", type(None): "null"}.get(type(value), "a number or truth value")
    remedy = (
        "this looks like a JSON array: name the file .json, or set format = json"
        if isinstance(value, list)
        else 'write every row as an object, such as {"problem": "…", "solution": "…"}'
    )
    return InputError(f"{place_text(file, number)}: the row is {found}, not a JSON object", remedy=remedy)


def _json_array(file: DataFile, report: Reporter, stream: BinaryIO) -> Numbered:
    data = stream.read()
    data = data.removeprefix(_BOM)
    try:
        rows = orjson.loads(data)
        if _may_have_lost_digits(rows):
            rows = None
    except orjson.JSONDecodeError:
        rows = None
    exact = rows is None
    if exact:
        rows = _exact_document(data, file)
    if not isinstance(rows, list):
        raise InputError(
            f"{file.shown} holds one JSON object, not an array of rows",
            remedy="write the rows as a JSON array [{…}, …], or one object a line in a .jsonl file",
        )
    for number, row in enumerate(rows, 1):
        if type(row) is not dict:
            raise _not_an_object(row, file, number)
        if exact:
            yield number, plain(row, _at(report, number))
        else:
            yield number, row


def _exact_document(data: bytes, file: DataFile) -> Any:
    text = _document_text(data, file)
    if not text.strip():
        return []
    try:
        return _exact(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file.shown}, line {error.lineno}, column {error.colno}: broken JSON ({error.msg})",
            remedy="correct the file; it must be one JSON array of objects",
        ) from error
    except RecursionError as error:
        raise InputError(f"{file.shown}: JSON is nested too deeply", remedy="flatten it") from error


# --- text ------------------------------------------------------------------------------------------------


def _decoded(line: bytes, file: DataFile, number: int) -> str:
    if number == 1:
        line = line.removeprefix(_BOM)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad_utf8(error, line, file, number) from error


def _document_text(data: bytes, file: DataFile) -> str:
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


# --- CSV and TSV -----------------------------------------------------------------------------------------


def _delimited(file: DataFile, dialect: Dialect, stream: BinaryIO) -> Numbered:
    csv.field_size_limit(sys.maxsize)  # the default refuses cells above 128 KiB
    lines = (_decoded(line, file, number) for number, line in enumerate(stream, 1))
    delimiter = dialect.delimiter or ("\t" if file.format is SourceFormat.TSV else ",")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    columns = list(dialect.columns)
    start = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _bad_csv(error, file, start, reader.line_num) from error
        if cells is None:
            return
        if not cells:
            pass  # a blank line
        elif not columns:
            columns = _header(cells, file)
        elif len(cells) != len(columns):
            raise _ragged(len(cells), columns, file, start, delimiter, named=bool(dialect.columns))
        else:
            yield start, dict(zip(columns, cells, strict=True))
        start = reader.line_num + 1


def _header(cells: list[str], file: DataFile) -> list[str]:
    # A data frame written with its index has a first column without a name.
    names = [cell.strip() or f"column_{index}" for index, cell in enumerate(cells, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"{file.shown}: the header names {twice[0]!r} more than once",
            remedy="give every column its own name; a file without a header needs columns = [...]",
        )
    return names


def _ragged(
    found: int, columns: list[str], file: DataFile, start: int, delimiter: str, *, named: bool
) -> InputError:
    wanted = f"{len(columns)} columns were named" if named else f"the header has {len(columns)}"
    return InputError(
        f"{file.shown}:{start}: the row has {found} cells, {wanted}",
        remedy=f"cells that hold {delimiter!r} or a line break must be in double quotes",
    )


def _bad_csv(error: csv.Error, file: DataFile, start: int, end: int) -> InputError:
    if "unexpected end of data" in str(error):
        return InputError(
            f"{file.shown}:{start}: a quoted cell is never closed",
            remedy='close the cell with ", and write quotes inside cells twice ("")',
        )
    where = f"{file.shown}:{start}" if start >= end else f"{file.shown}:{start}-{end}"
    return InputError(
        f"{where}: broken CSV ({error})",
        remedy='put cells that hold quotes in double quotes, and write the quotes inside them twice ("")',
    )


# --- Parquet ---------------------------------------------------------------------------------------------


def _parquet(file: DataFile, report: Reporter) -> Numbered:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file.path, buffer_size=_PARQUET_BUFFER, pre_buffer=False) as table:
            yield from _parquet_rows(table, file, report)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        # Only Arrow's own failures arrive here: the consumer's exceptions are not raised into a generator.
        raise InputError(
            f"{file.shown} is not a readable Parquet file: {str(error).splitlines()[0]}",
            remedy="fetch or write the file again, or correct its extension",
        ) from error


def _parquet_rows(table: pq.ParquetFile, file: DataFile, report: Reporter) -> Numbered:
    names = table.schema_arrow.names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(
            f"{file.shown} has more than one column {twice[0]!r}", remedy="give every column its own name"
        )
    number = 0
    for batch in table.iter_batches(batch_size=_PARQUET_BATCH):
        for values in batch.to_pylist():
            number += 1
            yield (
                number,
                {name: _parquet_value(value, file, number, name, report) for name, value in values.items()},
            )


def _parquet_value(value: Any, file: DataFile, number: int, name: str, report: Reporter) -> Any:
    try:
        return plain(value, _at(report, number), name)
    except TypeError as error:
        raise InputError(
            f"{place_text(file, number)}, column {name!r}: {error}", remedy="drop or convert the column"
        ) from error
