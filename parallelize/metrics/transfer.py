"""Cross-lingual transfer: relative gains over a base model, and the Multilingual Transferability Index.

    gain(L, B) = (acc_trained(L, B) - acc_base(L, B)) / acc_base(L, B)      for language L, benchmark B
    ΔR_L       = mean of gain(L, B) over benchmarks B
    MTI        = ΔR over languages not trained on / ΔR over the languages of the denominator

The name is from "Parallel Scaling Law" (arXiv 2510.02272), whose own formula was not available; this follows
its one-line description and the transferability index of arXiv 2507.00432, ratio of mean relative gains. What
these leave open is an option here, and `TransferOptions.signature` names the choices in every output.

An MTI of 1 means that untrained languages gain as much, relatively, as those of the denominator; 0 that they
gain nothing; below 0 that they lose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from parallelize.core.errors import InputError
from parallelize.metrics.statistics import Estimate, percentile_interval

__all__ = [
    "Average",
    "Cell",
    "Denominator",
    "Gain",
    "Resamples",
    "TransferOptions",
    "Transferability",
    "relative_gains",
    "transferability",
]

Array = NDArray[np.float64]
Cell = tuple[str, str]
"""(language, benchmark)."""
Resamples = Mapping[Cell, Array]
"""For each cell its accuracies in bootstrap resamples, shape (resamples,), in the same order everywhere."""
Denominator = Literal["english", "trained"]
Average = Literal["benchmarks-first", "languages-first"]

ENGLISH = "en"
"""Code of English, the pivot of most studies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOptions:
    """What the definition of the index leaves open."""

    denominator: Denominator = "english"
    """Gain of the pivot (English) alone, or mean over all trained languages that were evaluated."""
    pivot: str = ENGLISH
    """Language whose gain divides under "english": the one that reasoning was learnt in first."""
    average: Average = "benchmarks-first"
    """"benchmarks-first": ΔR_L over benchmarks, mean over languages, one ratio. "languages-first": mean over
    languages within each benchmark, one ratio per benchmark, mean of the ratios."""
    scale: Literal[1, 100] = 1
    """Factor on the index: 100 gives per cent."""
    skip_zero_base: bool = False
    """Leave out cells whose base accuracy is 0, and count them, instead of refusing them."""

    def signature(self) -> str:
        """The choices in one line, in the manner of sacreBLEU."""
        zero = "left-out" if self.skip_zero_base else "refused"
        pivot = self.denominator == "english" and self.pivot != ENGLISH
        whose = f"pivot-{self.pivot}" if pivot else self.denominator
        return f"denominator:{whose}|average:{self.average}|scale:{self.scale}|zero-base:{zero}|version:1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Relative gain ΔR of one language."""

    gain: Estimate
    """Mean over benchmarks of (trained - base) / base; 0.1 means a tenth better than the base model."""
    cells: int
    """Benchmarks in the mean."""
    left_out: int
    """Benchmarks left out because the base accuracy is 0."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {"gain": self.gain.as_dict(), "cells": self.cells, "left_out": self.left_out}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferability:
    """Multilingual Transferability Index of one model."""

    index: Estimate
    """The index, times `options.scale`."""
    untrained_gain: float
    """Mean ΔR of the languages not trained on; the numerator under "benchmarks-first"."""
    denominator_gain: float
    """Mean ΔR of the denominator's languages; the denominator under "benchmarks-first"."""
    untrained_languages: tuple[str, ...]
    """Languages of the numerator."""
    denominator_languages: tuple[str, ...]
    """Languages of the denominator."""
    cells: int
    """(language, benchmark) cells used in either."""
    left_out: tuple[Cell, ...]
    """Cells left out because the base accuracy is 0."""
    signature: str
    """Definition used; see `TransferOptions`."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "index": self.index.as_dict(),
            "untrained_gain": self.untrained_gain,
            "denominator_gain": self.denominator_gain,
            "untrained_languages": list(self.untrained_languages),
            "denominator_languages": list(self.denominator_languages),
            "cells": self.cells,
            "left_out": [
                {"language": language, "benchmark": benchmark} for language, benchmark in self.left_out
            ],
            "signature": self.signature,
        }


def relative_gains(
    base: Mapping[Cell, float],
    trained: Mapping[Cell, float],
    *,
    skip_zero_base: bool = False,
    resampled: tuple[Resamples, Resamples] | None = None,
    level: float = 0.95,
) -> dict[str, Gain | None]:
    """ΔR_L of every language, in order of first appearance in `trained`.

    Args:
        base: accuracy of the base model by (language, benchmark), in [0, 1].
        trained: accuracy of the trained model, over the same cells.
        skip_zero_base: leave out cells whose base accuracy is 0 instead of refusing them.
        resampled: accuracies of base and trained model in the same bootstrap resamples; gives intervals.
        level: nominal coverage of the intervals.

    Returns:
        Gain by language; `None` for a language whose cells were all left out.

    Raises:
        InputError: a base accuracy is 0, or the two models were not evaluated on the same cells.
    """
    grid = _Grid.of(base, trained, skip_zero_base=skip_zero_base)
    values = grid.gains(base, trained)[0]
    samples = None if resampled is None else grid.gains(*resampled)
    gains: dict[str, Gain | None] = {}
    for row, language in enumerate(grid.languages):
        used = grid.used[row]
        if not used.any():
            gains[language] = None
            continue
        interval = None
        if samples is not None:
            interval = percentile_interval(samples[:, row][:, used].mean(axis=1), level)
        gains[language] = Gain(
            gain=Estimate(value=float(values[row][used].mean()), interval=interval),
            cells=int(used.sum()),
            left_out=sum(cell[0] == language for cell in grid.left_out),
        )
    return gains


def transferability(
    base: Mapping[Cell, float],
    trained: Mapping[Cell, float],
    trained_languages: Sequence[str],
    *,
    options: TransferOptions | None = None,
    resampled: tuple[Resamples, Resamples] | None = None,
    level: float = 0.95,
) -> Transferability:
    """Multilingual Transferability Index of a trained model against its base model.

    Args:
        base: accuracy of the base model by (language, benchmark), in [0, 1].
        trained: accuracy of the trained model, over the same cells.
        trained_languages: languages of its training data.
        options: what the definition leaves open; the defaults of `TransferOptions` if `None`.
        resampled: accuracies of base and trained model in the same bootstrap resamples of items; gives the
            index a percentile interval. Resamples whose denominator is 0 or less have no index; when they
            are more than (1 - level) / 2 of all, the interval is `None`.
        level: nominal coverage of the interval.

    Raises:
        InputError: a base accuracy is 0 and not left out; a denominator is 0 or less; no language is left
            for the numerator or the denominator; the models were not evaluated on the same cells.
    """
    chosen = options or TransferOptions()
    grid = _Grid.of(base, trained, skip_zero_base=chosen.skip_zero_base)
    numerator = [code for code in grid.languages if code not in trained_languages]
    denominator = _denominator_languages(grid.languages, trained_languages, chosen)
    if chosen.average == "languages-first":
        grid = grid.comparable(numerator, denominator)
    above, below = grid.rows(numerator), grid.rows(denominator)
    _require_languages(above, below, chosen)
    values = grid.gains(base, trained)
    _require_positive(grid, values, below, chosen.average)
    index = _index(grid, values, above, below, chosen.average)[0] * chosen.scale
    interval = None
    if resampled is not None:
        samples = _index(grid, grid.gains(*resampled), above, below, chosen.average) * chosen.scale
        interval = percentile_interval(samples, level)
    used = [*above, *below]
    return Transferability(
        index=Estimate(value=float(index), interval=interval),
        untrained_gain=float(_mean_gain(grid, values, above)[0]),
        denominator_gain=float(_mean_gain(grid, values, below)[0]),
        untrained_languages=tuple(grid.languages[row] for row in above),
        denominator_languages=tuple(grid.languages[row] for row in below),
        cells=int(grid.used[used].sum()),
        left_out=tuple(cell for cell in grid.left_out if cell[0] in {grid.languages[row] for row in used}),
        signature=chosen.signature(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Languages × benchmarks, and which of the cells take part."""

    languages: tuple[str, ...]
    benchmarks: tuple[str, ...]
    used: NDArray[np.bool_]
    left_out: tuple[Cell, ...]

    @classmethod
    def of(cls, base: Mapping[Cell, float], trained: Mapping[Cell, float], *, skip_zero_base: bool) -> _Grid:
        different = sorted(set(base) ^ set(trained))
        if different:
            raise InputError(
                f"base and trained model differ in the cells they were evaluated on: {_name(different[0])}"
                f"{f' and {len(different) - 1} more' if len(different) > 1 else ''} in one of them only",
                remedy="evaluate both on the same languages and benchmarks, or remove the extra rows",
            )
        zero = tuple(cell for cell in trained if base[cell] <= 0)
        if zero and not skip_zero_base:
            raise InputError(
                f"the base model's accuracy is 0 in {len(zero)} of {len(base)} cells, first "
                f"{_name(zero[0])}: a relative gain is undefined there",
                remedy="leave these cells out with --skip-zero-base (the report then counts them)",
            )
        languages = tuple(dict.fromkeys(language for language, _ in trained))
        benchmarks = tuple(dict.fromkeys(benchmark for _, benchmark in trained))
        used = np.array([[base.get((a, b), 0.0) > 0 for b in benchmarks] for a in languages], dtype=bool)
        return cls(languages=languages, benchmarks=benchmarks, used=used, left_out=zero)

    def rows(self, languages: Sequence[str]) -> list[int]:
        """Rows of `languages` that have at least one usable cell."""
        return [
            row for row, code in enumerate(self.languages) if code in languages and bool(self.used[row].any())
        ]

    def comparable(self, numerator: Sequence[str], denominator: Sequence[str]) -> _Grid:
        """The grid without benchmarks that lack one side, whose ratio would be undefined."""
        above, below = self.rows(numerator), self.rows(denominator)
        shared = self.used[above].any(axis=0) & self.used[below].any(axis=0)
        return replace(self, used=self.used & shared)

    def gains(
        self, base: Mapping[Cell, float] | Resamples, trained: Mapping[Cell, float] | Resamples
    ) -> Array:
        """Relative gains, shape (resamples, languages, benchmarks); NaN where unused or undefined."""
        size = max((np.size(value) for value in trained.values()), default=1)
        result = np.full((size, *self.used.shape), np.nan)
        for row, column in zip(*np.nonzero(self.used), strict=True):
            cell = (self.languages[row], self.benchmarks[column])
            start, end = np.atleast_1d(base[cell]), np.atleast_1d(trained[cell])
            np.divide(end - start, start, out=result[:, row, column], where=start > 0)
        return result


