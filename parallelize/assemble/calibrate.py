"""The story of `calibrate`: good rows bound the gates, damaged and bad rows show what the bounds find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from parallelize.assemble.audit import AuditWatcher, prepare_audit
from parallelize.assemble.audit_models import AuditOptions
from parallelize.assemble.scorers import translation_scorer
from parallelize.core.errors import InputError
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Score
from parallelize.stages.audit import AuditInput, AuditJob, AuditRow
from parallelize.stages.calibrate import Calibration, Finding, calibrate, findings, label_of, spoil

__all__ = ["Calibrated", "CalibrationPlan", "CalibrationWatcher", "calibrate_rows"]


class CalibrationWatcher(AuditWatcher, Protocol):
    """Is told how rows are asked about and scored, in several passes."""

    def scoring(self, total: int) -> None:
        """A pass of scoring begins, over so many rows."""

    def scored(self, words: int) -> None:
        """One row was scored, of so many words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPlan:
    """What is to be calibrated, and how strictly."""

    job: AuditJob
    models: AuditOptions
    keep: float
    """Share of good translations that must pass all gates together, in (0, 1)."""
    measures: Sequence[str] | None = None
    """None: those that have a threshold."""
    labelled: bool = False
    """Rows say themselves whether they are good; else all are."""
    damaged: int = 200
    """Rows to damage in each way."""
    seed: int = 0
    processes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """Bounds, what they find, and what they rest on."""

    result: Calibration
    findings: tuple[Finding, ...]
    good_rows: int
    scorer: str
    """Signature of the scorer."""


def calibrate_rows(opened: AuditInput, plan: CalibrationPlan, watcher: CalibrationWatcher) -> Calibrated:
    """Find the tightest thresholds that keep good rows, and what they find in bad ones.

    Raises:
        InputError: a good row cannot be read.
        EnvironmentFault: an engine, a model or a package is missing.
    """
    rows = list(opened.rows())
    good = [row for row in rows if not plan.labelled or label_of(row)]
    labelled_bad = [row for row in rows if plan.labelled and not label_of(row)]
    _refuse_unreadable(good)
    scores = _scored(good, plan, watcher)
    result = calibrate(
        scores, keep=plan.keep, thresholds=plan.job.thresholds, measures=plan.measures, seed=plan.seed
    )
    held_out = [good[number] for number in result.held_out_rows]
    spoilt = list(spoil(held_out, plan.job.languages.target, most=plan.damaged, seed=plan.seed))
    kinds = [*("labelled" for _ in labelled_bad), *(item.kind for item in spoilt)]
    bad = _scored([*labelled_bad, *(item.row for item in spoilt)], plan, watcher)
    found = findings(
        [scores[number] for number in result.held_out_rows],
        zip(kinds, bad, strict=True),
        Thresholds.of({**plan.job.thresholds, **result.bounds}),
    )
    return Calibrated(
        result=result,
        findings=tuple(found),
        good_rows=len(good),
        scorer=translation_scorer().signature,
    )


def _refuse_unreadable(rows: Sequence[AuditRow]) -> None:
    faults = [row for row in rows if row.fault]
    if faults:
        raise InputError(
            f"{len(faults)} of the good rows cannot be read; the first, {faults[0].id}: {faults[0].fault}",
            remedy="take them out, or label them bad",
        )


def _scored(
    rows: Sequence[AuditRow], plan: CalibrationPlan, watcher: CalibrationWatcher
) -> list[tuple[Score, ...]]:
    """Scores of rows, by the same way as an audit's."""
    audit = prepare_audit(AuditInput(fields=None, rows=lambda: iter(rows)), plan.job, plan.models, watcher)
    audit.ask(watcher)
    watcher.scoring(len(rows))
    found = []
    for row in audit.rows(plan.processes):
        found.append(row.scores)
        watcher.scored(row.source_words)
    return found
