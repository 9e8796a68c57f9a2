"""A self-contained page of a score report: charts, tables, samples. No script, nothing loaded."""

from __future__ import annotations

import html
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence

from parallelize.evaluation.score_render import accuracy_chart, off_target_chart, written_share
from parallelize.evaluation.score_report import Cell, ModelScore, ScoreReport
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import Part, PartStatus

__all__ = ["score_page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SAMPLES = 5
_CHARACTERS = 1_500
_STYLE = """
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,-apple-system,'Segoe UI','Noto Sans',sans-serif;max-width:70rem;margin:2rem auto;
padding:0 1rem;color:#1b2127;background:#fff}
table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}
th,td{padding:.25rem .7rem;text-align:start;border-bottom:1px solid #8886;vertical-align:top}
td.n{text-align:end;font-variant-numeric:tabular-nums}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#8881;padding:.7rem;border-radius:.3rem;
max-height:24rem;overflow:auto;font:inherit}
details{margin:.5rem 0}summary{cursor:pointer}.small{font-size:.85rem;opacity:.8}
@media (prefers-color-scheme:dark){body{color:#e7eaed;background:#14181c}}
"""


def score_page(report: ScoreReport, verdicts: Sequence[ResponseVerdict], *, seed: int = 0) -> str:
    """The page as HTML text.

    Args:
        report: figures.
        verdicts: of the same responses; a few of each kind are shown.
        seed: chooses the samples.
    """
    title = f"Score of {report.file}"
    body = "".join(_body(report, verdicts, seed))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{_safe(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{_safe(title)}</h1>{body}</body></html>\n"
    )


def _safe(text: str) -> str:
    """Escaped text; lone surrogates, which no page can hold, become U+FFFD."""
    return html.escape(text.encode("utf-8", "replace").decode("utf-8"))


def _body(report: ScoreReport, verdicts: Sequence[ResponseVerdict], seed: int) -> Iterator[str]:
    yield f"<p>{report.responses} responses, {len(report.models)} models. "
    yield "The off-target rate is off / (on + off); what could not be judged stands beside it. "
    yield "Brackets are 95 % intervals.</p>"
    for note in report.notes:
        yield f"<p><strong>Note.</strong> {_safe(note)}</p>"
    charts = [accuracy_chart(report), *(off_target_chart(report, part) for part in Part)]
    for chart in charts:
        if chart is not None:
            yield f"<figure>{chart}</figure>"
    for name, model in report.models.items():
        yield f"<h2>{_safe(name)}</h2>"
        yield from _tables(model)
    yield "<h2>Samples</h2>"
    yield from _samples(verdicts, seed)
    yield f'<p class="small">parallelize; identifiers: {_safe(" ; ".join(report.detectors))}</p>'


def _tables(model: ModelScore) -> Iterator[str]:
    rows = [*model.languages.items(), ("all (micro)", model.micro)]
    for part in Part:
        if model.micro.tallies[part].counts[PartStatus.ABSENT] == model.micro.responses:
            continue
        statuses = [status for status in PartStatus if model.micro.tallies[part].counts[status]]
        heads = ["language", "off-target", *(status.value for status in statuses), "mixed", "wrong languages"]
        yield f"<h3>{part.value}</h3><table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>"
        for label, cell in rows:
            yield _part_row(label, cell, part, statuses)
        yield "</table>"
    if model.micro.accuracy is not None:
        yield "<h3>accuracy</h3><table><tr><th>language</th><th>correct</th>"
        yield "<th>correct and on target</th><th>no answer found</th></tr>"
        for label, cell in rows:
            yield (
                f"<tr><td>{_safe(label)}</td><td>{written_share(cell.accuracy)}</td>"
                f'<td>{written_share(cell.strict_accuracy)}</td><td class="n">{cell.no_answer}</td></tr>'
            )
        yield "</table>"


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
        f'<p class="small">{_safe(parts + judged)}<br>{_safe(found.evidence)}'
        f'{"<br>" + _safe(spans) if spans else ""}</p><pre dir="auto">{_safe(shown)}</pre></details>'
    )
