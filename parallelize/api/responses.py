"""`parallelize.score`: responses of models, judged by language and by answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parallelize.api.data import data_file
from parallelize.assemble.response_files import read_response_files
from parallelize.assemble.score import ResponseJudge
from parallelize.evaluation.responses import ResponseColumns
from parallelize.evaluation.score_report import ScoreReport
from parallelize.evaluation.scoring import ResponseVerdict

__all__ = ["ScoreResult", "score"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """Responses of models, judged: off-target rates by part, accuracy."""

    report: ScoreReport
    verdicts: tuple[ResponseVerdict, ...]


def score(
    responses: Any,
    *,
    language: str | None = None,
    fields: Mapping[str, str] | None = None,
    workers: int = 1,
) -> ScoreResult:
    """Judge responses of models: in which language they think and answer, and whether they are right.

    Args:
        responses: file, folder or glob, logs of evaluation tools included; or a table, a list of dicts.
        language: language that all should be in, where no column says it.
        fields: role → column, as in `{"response": "text", "gold": "answer"}`.
        workers: processes that judge.

    Raises:
        InputError: a file or a row is wrong; the message names it.
    """
    constants = {"language": language} if language else {}
    columns = ResponseColumns(fields=dict(fields or {}), constants=constants)
    with data_file(responses) as path:
        found = read_response_files((path,), columns, form="auto")
    judge = ResponseJudge(languages=found.languages)
    verdicts = tuple(judge.verdicts(found.responses, workers=workers))
    return ScoreResult(report=judge.report(verdicts, found.name, notes=found.notes), verdicts=verdicts)
