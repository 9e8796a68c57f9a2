"""Figures of a score report for people: tables in Markdown, a line for each row in JSONL, charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from parallelize.evaluation.estimates import ShareEstimate
from parallelize.evaluation.plots import BarSeries, bar_chart
from parallelize.evaluation.score_report import ScoreReport
from parallelize.evaluation.score_tables import heat_maps, model_tables
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.mixing import MIXED_SHARE
from parallelize.metrics.off_target import PartVerdict
from parallelize.metrics.statistics import Estimate
from parallelize.store.json_files import json_line
from parallelize.text.figure_tables import figure_markdown, percent
from parallelize.text.markdown import escape
from parallelize.text.thinking import ResponsePart

__all__ = ["accuracy_chart", "off_target_chart", "reference_lines", "row_line", "score_markdown"]


def score_markdown(report: ScoreReport) -> str:
    """The whole report as Markdown tables."""
    count = "1 response" if report.responses == 1 else f"{report.responses} responses"
    parts = [f"# Score of {escape(report.file)}", f"{count}."]
    if len(report.models) > 1:
        parts += ["## Models side by side", *(figure_markdown(table) for table in heat_maps(report))]
    for name, model in report.models.items():
        parts += [f"## {escape(name)}", *(figure_markdown(table) for table in model_tables(model))]
    for name, found in report.metrics.items():
        parts += [f"## Reference metric: {escape(name)}", "\n".join(reference_lines(found))]
    if report.notes:
        parts += ["## Notes", "\n".join(f"- {escape(note)}" for note in report.notes)]
    parts.append(f"Identifiers: {escape(' ; '.join(report.detectors))}")
    return "\n\n".join(parts) + "\n"


def reference_lines(found: object) -> Iterator[str]:
    """Overall figures of a reference metric as list items in Markdown."""
    if not isinstance(found, Mapping):
        return
    for key, value in found.items():
        if isinstance(value, float):
            yield f"- {key}: {percent(value)}"
        elif value is None:
            yield f"- {key}: not computed"
        elif isinstance(value, str):
            yield f"- {key}: {value}"
    missing = found.get("not_computed")
    if isinstance(missing, Mapping):
        yield from (f"- {key} is not computed: {reason}" for key, reason in missing.items())


def row_line(verdict: ResponseVerdict, *, mixed_share: float = MIXED_SHARE) -> bytes:
    """A response as a line of JSON: its verdicts and what they rest on."""
    response, answer = verdict.response, verdict.answer
    judged = answer and {
        "value": answer.value,
        "source": answer.source,
        "gold": response.gold,
        "correct": answer.correct,
        "strictly_correct": verdict.strictly_correct,
        "unclosed": answer.unclosed,
    }
    return json_line(
        {
            "row": response.row,
            "id": response.id,
            "model": response.model,
            "language": response.language,
            "source": response.source,
            "sample": response.sample,
            "finish_reason": response.finish_reason,
            "parts": {part.value: _part_json(found, mixed_share) for part, found in verdict.parts.items()},
            "answer": judged,
        }
    )


def _part_json(found: PartVerdict, mixed_share: float) -> dict[str, object]:
    return {
        "status": found.status.value,
        "language": found.language,
        "votes": found.evidence,
        "foreign_share": found.foreign_share,
        "english_share": found.english_share,
        "probability_on": found.probability,
        "mixed": found.mixed(mixed_share),
        "spans": [
            {"text": found.prose[span.start : span.end], "language": span.language} for span in found.spans
        ],
        "lines_on": found.lines_on,
        "lines_off": found.lines_off,
    }


def off_target_chart(report: ScoreReport, part: ResponsePart) -> str | None:
    """Bars of the off-target rate by language, one colour for each model; None if nothing was judged."""
    languages = sorted({code for model in report.models.values() for code in model.languages})
    series = [
        BarSeries(
            label=name,
            values=[
                _estimate(model.languages[code].off_target[part]) if code in model.languages else None
                for code in languages
            ],
        )
        for name, model in report.models.items()
    ]
    return _chart(f"Off-target: {part.value}", languages, series)


def accuracy_chart(report: ScoreReport) -> str | None:
    """Bars of accuracy and strict accuracy by language; None without gold answers."""
    languages = sorted({code for model in report.models.values() for code in model.languages})
    series = []
    for name, model in report.models.items():
        cells = [model.languages.get(code) for code in languages]
        series.append(
            BarSeries(
                label=f"{name}: correct",
                values=[None if cell is None else _estimate(cell.accuracy) for cell in cells],
            )
        )
        series.append(
            BarSeries(
                label=f"{name}: correct and on target",
                values=[None if cell is None else _estimate(cell.strict_accuracy) for cell in cells],
            )
        )
    return _chart("Accuracy", languages, series)


def _chart(title: str, groups: Sequence[str], series: Sequence[BarSeries]) -> str | None:
    if all(value is None for item in series for value in item.values):
        return None
    return bar_chart(title=title, y_label="share of responses", groups=groups, series=series)


def _estimate(found: ShareEstimate | None) -> Estimate | None:
    if found is None or found.value is None:
        return None
    return Estimate(value=found.value, interval=found.interval)
