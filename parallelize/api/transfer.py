"""`parallelize.law`: how reasoning transfers between languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from parallelize.api.data import data_file
from parallelize.core.languages import language
from parallelize.evaluation.law import measure_law
from parallelize.evaluation.law_report import LawOptions, LawReport
from parallelize.evaluation.results_table import read_results
from parallelize.metrics.transfer import TransferOptions

__all__ = ["law"]


def law(
    results: Any,
    *,
    base: str | None = None,
    level: float = 0.95,
    seed: int = 0,
    resamples: int = 2000,
    denominator: Literal["english", "trained"] = "english",
    pivot: str = "en",
    average: Literal["benchmarks-first", "languages-first"] = "benchmarks-first",
    scale: Literal[1, 100] = 1,
    skip_zero_base: bool = False,
) -> LawReport:
    """Measure how reasoning transfers between languages, with a scaling law over how many were trained.

    Args:
        results: accuracies or items, with the columns of `docs/evaluation.md`: file, table, list of dicts.
        base: base model of relative gains; by default the one without training languages.
        level: confidence level of all intervals.
        seed: seed of the bootstrap.
        resamples: bootstrap resamples, for item-level results.
        denominator: whose gain divides: English (or the pivot), or all trained languages.
        pivot: language that stands where English does.
        average: one ratio of means, or the mean of one ratio for each benchmark.
        scale: factor on the index.
        skip_zero_base: leave out, and count, cells where the base model's accuracy is 0.

    Raises:
        InputError: a column or a value is wrong.
    """
    transfer = TransferOptions(
        denominator=denominator,
        pivot=language(pivot).code,
        average=average,
        scale=scale,
        skip_zero_base=skip_zero_base,
    )
    options = LawOptions(base=base, level=level, seed=seed, resamples=resamples, transfer=transfer)
    with data_file(results) as path:
        return measure_law(read_results(Path(path)), options)
