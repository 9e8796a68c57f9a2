"""Writes what is published: shards of Parquet for each language, and the aligned view over all of them."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.measures import MEASURES
from parallelize.core.trees import Tree
from parallelize.store.column_types import ColumnType, RowTypes
from parallelize.store.files import replace_file, sha256_file, storage_errors
from parallelize.store.manifest import FileEntry
from parallelize.store.offsets import offset_columns

__all__ = ["OWN_COLUMN", "SAME_COLUMN", "CorpusSchema", "ShardWriter", "file_facts", "own_column", "own_name"]

_BATCH_ROWS = 512
OWN_COLUMN = "parallelize"
"""Name of our column where the source has none of that name."""
SAME_COLUMN = "same"
"""Column of the aligned view with the source's columns that are the same in every language."""
_RUNGS = pa.list_(pa.struct([("rung", pa.string()), ("segments", pa.int32())]))
"""Which attempt won, by segments."""
_PROVENANCE = pa.struct(
    [
        ("engine", pa.string()),
        ("model", pa.string()),
        ("back_translation_engine", pa.string()),
        ("segments", pa.int32()),
        ("copied_segments", pa.int32()),
        ("repaired_segments", pa.int32()),
        ("rungs", _RUNGS),
    ]
)
_SCORES = pa.struct([(name, pa.float64()) for name in MEASURES])


def _texts_type(*more: str) -> pa.DataType:
    return pa.list_(pa.struct([(name, pa.string()) for name in ("path", "role", *more)]))


class CorpusSchema:
    """Columns of the corpus, the same for every language: the source's own, and one of ours.

    A row has the columns, nesting and types of its source, with translated texts in their places. Ours are
    `id`, and one struct `parallelize` with the source texts by path, scores, provenance and the final answer,
    in the language of the row and as the source has it.
    Where a name is the source's already, ours gives way: the struct takes a number, and our id stands in
    the struct alone.
    """

    def __init__(self, types: RowTypes) -> None:
        """Take the types of the source's columns."""
        self.columns = types.columns()
        self.own = own_name(self.columns)
        """Name of our struct."""
        self.offsets = offset_columns({name: column.type for name, column in self.columns.items()})
        """Columns with places in texts, which are found again in translations."""
        self.text_columns = [
            name for name in dict.fromkeys((*types.texts, *self.offsets)) if name in self.columns
        ]
        """Columns of the source that hold texts which are translated, or places in them."""
        source = [(name, column.type) for name, column in self.columns.items()]
        ours = [] if "id" in self.columns else [("id", pa.string())]
        start = [(name, pa.string()) for name in ("id", "answer", "source_answer")]
        self.language = pa.schema(
            [
                *ours,
                *source,
                (
                    self.own,
                    pa.struct(
                        [
                            *start,
                            ("texts", _texts_type("source")),
                            ("scores", _SCORES),
                            ("provenance", _PROVENANCE),
                        ]
                    ),
                ),
            ],
            metadata=types.metadata() or None,
        )
        reasons = [("reasons", pa.list_(pa.string())), ("evidence", pa.list_(pa.string()))]
        self.rejects = pa.schema(
            [
                *ours,
                *source,
                (
                    self.own,
                    pa.struct(
                        [*start, *reasons, ("texts", _texts_type("source", "back")), ("scores", _SCORES)]
                    ),
                ),
            ]
        )

    def parallel(self, languages: Sequence[str]) -> pa.Schema:
        """Schema of the aligned view: for each language one struct of the columns that hold texts.

        Columns that hold none stand once, in the struct `same`. Our own column says where the texts are.
        """
        struct = pa.struct([(name, self.columns[name].type) for name in self.text_columns])
        same = [(name, column.type) for name, column in self.columns.items() if name not in self.text_columns]
        return pa.schema(
            [
                *([] if "id" in languages else [("id", pa.string())]),  # Indonesian
                *((code, struct) for code in languages if self.text_columns),
                *([(SAME_COLUMN, pa.struct(same))] if same else []),
                (
                    OWN_COLUMN,
                    pa.struct(
                        [("id", pa.string()), ("answer", pa.string()), ("texts", _texts_type("speaker"))]
                    ),
                ),
            ]
        )

    def arrays(self, rows: Sequence[Tree], columns: Mapping[str, ColumnType]) -> dict[str, pa.Array]:
        """Some of the source's columns, of rows that are JSON values."""
        return {
            name: pa.array([column.of(row.get(name)) for row in rows], column.type)
            for name, column in columns.items()
        }

    @property
    def mixed(self) -> tuple[str, ...]:
        """Paths that are JSON text because the values there are of different types."""
        return tuple(path for column in self.columns.values() for path in column.mixed)


