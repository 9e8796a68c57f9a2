"""Scoring and judging rows in several processes, with results in the order of the rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from parallelize.core.children import map_in_children
from parallelize.core.language_pair import LanguagePair
from parallelize.core.thresholds import Thresholds
from parallelize.core.trees import JsonObject
from parallelize.core.verdicts import EVIDENCE, Score, Verdict
from parallelize.stages.audit.rows import AuditRow
from parallelize.stages.score import Scorer

__all__ = ["AuditJob", "AuditedRow", "audit_rows"]

_CHUNK = 128
"""Rows a process takes at a time."""
_DEFAULTS = Thresholds.of()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditJob:
    """How rows are scored and judged."""

    languages: LanguagePair
    thresholds: Thresholds
    measures: tuple[str, ...] = ()
    """Names of the measures that are wanted; none: all. A few cheap ones are many times as fast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRow:
    """What the audit says about one row."""

    id: Any
    verdict: Verdict
    scores: tuple[Score, ...]
    source_words: int = 0

    def as_dict(self) -> JsonObject:
        """JSON form, one line of the `--rows` file."""
        return {
            "id": self.id,
            "kept": self.verdict.kept,
            "reasons": [reason.value for reason in self.verdict.reasons],
            "scores": {score.measure: score.value for score in self.scores},
            "evidence": {
                score.measure: f"{score.where}: {score.evidence}" if score.where else score.evidence
                for score in self.verdict.failed
            },
        }


def audit_rows(
    rows: Iterable[AuditRow], job: AuditJob, make_scorer: Callable[[], Scorer], *, processes: int = 2
) -> Iterator[AuditedRow]:
    """Score and judge every row; the order and the results do not depend on the number of processes.

    Args:
        rows: read as they are needed.
        job: languages and thresholds.
        make_scorer: a function of a module (processes import it by name) that gives the scorer.
        processes: 1 works in this process; so does any number where one chunk holds all rows.

    Raises:
        EnvironmentFault: a process died (usually for want of memory).
    """
    chunks = _chunks(rows)
    first = list(itertools.islice(chunks, 2))
    if processes < 2 or len(first) < 2:
        scorer = make_scorer()
        for chunk in itertools.chain(first, chunks):
            yield from _audited(scorer, job, chunk)
        return
    for audited in map_in_children(
        _work,
        itertools.chain(first, chunks),
        partial(_tools, make_scorer, job),
        processes=processes,
        remedy="free memory, or run with --processes 1",
    ):
        yield from audited


def _chunks(rows: Iterable[AuditRow]) -> Iterator[list[AuditRow]]:
    source = iter(rows)
    while chunk := list(itertools.islice(source, _CHUNK)):
        yield chunk


def _tools(make_scorer: Callable[[], Scorer], job: AuditJob) -> tuple[Scorer, AuditJob]:
    return make_scorer(), job


def _work(tools: tuple[Scorer, AuditJob], chunk: list[AuditRow]) -> list[AuditedRow]:
    return _audited(*tools, chunk)


def _audited(scorer: Scorer, job: AuditJob, chunk: Sequence[AuditRow]) -> list[AuditedRow]:
    return [_one(scorer, job, row) for row in chunk]


def _one(scorer: Scorer, job: AuditJob, row: AuditRow) -> AuditedRow:
    if row.fault:
        unread = Score(measure="empty_fields", value=1.0, evidence=row.fault)
        # By the default threshold: a row that cannot be read is never kept.
        return AuditedRow(id=row.id, verdict=_DEFAULTS.judge((unread,)), scores=(unread,))
    scores = scorer.score_row(
        row.texts,
        languages=job.languages,
        source_answer=row.answer,
        back_translations=row.back,
    )
    if row.back_failures:
        evidence = f"on the way back: {'; '.join(row.back_failures[:3])}"[:EVIDENCE]
        failures = Score(measure="engine_failures", value=float(len(row.back_failures)), evidence=evidence)
        scores = (failures, *scores)
    scores = (*scores, *row.model_scores)
    words = sum(len(source.split()) for _, source, _ in row.texts if source is not None)
    return AuditedRow(id=row.id, verdict=job.thresholds.judge(scores), scores=scores, source_words=words)
