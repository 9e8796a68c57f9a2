"""Opening a source: files or a dataset of a hub, as an iterator of records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from parallelize.core.errors import InputError
from parallelize.core.records import Record
from parallelize.core.sources import RowSource
from parallelize.stages.ingest.files import Dialect
from parallelize.stages.ingest.find_layout import find_layout
from parallelize.stages.ingest.identity import ContentIds, GivenIds
from parallelize.stages.ingest.layout import Layout
from parallelize.stages.ingest.locate import FoundFiles, find_files
from parallelize.stages.ingest.passes import FileRows, HubRows, SourcePasses, where_text
from parallelize.stages.ingest.rows import Ids, RowReader
from parallelize.stages.ingest.spec import (
    NoteKind,
    Notes,
    RejectedRow,
    SourceDescription,
    SourceFormat,
    SourceSpec,
)

__all__ = ["Ingestion", "open_source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    kind: str
    name: str
    config: str | None
    split: str | None
    revision: str | None


class Ingestion:
    """An opened source. Iterating reads it once from its start; each iteration is a fresh pass."""

    def __init__(self, spec: SourceSpec, rows: SourcePasses, identity: _Identity, layout: Layout) -> None:
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
        self._notes.add(kind, where_text(self._rows.place(code), column))

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
    rows: SourcePasses
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


def _files_of(spec: SourceSpec, found: FoundFiles) -> tuple[SourcePasses, _Identity]:
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
    return FileRows(found.files, dialect, found.left), identity


def _delimited(found: FoundFiles) -> bool:
    return all(file.format in {SourceFormat.CSV, SourceFormat.TSV} for file in found.files)


def _stream_of(spec: SourceSpec, hub: RowSource | None) -> tuple[SourcePasses, _Identity]:
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
    return HubRows(stream, spec.path_or_id), identity
