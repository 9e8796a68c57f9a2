"""Read a tidy table of accuracies, or of answers item by item, by model, language and benchmark."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parallelize.core.errors import InputError
from parallelize.core.languages import language
from parallelize.evaluation.results_shapes import ITEM_NAMES, LongTable, long_table
from parallelize.evaluation.text_frame import load_text_frame
from parallelize.metrics.statistics import bootstrap_means, means

__all__ = ["Answers", "Model", "ResultsTable", "read_results", "table_of_results"]

Array = NDArray[np.float64]
Value = TypeVar("Value")

_UNTRAINED = frozenset({"", "-", "none", "base"})
_TRUE, _FALSE = ("1", "1.0", "true"), ("0", "0.0", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model of the table."""

    name: str
    n: int
    """Number of training languages; 0 for a base model."""
    trained_languages: tuple[str, ...] | None
    """Which they are; `None` when the table only says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Item-level results of one benchmark; an item is the same question in all languages."""

    values: Array
    """Shape (items, models, languages): mean of `correct` over samples."""
    measured: NDArray[np.bool_]
    """Same shape; False where the table has no row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsTable:
    """A complete table: every model was measured in every cell."""

    source: str
    """File name, for messages and reports."""
    models: tuple[Model, ...]
    """In order of first appearance."""
    cells: tuple[tuple[str, str], ...]
    """(language, benchmark) pairs, in order of first appearance."""
    accuracy: Array
    """Shape (models, cells), in [0, 1]."""
    answers: Mapping[str, Answers] | None
    """By benchmark; `None` for a table of plain accuracies."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages evaluated, in order of first appearance."""
        return tuple(dict.fromkeys(code for code, _ in self.cells))

    @property
    def benchmarks(self) -> tuple[str, ...]:
        """Benchmarks, in order of first appearance."""
        return tuple(dict.fromkeys(name for _, name in self.cells))

    def weights(self, *, language: str | None = None, benchmark: str | None = None) -> Array:
        """Weights of the cells in a mean over benchmarks of means over languages; they add up to 1."""
        chosen = [
            (language is None or code == language) and (benchmark is None or name == benchmark)
            for code, name in self.cells
        ]
        cells = Counter(name for (_, name), used in zip(self.cells, chosen, strict=True) if used)
        return np.array(
            [
                1 / (len(cells) * cells[name]) if used else 0.0
                for (_, name), used in zip(self.cells, chosen, strict=True)
            ]
        )

    @property
    def items(self) -> int | None:
        """Different items over all benchmarks; `None` for a table of plain accuracies."""
        return None if self.answers is None else sum(len(one.values) for one in self.answers.values())

    def resampled(self, resamples: int, seed: int) -> Array | None:
        """Accuracies in bootstrap resamples of the items, shape (resamples, models, cells).

        Items are drawn within their benchmark, each with its results in all models, languages and samples.
        `None` for plain accuracies. NaN where a resample holds no item of a cell.
        """
        if self.answers is None:
            return None
        rng = np.random.default_rng(seed)
        result = np.empty((resamples, len(self.models), len(self.cells)))
        for name in self.benchmarks:
            answers = self.answers[name]
            flat = answers.values.reshape(len(answers.values), -1)
            drawn = bootstrap_means(flat, answers.measured.reshape(flat.shape), resamples=resamples, rng=rng)
            drawn = drawn.reshape(resamples, len(self.models), len(self.languages))
            for index, (code, benchmark) in enumerate(self.cells):
                if benchmark == name:
                    result[:, :, index] = drawn[:, :, self.languages.index(code)]
        return result


def read_results(path: Path) -> ResultsTable:
    """Read a results table from CSV, TSV, JSONL or Parquet.

    Columns: `model`; `trained_languages` (a list, or text such as `en+de+ja`; empty for a base model) or `n`
    (how many); `language`; `benchmark`; and either `accuracy` in [0, 1], or `item` (also `item_id`, `id`)
    with `correct` (0/1 or true/false) and, when an item was sampled several times, `sample`. Others are
    ignored. A wide table is read too, see `results_shapes.long_table`. Rows are counted from 1, without the
    header.

    Raises:
        InputError: the file cannot be read, or a column is missing, a value wrong, a row double, or a model
            lacks a cell that another model has. The message names file, row, column and remedy.
    """
    return table_of_results(load_text_frame(path), path)


def table_of_results(frame: pl.DataFrame, path: Path) -> ResultsTable:
    """The table of results that a frame of text columns holds; see `read_results`.

    Args:
        path: where they are from, for messages.
    """
    table = long_table(frame, path)
    _require_columns(table.frame, path)
    reader = _FrameReader(table=table, source=path.name)
    models = reader.models()
    if "accuracy" in table.frame.columns:
        return reader.plain(models)
    return reader.items(models)


