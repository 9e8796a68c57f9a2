"""The page of a score report: charts, tables, samples. It has no script."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from parallelize.core.rates import Rate
from parallelize.evaluation.plots import CHART_STYLE
from parallelize.evaluation.score_render import (
    accuracy_chart,
    off_target_chart,
    reference_lines,
    shown_parts,
    written_share,
)
from parallelize.evaluation.score_report import Cell, ModelScore, ScoreReport
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import PartStatus
from parallelize.report.page import inert, render_page
from parallelize.text.thinking import ResponsePart

__all__ = ["score_page"]

_SAMPLES = 5
_CHARACTERS = 1_500


def score_page(report: ScoreReport, verdicts: Sequence[ResponseVerdict], *, seed: int = 0) -> str:
    """The page as HTML text.

    Args:
        report: figures.
        verdicts: of the same responses; a few of each kind are shown.
        seed: chooses the samples.
    """
    title = f"Score of {report.file}"
    content = f"<header><h1>{_safe(title)}</h1></header><main>{''.join(_body(report, verdicts, seed))}</main>"
    return render_page(title=title, body=Markup(content), styles=[CHART_STYLE])  # noqa: S704 - escaped by _safe


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _safe(text: str) -> str:
    return str(escape(inert(text)))


def _body(report: ScoreReport, verdicts: Sequence[ResponseVerdict], seed: int) -> Iterator[str]:
    yield f"<p>{_several(report.responses, 'response')}, {_several(len(report.models), 'model')}. "
    yield "The off-target rate is off / (on + off); what could not be judged stands beside it. "
    yield "Brackets are 95 % intervals.</p>"
    for note in report.notes:
        yield f"<p><strong>Note.</strong> {_safe(note)}</p>"
    parts = [
        part for part in ResponsePart if any(part in shown_parts(model) for model in report.models.values())
    ]
    charts = [accuracy_chart(report), *(off_target_chart(report, part) for part in parts)]
    yield f'<div class="columns">{"".join(f"<figure>{chart}</figure>" for chart in charts if chart)}</div>'
    for name, model in report.models.items():
        yield f"<h2>{_safe(name)}</h2>"
        yield from _tables(model)
    for name, figures in report.metrics.items():
        yield f"<h2>Reference metric: {_safe(name)}</h2><ul>"
        yield "".join(f"<li>{_safe(line.removeprefix('- '))}</li>" for line in reference_lines(figures))
        yield "</ul>"
    yield "<h2>Samples</h2>"
    yield from _samples(verdicts, seed)
    yield f'<p class="small quiet">parallelize; identifiers: {_safe(" ; ".join(report.detectors))}</p>'


def _tables(model: ModelScore) -> Iterator[str]:
    rows = [*model.languages.items(), ("all (micro)", model.micro)]
    for part in shown_parts(model):
        micro = model.micro.tallies[part]
        statuses = [status for status in PartStatus if micro.counts[status]]
        lines = micro.any_line.total > 0
        heads = ["language", "off-target", *(status.value for status in statuses), "mixed", "English"]
        heads += ["a line off"] if lines else []
        body = [_part_cells(label, cell, part, statuses, lines=lines) for label, cell in rows]
        macro = model.macro[f"off_target_rate.{part.value}"]
        yield from _table(part.value, [*heads, "wrong languages"], [*body, [_MACRO, written_share(macro)]])
    if model.micro.accuracy is not None:
        heads = ["language", "correct", "correct and on target", "no answer found", "undecided"]
        heads += ["pass@k"] if model.micro.passes else []
        body = [_answer_cells(label, cell) for label, cell in rows]
        means = [written_share(model.macro[name]) for name in ("accuracy", "strict_accuracy")]
        yield from _table("accuracy", heads, [*body, [_MACRO, *means]])


_MACRO = "mean of languages (macro)"


def _part_cells(
    label: str, cell: Cell, part: ResponsePart, statuses: Sequence[PartStatus], *, lines: bool
) -> list[str | int]:
    found = cell.tallies[part]
    wrong = ", ".join(f"{code} {count}" for code, count in found.wrong_languages.items())
    row: list[str | int] = [label, written_share(cell.off_target[part])]
    row += [found.counts[status] for status in statuses]
    row += [_rate(found.mixed), _percent(found.english_share)]
    row += [_rate(found.any_line)] if lines else []
    return [*row, wrong]


def _answer_cells(label: str, cell: Cell) -> list[str | int]:
    row: list[str | int] = [label, written_share(cell.accuracy), written_share(cell.strict_accuracy)]
    row += [cell.no_answer, cell.undecided]
    passes = ", ".join(f"@{k} {written_share(found)}" for k, found in cell.passes.items())
    return [*row, passes] if passes else row


def _rate(rate: Rate) -> str:
    return "–" if rate.value is None else f"{rate.count} of {rate.total}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Iterator[str]:
    """A heading and a table; short rows are filled up, whole numbers stand right."""
    yield f"<h3>{_safe(title)}</h3>{_scroll(title)}<table><thead><tr>"
    yield "".join(f'<th scope="col">{_safe(head)}</th>' for head in heads)
    yield "</tr></thead><tbody>"
    for row in rows:
        yield f'<tr><th scope="row">{_safe(str(row[0]))}</th>'
        for value in [*row[1:], *[""] * (len(heads) - len(row))]:
            yield f'<td class="n">{value}</td>' if isinstance(value, int) else f"<td>{_safe(value)}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"


def _scroll(label: str) -> str:
    """Opens a region that scrolls by itself, with the keyboard too."""
    return f'<div class="scroll" role="region" aria-label="{_safe(label)}" tabindex="0">'


def _samples(verdicts: Sequence[ResponseVerdict], seed: int) -> Iterator[str]:
    kinds: dict[str, list[ResponseVerdict]] = defaultdict(list)
    for verdict in verdicts:
        kinds[_kind(verdict)].append(verdict)
    for kind, group in sorted(kinds.items()):
        chosen = random.Random(seed).sample(group, min(_SAMPLES, len(group)))
        yield f"<h3>{_safe(kind)} ({len(group)})</h3>"
        for verdict in sorted(chosen, key=lambda item: item.response.row):
            yield _sample(verdict)


def _kind(verdict: ResponseVerdict) -> str:
    """What samples are grouped by: the status of each part that is there."""
    named = {
        part: "on, but mixed" if found.mixed() else found.status.value
        for part, found in verdict.parts.items()
    }
    if verdict.parts[ResponsePart.THINKING].status is PartStatus.ABSENT:
        return named[ResponsePart.ANSWER]
    return f"thinking {named[ResponsePart.THINKING]}, answer {named[ResponsePart.ANSWER]}"


def _judged(verdict: ResponseVerdict) -> str:
    answer = verdict.answer
    if answer is None:
        return ""
    says = "no answer found" if answer.value is None else f"answer {answer.value} (by {answer.source})"
    result = {True: "right", False: "wrong", None: "undecided"}[answer.correct]
    return f" · {says}, gold {verdict.response.gold}: {result}"


def _sample(verdict: ResponseVerdict) -> str:
    response, found = verdict.response, verdict.parts[ResponsePart.RESPONSE]
    text = response.response
    shown = text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]} … ({len(text)} characters)"
    spans = "; ".join(f"{span.language}: {found.prose[span.start : span.end]}" for span in found.spans[:8])
    parts = ", ".join(f"{part.value} {item.status.value}" for part, item in verdict.parts.items())
    return (
        f"<details><summary>row {response.row}, id {_safe(response.id)}, {_safe(response.model)}, asked for "
        f"{_safe(response.language)}, found {_safe(found.language or '–')}</summary>"
        f'<p class="small quiet">{_safe(parts + _judged(verdict))}<br>{_safe(found.evidence)}'
        f"{'<br>' + _safe(spans) if spans else ''}</p>"
        f'<pre dir="auto" tabindex="0">{_safe(shown)}</pre></details>'
    )
