"""The quality report of a run as one HTML page: figures, and a browser of sample rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from parallelize.core.languages import language
from parallelize.report.charts import bar
from parallelize.report.fact_types import CorpusFacts
from parallelize.report.marks import MARKS
from parallelize.report.page import asset, fill, render_page
from parallelize.report.page_rows import read_page_rows
from parallelize.report.reported import ReportedLanguage
from parallelize.report.sample_browser import browser_data, spoken
from parallelize.report.score_charts import flat_measures, score_charts
from parallelize.store.measurements import Measurements
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Summary

__all__ = ["run_page"]

_COMBINATIONS = 12
"""Combinations of reasons that a table shows."""


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
            "charts": list(score_charts(rows.scores, summary)),
            "faults": faults,
            "clean": [name for name, found in faults.items() if not any(n for n, _ in found.values())],
            "flat": flat_measures(rows.scores, summary),
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
