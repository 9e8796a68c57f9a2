"""Shapes of a results table: wide tables, with a column for each language or benchmark, made long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from parallelize.core.errors import InputError
from parallelize.core.languages import known_language
from parallelize.evaluation.responses import Tags

__all__ = ["ITEM_NAMES", "LongTable", "long_table"]

ITEM_NAMES = ("item", "item_id", "id")
"""Names of the column that says which problem was answered."""
_OF_ROWS = ("model", "trained_languages", "n", "language", "benchmark", "sample", *ITEM_NAMES)
"""Columns that say what a row is about; in a wide table all others may hold results."""
_SEPARATED = re.compile(
    r"""
    (?P<benchmark> .+ )   # mgsm
    [/:|\s_]              # as in mgsm/de, mgsm:de, mgsm de, mgsm_de
    (?P<language> [^/:|\s_]+ )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTable:
    """A table with one result a row, and where its rows came from."""

    frame: pl.DataFrame
    spread: tuple[str, ...]
    """Columns of the wide table that became rows, in order; empty where it was long."""

    def place(self, row: int, column: str) -> tuple[int, str]:
        """Row (from 0) and column of the file that a row and a column of the frame come from."""
        if not self.spread:
            return row, column
        source, which = divmod(row, len(self.spread))
        return source, self.spread[which] if column in {"accuracy", "correct", "language"} else column


def long_table(frame: pl.DataFrame, path: Path) -> LongTable:
    """Make a table long.

    Without a column `benchmark` the table is about one, named after the file. Without `language`, columns
    named by a language (`de`, `German`) or by benchmark and language (`mgsm/de`) are its results; with
    `language` alone, all other columns are benchmarks. Results are accuracies,
    or right and wrong answers where there is a column of items.

    Raises:
        InputError: it is wide in both ways at once.
    """
    of_rows = _of_rows(frame)
    others = [name for name in frame.columns if name not in of_rows]
    spread: dict[str, tuple[str, str]] = {}
    if "language" not in frame.columns:
        cells = {name: _cell(name) for name in others}
        spread = {name: cell for name, cell in cells.items() if cell is not None}
    elif not {"accuracy", "correct", "benchmark"} & set(frame.columns):
        spread = {name: ("", name) for name in others}
    if any(name for _, name in spread.values()) and "benchmark" in frame.columns:
        raise InputError(
            f"{path}: it has a column `benchmark` and benchmarks in the names of columns "
            f"({', '.join(list(spread)[:3])})",
            remedy="keep one of the two",
        )
    if spread:
        frame = _unpivoted(frame, spread)
    unnamed = pl.lit(path.name.partition(".")[0])
    if "benchmark" not in frame.columns:
        frame = frame.with_columns(benchmark=unnamed)
    elif spread:  # columns `de` and `mgsm_ja` side by side: the first names no benchmark
        frame = frame.with_columns(pl.col("benchmark").fill_null(unnamed))
    return LongTable(frame=frame, spread=tuple(spread))


def _cell(column: str) -> tuple[str, str] | None:
    """Language and benchmark ("" for none) that a column of results is named by; `None` for other columns."""
    found = _SEPARATED.fullmatch(column)
    for name, benchmark in [(column, ""), *([(found["language"], found["benchmark"])] if found else [])]:
        code = _language(name)
        if code is not None:
            return code, benchmark
    return None


def _language(name: str) -> str | None:
    """Code of a language's name or canonical tag; `run` is a column of runs before it is Rundi."""
    code = Tags().code(name)
    return code if code == name or known_language(name) is None else None


def _of_rows(frame: pl.DataFrame) -> tuple[str, ...]:
    """Columns that say what a row is about. `id` beside accuracies of other languages is Indonesian."""
    codes = [name for name in frame.columns if name != "id" and name not in _OF_ROWS and _language(name)]
    if "id" not in frame.columns or not codes or "language" in frame.columns:
        return _OF_ROWS
    answers = {"0", "1", "0.0", "1.0", "true", "false"}
    right_or_wrong = set(frame.select(codes).unpivot()["value"].str.to_lowercase()) <= answers
    return _OF_ROWS if right_or_wrong else tuple(name for name in _OF_ROWS if name != "id")


def _unpivoted(frame: pl.DataFrame, spread: dict[str, tuple[str, str]]) -> pl.DataFrame:
    """One row for each result, in the order of the file: by row, then by column."""
    kept = [name for name in frame.columns if name in _OF_ROWS and name not in spread]
    result = "correct" if set(ITEM_NAMES) & set(kept) else "accuracy"
    long = (
        frame.with_row_index("row")
        .unpivot(on=list(spread), index=["row", *kept], variable_name="column", value_name=result)
        .sort("row", maintain_order=True)
    )
    languages = {name: code for name, (code, _) in spread.items() if code}
    benchmarks = {name: benchmark for name, (_, benchmark) in spread.items() if benchmark}
    for name, values in (("language", languages), ("benchmark", benchmarks)):
        if values:
            long = long.with_columns(pl.col("column").replace_strict(values, default=None).alias(name))
    return long.drop("row", "column")
