"""Writes training files, example by example, in batches."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.trees import JsonObject
from parallelize.stages.export import Mix
from parallelize.stages.export_examples import example
from parallelize.stages.export_options import ExportOptions
from parallelize.store.aligned import AlignedCorpus, AlignedRow

__all__ = ["MixWriter"]

_BATCH_ROWS = 512


def _pattern(path: str) -> str:
    """A place without the numbers of its items."""
    return re.sub(r"\[\d+\]", "[]", path)


class MixWriter:
    """One file, written in batches."""

    def __init__(
        self, path: Path, corpus: AlignedCorpus, options: ExportOptions, mix: Mix, *, from_one: bool
    ) -> None:
        self.path = path
        self.mix = mix
        self.rows = 0
        self.left_out: Counter[str] = Counter()
        self._from_one = from_one
        self._data_source = corpus.name
        self._options = options
        self._waiting: list[JsonObject] = []
        self._sink = _sink(path, options)

    def add(self, place: int, row: AlignedRow) -> None:
        """Add a row in the languages of the mix; `place` is that of its id in the order."""
        for code in self.mix.languages_of(place):
            item = example(
                row,
                code,
                instruction=self._options.instructions.get(code),
                data_source=self._data_source,
                index=self.rows,
                from_one=self._from_one,
            )
            if item is not None:
                self._waiting.append(self._options.contract.render(item))
                self.left_out.update(_pattern(path) for path in self._options.contract.left_out(item))
                self.rows += 1
        if len(self._waiting) >= _BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._sink[0](self._waiting)
            self._waiting = []

    def close(self) -> None:
        """Write what waits; the file is whole then."""
        self._flush()
        self._sink[1]()

    def abandon(self) -> None:
        """Let go of the file, whole or not: a disk that failed may fail again, which says nothing new."""
        with contextlib.suppress(OSError, pa.ArrowException):
            self._sink[1]()


def _sink(
    path: Path, options: ExportOptions
) -> tuple[Callable[[list[JsonObject]], None], Callable[[], None]]:
    """How rows are written to this type of file, and how it is closed."""
    if options.suffix == "parquet":
        schema = options.contract.schema
        writer = pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)
        as_table = options.contract.as_table

        def write(rows: list[JsonObject]) -> None:
            writer.write_table(pa.Table.from_pylist([as_table(row) for row in rows], schema=schema))

        return write, writer.close
    handle = path.open("wb")
    line = orjson.OPT_APPEND_NEWLINE
    return (lambda rows: handle.writelines(orjson.dumps(row, option=line) for row in rows)), handle.close
