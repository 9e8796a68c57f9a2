"""How much room rows and replies take on disk once many of them share a file."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["bytes_of_rows", "memory_reply_bytes"]

_MEMORY_FILES = 64
"""Files of a memory that are looked at."""


def bytes_of_rows(paths: Iterable[Path]) -> int:
    """Bytes of all rows of Parquet files, those of one schema in one file, less what an empty file takes.

    Small files cost more than their rows do: a pilot has many, a build has few.
    """
    tables: defaultdict[str, list[pa.Table]] = defaultdict(list)
    for path in paths:
        table = pq.read_table(path).replace_schema_metadata(None)
        tables[str(table.schema)].append(table)
    return sum(
        _parquet_bytes(joined) - _parquet_bytes(joined.schema.empty_table())
        for joined in map(pa.concat_tables, tables.values())
    )


def memory_reply_bytes(root: Path, pair: str) -> float | None:
    """Bytes that a reply of one direction takes in a memory, on average; None if it holds none."""
    paths = sorted((root / pair).glob("*.parquet"))[:_MEMORY_FILES]
    replies = sum(pq.read_metadata(path).num_rows for path in paths)
    return bytes_of_rows(paths) / replies if replies else None


def _parquet_bytes(table: pa.Table) -> int:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return len(buffer.getvalue())
