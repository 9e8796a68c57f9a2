"""The judged rows of a finished run, as columns of numbers: what charts and the choice of samples rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
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

    ids: Sequence[str]
    kept: Flags
    reasons: pl.Series
    """Lists of reasons; empty for kept rows."""
    scores: Mapping[str, Values]
    """By measure, in the order of `MEASURES`; NaN where it was not measured."""


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
    try:
        found = pl.concat([_scores(path) for path in [*corpus, rejects]]).unnest("scores")
        order = pl.LazyFrame({"id": coverage.ids, "fate": coverage.fates[code]})
        joined = order.join(found.lazy(), on="id", how="left", maintain_order="left", validate="1:1")
        frame, rows = joined.collect(), len(found)
    except (OSError, pl.exceptions.PolarsError, pa.ArrowException) as error:
        raise _unreadable(rejects, error) from error
    if rows != len(frame):
        raise InputError(
            f"{rejects} and the corpus of {code} hold {rows} rows, coverage.parquet {len(frame)}",
            remedy="run `parallelize build` again; it writes them anew",
        )
    kept = frame["fate"] == KEPT
    return JudgedRows(
        ids=frame["id"].to_list(),
        kept=kept.to_numpy(),
        reasons=frame.select(
            pl.when(kept).then(pl.lit([], dtype=pl.List(pl.String))).otherwise(pl.col("fate").str.split("+"))
        ).to_series(),
        scores={name: _values(frame, name) for name in MEASURES if name in frame.columns},
    )


def _scores(path: Path) -> pl.DataFrame:
    """Ids and scores of one file; of our column nothing else is read."""
    ours = own_column(pq.read_schema(path))
    if ours is None:
        raise InputError(
            f"{path} was made by an earlier version, whose corpora had other columns",
            remedy="build the corpus again",
        )
    with pq.ParquetFile(path) as file:
        table = file.read(columns=[f"{ours}.id", f"{ours}.scores"])
    inside = table.column(ours).combine_chunks()
    return pl.DataFrame({name: pl.Series(inside.field(name)) for name in ("id", "scores")})


def _values(frame: pl.DataFrame, name: str) -> Values:
    return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _unreadable(path: Path, error: Exception) -> InputError:
    reason = str(error).partition("\n")[0]
    return InputError(f"{path} cannot be read: {reason}", remedy="run `parallelize build` again")
