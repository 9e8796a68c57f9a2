"""An audit: rows, engines that translate them back, scoring models and scorers, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from parallelize.assemble.audit_models import AuditModels, AuditOptions, make_audit_models
from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.scorers import translation_scorer
from parallelize.pipeline.auditing import ask_for_rows, rows_with_replies, unanswered
from parallelize.pipeline.open_memory import opened_memory
from parallelize.pipeline.queue import enter_queue
from parallelize.stages.audit import AuditedRow, AuditInput, AuditJob, audit_rows
from parallelize.stages.summarize import LanguageSummary
from parallelize.store.files import written_along
from parallelize.store.json_files import json_line, to_json
from parallelize.store.memory import Memory

__all__ = ["AuditWatcher", "PreparedAudit", "prepare_audit"]


class AuditWatcher(Protocol):
    """Is told how an audit goes."""

    def warn(self, text: str) -> None:
        """Something a person must know."""

    def expect(self, code: str, total: int, done: int) -> None:
        """Work begins: rows in all, rows that need none."""

    def asked(self, words: int) -> None:
        """A row was answered by every engine."""

    def download(self, what: str, done: int, total: int) -> None:
        """Bytes of a model that is being fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedAudit:
    """An audit whose models are known to be there; nothing is asked yet."""

    opened: AuditInput
    job: AuditJob
    memory: Path
    models: AuditModels

    def ask(self, watcher: AuditWatcher) -> None:
        """Ask every model about every row that it has not seen; replies go to the memory.

        Raises:
            EngineFault: an engine cannot go on; what was answered is kept.
            Interrupted: SIGINT or SIGTERM; what was answered is kept.
        """
        if self.models.any:
            interruptible(self.memory, _ask(self, watcher))

    def rows(self, processes: int) -> Iterator[AuditedRow]:
        """Score and judge every row, in order. `ask` comes first."""
        rows = self.opened.rows()
        if self.models.any:
            rows = rows_with_replies(rows, self.models.engines(), Memory(self.memory))
        scorer = partial(translation_scorer, self.job.measures)
        return audit_rows(rows, self.job, scorer, processes=processes)

    def summary(
        self, processes: int, *, rows_out: Path | None, on_row: Callable[[bool, int], None]
    ) -> dict[str, Any]:
        """Score and judge every row, and add them up. `ask` comes first.

        Args:
            processes: processes that score.
            rows_out: where each row's verdict goes, whole or not at all; None: nowhere.
            on_row: is told of each row whether it is kept, and its source words.

        Returns:
            What was audited and how, and the figures.
        """
        figures = LanguageSummary()
        rows = self.rows(processes)
        if rows_out is not None:
            rows = written_along(rows, rows_out, lambda row: json_line(row.as_dict()))
        for row in rows:
            figures.add(row.verdict, row.scores, segments=0, copied=0, source_words=row.source_words)
            on_row(row.verdict.kept, row.source_words)
        counted = to_json(figures.figures())
        for name in ("segments", "copied_segments", "rungs"):
            del counted[name]
        return {
            "source_language": self.job.languages.source,
            "language": self.job.languages.target,
            "fields": None if self.opened.fields is None else self.opened.fields.as_dict(),
            "conventions": list(self.opened.conventions),
            "scorer": translation_scorer(self.job.measures).signature,
            **self.models.facts(),
            "thresholds": dict(self.job.thresholds),
            **counted,
        }


def prepare_audit(
    opened: AuditInput, job: AuditJob, options: AuditOptions, watcher: AuditWatcher
) -> PreparedAudit:
    """Make the models of an audit and ask each what it is, so that a missing one is told before any work.

    Raises:
        EnvironmentFault: an engine, a model or a package is missing.
    """
    translation_scorer(job.measures)  # refuses a wrong name before anything is asked
    models = make_audit_models(options, job.languages, watcher.download)
    return PreparedAudit(opened=opened, job=job, memory=options.memory, models=models)


async def _ask(audit: PreparedAudit, watcher: AuditWatcher) -> None:
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(opened_memory(None, audit.memory, watcher.warn))
        asks = {name: (await enter_queue(stack, model, memory)).ask for name, model in audit.models.by_name()}
        engines = audit.models.engines(asks)
        total = done = 0
        for row in audit.opened.rows():
            total += 1
            done += not unanswered(row, engines, memory)
        watcher.expect(audit.job.languages.target, total, done)
        await ask_for_rows(audit.opened.rows(), engines, memory, on_row=watcher.asked)
