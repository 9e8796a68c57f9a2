"""Rows of CSV, TSV and Parquet files."""

from __future__ import annotations

import csv
import itertools
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from parallelize.core.errors import InputError
from parallelize.stages.ingest.files import (
    DataFile,
    Dialect,
    Numbered,
    Reporter,
    at,
    decoded_line,
    place_text,
    text_lines,
)
from parallelize.stages.ingest.spec import SourceFormat
from parallelize.stages.ingest.values import plain
from parallelize.store.bombs import refuse_packed_table

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["delimited", "parquet", "parquet_schema"]

_DELIMITERS = ",;\t|"
"""What cells of CSV files are parted by, most usual first."""
_PARQUET_BATCH = 128
_PARQUET_BATCH_BYTES = 256_000_000
"""What a batch may take where a column is packed so well that one text may stand in every row."""
_WELL_PACKED = 20
"""Texts pack to a third or a tenth; a column that packs to less is one text or few, again and again."""
_PARQUET_BUFFER = 1 << 20
"""Bytes of a column read at a time. Arrow's default holds a whole row group in memory."""


def delimited(file: DataFile, dialect: Dialect, stream: BinaryIO) -> Numbered:
    """Rows of a CSV or TSV file (RFC 4180 quoting); every value is text.

    Raises:
        InputError: broken quoting or a row of another width; the message names the line.
    """
    csv.field_size_limit(sys.maxsize)  # the default refuses cells above 128 KiB
    lines = (decoded_line(line, file, number) for number, line in text_lines(stream, file))
    first = next(lines, "")
    delimiter = dialect.delimiter or _delimiter(first, file)
    reader = csv.reader(itertools.chain([first] if first else [], lines), delimiter=delimiter, strict=True)
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


def _delimiter(first: str, file: DataFile) -> str:
    """The sign between the cells of the first line: the most frequent outside of quotes."""
    if file.format is SourceFormat.TSV:
        return "\t"
    unquoted = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=lambda sign: (unquoted.count(sign), -_DELIMITERS.index(sign)))


def _header(cells: list[str], file: DataFile) -> list[str]:
    # A data frame written with its index has a first column without a name.
    names = [cell.strip() or f"column_{index}" for index, cell in enumerate(cells, 1)]
    twice = _first_twice(names)
    if twice is not None:
        raise InputError(
            f"{file.shown}: the header names {twice!r} more than once",
            remedy="give every column its own name; a file without a header needs columns = [...]",
        )
    return names


def _first_twice(names: Sequence[str]) -> str | None:
    """The first name, by the alphabet, that stands there more than once."""
    return min((name for name, count in Counter(names).items() if count > 1), default=None)


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


def parquet(file: DataFile, report: Reporter) -> Numbered:
    """Rows of a Parquet file, converted as `values.plain` says.

    Raises:
        InputError: the file is damaged or no Parquet file.
    """
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


def parquet_schema(files: Sequence[DataFile]) -> bytes | None:
    """The Arrow schema of Parquet files, serialised; None where files differ too much to have one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pa.unify_schemas([pq.read_schema(file.path) for file in files], promote_options="permissive")
    except (pa.ArrowException, OSError):
        return None
    return bytes(found.serialize())


def _parquet_rows(table: pq.ParquetFile, file: DataFile, report: Reporter) -> Numbered:
    names = table.schema_arrow.names
    twice = _first_twice(names)
    if twice is not None:
        raise InputError(
            f"{file.shown} has more than one column {twice!r}", remedy="give every column its own name"
        )
    number = 0
    for batch in table.iter_batches(batch_size=_batch_rows(table, file)):
        for values in batch.to_pylist():
            number += 1
            yield (
                number,
                {name: _parquet_value(value, file, number, name, report) for name, value in values.items()},
            )


def _batch_rows(table: pq.ParquetFile, file: DataFile) -> int:
    """Rows to read at a time: fewer where a few bytes may stand for many.

    Raises:
        InputError: the file is a bomb.
    """
    about = table.metadata
    refuse_packed_table(file.path, about, file.shown)
    largest = 1
    for group in range(about.num_row_groups):
        chunks = [about.row_group(group).column(number) for number in range(about.num_columns)]
        # A dictionary may hold one text for all rows, as long as the chunk itself.
        well_packed = (
            chunk.total_uncompressed_size
            for chunk in chunks
            if chunk.total_uncompressed_size > _WELL_PACKED * chunk.total_compressed_size
        )
        largest = max(largest, sum(well_packed))
    return max(1, min(_PARQUET_BATCH, _PARQUET_BATCH_BYTES // largest))


def _parquet_value(value: Any, file: DataFile, number: int, name: str, report: Reporter) -> Any:
    try:
        return plain(value, at(report, number), name)
    except TypeError as error:
        raise InputError(
            f"{place_text(file, number)}, column {name!r}: {error}", remedy="drop or convert the column"
        ) from error
