"""The owner's side of a run with workers: units out to processes or a Ray cluster, news of them in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.unit_work import UnitWork, WorkDone, begun_path
from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import LeftToWorkers
from parallelize.core.processes import workers_of
from parallelize.core.units import Receipt, Unit
from parallelize.pipeline.window import task_group
from parallelize.runners.processes import ProcessWorker, shares_of_machine
from parallelize.runners.scheduler import Scheduler, Worker

__all__ = ["do_units"]


class _News:
    """What workers tell, added up for the watcher."""

    def __init__(self, work: UnitWork) -> None:
        self.engines: dict[str, EngineWork] = {}
        self.errors = 0
        self._watcher = work.watcher
        self._by_worker: dict[int, Mapping[str, Any]] = {}
        self._ended: list[Mapping[str, Any]] = []

    def begin(self, worker: int) -> Callable[[Mapping[str, Any]], None]:
        """News of a worker that starts; what the one before it did is kept."""
        if worker in self._by_worker:
            self._ended.append(self._by_worker.pop(worker))

        def hear(news: Mapping[str, Any]) -> None:
            if "row" in news:
                self._watcher.row(*news["row"])
            elif "warn" in news:
                self._watcher.warn(news["warn"])
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


def do_units(work: UnitWork, runner: str, here: Callable[[], WorkDone]) -> WorkDone:
    """Do the units of a run that are missing.

    Args:
        runner: `here`, `processes:N`, `ray`, `ray:ADDRESS`, or `none`.

    Raises:
        LeftToWorkers: the runner is `none`, and something is missing still.
        EnvironmentFault: nobody can go on; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    if runner == "here":
        return here()
    missing = work.expect()
    if not missing:
        return WorkDone(engines={})
    if runner == "none":
        raise LeftToWorkers(
            f"{missing} {work.what} are recorded and left to workers",
            remedy=f"start them: parallelize work {work.run.root} --share 1/N …; then this command again",
        )
    news = _News(work)
    if runner.startswith("ray"):
        from parallelize.assemble.ray_workers import ray_workers

        start, workers = ray_workers(work, runner.partition(":")[2] or None, news.begin)
    else:
        workers = workers_of(runner)
        start = _processes(work, news, workers)
    interruptible(work.run.root, _feed(work, news, start, workers))
    return WorkDone(engines=news.engines, errors=news.errors)


async def _feed(work: UnitWork, news: _News, start: Callable[[int], Awaitable[Worker]], workers: int) -> None:
    def last_begun(unit: Unit) -> int | None:
        with suppress(OSError, ValueError):
            return int(begun_path(work.run, unit).read_text())
        return None

    hands = Scheduler(
        start,
        workers=workers,
        units_at_once=work.needs.units_at_once,
        last_begun=last_begun,
        on_done=news.done,
        warn=work.watcher.warn,
    )
    work.working(news.engines)
    async with task_group() as group:
        group.create_task(hands.run(work.missing()))


def _processes(work: UnitWork, news: _News, workers: int) -> Callable[[int], Awaitable[Worker]]:
    shares = shares_of_machine(workers, gpus_each=max(1, work.needs.gpus))

    async def start(place: int) -> Worker:
        return await ProcessWorker.start(work.run.root, share=shares[place], on_news=news.begin(place))

    return start
