"""The judged rows of a finished run, as columns of numbers: what charts and the choice of samples rest on."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parallelize.core.errors import InputError
from parallelize.core.measures import MEASURES
from parallelize.report.reported import ReportedLanguage
from parallelize.store.corpus import own_column
from parallelize.store.coverage import Coverage, Fates, IdDigest, read_coverage
from parallelize.store.run import RunDirectory

__all__ = ["JudgedRows", "judged_languages", "read_judged"]

_ROWS = 8_192
_AT_ONCE = 2_000_000
"""Scores that are read and kept at once; of more, one measure is read whenever it is asked for."""
Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRows:
    """One language's rows, in the order of the records."""

    keys: npt.NDArray[np.uint64]
    """`id_key` of each id."""
    fates: Fates
    scores: Mapping[str, Values]
    """By measure, in the order of `MEASURES`; NaN where it was not measured. Read as they are asked for."""


def read_judged(corpus: Sequence[Path], rejects: Path, coverage: Coverage, code: str) -> JudgedRows:
    """Read the scores of one language's kept and dropped rows; no text is read.

    Args:
        corpus: shards of the kept rows.
        rejects: the dropped rows.
        coverage: says the order of the rows.
        code: the language.

    Raises:
        InputError: a file is missing or damaged, or the files do not belong together.
    """
    fates = coverage.fates[code]
    scores = ScoreColumns(corpus=corpus, rejects=rejects, kept=fates.kept)
    if scores.ids() != coverage.ids[code]:
        raise InputError(
            f"{rejects} and the corpus of {code} hold other rows than coverage.parquet",
            remedy="run `parallelize build` again; it writes them anew",
        )
    return JudgedRows(keys=coverage.keys, fates=fates, scores=scores)


def judged_languages(
    run: RunDirectory, languages: Sequence[ReportedLanguage]
) -> Iterator[tuple[ReportedLanguage, JudgedRows]]:
    """Each language with its rows, read as it is asked for; see `read_judged`."""
    coverage = read_coverage(run.coverage, [item.code for item in languages])
    for item in languages:
        yield item, read_judged(item.corpus, run.rejects / f"{item.code}.parquet", coverage, item.code)


class ScoreColumns(Mapping[str, Values]):
    """Scores of one language by measure, read from its files one measure at a time.

    Both kinds of files are in the order of the records, so a column needs no look at ids.
    """

    def __init__(self, *, corpus: Sequence[Path], rejects: Path, kept: Flags) -> None:
        """See which measures there are.

        Args:
            corpus: shards of the kept rows.
            rejects: the dropped rows.
            kept: which of all rows the language kept.

        Raises:
            InputError: a file is missing, damaged, or of an earlier version.
        """
        self._kept = kept
        self._whole: dict[str, Values] = {}
        self._parts = ([_Table.at(path) for path in corpus], [_Table.at(rejects)])
        scores = self._parts[1][0].fields.field("scores").type
        self._names = [name for name in MEASURES if scores.get_field_index(name) >= 0]

    def ids(self) -> tuple[bytes, bytes]:
        """Digests of the ids of kept and of dropped rows."""
        digests = IdDigest(), IdDigest()
        for digest, tables in zip(digests, self._parts, strict=True):
            for chunk in _chunks(tables, "id"):
                digest.add(chunk)
        return digests[0].value(), digests[1].value()

    def __getitem__(self, name: str) -> Values:
        if name not in self:
            raise KeyError(name)
        if not self._whole and len(self._kept) * len(self._names) <= _AT_ONCE:
            self._whole = self._read(self._names, "scores")
        return self._whole[name] if self._whole else self._read([name], "scores", name)[name]

    def _read(self, names: Sequence[str], *fields: str) -> dict[str, Values]:
        """Columns of a field of our column: it is one measure, or holds them all."""
        values = {name: np.empty(len(self._kept)) for name in names}
        for mine, tables in zip((self._kept, ~self._kept), self._parts, strict=True):
            places, start = np.flatnonzero(mine), 0
            for chunk in _chunks(tables, *fields):
                here = places[start : start + len(chunk)]
                for name, column in values.items():
                    found = chunk if fields[-1] == name else pc.struct_field(chunk, name)
                    column[here] = found.cast(pa.float64()).to_numpy(zero_copy_only=False)
                start += len(chunk)
        return values

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A file of judged rows, whose description is read once."""

    path: Path
    ours: str
    """Our column."""
    fields: pa.StructType
    """What our column holds."""
    metadata: pq.FileMetaData

    @classmethod
    def at(cls, path: Path) -> _Table:
        """Look at a file.

        Raises:
            InputError: it is missing, damaged, or of an earlier version.
        """
        try:
            with pq.ParquetFile(path) as file:
                schema, metadata = file.schema_arrow, file.metadata
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from error
        ours = own_column(schema)
        if ours is None:
            raise InputError(
                f"{path} was made by an earlier version, whose corpora had other columns",
                remedy="build the corpus again",
            )
        return cls(path=path, ours=ours, fields=schema.field(ours).type, metadata=metadata)

    def chunks(self, *fields: str) -> Iterator[pa.Array]:
        """One field of our column, some rows at a time; the others are not read."""
        try:
            with pq.ParquetFile(self.path, metadata=self.metadata) as file:
                columns = [".".join((self.ours, *fields))]
                for batch in file.iter_batches(_ROWS, columns=columns, use_threads=False):
                    yield pc.struct_field(batch.column(self.ours), list(fields))
        except (OSError, KeyError, pa.ArrowException) as error:
            raise _unreadable(self.path, error) from error


def _chunks(tables: Sequence[_Table], *fields: str) -> Iterator[pa.Array]:
    return itertools.chain.from_iterable(table.chunks(*fields) for table in tables)


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = str(error).partition("\n")[0]
    return InputError(f"{path} cannot be read: {reason}", remedy="run `parallelize build` again")
