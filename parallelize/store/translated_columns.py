"""Translated rows as columns: what judging, counting and writing read of a chunk, not made into rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from parallelize.core.measures import MEASURES, known_measure
from parallelize.core.records import ANSWER_ROLES, ground_truth
from parallelize.core.work import RungWork, Work
from parallelize.store.chunk_files import chunk_table

__all__ = [
    "FlatScores",
    "TranslatedColumns",
    "column_of",
    "list_of",
    "named_paths",
    "read_translated_columns",
]

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_NAMES: Final = tuple(MEASURES)
_SEEN: Final = ("where", "evidence")
_FOR_VERDICTS: Final = ("id", "scores.list.element.measure", "scores.list.element.value")
_WORK: Final = tuple(item.name for item in fields(Work))


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatScores:
    """The scores of many rows, one after the other."""

    rows: int
    """Rows that they belong to."""
    row: Places
    """Place of the row of each score; ascending."""
    measure: Places
    """Place in `MEASURES` of each score."""
    value: npt.NDArray[np.float64]
    """NaN where it was not measured."""
    measured: Flags
    where: pa.StringArray
    evidence: pa.StringArray

    def by_measure(self) -> Iterator[tuple[str, npt.NDArray[np.float64]]]:
        """(name, values that were measured, in the order of the rows) of each measure that occurs."""
        order = np.argsort(self.measure, kind="stable")
        ends = np.searchsorted(self.measure[order], np.arange(len(_NAMES) + 1))
        for place, name in enumerate(_NAMES):
            here = order[ends[place] : ends[place + 1]]
            if len(found := self.value[here][self.measured[here]]):
                yield name, found

    def wide(self, rows: Flags) -> pa.StructArray:
        """For some of the rows one struct with a field for each measure; null where it was not measured."""
        values = np.full((len(_NAMES), self.rows), np.nan)
        there = np.zeros((len(_NAMES), self.rows), dtype=bool)
        values[self.measure, self.row] = self.value
        there[self.measure, self.row] = self.measured
        found = [
            pa.array(line[rows], pa.float64(), mask=~known[rows])
            for line, known in zip(values, there, strict=True)
        ]
        return pa.StructArray.from_arrays(found, names=_NAMES)


class TranslatedColumns:
    """Some translated rows by columns; see `tables.TranslatedRow` for what they say."""

    def __init__(self, table: pa.Table) -> None:
        """Take a table as `tables.write_translated` writes it."""
        self.table = table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> pa.Array:
        """One column in one piece."""
        return column_of(self.table, name)

    def chosen(self, rows: Flags) -> TranslatedColumns:
        """Some of the rows, in their order."""
        return TranslatedColumns(self.table.filter(pa.array(rows)))

    @cached_property
    def scores(self) -> FlatScores:
        """The scores of all rows.

        Raises:
            InputError: a measure is unknown.
        """
        found = self.column("scores")
        flat = found.flatten()
        names = flat.field("measure")
        places = pc.index_in(names, value_set=pa.array(_NAMES, pa.string()))
        if places.null_count:
            known_measure(names.filter(pc.is_null(places))[0].as_py())
        value, there = flat.field("value"), {field.name for field in flat.type}
        seen = [flat.field(name) if name in there else pa.nulls(len(flat), pa.string()) for name in _SEEN]
        return FlatScores(
            rows=len(self),
            row=np.repeat(np.arange(len(self)), _lengths(found)),
            measure=places.to_numpy(zero_copy_only=False).astype(np.int64),
            value=value.fill_null(np.nan).to_numpy(zero_copy_only=False),
            measured=value.is_valid().to_numpy(zero_copy_only=False),
            where=seen[0],
            evidence=seen[1],
        )

    def texts(self, *names: str) -> pa.ListArray:
        """The texts of each row as structs of `path` (with its part), `role` and some other fields."""
        found = self.column("texts")
        flat = found.flatten()
        inside = [named_paths(flat), flat.field("role"), *(flat.field(name) for name in names)]
        return list_of(_lengths(found), pa.StructArray.from_arrays(inside, names=["path", "role", *names]))

    def answers(self) -> pa.Array:
        """The ground truth of each row in the target language."""
        given, found = self.column("answer"), self.column("texts")
        flat = found.flatten()
        if not pc.any(pc.is_in(flat.field("role"), value_set=pa.array(ANSWER_ROLES))).as_py():
            return given
        said = zip(*(flat.field(name).to_pylist() for name in ("role", "source", "target")), strict=True)
        return pa.array(
            [
                ground_truth(answer, itertools.islice(said, count))
                for answer, count in zip(given.to_pylist(), _lengths(found).tolist(), strict=True)
            ],
            pa.string(),
        )

    def rungs_won(self) -> pa.ListArray:
        """Rungs that won segments of each row, with how many."""
        flat, row = self._rungs()
        won = flat.field("won")
        here = pc.greater(won, 0)
        kept = pa.StructArray.from_arrays(
            [flat.field("rung").filter(here), won.filter(here)], names=["rung", "segments"]
        )
        counts = np.bincount(row[here.to_numpy(zero_copy_only=False)], minlength=len(self))
        return list_of(counts, kept)

    def repaired(self) -> pa.Array:
        """Segments of each row that a rung of the repair ladder won."""
        flat, row = self._rungs()
        won = flat.field("won").to_numpy(zero_copy_only=False)
        other = pc.not_equal(flat.field("rung"), "configured").to_numpy(zero_copy_only=False)
        counts = np.zeros(len(self), dtype=np.int64)
        np.add.at(counts, row[other], won[other])
        return pa.array(counts.astype(np.int32), pa.int32())

    def rung_work(self) -> Iterator[RungWork]:
        """What each rung did over all rows."""
        flat, _ = self._rungs()
        if not len(flat):
            return
        table = pa.Table.from_arrays(flat.flatten(), names=[field.name for field in flat.type])
        counts = [name for name in table.column_names if name != "rung"]
        summed = table.group_by("rung", use_threads=False).aggregate([(name, "sum") for name in counts])
        for row in summed.to_pylist():
            numbers = {name: row[f"{name}_sum"] for name in counts}
            work = _work({name: numbers.pop(name) for name in _WORK})
            yield RungWork(rung=row["rung"], work=work, **numbers)

    def back_work(self) -> Work:
        """What translating back cost over all rows."""
        found = self.column("back_work")
        return _work({name: pc.sum(found.field(name)).as_py() for name in _WORK})

    def total(self, name: str) -> int:
        """Sum of a column of numbers."""
        return int(pc.sum(self.table.column(name)).as_py() or 0)

    def _rungs(self) -> tuple[pa.StructArray, Places]:
        found = self.column("rungs")
        return found.flatten(), np.repeat(np.arange(len(self)), _lengths(found))


def _work(sums: Mapping[str, int | None]) -> Work:
    """Work of sums; tokens that nobody counted stay unknown."""
    return Work(
        calls=sums["calls"] or 0,
        source_words=sums["source_words"] or 0,
        input_tokens=sums["input_tokens"],
        output_tokens=sums["output_tokens"],
    )


def read_translated_columns(paths: Sequence[Path], *, verdicts_only: bool = False) -> TranslatedColumns:
    """Read chunks of translated rows one after the other.

    Args:
        paths: of the chunks.
        verdicts_only: only ids and values of scores, in a quarter of the time; where something was seen, and
            what, is null.

    Raises:
        StorageFault: a file is missing or damaged.
    """
    columns = _FOR_VERDICTS if verdicts_only else None
    return TranslatedColumns(pa.concat_tables([chunk_table(path, columns) for path in paths]))


def column_of(table: pa.Table, name: str) -> pa.Array:
    """A column in one piece."""
    return table.column(name).combine_chunks()


def named_paths(texts: pa.StructArray) -> pa.Array:
    """Path of each text, and its part where it is one: unique in a row."""
    path, part = texts.field("path"), texts.field("part")
    if part.null_count == len(part):
        return path
    return pc.if_else(part.is_null(), path, pc.binary_join_element_wise(path, part.field("name"), ""))


def list_of(lengths: Places, values: pa.Array) -> pa.ListArray:
    """Lists of so many of the values each, one after the other."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def _lengths(lists: pa.ListArray) -> Places:
    found: Places = pc.list_value_length(lists).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
