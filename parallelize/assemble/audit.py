"""An audit: rows, engines that translate them back, scoring models and scorers, put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from parallelize.assemble.engines import EnginePlace, make_translator
from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.scorers import make_pair_scorers, scoring_leg, translation_scorer
from parallelize.core.ports import PairScorer, Translator, alphabet_of
from parallelize.core.recipe_tables import ScorerOptions
from parallelize.pipeline.auditing import AuditEngines, ask_for_rows, rows_with_replies, unanswered
from parallelize.pipeline.queue import Queue
from parallelize.pipeline.ticking import opened_memory
from parallelize.stages.audit import AuditedRow, AuditInput, AuditJob, audit_rows
from parallelize.stages.legs import Leg
from parallelize.stages.summarize import LanguageSummary
from parallelize.store.files import written_along
from parallelize.store.json_files import json_line, to_json
from parallelize.store.memory import Memory

__all__ = ["AuditModels", "AuditWatcher", "PreparedAudit", "prepare_audit"]


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
class AuditModels:
    """Which models look at the rows; by default none."""

    back: Any = None
    """Engine options of a recipe, for the way back; `None`: rows are not translated back."""
    scorers: ScorerOptions = field(default_factory=ScorerOptions)
    memory: Path
    """Where replies are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedAudit:
    """An audit whose models are known to be there; nothing is asked yet."""

    opened: AuditInput
    job: AuditJob
    memory: Path
    translator: Translator | None
    pair_scorers: tuple[PairScorer, ...]
    facts: dict[str, Any]
    """Fingerprints of the models, for the summary."""

    def ask(self, watcher: AuditWatcher) -> None:
        """Ask every model about every row that it has not seen; replies go to the memory.

        Raises:
            EngineFault: an engine cannot go on; what was answered is kept.
            Interrupted: SIGINT or SIGTERM; what was answered is kept.
        """
        if self.translator is not None or self.pair_scorers:
            interruptible(self.memory, _ask(self, watcher))

    def rows(self, processes: int) -> Iterator[AuditedRow]:
        """Score and judge every row, in order. `ask` comes first."""
        rows = self.opened.rows()
        if self.translator is not None or self.pair_scorers:
            rows = rows_with_replies(rows, _engines(self, _nobody, {}), Memory(self.memory))
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
            **self.facts,
            "thresholds": dict(self.job.thresholds),
            **counted,
        }


def prepare_audit(
    opened: AuditInput, job: AuditJob, models: AuditModels, watcher: AuditWatcher
) -> PreparedAudit:
    """Make the models of an audit and ask each what it is, so that a missing one is told before any work.

    Raises:
        EnvironmentFault: an engine, a model or a package is missing.
    """
    translation_scorer(job.measures)  # refuses a wrong name before anything is asked
    translator = None
    facts: dict[str, Any] = {}
    if models.back is not None:
        translator = make_translator(models.back, EnginePlace(on_download=watcher.download))
        print_ = translator.fingerprint(job.languages.back)
        facts["back_engine"] = print_.as_dict()
    scorers = make_pair_scorers(models.scorers)
    for scorer in scorers:
        print_ = scorer.fingerprint(job.languages)
        facts.setdefault("scorers", {})[scorer.measure] = print_.as_dict()
    return PreparedAudit(
        opened=opened,
        job=job,
        memory=models.memory,
        translator=translator,
        pair_scorers=scorers,
        facts=facts,
    )


async def _nobody(request: Any) -> Any:
    raise AssertionError(f"{request} is asked of the memory only")


def _engines(audit: PreparedAudit, ask_back: Any, asks: dict[str, Any]) -> AuditEngines:
    languages = audit.job.languages
    back = None
    if audit.translator is not None:
        print_ = audit.translator.fingerprint(languages.back)
        back = Leg(
            traits=audit.translator.traits,
            fingerprint=print_.digest(),
            ask=ask_back,
            alphabet=alphabet_of(audit.translator, languages.back),
        )
    return AuditEngines(
        languages=languages,
        back=back,
        scorers=tuple(
            scoring_leg(scorer, asks.get(scorer.measure, _nobody), languages) for scorer in audit.pair_scorers
        ),
    )


async def _ask(audit: PreparedAudit, watcher: AuditWatcher) -> None:
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(opened_memory(None, audit.memory, watcher.warn))

        async def queue(engine: Any) -> Any:
            stack.push_async_callback(engine.aclose)
            return (await stack.enter_async_context(Queue(engine, memory))).ask

        ask_back: Any = _nobody if audit.translator is None else await queue(audit.translator)
        asks = {scorer.measure: await queue(scorer) for scorer in audit.pair_scorers}
        engines = _engines(audit, ask_back, asks)
        total = done = 0
        for row in audit.opened.rows():
            total += 1
            done += not unanswered(row, engines, memory)
        watcher.expect(audit.job.languages.target, total, done)
        await ask_for_rows(audit.opened.rows(), engines, memory, on_row=watcher.asked)
