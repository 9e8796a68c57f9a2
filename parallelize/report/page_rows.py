"""The rows of a run as its page shows them: figures over all, samples, and those on the first screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parallelize.core.language_pair import LanguagePair
from parallelize.report.fact_types import CorpusFacts
from parallelize.report.figures import CoverageFigures, ScoreFigures, coverage_figures
from parallelize.report.first_screen import (
    FirstScreen,
    first_row,
    first_screen,
    telling_rows,
    weakest_language,
)
from parallelize.report.judged import read_judged
from parallelize.report.reported import ReportedLanguage
from parallelize.report.rows import SampleReader, SampleRow, within_budget
from parallelize.report.samples import choose_rows
from parallelize.store.coverage import read_coverage
from parallelize.store.people import read_people
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Summary

__all__ = ["PageRows", "read_page_rows"]

_SAMPLE_BYTES = 3_000_000
"""Of JSON for all samples together; the figures take less than 1 MB for 20 languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRows:
    """What the page of a run shows of its rows."""

    scores: ScoreFigures
    coverage: CoverageFigures
    samples: Sequence[SampleRow]
    screen: FirstScreen


def read_page_rows(
    run: RunDirectory, facts: CorpusFacts, summary: Summary, languages: Sequence[ReportedLanguage]
) -> PageRows:
    """Read the judged rows of every language, once.

    Args:
        languages: in the order of the report.

    Raises:
        InputError: files of the run are missing or do not belong together.
        StorageFault: a translated chunk is missing or damaged.
    """
    codes = [item.code for item in languages]
    coverage = read_coverage(run.coverage, codes)
    thresholds = {item.code: dict(item.thresholds) for item in languages}
    scores = ScoreFigures.over({code: summary.languages[code].scores for code in codes}, thresholds)
    samples: list[SampleRow] = []
    people = read_people(run.people)
    shown, first = weakest_language(summary), []
    for item in languages:
        rows = read_judged(item.corpus, run.rejects / f"{item.code}.parquet", coverage, item.code)
        scores.add(item.code, rows, item.thresholds)
        reader = SampleReader(
            chunks=item.chunks,
            languages=LanguagePair(facts.source.language, item.code),
            thresholds=item.thresholds,
            people=people,
        )
        if item.code == shown:
            found = telling_rows(rows, summary.languages[item.code])
            read = reader.read([choice for _, choice in found])
            first = [first_row(heading, row) for (heading, _), row in zip(found, read, strict=True)]
        samples += within_budget(reader.read(choose_rows(rows, item.thresholds)), _SAMPLE_BYTES // len(codes))
    screen = first_screen(facts, summary, shown, first)
    return PageRows(scores=scores, coverage=coverage_figures(coverage), samples=samples, screen=screen)