def own_name(columns: Iterable[str]) -> str:
    """The name of our column beside those of the source."""
    taken = set(columns)
    return next(
        name for name in (OWN_COLUMN, *(f"{OWN_COLUMN}_{n}" for n in range(2, 10_000))) if name not in taken
    )


def own_column(schema: pa.Schema) -> str | None:
    """Our column in a file of a corpus: the last struct of our name; None where there is none."""
    found = None
    for field in schema:
        ours = field.name.startswith(OWN_COLUMN) and pa.types.is_struct(field.type)
        if ours and {"id", "texts"} <= {inner.name for inner in field.type}:
            found = field.name
    return found


class ShardWriter:
    """Writes rows into shards `train-00000-of-0000N.parquet`; the folder is replaced when all is written."""

    def __init__(self, folder: Path, schema: pa.Schema, *, shard_bytes: int, name: str = "train") -> None:
        self.rows = 0
        self._folder = folder
        self._staging = folder.with_name(f".{folder.name}.new")
        self._schema = schema
        self._limit = shard_bytes
        self._name = name
        self._waiting: list[pa.Table] = []
        self._shards: list[tuple[Path, int]] = []
        self._open: pq.ParquetWriter | None = None
        self._bytes = 0

    def __enter__(self) -> ShardWriter:
        with storage_errors(self._staging):
            shutil.rmtree(self._staging, ignore_errors=True)
            self._staging.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            with contextlib.suppress(OSError, pa.ArrowException):
                self._close_shard()
            shutil.rmtree(self._staging, ignore_errors=True)

    def add(self, table: pa.Table) -> None:
        """Add rows of the schema; they are written in batches of the same size, however many come at once."""
        self.rows += table.num_rows
        self._waiting.append(table)
        if sum(waiting.num_rows for waiting in self._waiting) < _BATCH_ROWS:
            return
        table = pa.concat_tables(self._waiting)
        whole = table.num_rows - table.num_rows % _BATCH_ROWS
        for start in range(0, whole, _BATCH_ROWS):
            self._write(table.slice(start, _BATCH_ROWS))
        self._waiting = [table.slice(whole)]

    def finish(self) -> list[tuple[Path, int]]:
        """Put the shards in place of what the folder held; returns (path, rows) of each."""
        with storage_errors(self._folder):
            rest = pa.concat_tables([self._schema.empty_table(), *self._waiting])
            if rest.num_rows or not self._shards:
                self._write(rest)
            self._close_shard()
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            placed = []
            for number, (path, rows) in enumerate(self._shards):
                final = self._folder / f"{self._name}-{number:05d}-of-{len(self._shards):05d}.parquet"
                replace_file(path, final)
                placed.append((final, rows))
            shutil.rmtree(self._staging, ignore_errors=True)
        return placed

    def _write(self, table: pa.Table) -> None:
        table = table.combine_chunks()
        with storage_errors(self._folder):
            if self._open is None:
                path = self._staging / f"{len(self._shards):05d}.parquet"
                self._open = pq.ParquetWriter(
                    path, self._schema, compression="zstd", write_page_checksum=True
                )
                self._shards.append((path, 0))
            self._open.write_table(table, row_group_size=_BATCH_ROWS)
        path, rows = self._shards[-1]
        self._shards[-1] = (path, rows + table.num_rows)
        self._bytes += table.nbytes
        if self._bytes >= self._limit:
            self._close_shard()

    def _close_shard(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
            self._bytes = 0


def file_facts(root: Path, files: Iterable[tuple[Path, int]]) -> dict[str, FileEntry]:
    """sha256, bytes and rows of each file, by its path relative to `root`."""
    return {
        path.relative_to(root).as_posix(): FileEntry(
            sha256=sha256_file(path), bytes=path.stat().st_size, rows=rows
        )
        for path, rows in files
    }
