"""The page of a score report: charts, tables, samples. It has no script."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from parallelize.evaluation.plots import CHART_STYLE
from parallelize.evaluation.score_render import accuracy_chart, off_target_chart, written_share
from parallelize.evaluation.score_report import Cell, ModelScore, ScoreReport
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import Part, PartStatus
from parallelize.report.page import inert, render_page

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


def _safe(text: str) -> str:
    return str(escape(inert(text)))


def _body(report: ScoreReport, verdicts: Sequence[ResponseVerdict], seed: int) -> Iterator[str]:
    yield f"<p>{report.responses} responses, {len(report.models)} models. "
    yield "The off-target rate is off / (on + off); what could not be judged stands beside it. "
    yield "Brackets are 95 % intervals.</p>"
    for note in report.notes:
        yield f"<p><strong>Note.</strong> {_safe(note)}</p>"
    charts = [accuracy_chart(report), *(off_target_chart(report, part) for part in Part)]
    yield f'<div class="columns">{"".join(f"<figure>{chart}</figure>" for chart in charts if chart)}</div>'
    for name, model in report.models.items():
        yield f"<h2>{_safe(name)}</h2>"
        yield from _tables(model)
    yield "<h2>Samples</h2>"
    yield from _samples(verdicts, seed)
    yield f'<p class="small quiet">parallelize; identifiers: {_safe(" ; ".join(report.detectors))}</p>'


def _tables(model: ModelScore) -> Iterator[str]:
    rows = [*model.languages.items(), ("all (micro)", model.micro)]
    for part in Part:
        if model.micro.tallies[part].counts[PartStatus.ABSENT] == model.micro.responses:
            continue
        statuses = [status for status in PartStatus if model.micro.tallies[part].counts[status]]
        heads = ["language", "off-target", *(status.value for status in statuses), "mixed", "wrong languages"]
        yield f"<h3>{part.value}</h3>{_scroll(part.value)}"
        yield f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"
        for label, cell in rows:
            yield _part_row(label, cell, part, statuses)
        yield "</table></div>"
    if model.micro.accuracy is not None:
        yield f"<h3>accuracy</h3>{_scroll('accuracy')}<table><tr><th>language</th><th>correct</th>"
        yield "<th>correct and on target</th><th>no answer found</th></tr>"
        for label, cell in rows:
            yield (
                f"<tr><td>{_safe(label)}</td><td>{written_share(cell.accuracy)}</td>"
                f'<td>{written_share(cell.strict_accuracy)}</td><td class="n">{cell.no_answer}</td></tr>'
            )
        yield "</table></div>"


def _scroll(label: str) -> str:
    """Opens a region that scrolls by itself, with the keyboard too."""
    return f'<div class="scroll" role="region" aria-label="{_safe(label)}" tabindex="0">'


def _part_row(label: str, cell: Cell, part: Part, statuses: Sequence[PartStatus]) -> str:
    found = cell.tallies[part]
    counts = "".join(f'<td class="n">{found.counts[status]}</td>' for status in statuses)
    mixed = "–" if found.mixed.value is None else f"{found.mixed.count} of {found.mixed.total}"
    wrong = ", ".join(f"{code} {count}" for code, count in found.wrong_languages.items())
    share = written_share(cell.off_target[part])
    return f"<tr><td>{_safe(label)}</td><td>{share}</td>{counts}<td>{mixed}</td><td>{_safe(wrong)}</td></tr>"


def _samples(verdicts: Sequence[ResponseVerdict], seed: int) -> Iterator[str]:
    kinds: dict[str, list[ResponseVerdict]] = defaultdict(list)
    for verdict in verdicts:
        found = verdict.parts[Part.RESPONSE]
        kinds["on target, but mixed" if found.mixed() else found.status.value].append(verdict)
    for kind, group in sorted(kinds.items()):
        chosen = random.Random(seed).sample(group, min(_SAMPLES, len(group)))
        yield f"<h3>{_safe(kind)} ({len(group)})</h3>"
        for verdict in sorted(chosen, key=lambda item: item.response.row):
            yield _sample(verdict)


def _sample(verdict: ResponseVerdict) -> str:
    response, found = verdict.response, verdict.parts[Part.RESPONSE]
    text = response.response
    shown = text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]} … ({len(text)} characters)"
    spans = "; ".join(f"{span.language}: {found.prose[span.start : span.end]}" for span in found.spans[:8])
    answer = verdict.answer
    judged = "" if answer is None else f" · answer {answer.value!r}, gold {response.gold!r}: {answer.correct}"
    parts = ", ".join(f"{part.value} {item.status.value}" for part, item in verdict.parts.items())
    return (
        f"<details><summary>row {response.row}, id {_safe(response.id)}, {_safe(response.model)}, asked for "
        f"{_safe(response.language)}, found {_safe(found.language or '–')}</summary>"
        f'<p class="small quiet">{_safe(parts + judged)}<br>{_safe(found.evidence)}'
        f"{'<br>' + _safe(spans) if spans else ''}</p>"
        f'<pre dir="auto" tabindex="0">{_safe(shown)}</pre></details>'
    )
