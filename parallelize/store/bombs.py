"""Files whose few bytes unpack to gigabytes: what a file may unpack to, and how one that does is refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.core.errors import InputError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

__all__ = ["bomb", "most_unpacked", "refuse_packed_table"]

_UNPACKED_TIMES = 300
"""A file may unpack to so many times its size: text shrinks to a tenth, equal rows to a hundredth."""
_UNPACKED_FREE = 256_000_000
"""Bytes that any file may unpack to."""


def most_unpacked(size: int) -> int:
    """Bytes that a file of so many bytes may unpack to."""
    return max(_UNPACKED_FREE, size * _UNPACKED_TIMES)


def bomb(shown: str) -> InputError:
    """The error of a file that unpacks to more than `most_unpacked`; `shown` is its name in messages."""
    return InputError(
        f"{shown} unpacks to more than {_UNPACKED_TIMES} times its size: it looks like a bomb",
        remedy="if it is what you want to read, unpack it first",
    )


def refuse_packed_table(path: Path, about: pq.FileMetaData, shown: str) -> None:
    """Refuse a Parquet file that says of itself that it unpacks to far more than its size.

    Args:
        path: the file.
        about: what it says.
        shown: its name in messages.

    Raises:
        InputError: by the bounds of archives.
    """
    groups = (about.row_group(group) for group in range(about.num_row_groups))
    unpacked = sum(
        group.column(number).total_uncompressed_size
        for group in groups
        for number in range(about.num_columns)
    )
    if unpacked > most_unpacked(path.stat().st_size):
        raise bomb(shown)
