"""Figures of a score report for people: tables in Markdown, a line for each row in JSONL, charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import orjson

from parallelize.evaluation.estimates import ShareEstimate
from parallelize.evaluation.plots import BarSeries, bar_chart
from parallelize.evaluation.score_report import Cell, ModelScore, ScoreReport
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.mixing import MIXED_SHARE
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.metrics.statistics import Estimate
from parallelize.text.thinking import ResponsePart

__all__ = [
    "accuracy_chart",
    "off_target_chart",
    "reference_lines",
    "row_lines",
    "score_markdown",
    "shown_parts",
    "written_share",
]

_ASIDE = (
    PartStatus.UNDETERMINED,
    PartStatus.EMPTY,
    PartStatus.DEGENERATE,
    PartStatus.TRUNCATED,
    PartStatus.UNFINISHED,
    PartStatus.ABSENT,
)


def written_share(estimate: ShareEstimate | None) -> str:
    """A share in per cent with its interval, `12.5 % [9.1, 16.8]`; `–` where nothing was measured."""
    if estimate is None or estimate.value is None:
        return "–"
    value = f"{100 * estimate.value:.1f} %"
    if estimate.interval is None:
        return value
    return f"{value} [{100 * estimate.interval.low:.1f}, {100 * estimate.interval.high:.1f}]"


def score_markdown(report: ScoreReport) -> str:
    """The whole report as Markdown tables."""
    count = "1 response" if report.responses == 1 else f"{report.responses} responses"
    lines = [f"# Score of {_safe(report.file)}", "", f"{count}.", ""]
    for name, model in report.models.items():
        lines += [f"## {_safe(name)}", "", *_part_tables(model), *_accuracy_table(model)]
    for name, found in report.metrics.items():
        lines += [f"## Reference metric: {name}", "", *reference_lines(found), ""]
    if report.notes:
        lines += ["## Notes", "", *(f"- {_safe(note)}" for note in report.notes), ""]
    lines += [f"Identifiers: {' ; '.join(report.detectors)}", ""]
    return "\n".join(lines)


_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#])")


def _safe(text: str) -> str:
    """Text of a file's making as plain Markdown on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def shown_parts(model: ModelScore) -> list[ResponsePart]:
    """The parts worth a table: without thinking, the answer is all of the response."""
    thinking = model.micro.tallies[ResponsePart.THINKING]
    return (
        [ResponsePart.ANSWER] if thinking.counts[PartStatus.ABSENT] == thinking.total else list(ResponsePart)
    )


def _part_tables(model: ModelScore) -> Iterator[str]:
    for part in shown_parts(model):
        micro = model.micro.tallies[part]
        yield f"### {part.value}"
        yield ""
        lines = micro.any_line.total > 0
        heads = ["language", "off-target", "off", "on", "mixed", "English", "wrong languages", "not judged"]
        heads += ["a line off"] if lines else []
        yield f"| {' | '.join(heads)} |"
        yield "|---|---|---:|---:|---|---|---|---|" + ("---|" if lines else "")
        for code, cell in model.languages.items():
            yield _part_row(code, cell, part, lines=lines)
        yield _part_row("all (micro)", model.micro, part, lines=lines)
        macro = model.macro[f"off_target_rate.{part.value}"]
        yield f"| mean of languages (macro) | {written_share(macro)} |{' |' * (len(heads) - 2)}"
        yield ""


