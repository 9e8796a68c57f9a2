"""Scores for evaluation harnesses: what the tasks that `parallelize export --format lm-eval` writes call.

    from parallelize.harness import score_row

A row is a line of the `data/` of such a task. The verdict is that of `parallelize score`.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from parallelize.assemble.judges import language_judge
from parallelize.core.trees import JsonObject, Tree
from parallelize.evaluation.part_language import SignedJudge
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ScoreOptions, score_responses
from parallelize.metrics.off_target import PartStatus
from parallelize.text.thinking import ResponsePart

__all__ = ["FIGURES", "data_rows", "known_mean", "score_row"]

FIGURES = ("accuracy", "strict_accuracy", "off_target_rate")
"""What `score_row` says of a response; the mean of what is known is the figure of `parallelize score`."""

_judging = threading.Lock()


def score_row(
    row: Tree, response: str, *, thinking: str | None = None, finish_reason: str | None = None
) -> dict[str, float | None]:
    """Judge one response to a row of a task.

    Args:
        row: `language`, `gold`, and where there are any `choices`, `prompt`, `prompt_language`.
        response: what the model wrote, its thinking with marks included.
        thinking: where the harness set it apart.
        finish_reason: `length` counts a response as cut, whose language is not judged.

    Returns:
        Each of `FIGURES`: 0 or 1, or None where it does not count (no gold answer, too little prose).
    """
    language = str(row["language"])
    gold = row.get("gold")
    item = Response(
        row=1,
        id=str(row.get("id", "1")),
        language=language,
        response=response or "",
        prompt=str(row.get("prompt") or ""),
        prompt_language=row.get("prompt_language"),
        gold=None if gold is None else str(gold),
        finish_reason=finish_reason,
        thinking=thinking or None,
        choices=tuple(row.get("choices") or ()),
    )
    with _judging:  # identifiers are not made for several threads at once
        (verdict,) = score_responses([item], lambda: _judge(language), ScoreOptions(), workers=1)
    part = verdict.parts[ResponsePart.RESPONSE]
    answer, strict = verdict.answer, verdict.strictly_correct
    return {
        "accuracy": None if answer is None else float(answer.correct is True),
        "strict_accuracy": None if strict is None else float(strict),
        "off_target_rate": float(part.status is PartStatus.OFF) if part.judged else None,
    }


@cache
def _judge(language: str) -> SignedJudge:
    return language_judge((language,))


def known_mean(values: Iterable[float | None]) -> float:
    """The mean of what is known; NaN, which harnesses show, where nothing is."""
    known = [float(value) for value in values if value is not None and not math.isnan(value)]
    return sum(known) / len(known) if known else float("nan")


def data_rows(folder: str | Path, language: str) -> Sequence[JsonObject]:
    """The rows of one language of a task folder.

    Args:
        folder: of the task, which has `data/LANGUAGE/test.jsonl`.
        language: code.
    """
    path = Path(folder) / "data" / language / "test.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
