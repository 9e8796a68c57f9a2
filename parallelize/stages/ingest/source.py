"""Opening a source: files or a dataset of a hub, as an iterator of records."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parallelize.core.errors import InputError
from parallelize.core.records import Record
from parallelize.core.sources import RowSource, RowStream
from parallelize.core.trees import JsonObject
from parallelize.stages.ingest.files import DataFile, Dialect, place_text
from parallelize.stages.ingest.find_layout import find_layout
from parallelize.stages.ingest.identity import ContentIds, GivenIds
from parallelize.stages.ingest.layout import Layout
from parallelize.stages.ingest.locate import FoundFiles, find_files
from parallelize.stages.ingest.readers import OpenFile, open_rows
from parallelize.stages.ingest.rows import Ids, RowReader
from parallelize.stages.ingest.spec import (
    NoteKind,
    Notes,
    RejectedRow,
    SourceDescription,
    SourceFile,
    SourceFormat,
    SourceSpec,
)
from parallelize.stages.ingest.tables import parquet_schema
from parallelize.stages.ingest.values import plain

__all__ = ["Ingestion", "open_source"]

_SAMPLE_ROWS = 512
_SAMPLE_FILES = 8
_FILE_SHIFT = 40
"""A place code is the file's index, shifted, plus the line or row number."""
_DRAIN_BYTES = 256 << 20
"""When a limit ends the reading, a file up to this size is still digested to its end (about 0.2 s)."""

Coded = Iterator[tuple[int, JsonObject]]


class _Rows(Protocol):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    kind: str
    name: str
    config: str | None
    split: str | None
    revision: str | None


class Ingestion:
    """An opened source. Iterating reads it once from its start; each iteration is a fresh pass."""

    def __init__(self, spec: SourceSpec, rows: _Rows, identity: _Identity, layout: Layout) -> None:
        """Put the parts together; `open_source` is the way to make one."""
        self.spec = spec
        self.layout = layout
        """What is done with each text; `layout.explain()` says it in words."""
        self._rows = rows
        self._identity = identity
        self._notes = Notes()
        self._records = 0
        self._rejected: Counter[str] = Counter()
        self._finished = False

    def __iter__(self) -> Iterator[Record | RejectedRow]:
        """Every source row, in order, as a record or a rejected row.

        Raises:
            InputError: a row cannot be read, or an id is missing, unusable or used twice; the message names
                file and row.
            StorageFault: a file could not be read.
        """
        self._notes = Notes()
        self._records = 0
        self._rejected = Counter()
        self._finished = False
        reader = RowReader(
            self.layout,
            self._ids(),
            self._rows.place,
            self._note,
            keep_language_tasks=self.spec.keep_language_tasks,
        )
        read = reader.read
        for code, row in self._rows.all(self._notes, self.spec.limit):
            item = read(row, code)
            if type(item) is Record:
                self._records += 1
            else:
                self._rejected[item.reason.value] += 1  # type: ignore[union-attr]
            yield item
        self._finished = True

    def describe(self) -> SourceDescription:
        """Facts about the source. Counts, notes and digests are those of the last pass so far."""
        rejected = sum(self._rejected.values())
        return SourceDescription(
            source=self.spec.path_or_id,
            kind=self._identity.kind,
            name=self._identity.name,
            config=self._identity.config,
            split=self._identity.split,
            revision=self._identity.revision,
            files=self._rows.files(),
            limit=self.spec.limit,
            finished=self._finished,
            rows=self._records + rejected,
            records=self._records,
            rejected=rejected,
            rejected_by_reason=dict(sorted(self._rejected.items())),
            notes=self._notes.all(),
            texts=tuple(rule.facts() for rule in self.layout.told()),
            family=None if self.layout.family is None else self.layout.family.name,
        )

    def arrow_schema(self) -> bytes | None:
        """Serialised Arrow schema of the source's columns; None where it has none (JSON, CSV)."""
        return self._rows.arrow_schema()

    @property
    def left_splits(self) -> tuple[str, ...]:
        """Splits of the folder that are not read; empty for anything else."""
        return self._rows.left_splits

    def _note(self, kind: NoteKind, code: int, column: str) -> None:
        self._notes.add(kind, _where(self._rows.place(code), column))

    def _ids(self) -> Ids:
        if self.layout.id is not None:
            return GivenIds(str(self.layout.id), self.layout.id.of, self._rows.place)
        found = self._identity
        return ContentIds(name=found.name, config=found.config, revision=found.revision, split=found.split)


