"""Rows of a source, pass by pass: those of files, and those of a dataset of a hub."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from parallelize.core.errors import InputError
from parallelize.core.sources import RowStream
from parallelize.core.trees import JsonObject
from parallelize.stages.ingest.files import DataFile, Dialect, place_text
from parallelize.stages.ingest.readers import OpenFile, open_rows
from parallelize.stages.ingest.spec import NoteKind, Notes, SourceFile, SourceFormat
from parallelize.stages.ingest.tables import parquet_schema
from parallelize.stages.ingest.values import plain

__all__ = ["FileRows", "HubRows", "SourcePasses", "where_text"]

_SAMPLE_ROWS = 512
_SAMPLE_FILES = 8
_FILE_SHIFT = 40
"""A place code is the file's index, shifted, plus the line or row number."""
_DRAIN_BYTES = 256 << 20
"""When a limit ends the reading, a file up to this size is still digested to its end (about 0.2 s)."""

Coded = Iterator[tuple[int, JsonObject]]


class SourcePasses(Protocol):
    """Rows of a source with their place codes."""

    def sample(self) -> list[JsonObject]: ...

    def all(self, notes: Notes, limit: int | None) -> Coded: ...

    def place(self, code: int) -> str: ...

    def files(self) -> tuple[SourceFile, ...]: ...

    @property
    def left_splits(self) -> tuple[str, ...]:
        """Splits that are there and not read."""
        ...

    def arrow_schema(self) -> bytes | None:
        """Serialised Arrow schema of the columns, where the source has one."""
        ...


def where_text(place: str, column: str) -> str:
    """A place in a source, and the column where there is one, for messages."""
    return f"{place}, column {column!r}" if column else place


class FileRows:
    """Rows of one or more files."""

    def __init__(self, files: Sequence[DataFile], dialect: Dialect, left: Sequence[str] = ()) -> None:
        self._files = files
        self._dialect = dialect
        self._read: list[SourceFile] = []
        self.left_splits = tuple(left)

    def place(self, code: int) -> str:
        return place_text(self._files[code >> _FILE_SHIFT], code & ((1 << _FILE_SHIFT) - 1))

    def files(self) -> tuple[SourceFile, ...]:
        return tuple(self._read)

    def arrow_schema(self) -> bytes | None:
        if any(file.format is not SourceFormat.PARQUET for file in self._files):
            return None
        return parquet_schema(self._files)

    def sample(self) -> list[JsonObject]:
        """First rows of up to 8 files spread over the source, so that files that differ are seen."""
        step = max(1, -(-len(self._files) // _SAMPLE_FILES))
        chosen = self._files[::step]
        sample: list[JsonObject] = []
        for file in chosen:
            with open_rows(file, self._dialect, _ignore) as opened:
                sample += [row for _, row in itertools.islice(opened.rows, _SAMPLE_ROWS // len(chosen))]
        return sample

    def all(self, notes: Notes, limit: int | None) -> Coded:
        self._read = []
        left = limit
        for index, file in enumerate(self._files):
            if left == 0:
                return
            count = 0
            base = index << _FILE_SHIFT

            def report(kind: NoteKind, number: int, column: str, *, base: int = base) -> None:
                notes.add(kind, where_text(self.place(base + number), column))

            with open_rows(file, self._dialect, report) as opened:
                for number, row in itertools.islice(opened.rows, left):
                    count += 1
                    yield base + number, row
                if left is not None:
                    left -= count
                self._read.append(_read_file(file, opened, count, cut=left == 0))
            if count == 0:
                notes.add(NoteKind.EMPTY_FILE, file.shown)


def _read_file(file: DataFile, opened: OpenFile, count: int, *, cut: bool) -> SourceFile:
    size = file.path.stat().st_size
    digest = None if cut and size > _DRAIN_BYTES else opened.finish()
    return SourceFile(path=file.relative, size_bytes=size, rows=None if cut else count, sha256=digest)


def _ignore(_kind: NoteKind, _number: int, _column: str) -> None:
    """The sample is read again later; its notes are taken then."""


class HubRows:
    """Rows of a dataset of a hub."""

    def __init__(self, stream: RowStream, shown: str) -> None:
        self._stream = stream
        self._shown = shown

    def place(self, code: int) -> str:
        return f"{self._shown} row {code}"

    left_splits: tuple[str, ...] = ()

    def files(self) -> tuple[SourceFile, ...]:
        return ()

    def arrow_schema(self) -> bytes | None:
        return self._stream.arrow_schema()

    def sample(self) -> list[JsonObject]:
        return [row for _, row in self.all(Notes(), _SAMPLE_ROWS)]

    def all(self, notes: Notes, limit: int | None) -> Coded:
        for number, values in enumerate(itertools.islice(self._stream.rows(), limit), 1):
            yield number, {name: self._plain(value, name, number, notes) for name, value in values.items()}

    def _plain(self, value: Any, name: str, number: int, notes: Notes) -> Any:
        try:
            return plain(value, lambda kind, _: notes.add(kind, where_text(self.place(number), name)), name)
        except TypeError as error:
            raise InputError(
                f"{where_text(self.place(number), name)}: {error}",
                remedy="convert the dataset to text columns first",
            ) from error
