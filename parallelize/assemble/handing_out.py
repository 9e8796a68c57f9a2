"""The owner's side of a build with workers: units out to processes or a Ray cluster, news of them in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.session import Session
from parallelize.assemble.translating import WorkDone, expect_rows, missing_units, warn_of_errors
from parallelize.assemble.work import begun_path
from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import InputError
from parallelize.core.units import Receipt, Unit
from parallelize.pipeline.window import task_group
from parallelize.runners.hand_out import HandOut, Worker
from parallelize.runners.processes import ProcessWorker, shares_of_machine

if TYPE_CHECKING:
    from parallelize.pipeline.translating import RecordChunk
__all__ = ["hand_out", "workers_of"]

_ROWS_IN_HAND = 1_024
"""Rows that a worker holds at once: enough for a window of segments, however small the chunks are."""


class _News:
    """What workers tell, added up for the watcher."""

    def __init__(self, session: Session) -> None:
        self.engines: dict[str, EngineWork] = {}
        self.errors = 0
        self._session = session
        self._by_worker: dict[int, Mapping[str, Any]] = {}
        self._ended: list[Mapping[str, Any]] = []

    def begin(self, worker: int) -> Callable[[Mapping[str, Any]], None]:
        """News of a worker that starts; what the one before it did is kept."""
        if worker in self._by_worker:
            self._ended.append(self._by_worker.pop(worker))

        def hear(news: Mapping[str, Any]) -> None:
            if "row" in news:
                self._session.watcher.row(*news["row"])
            elif "warn" in news:
                self._session.watcher.warn(news["warn"])
            elif "work" in news:
                self._by_worker[worker] = news["work"]
                self._add_up()

        return hear

    def done(self, _unit: Unit, receipt: Receipt) -> None:
        """Add the engine errors of a finished unit to those of the build."""
        self.errors += receipt.errors

    def _add_up(self) -> None:
        parts = [*self._ended, *self._by_worker.values()]
        for name in {name for part in parts for name in part}:
            mine = [EngineWork.from_dict(part[name]) for part in parts if name in part]
            self.engines[name] = EngineWork.together(mine)


def workers_of(runner: str) -> int:
    """How many processes `processes:N` names.

    Raises:
        InputError: it is written in another way.
    """
    number = runner.removeprefix("processes:")
    if not number.isdecimal() or int(number) < 1:
        raise InputError(
            f"run.runner = {runner!r} cannot be read",
            remedy="write here, processes:4, ray, ray:ADDRESS, or none",
        )
    return int(number)


def hand_out(session: Session, chunks: Sequence[RecordChunk]) -> WorkDone:
    """Have workers translate the chunks that are not translated yet.

    Raises:
        EnvironmentFault: no worker can go on; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    if not expect_rows(session, chunks):
        return WorkDone(engines={}, cpu_seconds=0.0)
    news = _News(session)
    session.watcher.working(news.engines)
    runner = session.recipe.run.runner
    if runner.startswith("ray"):
        from parallelize.assemble.ray_workers import ray_workers

        start, workers = ray_workers(session, news.begin)
    else:
        workers = workers_of(runner)
        start = _processes(session, news, workers)
    interruptible(session.run.root, _hand_out(session, chunks, news, start, workers))
    warn_of_errors(session, news.errors)
    return WorkDone(engines=news.engines, cpu_seconds=0.0)


async def _hand_out(
    session: Session,
    chunks: Sequence[RecordChunk],
    news: _News,
    start: Callable[[int], Awaitable[Worker]],
    workers: int,
) -> None:
    def last_begun(unit: Unit) -> int | None:
        with suppress(OSError, ValueError):
            return int(begun_path(session.run, unit).read_text())
        return None

    hands = HandOut(
        start,
        workers=workers,
        units_at_once=-(-_ROWS_IN_HAND // session.recipe.run.chunk_rows),
        last_begun=last_begun,
        on_done=news.done,
        warn=session.watcher.warn,
    )
    async with task_group() as group:
        group.create_task(hands.run(missing_units(session, chunks)))


def _processes(session: Session, news: _News, workers: int) -> Callable[[int], Awaitable[Worker]]:
    gpus = max((options.gpus for _, options, _ in session.translators() if options.unit == "GPU"), default=1)
    shares = shares_of_machine(workers, gpus_each=gpus)

    async def start(place: int) -> Worker:
        return await ProcessWorker.start(session.run.root, share=shares[place], on_news=news.begin(place))

    return start
