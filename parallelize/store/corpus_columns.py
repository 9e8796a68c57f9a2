"""Tables of a corpus put together by columns: kept rows, dropped rows, and the aligned view of a piece of it.

Only the source's own columns are made of Python values, since a row is kept as JSON; each row is read once
for all languages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parallelize.core.errors import StorageFault
from parallelize.core.records import Part, rewritten
from parallelize.core.trees import Tree, steps_of
from parallelize.store.chunk_files import chunk_table
from parallelize.store.corpus import OWN_COLUMN, SAME_COLUMN, CorpusSchema
from parallelize.store.offsets import with_offsets
from parallelize.store.translated_columns import TranslatedColumns, column_of, list_of, named_paths

__all__ = ["RecordColumns", "TranslatedPiece", "parallel_table", "read_record_columns"]

Flags = npt.NDArray[np.bool_]


class RecordColumns:
    """Some records by columns, in the types of the corpus."""

    def __init__(self, table: pa.Table, schema: CorpusSchema) -> None:
        """Take a table as `tables.write_records` writes it."""
        self.table, self.schema = table, schema

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def ids(self) -> pa.Array:
        """Id of each record, in their order."""
        return column_of(self.table, "id")

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The source rows as JSON values."""
        return [json.loads(row) for row in self.table.column("row").to_pylist()]

    @cached_property
    def columns(self) -> dict[str, pa.Array]:
        """The source's columns in the types of the corpus."""
        return self.schema.arrays(self.rows, self.schema.columns)

    def texts(self) -> pa.ListArray:
        """Path (with its part), role and speaker of the texts of each record."""
        found = column_of(self.table, "texts")
        flat = found.flatten()
        inside = [named_paths(flat), flat.field("role"), flat.field("speaker")]
        lengths = found.value_lengths().to_numpy(zero_copy_only=False).astype(np.int64)
        return list_of(lengths, pa.StructArray.from_arrays(inside, names=["path", "role", "speaker"]))


def read_record_columns(paths: Sequence[Path], schema: CorpusSchema) -> RecordColumns:
    """Read chunks of records one after the other.

    Raises:
        StorageFault: a file is missing or damaged.
    """
    return RecordColumns(pa.concat_tables([chunk_table(path) for path in paths]), schema)


class TranslatedPiece:
    """Records and their translations into one language, with which of them are kept."""

    def __init__(self, records: RecordColumns, translated: TranslatedColumns, kept: Flags) -> None:
        """Put together what belongs together.

        Raises:
            StorageFault: the translations are of other records.
        """
        if len(translated) != len(records) or not records.ids.equals(translated.column("id")):
            raise StorageFault(
                "a translated chunk does not belong to its records", remedy="remove it and build again"
            )
        self.records, self.translated, self.kept = records, translated, kept
        self.schema = records.schema

    def language_table(self, provenance: Mapping[str, str | None]) -> pa.Table:
        """The kept rows in the target language.

        Args:
            provenance: engine, model and back-translation engine.
        """
        rows = self.translated.chosen(self.kept)
        made: dict[str, pa.Array] = {
            name: pa.repeat(pa.scalar(value, pa.string()), len(rows)) for name, value in provenance.items()
        }
        made |= {
            "segments": rows.column("segments"),
            "copied_segments": rows.column("copied"),
            "repaired_segments": rows.repaired(),
            "rungs": rows.rungs_won(),
        }
        return self._table(
            self.schema.language,
            self.kept,
            rows,
            texts=rows.texts("source"),
            scores=self.translated.scores.wide(self.kept),
            provenance=_struct(made),
        )

    def reject_table(self, reasons: pa.ListArray, evidence: pa.ListArray) -> pa.Table:
        """The dropped rows with all their texts.

        Args:
            reasons: of each of them.
            evidence: of each of them.
        """
        dropped = ~self.kept
        rows = self.translated.chosen(dropped)
        return self._table(
            self.schema.rejects,
            dropped,
            rows,
            reasons=reasons,
            evidence=evidence,
            texts=rows.texts("source", "back"),
            scores=self.translated.scores.wide(dropped),
        )

    @cached_property
    def kept_columns(self) -> dict[str, pa.Array]:
        """The source's columns of the kept rows, with their texts translated."""
        return self._columns(self.kept)

    def _table(self, schema: pa.Schema, chosen: Flags, rows: TranslatedColumns, **ours: pa.Array) -> pa.Table:
        found = self.kept_columns if chosen is self.kept else self._columns(chosen)
        own = _struct(
            {
                "id": rows.column("id"),
                "answer": rows.answers(),
                "source_answer": rows.column("answer"),
                **ours,
            }
        )
        columns = {"id": rows.column("id"), **found, self.schema.own: own}
        return pa.table([columns[name].cast(schema.field(name).type) for name in schema.names], schema=schema)

    def _columns(self, chosen: Flags) -> dict[str, pa.Array]:
        trees = list(_translated_trees(self.records.rows, self.translated, chosen))
        changed = {step for path in _paths(self.translated) for step in steps_of(path)[:1]}
        if self.schema.offsets:
            sources = (row for row, wanted in zip(self.records.rows, chosen, strict=True) if wanted)
            trees = [with_offsets(row, tree) for row, tree in zip(sources, trees, strict=True)]
            changed.update(self.schema.offsets)
        own = {name: column for name, column in self.schema.columns.items() if name in changed}
        mask = pa.array(chosen)
        same = {name: array.filter(mask) for name, array in self.records.columns.items() if name not in own}
        return {**same, **self.schema.arrays(trees, own)}