def _name(cell: Cell) -> str:
    return f"language {cell[0]!r}, benchmark {cell[1]!r}"


def _denominator_languages(
    evaluated: Sequence[str], trained_languages: Sequence[str], options: TransferOptions
) -> list[str]:
    if options.denominator == "trained":
        return [code for code in evaluated if code in trained_languages]
    if options.pivot not in trained_languages:
        raise InputError(
            f"the model was trained on {', '.join(trained_languages) or 'no language'}, not on "
            f"{_spoken(options.pivot)}, so {_spoken(options.pivot)} cannot be the denominator of its "
            "transferability index",
            remedy="use --denominator trained, or name another --pivot",
        )
    return [options.pivot]


def _spoken(code: str) -> str:
    return "English" if code == ENGLISH else code


def _require_languages(above: list[int], below: list[int], options: TransferOptions) -> None:
    if not above:
        raise InputError(
            "no language is left that was evaluated but not trained on, so there is no transfer to measure",
            remedy="evaluate the model on more languages",
        )
    if not below:
        english = options.denominator == "english"
        wanted = _spoken(options.pivot) if english else "any trained language"
        raise InputError(
            f"the model has no usable result for {wanted}, the denominator of its transferability index",
            remedy="evaluate it there" + (", or use --denominator trained" if english else ""),
        )


