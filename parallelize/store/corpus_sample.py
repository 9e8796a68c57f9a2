"""What one config of a finished corpus looks like: its columns, and its first row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import JsonValue

from parallelize.core.errors import StorageFault
from parallelize.store.manifest import Manifest

__all__ = ["CorpusSample", "read_sample"]

_SHOWN = 280
"""Characters of a text that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSample:
    """Columns and an example of one language."""

    language: str
    columns: Sequence[tuple[str, str]]
    """(name, type as Arrow writes it); of structs only that they are one."""
    row: Mapping[str, JsonValue] | None
    """The first row, long texts cut and empty values left out; None of an empty language."""


def read_sample(corpus: Path, manifest: Manifest) -> CorpusSample | None:
    """Read the sample of the first language that has a row, else of the first; None without languages.

    Raises:
        StorageFault: a file is missing or damaged.
    """
    first: CorpusSample | None = None
    for code, entry in manifest.languages.items():
        path = corpus / entry.files[0]
        try:
            with pq.ParquetFile(path) as file:
                columns = [(field.name, _type(field.type)) for field in file.schema_arrow]
                batch = next(file.iter_batches(batch_size=1), None)
        except (OSError, pa.ArrowException) as error:
            raise StorageFault(f"{path} is missing or damaged: {error}") from error
        row = None if batch is None or not batch.num_rows else batch.to_pylist()[0]
        found = CorpusSample(
            language=code,
            columns=columns,
            row=None if row is None else {name: _short(value) for name, value in row.items()},
        )
        if row is not None:
            return found
        first = first or found
    return first


def _type(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        return "struct"
    return "list" if pa.types.is_list(kind) or pa.types.is_large_list(kind) else str(kind)


def _short(value: object) -> JsonValue:
    """A value as JSON, texts cut, empty members of structs left out."""
    if isinstance(value, str):
        return value if len(value) <= _SHOWN else f"{value[:_SHOWN]} […]"
    if isinstance(value, Mapping):
        return {str(name): _short(item) for name, item in value.items() if item not in (None, 0.0)}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return value if isinstance(value, bool | int | float) or value is None else str(value)