def parallel_table(
    records: RecordColumns,
    pieces: Mapping[str, TranslatedPiece],
    schema: pa.Schema,
    *,
    source_language: str,
    wanted: Flags,
) -> pa.Table:
    """The aligned view of some records.

    Args:
        records: what was translated.
        pieces: their translations by language.
        schema: `CorpusSchema.parallel` of the source language and these.
        source_language: code of the source language.
        wanted: which records are in the view.
    """
    mask = pa.array(wanted)
    texts = records.schema.text_columns
    source = {name: array.filter(mask) for name, array in records.columns.items()}
    columns: dict[str, pa.Array] = {"id": records.ids.filter(mask)}
    columns[source_language] = _struct({name: source[name] for name in texts})
    for code, piece in pieces.items():
        places = pa.array((np.cumsum(piece.kept) - 1)[wanted], mask=~piece.kept[wanted])
        found = {name: piece.kept_columns[name].take(places) for name in texts}
        columns[code] = _struct(found, missing=~piece.kept[wanted])
    columns[SAME_COLUMN] = _struct({name: array for name, array in source.items() if name not in texts})
    columns[OWN_COLUMN] = _struct(
        {
            "id": records.ids.filter(mask),
            "answer": column_of(records.table, "answer").filter(mask),
            "texts": records.texts().filter(mask),
        }
    )
    return pa.table([columns[name].cast(schema.field(name).type) for name in schema.names], schema=schema)


def _struct(fields: Mapping[str, pa.Array], *, missing: Flags | None = None) -> pa.StructArray:
    mask = None if missing is None or not missing.any() else pa.array(missing)
    return pa.StructArray.from_arrays(list(fields.values()), names=list(fields), mask=mask)


def _paths(translated: TranslatedColumns) -> list[str]:
    """The distinct paths of the texts."""
    found: list[str] = translated.column("texts").flatten().field("path").unique().to_pylist()
    return found


def _translated_trees(rows: Sequence[Tree], translated: TranslatedColumns, chosen: Flags) -> Iterator[Tree]:
    """The chosen rows with their texts translated."""
    texts = translated.column("texts")
    ends = np.cumsum(texts.value_lengths().to_numpy(zero_copy_only=False)).tolist()
    flat = texts.flatten()
    paths, targets = flat.field("path").to_pylist(), flat.field("target").to_pylist()
    parts = flat.field("part")
    keys = {path: steps_of(path) for path in _paths(translated)}
    plain = parts.null_count == len(parts) and all(len(steps) == 1 for steps in keys.values())
    column = {path: str(steps[0]) for path, steps in keys.items()}
    parted = None if plain else parts.to_pylist()
    start = 0
    for row, end, wanted in zip(rows, ends, chosen.tolist(), strict=True):
        if wanted and parted is None:
            yield {
                **row,
                **{
                    column[path]: target
                    for path, target in zip(paths[start:end], targets[start:end], strict=True)
                },
            }
        elif wanted and parted is not None:
            places = ((None if part is None else Part(**part)) for part in parted[start:end])
            yield rewritten(row, zip(paths[start:end], places, targets[start:end], strict=True))
        start = end