def _require_positive(grid: _Grid, gains: Array, below: list[int], average: Average) -> None:
    if average == "benchmarks-first":
        denominators = {"": float(_mean_gain(grid, gains, below)[0])}
    else:
        columns = _by_benchmark(grid, gains, below)[0]
        denominators = {
            f" on {name}": float(value)
            for name, value in zip(grid.benchmarks, columns, strict=True)
            if np.isfinite(value)
        }
    for where, value in denominators.items():
        if value <= 0:
            languages = ", ".join(grid.languages[row] for row in below)
            raise InputError(
                f"mean relative gain of {languages}{where} is {value:+.4f}: training did not help there, so "
                "a transferability index with it as denominator means nothing",
                remedy="read the relative gains by language instead",
            )


def _mean_gain(grid: _Grid, gains: Array, rows: list[int]) -> Array:
    """Mean over languages of their mean over benchmarks; shape (resamples,)."""
    means = [gains[:, row][:, grid.used[row]].mean(axis=1) for row in rows]
    return np.asarray(np.mean(means, axis=0))


def _by_benchmark(grid: _Grid, gains: Array, rows: list[int]) -> Array:
    """Mean over languages within each benchmark, (resamples, benchmarks); NaN for one without languages."""
    result = np.full((len(gains), len(grid.benchmarks)), np.nan)
    for column in range(len(grid.benchmarks)):
        present = [row for row in rows if grid.used[row, column]]
        if present:
            result[:, column] = gains[:, present, column].mean(axis=1)
    return result


def _index(grid: _Grid, gains: Array, above: list[int], below: list[int], average: Average) -> Array:
    """The unscaled index, shape (resamples,); NaN where a denominator is 0 or less, or a gain undefined."""
    if average == "benchmarks-first":
        numerator, denominator = _mean_gain(grid, gains, above), _mean_gain(grid, gains, below)
        return np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator > 0)
    numerators, denominators = _by_benchmark(grid, gains, above), _by_benchmark(grid, gains, below)
    shared = grid.used.any(axis=0)
    top, bottom = numerators[:, shared], denominators[:, shared]
    ratios = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
    return np.asarray(ratios.mean(axis=1))
