"""A worker: does units of a run that somebody else records and finishes.

It holds nothing but its share of the lock; replies go to the memory of the run, finished chunks under their
own names, so that losing a worker loses what its engine had in flight and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.unit_work import OpenUnits, UnitWork, keep_receipt, note_begun
from parallelize.assemble.watching import BuildWatcher
from parallelize.assemble.worker_units import open_worker
from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import ParallelizeError
from parallelize.core.processes import begin_child
from parallelize.core.units import Receipt, Unit
from parallelize.pipeline.window import task_group
from parallelize.store.run import RunDirectory

__all__ = ["Teller", "share_of_units", "told_unit", "work_fed", "work_share"]

Tell = Callable[[Mapping[str, Any]], None]


def share_of_units(work: UnitWork, share: int, shares: int) -> list[Unit]:
    """Every n-th unit, counted over all of them, so that shares never overlap and together are everything."""
    return work.units()[share - 1 :: shares]


def work_share(root: Path, share: int, shares: int, watcher: BuildWatcher) -> dict[str, int]:
    """Do a static share of the units of a run. Returns the rows done now, and how many failed.

    Args:
        share: from 1 to `shares`.
        shares: workers in all.

    Raises:
        InputError: the run is not recorded, or this machine's engines are not those of its owner.
        EnvironmentFault: an engine or the disk failed; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    run = RunDirectory(root)
    run.require()
    with run.joined():
        work = open_worker(root, watcher)
        units = share_of_units(work, share, shares)
        work.expect(units)
        found: dict[str, int] = interruptible(run.root, _work_share(work, units))
        if found["errors"]:
            watcher.warn(f"{found['errors']} {work.what} had engine errors that may pass; try them again")
        return found


async def _work_share(work: UnitWork, units: list[Unit]) -> dict[str, int]:
    async with work.opened() as opened:
        async with task_group() as group:
            tasks = [task for unit in units if (task := await opened.begin(group, unit)) is not None]
        keep_receipt(work.run, opened.work)
    receipts = [task.result() for task in tasks]
    return {
        "rows": sum(receipt.rows for receipt in receipts),
        "errors": sum(receipt.errors for receipt in receipts),
    }


def work_fed(root: Path, parent: int) -> None:
    """Do the units that come on stdin, one JSON object a line, and tell on stdout what happens.

    Lines out: `{"row": [language, kept, words]}`, `{"work": …}`, `{"done": …}`, `{"warn": text}`, and at last
    `{"fault": text, "remedy": text}` if this worker cannot go on. It ends when stdin does.
    """
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not reach the owner as news

    def tell(news: Mapping[str, Any]) -> None:
        out.write(json.dumps(news) + "\n")

    begin_child(parent)
    try:
        with RunDirectory(root).joined():
            asyncio.run(_work_fed(open_worker(root, Teller(tell)), tell))
    except ParallelizeError as fault:
        tell({"fault": fault.message, "remedy": fault.remedy})


async def _work_fed(work: UnitWork, tell: Tell) -> None:
    async with work.opened(partial(note_begun, work.run)) as opened:

        async def one(unit: Unit) -> None:
            receipt = await told_unit(opened, group, unit, tell)
            tell({"done": {"chunk": unit.chunk, "code": unit.code, **asdict(receipt)}})

        async with task_group() as group:
            under_way = [group.create_task(one(unit)) async for unit in _units_in()]
            for task in under_way:  # the owner has left: what is not done now is somebody else's
                task.cancel()


async def told_unit(opened: OpenUnits, group: asyncio.TaskGroup, unit: Unit, tell: Tell) -> Receipt:
    """Do a unit, and tell what the engines have done when it ends."""
    task = await opened.begin(group, unit)
    receipt = Receipt(rows=0) if task is None else await task
    tell({"work": {name: work.as_dict() for name, work in opened.work.items()}})
    return receipt


async def _units_in() -> AsyncIterator[Unit]:
    """Units from stdin until it ends; read in a thread, since any kind of file may be there."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await lines.get():
        yield Unit.from_dict(json.loads(line))


class Teller:
    """A watcher that passes on what it is told."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def note(self, text: str) -> None:
        """The owner has said it."""

    def warn(self, text: str) -> None:
        self._tell({"warn": text})

    def expect(self, code: str, total: int, done: int) -> None:
        """Nothing to tell: the process that owns the build counts the rows itself."""

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        """Nothing to tell: work is passed on when a unit ends."""

    def row(self, code: str, kept: bool, words: int) -> None:
        self._tell({"row": [code, kept, words]})

    def download(self, what: str, done: int, total: int) -> None:
        """The owner has fetched what is needed."""
