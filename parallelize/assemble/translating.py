"""The engine work of a build: every unit that is not translated yet, here or by workers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from parallelize.assemble.dispatch import do_units
from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.open_session import OpenSession, working
from parallelize.assemble.session import Session
from parallelize.assemble.unit_work import NoteRow, OpenUnits, WorkDone, WorkerNeeds
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.engine_work import EngineWork
from parallelize.core.units import Unit
from parallelize.pipeline.translating import RecordChunk, UnitTranslator
from parallelize.pipeline.window import task_group
from parallelize.store.run import RunDirectory

__all__ = ["TranslationWork", "translate", "translate_here"]

_ROWS_IN_HAND = 1_024
"""Rows that a worker holds at once: enough for a window of segments, however small the chunks are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationWork:
    """The units of a build: each chunk of its records into each language. Fulfils `UnitWork`."""

    session: Session
    chunks: Sequence[RecordChunk]

    @property
    def run(self) -> RunDirectory:
        """The run directory; see `UnitWork.run`."""
        return self.session.run

    @property
    def watcher(self) -> BuildWatcher:
        """Whoever the session tells; see `UnitWork.watcher`."""
        return self.session.watcher

    @property
    def what(self) -> str:
        """Records become rows; see `UnitWork.what`."""
        return "rows"

    @property
    def needs(self) -> WorkerNeeds:
        """What the recipe's engines take; see `UnitWork.needs`."""
        known = [options for _, options, _ in self.session.translators.made()]
        return WorkerNeeds(
            gpus=max((options.gpus for options in known if options.unit == "GPU"), default=0),
            cores=max((options.cores for options in known), default=1),
            units_at_once=-(-_ROWS_IN_HAND // self.session.recipe.run.chunk_rows),
        )

    def units(self) -> list[Unit]:
        """All chunks into all languages; see `UnitWork.units`."""
        langs = self.session.recipe.langs
        return [Unit(chunk=chunk.digest, code=code) for chunk in self.chunks for code in langs]

    def missing(self) -> Iterator[Unit]:
        """Units that are not translated yet, all languages of a chunk together."""
        missing = {
            state.code: {chunk.digest for chunk in state.unfinished(self.run, self.chunks)}
            for state in self.session.languages
        }
        return (unit for unit in self.units() if unit.chunk in missing[unit.code])

    def expect(self, units: Iterable[Unit] | None = None) -> int:
        """Tell the watcher what is to come for each language; see `UnitWork.expect`."""
        mine = None if units is None else {unit.chunk for unit in units}
        chunks = [chunk for chunk in self.chunks if mine is None or chunk.digest in mine]
        total = sum(chunk.rows for chunk in chunks)
        missing = 0
        for state in self.session.languages:
            left = sum(chunk.rows for chunk in state.unfinished(self.run, chunks))
            self.watcher.expect(state.code, total, total - left)
            missing += left
        return missing

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        """Pass it on; see `UnitWork.working`."""
        self.watcher.working(engines)

    @asynccontextmanager
    async def opened(self, on_begin: NoteRow = lambda unit, row: None) -> AsyncIterator[OpenUnits]:
        """Open the session's queues; see `UnitWork.opened`."""
        async with working(self.session) as opened:
            self.working(opened.work)
            yield _OpenTranslation(opened, self.translator(opened, on_begin))

    def translator(self, opened: OpenSession, on_begin: NoteRow = lambda unit, row: None) -> UnitTranslator:
        """What translates units with the queues of an open session."""
        session = self.session
        return UnitTranslator(
            session.run,
            {chunk.digest: chunk for chunk in self.chunks},
            {state.code: (opened.plan(state.code), state.fingerprint) for state in session.languages},
            window_segments=session.window_segments,
            on_row=session.watcher.row,
            on_begin=on_begin,
        )


class _OpenTranslation:
    """Units of a build with the queues of an open session. Fulfils `OpenUnits`."""

    def __init__(self, opened: OpenSession, translator: UnitTranslator) -> None:
        self._opened = opened
        self.begin = translator.begin

    @property
    def work(self) -> dict[str, EngineWork]:
        """What each engine has done so far."""
        return self._opened.work


def translate(session: Session, chunks: Sequence[RecordChunk]) -> WorkDone:
    """Translate the chunks that are not translated yet: here, or by the workers of the recipe's runner.

    Raises:
        LeftToWorkers: the recipe leaves it to `parallelize work`, and something is missing still.
        EnvironmentFault: an engine or the disk failed, or no worker can go on; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    work = TranslationWork(session=session, chunks=chunks)
    return _told(work, do_units(work, session.recipe.run.runner, lambda: _here(work)))


def translate_here(session: Session, chunks: Sequence[RecordChunk], *, warm_up: int) -> WorkDone:
    """Translate the chunks that are not translated yet in this process, whatever the runner.

    Args:
        warm_up: so many chunks are translated first and their work is not counted: engines load with
            their first requests.

    Raises:
        EnvironmentFault: an engine or the disk failed; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    work = TranslationWork(session=session, chunks=chunks)
    return _told(work, _here(work, warm_up))


def _here(work: TranslationWork, warm_up: int = 0) -> WorkDone:
    if not work.expect():
        return WorkDone(engines={})
    done: WorkDone = interruptible(work.run.root, _translate(work, warm_up))
    return done


def _told(work: TranslationWork, done: WorkDone) -> WorkDone:
    """What was done, after saying that rows failed in a way that may pass."""
    if done.errors:
        work.watcher.warn(
            f"{done.errors} rows had engine errors that may pass; the same command tries them again"
        )
    return done


async def _translate(work: TranslationWork, warm_up: int) -> WorkDone:
    session = work.session
    async with working(session) as opened:
        translator = work.translator(opened)
        errors = 0
        if warm_up:
            first = TranslationWork(session=session, chunks=work.chunks[:warm_up])
            errors += await _all(translator, first.missing())
            opened.begin_counting()
        engines = opened.work
        session.watcher.working(engines)
        before = time.process_time()
        rest = TranslationWork(session=session, chunks=work.chunks[warm_up:])
        errors += await _all(translator, rest.missing())
        cpu_seconds = time.process_time() - before
    return WorkDone(engines=engines, cpu_seconds=cpu_seconds, errors=errors)


async def _all(translator: UnitTranslator, units: Iterator[Unit]) -> int:
    """Translate all units, several at once; returns the rows with engine errors."""
    async with task_group() as group:
        tasks = [task for unit in units if (task := await translator.begin(group, unit)) is not None]
    return sum(task.result().errors for task in tasks)
