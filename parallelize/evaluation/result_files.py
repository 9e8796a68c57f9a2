"""Results of an evaluation as files: responses, a tidy table, items, the figures of a card."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from parallelize.core.ports import Reply
from parallelize.core.trees import JsonObject
from parallelize.evaluation.asking import Sample
from parallelize.evaluation.estimates import ShareEstimate
from parallelize.evaluation.score_report import Cell, ModelScore, ScoreReport
from parallelize.evaluation.score_tables import written_share
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import PartStatus
from parallelize.text.spreadsheet import inert_cell
from parallelize.text.thinking import ResponsePart

__all__ = ["RESULT_COLUMNS", "card_facts", "item_lines", "response_line", "results_csv", "results_markdown"]

RESULT_COLUMNS = (
    "model",
    "trained_languages",
    "n",
    "language",
    "benchmark",
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "strict_accuracy",
    "off_target_rate",
    "responses",
    "samples",
    "chance",
    "off_target_rate_thinking",
    "off_target_rate_answer",
)
"""Columns of the tidy table; `parallelize law` reads the first six."""


def response_line(sample: Sample, reply: Reply, model: str) -> bytes:
    """One line of `responses.jsonl`, in the fields that `parallelize score` reads."""
    question = sample.question
    row = {
        "id": question.id,
        "benchmark": question.benchmark,
        "language": question.language,
        "prompt_language": question.text_language,
        "sample": sample.number,
        "seed": sample.seed,
        "model": model,
        "prompt": sample.prompt,
        "response": reply.text,
        "gold": question.gold,
        "finish_reason": reply.finish.value,
        "tokens": reply.output_tokens,
    }
    if question.level is not None:
        row["level"] = question.level
    if question.choices:
        row["choices"] = list(question.choices)
    if question.chance is not None:
        row["chance"] = question.chance
    if question.variant is not None:
        row["variant"] = question.variant
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def results_csv(reports: Mapping[str, ScoreReport], model: str, trained: Sequence[str]) -> str:
    """The tidy table: one line for each benchmark and language; an empty cell was not measured."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(RESULT_COLUMNS)
    for benchmark, code, cell in _cells(reports):
        interval = None if cell.accuracy is None else cell.accuracy.interval
        writer.writerow(
            [
                inert_cell(model),
                "+".join(trained),
                len(trained),
                code,
                inert_cell(benchmark),
                _number(None if cell.accuracy is None else cell.accuracy.value),
                _number(None if interval is None else interval.low),
                _number(None if interval is None else interval.high),
                _number(None if cell.strict_accuracy is None else cell.strict_accuracy.value),
                _number(cell.off_target[ResponsePart.RESPONSE].value),
                cell.responses,
                _samples(cell),
                _number(cell.chance),
                _number(cell.off_target[ResponsePart.THINKING].value),
                _number(cell.off_target[ResponsePart.ANSWER].value),
            ]
        )
    return text.getvalue()


def item_lines(verdicts: Iterable[ResponseVerdict], trained: Sequence[str]) -> Iterator[bytes]:
    """One line for each response whose correctness is known; `parallelize law` reads them."""
    for verdict in verdicts:
        if verdict.answer is None:
            continue
        response = verdict.response
        row = {
            "model": response.model,
            "trained_languages": list(trained),
            "language": response.language,
            "benchmark": response.source,
            "item": response.id,
            "sample": response.sample,
            "correct": int(verdict.answer.correct is True),  # undecided is wrong, as in every figure
            "strictly_correct": None if verdict.strictly_correct is None else int(verdict.strictly_correct),
        }
        yield json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def results_markdown(reports: Mapping[str, ScoreReport], model: str) -> str:
    """The table that a person sees at the end."""
    lines = [
        f"{model}: accuracy, correct and on target, off-target rates by part; 95 % intervals.",
        "",
        "| benchmark | language | accuracy | correct and on target | off-target: thinking | answer | pass@k "
        "| responses |",
        "|---|---|---|---|---|---|---|---:|",
    ]
    for benchmark, code, cell in _cells(reports):
        lines.append(_line(benchmark, code, cell))
    for benchmark, report in reports.items():
        score = next(iter(report.models.values()))
        macro = score.macro
        lines.append(
            f"| {benchmark} | mean of languages | {written_share(macro.get('accuracy'))} "
            f"| {written_share(macro.get('strict_accuracy'))} "
            f"| {_macro_part(score, ResponsePart.THINKING)} | {_macro_part(score, ResponsePart.ANSWER)} "
            f"| – | {report.responses} |"
        )
    return "\n".join(lines)


def card_facts(
    reports: Mapping[str, ScoreReport],
    *,
    name: str,
    model: Mapping[str, Any],
    benchmarks: Mapping[str, Mapping[str, Any]],
    settings: Mapping[str, str],
    created_with: Mapping[str, str],
) -> JsonObject:
    """What `cards/evaluation.md.jinja` shows; see `report.card.render_evaluation_card`."""
    return {
        "name": name,
        "model": dict(model),
        "settings": dict(settings),
        "created_with": dict(created_with),
        "benchmarks": [
            {
                "name": benchmark,
                **benchmarks[benchmark],
                "rows": [
                    {
                        "language": code,
                        "accuracy": _measured(cell.accuracy),
                        "strict_accuracy": _measured(cell.strict_accuracy),
                        "off_target": _off_target(cell),
                    }
                    for owner, code, cell in _cells(reports)
                    if owner == benchmark
                ],
            }
            for benchmark in reports
        ],
    }


def _cells(reports: Mapping[str, ScoreReport]) -> Iterator[tuple[str, str, Cell]]:
    for benchmark, report in reports.items():
        for score in report.models.values():
            for code, cell in score.languages.items():
                yield benchmark, code, cell


def _line(benchmark: str, code: str, cell: Cell) -> str:
    most = max(cell.passes, default=None)
    passes = "–" if most is None else f"pass@{most} {written_share(cell.passes[most])}"
    parts = " | ".join(_part(cell, part) for part in (ResponsePart.THINKING, ResponsePart.ANSWER))
    chance = "" if cell.above_chance is not False else " (not above chance)"
    return (
        f"| {benchmark} | {code} | {written_share(cell.accuracy)}{chance} "
        f"| {written_share(cell.strict_accuracy)} | {parts} | {passes} | {cell.responses} |"
    )


def _part(cell: Cell, part: ResponsePart) -> str:
    """Off-target rate of a part, and how many responses have one that was not judged; – for no thinking."""
    found = cell.tallies[part]
    absent = found.counts[PartStatus.ABSENT]
    if absent == found.total:
        return "–"
    aside = found.off_target.skipped - absent
    return f"{written_share(cell.off_target[part])}{f' ({aside} not judged)' if aside else ''}"


def _macro_part(score: ModelScore, part: ResponsePart) -> str:
    return written_share(score.macro.get(f"off_target_rate.{part.value}"))


def _samples(cell: Cell) -> str:
    least, most = cell.samples
    return str(most) if least == most else f"{least}-{most}"


def _number(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def _measured(estimate: ShareEstimate | None) -> dict[str, object] | None:
    return None if estimate is None or estimate.value is None else estimate.as_dict()


def _off_target(cell: Cell) -> dict[str, object] | None:
    found = _measured(cell.off_target[ResponsePart.RESPONSE])
    skipped = cell.tallies[ResponsePart.RESPONSE].off_target.skipped
    return None if found is None else {**found, "skipped": skipped}
