"""The engine work of a build: every unit that is not translated yet, here or by workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.session import OpenSession, Session
from parallelize.core.engine_work import EngineWork
from parallelize.core.units import Unit
from parallelize.pipeline.translating import RecordChunk, UnitTranslator
from parallelize.pipeline.window import task_group

__all__ = ["WorkDone", "missing_units", "translate", "unit_translator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """What engines did for a build, and the CPU seconds of this process."""

    engines: dict[str, EngineWork]
    """By name of the engine; empty if there was nothing to do."""
    cpu_seconds: float
    """Of this process, after the warm-up: cutting, asking, what is scored here, engines that work in it."""


def missing_units(session: Session, chunks: Sequence[RecordChunk]) -> Iterator[Unit]:
    """Units that are not translated yet, all languages of a chunk together."""
    missing = {
        state.code: {chunk.digest for chunk in state.unfinished(session.run, chunks)}
        for state in session.languages
    }
    for chunk in chunks:
        for code, digests in missing.items():
            if chunk.digest in digests:
                yield Unit(chunk=chunk.digest, code=code)


def translate(session: Session, chunks: Sequence[RecordChunk], *, warm_up: int = 0) -> WorkDone:
    """Translate the chunks that are not translated yet, in this process.

    Args:
        session: of the recipe and the run.
        chunks: of records.
        warm_up: so many chunks are translated first and their work is not counted: engines load with
            their first requests.

    Raises:
        EnvironmentFault: an engine or the disk failed; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    if not expect_rows(session, chunks):
        return WorkDone(engines={}, cpu_seconds=0.0)
    done: WorkDone = interruptible(session.run.root, _translate(session, chunks, warm_up))
    return done


def expect_rows(session: Session, chunks: Sequence[RecordChunk]) -> int:
    """Tell the watcher what is to come for each language. Returns the rows that are missing."""
    total = sum(chunk.rows for chunk in chunks)
    missing = 0
    for state in session.languages:
        mine = sum(chunk.rows for chunk in state.unfinished(session.run, chunks))
        session.watcher.expect(state.code, total, total - mine)
        missing += mine
    return missing


def unit_translator(
    opened: OpenSession,
    chunks: Sequence[RecordChunk],
    *,
    on_begin: Callable[[Unit, int], None] = lambda unit, row: None,
) -> UnitTranslator:
    """What translates units with the queues of an open session."""
    session = opened.session
    return UnitTranslator(
        session.run,
        {chunk.digest: chunk for chunk in chunks},
        {state.code: (opened.plan(state.code), state.fingerprint) for state in session.languages},
        window_segments=session.window_segments,
        on_row=session.watcher.row,
        on_begin=on_begin,
    )


async def _translate(session: Session, chunks: Sequence[RecordChunk], warm_up: int) -> WorkDone:
    async with session.working() as opened:
        translator = unit_translator(opened, chunks)
        errors = 0
        if warm_up:
            errors += await _all(translator, missing_units(session, chunks[:warm_up]))
            opened.begin_counting()
        work = opened.work
        session.watcher.working(work)
        before = time.process_time()
        errors += await _all(translator, missing_units(session, chunks[warm_up:]))
        cpu_seconds = time.process_time() - before
    warn_of_errors(session, errors)
    return WorkDone(engines=work, cpu_seconds=cpu_seconds)


async def _all(translator: UnitTranslator, units: Iterator[Unit]) -> int:
    """Translate all units, several at once; returns the rows with engine errors."""
    async with task_group() as group:
        tasks = [task for unit in units if (task := await translator.begin(group, unit)) is not None]
    return sum(task.result().errors for task in tasks)


def warn_of_errors(session: Session, errors: int) -> None:
    """Say that rows failed in a way that may pass."""
    if errors:
        session.watcher.warn(
            f"{errors} rows had engine errors that may pass; the same command tries them again"
        )