def _require_columns(frame: pl.DataFrame, path: Path) -> None:
    found = f"it has {', '.join(frame.columns)}"
    missing = [name for name in ("model", "language", "benchmark") if name not in frame.columns]
    if not {"trained_languages", "n"} & set(frame.columns):
        missing.append("trained_languages (or n)")
    if not {"accuracy", "correct"} & set(frame.columns):
        missing.append("accuracy (or item and correct)")
    if "correct" in frame.columns and "accuracy" not in frame.columns and not _item_column(frame):
        missing.append("item")
    if missing:
        raise InputError(f"{path}: column {', '.join(missing)} is missing", remedy=found)
    if {"accuracy", "correct"} <= set(frame.columns):
        raise InputError(
            f"{path}: it has both `accuracy` and `correct`, so it may hold accuracies or answers",
            remedy="remove one of the two columns",
        )


def _item_column(frame: pl.DataFrame) -> str | None:
    return next((name for name in ITEM_NAMES if name in frame.columns), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _FrameReader:
    """Checks and reshapes a frame of text."""

    table: LongTable
    source: str

    @property
    def frame(self) -> pl.DataFrame:
        """The table in long form."""
        return self.table.frame

    def wrong(self, row: int, column: str, problem: str, remedy: str | None = None) -> InputError:
        """An error that names the place; `row` counts from 0."""
        row, column = self.table.place(row, column)
        return InputError(f"{self.source}, row {row + 1}, column {column!r}: {problem}", remedy=remedy)

    def text(self, column: str) -> list[str]:
        """A column that must not be empty."""
        values = self.frame[column].str.strip_chars()
        empty = values.is_null() | (values == "")
        if empty.any():
            raise self.wrong(int(empty.arg_max() or 0), column, "it is empty")
        return values.to_list()

    def parsed(self, column: str, parse: Callable[[str], Value]) -> list[Value]:
        """A column whose few different texts are each parsed once."""
        texts = self.text(column)
        known: dict[str, Value] = {}
        for row, text in enumerate(texts):
            if text not in known:
                try:
                    known[text] = parse(text)
                except InputError as error:
                    raise self.wrong(row, column, error.message, error.remedy) from error
        return [known[text] for text in texts]

    def models(self) -> tuple[Model, ...]:
        """The models, each with one training set."""
        names = self.text("model")
        known: dict[str, tuple[Model, int]] = {}
        raw = [
            self.frame[name].to_list() if name in self.frame.columns else [None] * len(names)
            for name in ("trained_languages", "n")
        ]
        seen: set[tuple[str, str | None, str | None]] = set()
        for row, key in enumerate(zip(names, *raw, strict=True)):
            if key in seen:
                continue
            seen.add(key)
            model = self._model(row, *key)
            earlier = known.setdefault(model.name, (model, row))
            if earlier[0] != model:
                raise self.wrong(
                    row,
                    "trained_languages" if "trained_languages" in self.frame.columns else "n",
                    f"model {model.name!r} has other training languages than in row {earlier[1] + 1}",
                    "give each trained model a name of its own",
                )
        return tuple(model for model, _ in known.values())

    def _model(self, row: int, name: str, trained: str | None, count: str | None) -> Model:
        languages: tuple[str, ...] | None = None
        if "trained_languages" in self.frame.columns:
            try:
                languages = _trained_languages(trained or "")
            except InputError as error:
                raise self.wrong(row, "trained_languages", error.message, error.remedy) from error
        if "n" not in self.frame.columns or not (count or "").strip():
            if languages is None:
                raise self.wrong(
                    row, "n", "it is empty", "write the number of training languages, 0 for a base model"
                )
            return Model(name=name, n=len(languages), trained_languages=languages)
        n = self._count(row, str(count))
        if languages is not None and trained and len(languages) != n:
            raise self.wrong(row, "n", f"it says {n}, but trained_languages names {len(languages)}")
        known = languages if trained or n == 0 else None
        return Model(name=name, n=n, trained_languages=() if n == 0 else known)

    def _count(self, row: int, text: str) -> int:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if not math.isfinite(number) or number < 0 or number != int(number):
            raise self.wrong(row, "n", f"{text!r} is not a number of languages", "write 0, 1, 2, …")
        return int(number)

    def plain(self, models: Sequence[Model]) -> ResultsTable:
        """The table of results from a frame with one accuracy per line."""
        accuracy = self.frame["accuracy"].str.strip_chars().cast(pl.Float64, strict=False)
        wrong = accuracy.is_null() | ~accuracy.is_between(0, 1)
        if wrong.any():
            row = int(wrong.arg_max() or 0)
            raise self.wrong(
                row,
                "accuracy",
                f"{self.frame['accuracy'][row]!r} is not a share between 0 and 1",
                "divide percentages by 100; leave out rows without a result",
            )
        position, cells = self._positions(models)
        filled = np.full((len(models), len(cells)), np.nan)
        rows: dict[tuple[int, int], int] = {}
        for row, (place, value) in enumerate(zip(position, accuracy.to_list(), strict=True)):
            if place in rows:
                self._double(row, rows[place])
            rows[place] = row
            filled[place] = value
        self._require_complete(models, cells, np.isfinite(filled))
        return ResultsTable(
            source=self.source, models=tuple(models), cells=tuple(cells), accuracy=filled, answers=None
        )

    def items(self, models: Sequence[Model]) -> ResultsTable:
        """The table of results from a frame with one answer per line."""
        item = str(_item_column(self.frame))
        correct = self.parsed("correct", _correct)
        position, cells = self._positions(models)
        languages = list(dict.fromkeys(code for code, _ in cells))
        table = pl.DataFrame(
            {
                "model": [model for model, _ in position],
                "cell": [cell for _, cell in position],
                "item": self.text(item),
                "sample": self.text("sample") if "sample" in self.frame.columns else [""] * len(correct),
                "correct": correct,
            }
        )
        self._refuse_doubles(table, item)
        by_item = table.group_by("model", "cell", "item", maintain_order=True).agg(pl.col("correct").mean())
        answers: dict[str, Answers] = {}
        accuracy = np.full((len(models), len(cells)), np.nan)
        for benchmark in dict.fromkeys(name for _, name in cells):
            inside = [index for index, cell in enumerate(cells) if cell[1] == benchmark]
            columns = {index: languages.index(cells[index][0]) for index in inside}
            one = _answers(by_item.filter(pl.col("cell").is_in(inside)), columns, len(models), len(languages))
            answers[benchmark] = one
            flat = (len(one.values), -1)
            shares = means(one.values.reshape(flat), one.measured.reshape(flat)).reshape(len(models), -1)
            for index, column in columns.items():
                accuracy[:, index] = shares[:, column]
        self._require_complete(models, cells, np.isfinite(accuracy))
        return ResultsTable(
            source=self.source, models=tuple(models), cells=tuple(cells), accuracy=accuracy, answers=answers
        )

    def _positions(self, models: Sequence[Model]) -> tuple[list[tuple[int, int]], list[tuple[str, str]]]:
        """(model, cell) of each row, and the cells."""
        rank = {model.name: index for index, model in enumerate(models)}
        names = [rank[name] for name in self.text("model")]
        pairs = list(zip(self.parsed("language", _language), self.text("benchmark"), strict=True))
        cells = {pair: index for index, pair in enumerate(dict.fromkeys(pairs))}
        return list(zip(names, (cells[pair] for pair in pairs), strict=True)), list(cells)

    def _double(self, row: int, earlier: int) -> None:
        row, earlier = (self.table.place(one, "model")[0] for one in (row, earlier))
        raise InputError(
            f"{self.source}, row {row + 1}: the same model, language and benchmark as row {earlier + 1}",
            remedy="add up samples and runs before, or give item-level results",
        )

    def _refuse_doubles(self, table: pl.DataFrame, item: str) -> None:
        double = table.select("model", "cell", "item", "sample").is_duplicated()
        if double.any():
            row = int(double.arg_max() or 0)
            sampled = "sample" in self.frame.columns
            raise self.wrong(
                row,
                item,
                f"another row has the same model, language, benchmark and item {table['item'][row]!r}"
                + (f" and sample {table['sample'][row]!r}" if sampled else ""),
                "remove it" if sampled else "number the samples of an item in a column `sample`",
            )

    def _require_complete(
        self, models: Sequence[Model], cells: Sequence[tuple[str, str]], present: NDArray[np.bool_]
    ) -> None:
        missing = np.argwhere(~present)
        if len(missing):
            model, cell = missing[0]
            raise InputError(
                f"{self.source}: model {models[model].name!r} has no result for language {cells[cell][0]!r}, "
                f"benchmark {cells[cell][1]!r} ({len(missing)} such gaps): means over different cells cannot "
                "be compared",
                remedy="evaluate every model on the same languages and benchmarks, or remove the extra rows",
            )


def _answers(rows: pl.DataFrame, columns: Mapping[int, int], models: int, languages: int) -> Answers:
    """Answers of one benchmark from its (model, cell, item, correct) rows; `columns`: cell to language."""
    items = {name: index for index, name in enumerate(rows["item"].unique(maintain_order=True))}
    values = np.zeros((len(items), models, languages))
    measured = np.zeros(values.shape, dtype=bool)
    where = (
        np.array([items[name] for name in rows["item"]]),
        rows["model"].to_numpy(),
        np.array([columns[cell] for cell in rows["cell"]]),
    )
    values[where], measured[where] = rows["correct"].to_numpy(), True
    return Answers(values=values, measured=measured)


def _correct(text: str) -> float:
    if text.lower() in _TRUE:
        return 1.0
    if text.lower() in _FALSE:
        return 0.0
    raise InputError(f"{text!r} is neither 0 nor 1", remedy="write 0/1 or true/false")


def _language(text: str) -> str:
    """Canonical BCP-47 tag; regions and scripts are kept, so `zh-Hans` and `zh-Hant` stay two languages."""
    return language(text).code


def _trained_languages(text: str) -> tuple[str, ...]:
    """Read `en+de+ja`, with any of `+ , ; | /` or white space between, or a JSON list."""
    if text.strip().lower() in _UNTRAINED:
        return ()
    for mark in "[]\"',;|/":
        text = text.replace(mark, "+")
    parts = [part for piece in text.split("+") for part in piece.split()]
    codes = tuple(dict.fromkeys(_language(part) for part in parts))
    if len(codes) != len(parts):
        raise InputError(f"{text!r} names a language twice")
    return codes
