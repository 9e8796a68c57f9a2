"""Reads the bytes of a Parquet file whose digest was checked."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["parquet_table"]


def parquet_table(data: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a table in this thread.

    `pyarrow.parquet.read_table` goes through a dataset scanner, whose threads let go of the Python object
    with the bytes when they like: while the interpreter ends, that aborts the process (exit 134).

    Args:
        data: all bytes of the file.
        columns: names of the columns to read; None: all.
    """
    with pq.ParquetFile(pa.BufferReader(data)) as file:
        return file.read(columns=None if columns is None else list(columns))
