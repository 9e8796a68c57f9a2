"""The judged rows of a finished run, as columns of numbers: what charts and the choice of samples rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parallelize.core.errors import InputError
from parallelize.core.measures import MEASURES
from parallelize.store.corpus import own_column

__all__ = ["KEPT", "Coverage", "JudgedRows", "read_coverage", "read_judged"]

KEPT = "kept"
Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """For each id and language: kept, or why not."""

    ids: pl.Series
    """In the order of the records."""
    fates: Mapping[str, pl.Series]
    """By language: `kept`, or the reasons joined by `+`, in the order of `ids`."""

    def kept(self, code: str) -> Flags:
        """Which rows a language kept."""
        return (self.fates[code] == KEPT).to_numpy()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRows:
    """One language's rows, in the order of the records."""

    ids: pl.Series
    kept: Flags
    reasons: pl.Series
    """Lists of reasons; empty for kept rows."""
    scores: Mapping[str, Values]
    """By measure, in the order of `MEASURES`; NaN where it was not measured. Read as they are asked for."""


def read_coverage(path: Path, codes: Sequence[str]) -> Coverage:
    """Read `coverage.parquet`.

    Raises:
        InputError: it is missing, damaged, or lacks a language.
    """
    try:
        frame = pl.read_parquet(path, columns=["id", *codes])
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _unreadable(path, error) from error
    return Coverage(ids=frame["id"], fates={code: frame[code] for code in codes})


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
    kept = fates == KEPT
    scores = ScoreColumns(corpus=corpus, rejects=rejects, kept=kept.to_numpy())
    if not all(
        found.equals(coverage.ids.filter(mine))
        for found, mine in zip(scores.ids(), (kept, ~kept), strict=True)
    ):
        raise InputError(
            f"{rejects} and the corpus of {code} hold other rows than coverage.parquet",
            remedy="run `parallelize build` again; it writes them anew",
        )
    split = pl.when(pl.col("fate") == KEPT).then(pl.lit([], dtype=pl.List(pl.String)))
    reasons = pl.DataFrame({"fate": fates}).select(split.otherwise(pl.col("fate").str.split("+"))).to_series()
    return JudgedRows(ids=coverage.ids, kept=kept.to_numpy(), reasons=reasons, scores=scores)


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
        self._parts = ([_Table.at(path) for path in corpus], [_Table.at(rejects)])
        scores = self._parts[1][0].fields.field("scores").type
        self._names = [name for name in MEASURES if scores.get_field_index(name) >= 0]

    def ids(self) -> tuple[pl.Series, pl.Series]:
        """Ids of the kept and of the dropped rows."""
        kept, dropped = (pl.Series("id", _column(tables, "id")) for tables in self._parts)
        return kept, dropped

    def __getitem__(self, name: str) -> Values:
        if name not in self:
            raise KeyError(name)
        values = np.empty(len(self._kept))
        for mine, tables in zip((self._kept, ~self._kept), self._parts, strict=True):
            values[mine] = _column(tables, "scores", name).cast(pa.float64()).to_numpy()
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

    def column(self, *fields: str) -> pa.ChunkedArray:
        """One field of our column; the others are not read."""
        try:
            with pq.ParquetFile(self.path, metadata=self.metadata) as file:
                table = file.read(columns=[".".join((self.ours, *fields))], use_threads=False)
            return pc.struct_field(table.column(self.ours), list(fields))
        except (OSError, KeyError, pa.ArrowException) as error:
            raise _unreadable(self.path, error) from error


def _column(tables: Sequence[_Table], *fields: str) -> pa.ChunkedArray:
    parts = [table.column(*fields) for table in tables]
    return pa.chunked_array([chunk for part in parts for chunk in part.chunks], type=parts[0].type)


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = str(error).partition("\n")[0]
    return InputError(f"{path} cannot be read: {reason}", remedy="run `parallelize build` again")