def _part_row(label: str, cell: Cell, part: ResponsePart, *, lines: bool) -> str:
    found = cell.tallies[part]
    wrong = ", ".join(f"{code} {count}" for code, count in list(found.wrong_languages.items())[:3])
    aside = ", ".join(f"{status.value} {found.counts[status]}" for status in _ASIDE if found.counts[status])
    row = (
        f"| {label} | {written_share(cell.off_target[part])} | {found.counts[PartStatus.OFF]} "
        f"| {found.counts[PartStatus.ON]} | {_percent(found.mixed.value)} | {_percent(found.english_share)} "
        f"| {wrong} | {aside} |"
    )
    return f"{row} {_percent(found.any_line.value)} |" if lines else row


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _accuracy_table(model: ModelScore) -> Iterator[str]:
    if model.micro.accuracy is None:
        return
    yield "### accuracy"
    yield ""
    heads = ("no answer", "undecided", "in unclosed thinking", "pass@k")
    yield f"| language | accuracy | correct and on target | {' | '.join(heads)} |"
    yield "|---|---|---|---:|---:|---:|---|"
    for code, cell in (*model.languages.items(), ("all (micro)", model.micro)):
        if cell.accuracy is None:
            continue
        passes = ", ".join(f"@{k} {written_share(found)}" for k, found in cell.passes.items())
        yield (
            f"| {code} | {written_share(cell.accuracy)} | {written_share(cell.strict_accuracy)} "
            f"| {cell.no_answer} | {cell.undecided} | {cell.unclosed} | {passes} |"
        )
    macro = model.macro
    yield (
        f"| mean of languages (macro) | {written_share(macro['accuracy'])} "
        f"| {written_share(macro['strict_accuracy'])} | | | | |"
    )
    yield ""
    yield from _beside_accuracy(model)


def _beside_accuracy(model: ModelScore) -> Iterator[str]:
    """Chance level, and how answers hold over the variants of items."""
    micro = model.micro
    if micro.chance is not None:
        near = [code for code, cell in model.languages.items() if cell.above_chance is False]
        flag = f"; not above it: {', '.join(near)}" if near else ""
        yield f"Chance level: {_percent(micro.chance)}{flag}."
        yield ""
    if micro.variants is not None:
        found = micro.variants
        yield (
            f"{found.items} items in several variants: accuracy over variants {_percent(found.mean)}, all of "
            f"them right {_percent(found.worst)}, standard deviation between them {_percent(found.spread)}."
        )
        yield ""


def reference_lines(found: object) -> Iterator[str]:
    """Overall figures of a reference metric as list items in Markdown."""
    if not isinstance(found, Mapping):
        return
    for key, value in found.items():
        if isinstance(value, float):
            yield f"- {key}: {_percent(value)}"
        elif value is None:
            yield f"- {key}: not computed"
        elif isinstance(value, str):
            yield f"- {key}: {value}"
    missing = found.get("not_computed")
    if isinstance(missing, Mapping):
        yield from (f"- {key} is not computed: {reason}" for key, reason in missing.items())


def row_lines(verdicts: Sequence[ResponseVerdict], *, mixed_share: float = MIXED_SHARE) -> Iterator[bytes]:
    """One JSON line for each response, in order: its verdicts and what they rest on."""
    for verdict in verdicts:
        response = verdict.response
        answer = verdict.answer
        row = {
            "row": response.row,
            "id": response.id,
            "model": response.model,
            "language": response.language,
            "source": response.source,
            "sample": response.sample,
            "finish_reason": response.finish_reason,
            "parts": {part.value: _part_json(found, mixed_share) for part, found in verdict.parts.items()},
            "answer": (
                None
                if answer is None
                else {
                    "value": answer.value,
                    "source": answer.source,
                    "gold": response.gold,
                    "correct": answer.correct,
                    "strictly_correct": verdict.strictly_correct,
                    "unclosed": answer.unclosed,
                }
            ),
        }
        yield orjson.dumps(row, default=str) + b"\n"


def _part_json(found: PartVerdict, mixed_share: float) -> dict[str, object]:
    return {
        "status": found.status.value,
        "language": found.language,
        "votes": found.evidence,
        "foreign_share": found.foreign_share,
        "english_share": found.english_share,
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
    return bar_chart(title=title, y_label="share of responses", groups=groups, series=series, full_scale=True)


def _estimate(found: ShareEstimate | None) -> Estimate | None:
    if found is None or found.value is None:
        return None
    return Estimate(value=found.value, interval=found.interval)
