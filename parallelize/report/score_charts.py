"""The charts of measures on the page of a run, and the measures that have none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from parallelize.report.charts import distributions
from parallelize.report.figures import ScoreFigures
from parallelize.store.summary import Spread, Summary

__all__ = ["ScoreChart", "flat_measures", "score_charts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChart:
    """The chart of one measure, and its figures by language."""

    measure: str
    chart: Markup
    spreads: Mapping[str, Spread]


def score_charts(scores: ScoreFigures, summary: Summary) -> Iterator[ScoreChart]:
    """Charts of the measures that vary, with the quantiles of the summary."""
    for name, rows in scores.distributions.items():
        spreads = {code: part.scores[name] for code, part in summary.languages.items() if name in part.scores}
        chart = distributions(name, scores.edges[name], rows, at_least=scores.at_least(name))
        yield ScoreChart(measure=name, chart=chart, spreads=spreads)


def flat_measures(scores: ScoreFigures, summary: Summary) -> dict[str, float]:
    """Measures without a chart, because every row of every language has the same value."""
    measured = {
        name: spread.min for part in summary.languages.values() for name, spread in part.scores.items()
    }
    return {
        name: value
        for name, value in measured.items()
        if name not in scores.edges and name not in scores.faults
    }
