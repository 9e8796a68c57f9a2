"""How much room rows and replies take on disk, without what every file costs by itself."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq

__all__ = ["bytes_of_rows", "memory_reply_bytes"]


def bytes_of_rows(paths: Iterable[Path]) -> int:
    """Bytes of Parquet files less those of empty files of the same schemas: what grows with rows."""
    total = 0
    for path in paths:
        empty = io.BytesIO()
        pq.write_table(pq.read_schema(path).empty_table(), empty, compression="zstd")
        total += max(0, path.stat().st_size - len(empty.getvalue()))
    return total


def memory_reply_bytes(root: Path, pair: str) -> float | None:
    """Bytes that a reply of one direction takes in a memory, on average; None if it holds none."""
    paths = sorted((root / pair).glob("*.parquet"))
    replies = sum(pq.read_metadata(path).num_rows for path in paths)
    return sum(path.stat().st_size for path in paths) / replies if replies else None
