"""Keeps workers busy with units, starts them again when they end, and finds the row that ends them.

Knows nothing of engines or files: a worker takes a unit and gives a receipt, or dies.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Protocol

from parallelize.core.errors import EngineFault, EnvironmentFault
from parallelize.core.units import Receipt, Unit

__all__ = ["Scheduler", "Worker", "WorkerDied"]

_UNITS_AT_ONCE = 2
"""Units that a worker holds at least, so that its engine does not run dry between two."""
_DEATHS_BEFORE_SUSPICION = 2
"""A machine may be lost at any moment: only who was there twice is a suspect, a unit first and then a row."""
_DEATHS_IN_A_ROW = 8
"""So many deaths without a unit done or a culprit found, for each worker: it is not the rows."""


class WorkerDied(Exception):
    """A worker ended while it had units; the message says how."""


class Worker(Protocol):
    """One engine somewhere, with room for a few units."""

    async def translate(self, unit: Unit) -> Receipt:
        """Do a unit.

        Raises:
            WorkerDied: the worker ended; whatever it answered is kept.
            EnvironmentFault: no worker like this one can go on; the message says why.
        """
        ...

    async def aclose(self) -> None:
        """End it. Safe to call twice."""
        ...


class Scheduler:
    """Hands units to workers until all are done."""

    def __init__(
        self,
        start: Callable[[int], Awaitable[Worker]],
        *,
        workers: int,
        units_at_once: int = _UNITS_AT_ONCE,
        last_begun: Callable[[Unit], int | None],
        on_done: Callable[[Unit, Receipt], None],
        warn: Callable[[str], None],
    ) -> None:
        """Prepare; nothing is started.

        Args:
            start: starts the worker of a place, counted from 0.
            workers: how many, at least 1.
            units_at_once: what keeps an engine busy, if units are small; near the end each worker holds
                fewer, so that all end together.
            last_begun: the place of the row that a dead worker had begun last, in a unit done one by one.
            on_done: told of each unit that is done.
            warn: told what a person must know.
        """
        self._start = start
        self._workers = workers
        self._units_at_once = units_at_once
        self._last_begun = last_begun
        self._on_done = on_done
        self._warn = warn
        self._waiting: deque[Unit] = deque()
        self._under_way = 0
        self._deaths: Counter[tuple[str, ...]] = Counter()
        self._deaths_in_a_row = 0
        self._retired: list[EnvironmentFault] = []
        self._changed = asyncio.Event()

    async def run(self, units: Iterable[Unit]) -> None:
        """Have every unit done.

        Raises:
            EnvironmentFault: no worker can go on; what was done is kept.
        """
        self._waiting.extend(units)
        async with asyncio.TaskGroup() as group:
            for place in range(self._workers):
                group.create_task(self._serve(place))
        if self._waiting:
            raise self._retired[0]

    async def _serve(self, place: int) -> None:
        """Keep one place busy; a worker that died is followed by another."""
        running: dict[asyncio.Task[Receipt], tuple[Unit, Worker]] = {}
        worker: Worker | None = None
        try:
            while True:
                while self._next(running) is not None:
                    worker = worker or await self._started(place)
                    if worker is None:
                        return
                    if (unit := self._next(running)) is not None:  # else another place took it meanwhile
                        self._waiting.remove(unit)
                        self._under_way += 1
                        running[asyncio.ensure_future(worker.translate(unit))] = unit, worker
                if not running:
                    if not self._under_way and not self._waiting:
                        return
                    self._changed.clear()
                    await self._changed.wait()
                    continue
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    unit, its_worker = running[task]
                    again = self._ended(unit, task, first=its_worker is worker)
                    del running[task]
                    if again is not None:
                        self._give_back(again)
                        await its_worker.aclose()
                        worker = None if its_worker is worker else worker
        except EnvironmentFault as fault:
            self._retire(place, fault, [unit for unit, _ in running.values()])
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            if worker is not None:
                await worker.aclose()

    async def _started(self, place: int) -> Worker | None:
        """A new worker; None if the others do everything before there is room for it."""
        starting = asyncio.ensure_future(self._start(place))
        try:
            while not starting.done() and (self._waiting or self._under_way):
                self._changed.clear()
                changed = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({starting, changed}, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
            return starting.result() if starting.done() else None
        finally:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)

    def _next(self, running: dict[asyncio.Task[Receipt], tuple[Unit, Worker]]) -> Unit | None:
        """The next unit that a worker has room for; one that ends workers is never beside another."""
        held = [unit for unit, _ in running.values()]
        if any(unit.one_by_one for unit in held):
            return None
        share = (len(self._waiting) + self._under_way) // (2 * self._workers)
        room = max(_UNITS_AT_ONCE, min(self._units_at_once, share))
        few = any(map(self._was_there, held))
        for unit in self._waiting:
            if unit.one_by_one:
                fits = not held
            else:  # those that saw a worker end have few beside them, so that few become suspects
                fits = len(held) < (_UNITS_AT_ONCE if few or self._was_there(unit) else room)
            if fits:
                return unit
        return None

    def _was_there(self, unit: Unit) -> bool:
        """Whether a worker ended while it had this unit."""
        return self._deaths[unit.chunk, unit.code] > 0

    def _ended(self, unit: Unit, task: asyncio.Task[Receipt], *, first: bool) -> Unit | None:
        """Take a receipt. Returns the unit as it is to be tried again if the worker died instead.

        Args:
            unit: what was done.
            task: that has ended.
            first: whether this is the first that is heard of the worker's death, if it died.
        """
        try:
            receipt = task.result()
        except WorkerDied as death:
            return self._suspected(unit, death, first=first)
        self._deaths_in_a_row = 0
        self._under_way -= 1
        self._on_done(unit, receipt)
        self._tell()
        return None

    def _suspected(self, unit: Unit, death: WorkerDied, *, first: bool) -> Unit:
        """The unit as it is tried again: as it was, row by row, or without the row that ends workers."""
        self._deaths_in_a_row += first
        if self._deaths_in_a_row > _DEATHS_IN_A_ROW * self._workers:
            raise EngineFault(
                f"workers end again and again; the last {death}",
                remedy="is there enough memory for them? `parallelize doctor` checks the engine",
            )
        if first:
            self._warn(f"a worker {death}; its units are given to others")
        name = unit.chunk, unit.code
        self._deaths[name] += 1
        if unit.one_by_one:
            row = self._last_begun(unit)
            if row is None or row in unit.left_out:
                return unit
            self._deaths[*name, str(row)] += 1
            if self._deaths[*name, str(row)] < _DEATHS_BEFORE_SUSPICION:
                return unit
            self._deaths_in_a_row = 0
            self._warn(f"{unit.code}: row {row + 1} of chunk {unit.chunk[:8]} ends workers; it is dropped")
            return replace(unit, left_out=(*unit.left_out, row))
        if self._deaths[name] >= _DEATHS_BEFORE_SUSPICION:
            return replace(unit, one_by_one=True)
        return unit

    def _retire(self, place: int, fault: EnvironmentFault, units: list[Unit]) -> None:
        """Do without the worker of a place; the others get its units."""
        self._retired.append(fault)
        for unit in units:
            self._give_back(unit)
        if len(self._retired) < self._workers:
            self._warn(f"worker {place + 1} cannot go on: {fault.message}; the others do its units")

    def _give_back(self, unit: Unit) -> None:
        self._under_way -= 1
        self._waiting.appendleft(unit)
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
