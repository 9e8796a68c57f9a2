"""The page of a score report: pictures, tables, and samples with a filter by what was found of them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from parallelize.core.languages import named_language
from parallelize.core.messages import and_list
from parallelize.core.version import __version__
from parallelize.evaluation.plots import CHART_STYLE
from parallelize.evaluation.score_render import accuracy_chart, off_target_chart, reference_lines
from parallelize.evaluation.score_report import ModelScore, ScoreReport
from parallelize.evaluation.score_tables import heat_maps, model_tables, shown_parts
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import PartStatus
from parallelize.report.page import asset, fill, render_page
from parallelize.text.figure_tables import percent, shown_cell
from parallelize.text.thinking import ResponsePart

__all__ = ["score_page"]

_SAMPLES = 240
"""Samples on a page."""
_CHARACTERS = 1_500
_MOST_CHARTED = 4
"""Models that a chart of bars can tell apart; more are shown as heat maps."""
_CORRECT = {True: "right", False: "wrong", None: "undecided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownResponse:
    """A response on the page, with what it can be filtered by."""

    model: str
    language: str
    status: str
    correct: str
    summary: str
    judged: str
    evidence: str
    spans: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFilter:
    """A field of the form above the samples."""

    label: str
    name: str
    """Attribute of a sample that it looks at."""
    options: Sequence[tuple[str, str]]
    """Values and what they are called."""


def score_page(report: ScoreReport, verdicts: Sequence[ResponseVerdict]) -> str:
    """The page as HTML text.

    Args:
        verdicts: of the same responses; a few of each kind are shown.
    """
    title = f"Score of {report.file}"
    samples = list(map(_shown, _chosen(verdicts)))
    several = len(report.models) > 1
    values = {
        "title": title,
        "counted": f"{_several(report.responses, 'response')}, {_several(len(report.models), 'model')}.",
        "verdicts": [_verdict(name, one) for name, one in report.models.items()][:_MOST_CHARTED],
        "notes": report.notes,
        "charts": list(_charts(report)),
        "maps": list(heat_maps(report)) if several else [],
        "models": [{"name": name, "tables": list(model_tables(one))} for name, one in report.models.items()],
        "most_open": _MOST_CHARTED,
        "metrics": [
            {"name": name, "lines": [line.removeprefix("- ") for line in reference_lines(figures)]}
            for name, figures in report.metrics.items()
        ],
        "filters": list(_filters(samples)),
        "samples": samples,
        "settings": list(_settings(report)),
        "version": __version__,
        "shown": shown_cell,
    }
    body = fill("score.html.jinja", values)
    return render_page(title=title, body=body, styles=[CHART_STYLE], script=asset("score.js"))


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _verdict(name: str, model: ModelScore) -> str:
    """What came out for one model, in a sentence."""
    cell, said = model.micro, []
    if (right := cell.accuracy) is not None and right.value is not None:
        said.append(f"{percent(right.value)} of its answers are correct")
    if (strict := cell.strict_accuracy) is not None and strict.value is not None:
        said.append(f"{percent(strict.value)} are correct and in the language that was asked for")
    off = cell.off_target.get(ResponsePart.RESPONSE)
    if off is not None and off.value is not None:
        said.append(f"{percent(off.value)} of its responses that can be judged are in another one")
    return f"{name}: {and_list(said)}." if said else f"{name}: nothing could be judged."


def _charts(report: ScoreReport) -> Iterator[Markup]:
    """Bars by language; of many models there are heat maps instead."""
    if len(report.models) > _MOST_CHARTED:
        return
    parts = [
        part for part in ResponsePart if any(part in shown_parts(model) for model in report.models.values())
    ]
    for chart in (accuracy_chart(report), *(off_target_chart(report, part) for part in parts)):
        if chart is not None:
            yield Markup(chart)  # noqa: S704 - escaped where it is drawn


def _chosen(verdicts: Sequence[ResponseVerdict]) -> list[ResponseVerdict]:
    """Some of each status, correctness, language and model: each kind has one before any has two."""
    kinds: dict[tuple[str, ...], list[ResponseVerdict]] = defaultdict(list)
    for verdict in verdicts:
        response = verdict.response
        kinds[_status(verdict), _correct(verdict), response.language, response.model].append(verdict)
    rng = random.Random(0)
    groups = [rng.sample(group, len(group)) for _, group in sorted(kinds.items())]
    chosen: list[ResponseVerdict] = []
    while groups and len(chosen) < _SAMPLES:
        chosen += [group.pop() for group in groups][: _SAMPLES - len(chosen)]
        groups = [group for group in groups if group]
    return sorted(chosen, key=lambda verdict: (verdict.response.model, verdict.response.row))


def _status(verdict: ResponseVerdict) -> str:
    """The status of each part that is there."""
    named = {
        part: "on, but mixed" if found.mixed() else found.status.value
        for part, found in verdict.parts.items()
    }
    if verdict.parts[ResponsePart.THINKING].status is PartStatus.ABSENT:
        return named[ResponsePart.ANSWER]
    return f"thinking {named[ResponsePart.THINKING]}, answer {named[ResponsePart.ANSWER]}"


def _correct(verdict: ResponseVerdict) -> str:
    answer = verdict.answer
    return "no gold answer" if answer is None else _CORRECT[answer.correct]


def _judged(verdict: ResponseVerdict) -> str:
    parts = ", ".join(f"{part.value} {item.status.value}" for part, item in verdict.parts.items())
    answer = verdict.answer
    if answer is None:
        return parts
    says = "no answer found" if answer.value is None else f"answer {answer.value} (by {answer.source})"
    return f"{parts} · {says}, gold {verdict.response.gold}: {_CORRECT[answer.correct]}"


def _shown(verdict: ResponseVerdict) -> ShownResponse:
    response, found = verdict.response, verdict.parts[ResponsePart.RESPONSE]
    text = response.response
    status, correct = _status(verdict), _correct(verdict)
    spans = "; ".join(f"{span.language}: {found.prose[span.start : span.end]}" for span in found.spans[:8])
    return ShownResponse(
        model=response.model,
        language=response.language,
        status=status,
        correct=correct,
        summary=f"row {response.row}, id {response.id}, {response.model}, {named_language(response.language)}"
        f": {status}, {correct}; found {found.language or '–'}",
        judged=_judged(verdict),
        evidence=found.evidence,
        spans=spans,
        text=text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]} … ({len(text)} characters)",
    )


def _filters(samples: Sequence[ShownResponse]) -> Iterator[SampleFilter]:
    models = sorted({sample.model for sample in samples})
    if len(models) > 1:
        yield SampleFilter(label="Model", name="model", options=[(one, one) for one in models])
    codes = sorted({sample.language for sample in samples})
    yield SampleFilter(
        label="Language", name="language", options=[(code, named_language(code)) for code in codes]
    )
    for label, name, values in (
        ("Status", "status", {sample.status for sample in samples}),
        ("Correct", "correct", {sample.correct for sample in samples}),
    ):
        yield SampleFilter(label=label, name=name, options=[(value, value) for value in sorted(values)])


def _settings(report: ScoreReport) -> Iterator[tuple[str, str]]:
    """What the figures rest on: options of the scoring and identifiers."""
    chosen, tags = report.options, report.options.tags
    yield (
        "thinking tags",
        f"{tags.opening} … {tags.closing}" + (", opened by the prompt" if tags.opened else ""),
    )
    yield "thinking that never closed", "its last box counts" if chosen.unclosed else "has no answer"
    yield "responses cut at the limit", "judged" if chosen.judge_cut else "counted apart"
    yield "lines judged by themselves", "yes" if chosen.lines else "no"
    yield "foreign spans looked for", "yes" if chosen.spans else "no"
    yield "mixed from a share of", f"{chosen.mixed_share:g}"
    yield "identifiers", " ; ".join(report.detectors)
