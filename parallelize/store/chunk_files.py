"""Files of chunks, named by what they were made from and by the digest of their bytes; written whole."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.errors import StorageFault
from parallelize.store.files import atomic_write
from parallelize.store.parquet import parquet_table

__all__ = [
    "check_chunk",
    "chunk_table",
    "find_chunk",
    "list_chunks",
    "remove_chunk",
    "write_chunk",
    "write_table",
]

_CONTENT_DIGITS = 16
_CHUNK_NAME = re.compile(rf"(.+)\.[0-9a-f]{{{_CONTENT_DIGITS}}}\.parquet")
"""Stem, and the digest of the bytes."""


def write_table(path: Path, table: pa.Table, *, row_group_size: int = 1_000) -> None:
    """Write Parquet whole or not at all, with the same bytes for the same table."""
    atomic_write(path, _parquet(table, row_group_size))


def _parquet(table: pa.Table, row_group_size: int) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", row_group_size=row_group_size)
    return buffer.getvalue()


def _content(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_CONTENT_DIGITS]


def find_chunk(folder: Path, stem: str) -> Path | None:
    """The chunk of this stem, whatever the digest of its content in its name is; None if there is none."""
    return next(iter(sorted(folder.glob(f"{stem}.{'[0-9a-f]' * _CONTENT_DIGITS}.parquet"))), None)


def list_chunks(folder: Path) -> dict[str, Path]:
    """All chunks of a folder by their stems, as `find_chunk` would find each, with one look at the folder."""
    found: dict[str, Path] = {}
    if folder.is_dir():
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            if match := _CHUNK_NAME.fullmatch(name):
                found.setdefault(match[1], folder / name)
    return found


def remove_chunk(folder: Path, stem: str) -> None:
    """Remove the chunk of this stem, if there is one."""
    while (path := find_chunk(folder, stem)) is not None:
        path.unlink(missing_ok=True)  # another worker may be faster


def write_chunk(folder: Path, stem: str, table: pa.Table, *, first_wins: bool = False) -> Path:
    """Write a chunk under its stem and the digest of its bytes.

    Args:
        folder: where.
        stem: what it was made from.
        table: its rows.
        first_wins: keep one of that stem that is there already, whoever wrote it; else it is replaced. Two
            workers that end one unit at the same moment may both write it; readers take the same one.
    """
    if first_wins and (known := find_chunk(folder, stem)) is not None:
        return known
    data = _parquet(table, 1_000)
    path = folder / f"{stem}.{_content(data)}.parquet"
    atomic_write(path, data)
    if not first_wins:
        for other in folder.glob(f"{stem}.{'[0-9a-f]' * _CONTENT_DIGITS}.parquet"):
            if other != path:
                other.unlink(missing_ok=True)
    return path


def check_chunk(path: Path) -> None:
    """See that a chunk is there and holds the bytes that its name tells. Reads it, decodes nothing.

    Raises:
        StorageFault: the file is missing or damaged.
    """
    _checked(path)


def _checked(path: Path) -> bytes:
    remedy = "remove it and run the build again: what is in the memory is not translated twice"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StorageFault(f"{path} cannot be read: {error.strerror}", remedy=remedy) from error
    if _content(data) != path.name.split(".")[-2]:
        raise StorageFault(f"{path} is damaged: its bytes are not those its name tells", remedy=remedy)
    return data


def chunk_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a chunk as it is, or some of its columns; all of its bytes are checked.

    Raises:
        StorageFault: the file is missing or damaged.
    """
    return parquet_table(_checked(path), columns)
