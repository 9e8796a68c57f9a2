"""Read a table from CSV, TSV, JSONL or Parquet as text columns, so that every format is checked alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.errors import InputError
from parallelize.store.bombs import refuse_packed_table

__all__ = ["load_text_frame"]


def load_text_frame(path: Path) -> pl.DataFrame:
    """The file as a frame of text columns, in file order.

    Lists become text joined by "+", true and false become 1 and 0, bytes that are no text are written as
    `\\xff`, missing values stay null.

    Raises:
        InputError: the file is missing, unreadable, empty, or of an unknown format.
    """
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": lambda file: pl.read_csv(file, infer_schema=False),
        ".tsv": lambda file: pl.read_csv(file, infer_schema=False, separator="\t"),
        ".jsonl": _load_jsonl,
        ".ndjson": _load_jsonl,
        ".parquet": _load_parquet,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"{path}: cannot tell its format from the ending {path.suffix!r}",
            remedy=f"name it with one of {', '.join(readers)}",
        )
    try:
        read = reader(path)
        frame = read.select(_as_text(column) for column in read.get_columns())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}", remedy="check the path") from error
    except pl.exceptions.PolarsError as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"{path}: not readable as {path.suffix[1:]}: {reason}") from error
    if frame.is_empty():
        raise InputError(f"{path}: the table has no rows")
    return frame


def _as_text(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.List):
        return column.cast(pl.List(pl.String)).list.join("+")
    if column.dtype == pl.Binary:
        texts = [None if value is None else value.decode("utf-8", "backslashreplace") for value in column]
        return pl.Series(column.name, texts, dtype=pl.String)
    if column.dtype == pl.Boolean:
        return column.cast(pl.Int8).cast(pl.String)
    return column.cast(pl.String, strict=False)


def _load_parquet(path: Path) -> pl.DataFrame:
    try:
        refuse_packed_table(path, pq.read_metadata(path), str(path))
    except pa.ArrowException as error:
        reason = str(error).partition("\n")[0]
        raise InputError(f"{path}: not readable as parquet: {reason}") from error
    return pl.read_parquet(path)


def _load_jsonl(path: Path) -> pl.DataFrame:
    rows = []
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                remedy = "JSON has no NaN: write null" if b"NaN" in line else "write one JSON object a line"
                raise InputError(f"{path}, line {number}: not JSON: {error}", remedy=remedy) from error
            if not isinstance(row, dict):
                raise InputError(
                    f"{path}, line {number}: not a JSON object", remedy="write one object a line"
                )
            rows.append({str(key): _json_text(value) for key, value in row.items()})
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )


def _json_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return "+".join(map(str, value))
    return json.dumps(value)