def open_source(spec: SourceSpec, *, hub: RowSource | None = None) -> Ingestion:
    """Find a source, look at its first rows, and decide which column is what.

    Args:
        spec: where the rows are and how to read them.
        hub: where datasets are found that are not files; `None` if there is no such place.

    Returns:
        The opened source; nothing but a sample of it was read.

    Raises:
        InputError: nothing is there, it has no rows, it cannot be read, or a column is missing; the message
            names the place and the remedy.
        EnvironmentFault: the hub cannot be reached.
    """
    found = find_files(spec)
    rows: _Rows
    if found is not None:
        rows, identity = _files_of(spec, found)
    else:
        rows, identity = _stream_of(spec, hub)
    sample = rows.sample()
    if not sample:
        raise InputError(f"{spec.path_or_id} has no rows", remedy="name a source with at least one row")
    layout = find_layout(
        [row for row in sample if isinstance(row, dict)],
        roles=spec.roles,
        policy=spec.policy,
        id_column=spec.id_column,
        language=spec.language,
        shown=spec.path_or_id,
    )
    return Ingestion(spec, rows, identity, layout)


def _files_of(spec: SourceSpec, found: FoundFiles) -> tuple[_Rows, _Identity]:
    for what, value in (("configuration", spec.config), ("revision", spec.revision)):
        if value is not None:
            raise InputError(
                f"{spec.path_or_id} is a path on this machine; a {what} ({value}) belongs to a Hub dataset",
                remedy=f"leave the {what} out, or rename the path if the dataset was meant",
            )
    if (spec.columns or spec.delimiter) and not _delimited(found):
        raise InputError(
            f"columns and delimiter were given, but {spec.path_or_id} is not CSV or TSV",
            remedy="leave them out, or say format = csv",
        )
    dialect = Dialect(columns=spec.columns, delimiter=spec.delimiter)
    identity = _Identity(
        kind="files",
        name=spec.name or found.name,
        config=None,
        split=spec.split or found.split,
        revision=None,
    )
    return _FileRows(found.files, dialect, found.left), identity


def _delimited(found: FoundFiles) -> bool:
    return all(file.format in {SourceFormat.CSV, SourceFormat.TSV} for file in found.files)


def _stream_of(spec: SourceSpec, hub: RowSource | None) -> tuple[_Rows, _Identity]:
    if hub is None:
        raise InputError(
            f"{spec.path_or_id} does not exist on this machine, and no dataset hub is connected",
            remedy="check the path; relative paths start at the current folder",
        )
    stream = hub.open(spec.path_or_id, config=spec.config, split=spec.split, revision=spec.revision)
    identity = _Identity(
        kind="hub",
        name=spec.name or spec.path_or_id,
        config=stream.config,
        split=stream.split,
        revision=stream.revision,
    )
    return _HubRows(stream, spec.path_or_id), identity


def _where(place: str, column: str) -> str:
    return f"{place}, column {column!r}" if column else place


class _FileRows:
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
                notes.add(kind, _where(self.place(base + number), column))

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


class _HubRows:
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
            return plain(value, lambda kind, _: notes.add(kind, _where(self.place(number), name)), name)
        except TypeError as error:
            raise InputError(
                f"{_where(self.place(number), name)}: {error}",
                remedy="convert the dataset to text columns first",
            ) from error
