"""The quality report of a run as one HTML page: figures, and a browser of sample rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from parallelize.core.languages import language
from parallelize.report.charts import bar, distributions
from parallelize.report.fact_types import CorpusFacts
from parallelize.report.figures import ScoreFigures
from parallelize.report.marks import MARKS
from parallelize.report.page import asset, fill, render_page
from parallelize.report.page_rows import read_page_rows
from parallelize.report.reported import ReportedLanguage
from parallelize.report.sample_browser import browser_data, spoken
from parallelize.store.measurements import Measurements
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Spread, Summary

__all__ = ["run_page"]

_COMBINATIONS = 12
"""Combinations of reasons that a table shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChart:
    """The chart of one measure, and its figures by language."""

    measure: str
    chart: Markup
    spreads: Mapping[str, Spread]


def run_page(
    run: RunDirectory,
    *,
    facts: CorpusFacts,
    summary: Summary,
    measurements: Measurements | None,
    languages: Sequence[ReportedLanguage],
) -> str:
    """Return the page as HTML text. The same run gives the same text: nothing of now or here is in it.

    Args:
        run: a run whose corpus is finished.
        measurements: of its last build; None if nothing was measured.
        languages: in the order of the report.

    Raises:
        InputError: files of the run are missing or do not belong together.
        StorageFault: a translated chunk is missing or damaged.
    """
    codes = [item.code for item in languages]
    source_language = facts.source.language
    rows = read_page_rows(run, facts, summary, languages)
    faults = rows.scores.faults
    thresholds = {item.code: dict(item.thresholds) for item in languages}
    measured = measurements or Measurements()
    body = fill(
        "run.html.jinja",
        {
            "facts": facts,
            "screen": rows.screen,
            "source_language": source_language,
            "directions": {code: spoken(code)["direction"] for code in [source_language, *codes]},
            "summary": summary,
            "known": {code: language(code) for code in codes},
            "coverage": rows.coverage,
            "charts": list(_charts(rows.scores, summary)),
            "faults": faults,
            "clean": [name for name, found in faults.items() if not any(n for n, _ in found.values())],
            "flat": _flat(rows.scores, summary),
            "rungs": _rungs(summary),
            "is_pilot": run.is_pilot,
            "stages": measured.stages,
            "engines": measured.engines,
            "cost": measured.cost,
            "samples": len(rows.samples),
            "languages": {code: language(code).name for code in codes},
            "marks": MARKS,
            "combinations": _COMBINATIONS,
            "bar": bar,
        },
    )
    return render_page(
        title=f"Quality report: {facts.name}",
        body=body,
        script=asset("samples.js"),
        data=browser_data(facts.name, source_language, thresholds, rows.samples),
    )


def _rungs(summary: Summary) -> list[str]:
    """Rungs that were tried, the most frequent first."""
    tried: Counter[str] = Counter()
    for part in summary.languages.values():
        tried.update({rung: use.tried for rung, use in part.attempts.items()})
    return sorted(tried, key=lambda rung: (-tried[rung], rung))


def _charts(scores: ScoreFigures, summary: Summary) -> Iterator[ScoreChart]:
    """Charts of the measures that vary, with the quantiles of the summary."""
    for name, rows in scores.distributions.items():
        spreads = {code: part.scores[name] for code, part in summary.languages.items() if name in part.scores}
        chart = distributions(name, scores.edges[name], rows, at_least=scores.at_least(name))
        yield ScoreChart(measure=name, chart=chart, spreads=spreads)


def _flat(scores: ScoreFigures, summary: Summary) -> dict[str, float]:
    """Measures without a chart, because every row of every language has the same value."""
    measured = {
        name: spread.min for part in summary.languages.values() for name, spread in part.scores.items()
    }
    return {
        name: value
        for name, value in measured.items()
        if name not in scores.edges and name not in scores.faults
    }
