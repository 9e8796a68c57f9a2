"""Data as a notebook has it: a path, a table, a list of dicts; languages as a string or a list."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.languages import languages

__all__ = ["as_path", "codes", "data_file"]


def codes(langs: str | Sequence[str]) -> list[str]:
    """Codes of languages that are written as one string or as a list."""
    return [item.code for item in languages(langs if isinstance(langs, str) else list(langs))]


@contextmanager
def data_file(data: Any) -> Iterator[str]:
    """The path of data: its own, or that of a file that lasts as long as the context."""
    if isinstance(data, str | Path):
        yield str(data)
        return
    with tempfile.TemporaryDirectory(prefix="parallelize-") as folder:
        yield as_path(data, Path(folder) / "rows")


def as_path(data: Any, stem: Path) -> str:
    """The path of data; rows that lie in memory are written beside `stem` first.

    Raises:
        InputError: it is nothing that has rows.
    """
    if isinstance(data, str | Path):
        return str(data)
    stem.parent.mkdir(parents=True, exist_ok=True)
    for method in ("write_parquet", "to_parquet"):  # polars; pandas and datasets
        if hasattr(data, method):
            path = stem.with_name(f"{stem.name}.parquet")
            getattr(data, method)(str(path))
            return str(path)
    if isinstance(data, Iterable):
        rows = list(data)
        if all(isinstance(row, Mapping) for row in rows):
            path = stem.with_name(f"{stem.name}.jsonl")
            lines = (json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows)
            path.write_text("".join(lines), encoding="utf-8")
            return str(path)
    raise InputError(
        f"{type(data).__name__} is no source of rows",
        remedy="give a path, a pandas or polars table, a datasets.Dataset, or a list of dicts",
    )
