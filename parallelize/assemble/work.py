"""A worker: translates units of a run that somebody else records and finishes.

It holds nothing but its share of the lock; replies go to the memory of the run, finished chunks under their
own names, so that losing a worker loses what its engine had in flight and nothing else.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.judge import load_run_recipe
from parallelize.assemble.session import OpenSession, Session
from parallelize.assemble.translating import expect_rows, unit_translator, warn_of_errors
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import InputError, ParallelizeError
from parallelize.core.processes import begin_child
from parallelize.core.units import Receipt, Unit
from parallelize.pipeline.recording import load_recorded
from parallelize.pipeline.window import task_group
from parallelize.store.languages import read_languages
from parallelize.store.run import RunDirectory, read_json, write_json

if TYPE_CHECKING:
    from parallelize.pipeline.translating import RecordChunk

__all__ = [
    "Teller",
    "begun_path",
    "note_begun",
    "open_worker",
    "share_of_units",
    "take_receipts",
    "work_fed",
    "work_share",
]

Tell = Callable[[Mapping[str, Any]], None]


def begun_path(run: RunDirectory, unit: Unit) -> Path:
    """Where a worker notes the row that it begins, in a unit that is done one by one."""
    return run.work / f"{unit.chunk}-{unit.code}.begun"


def open_worker(root: Path, watcher: BuildWatcher) -> tuple[Session, tuple[RecordChunk, ...]]:
    """A session on a recorded run, with its chunks of records.

    Raises:
        InputError: the run is not recorded, or this machine's engines are not those of its owner.
        EnvironmentFault: an engine or a model is missing here.
    """
    run = RunDirectory(root)
    session = Session(load_run_recipe(run), run, watcher)
    recorded = load_recorded(run)
    asked = read_languages(run.asked)
    for state in session.languages:
        wanted = asked.get(state.code)
        if wanted is None or wanted.fingerprint != state.built.fingerprint:
            raise InputError(
                f"{state.code}: this worker would translate with another engine, model or version than the "
                "owner of the run",
                remedy="install the same versions and model files on every machine (`parallelize doctor`)",
            )
    return session, recorded.chunks


def share_of_units(session: Session, chunks: tuple[RecordChunk, ...], share: int, shares: int) -> list[Unit]:
    """Every n-th unit, counted over all of them, so that shares never overlap and together are everything."""
    units = [Unit(chunk=chunk.digest, code=code) for chunk in chunks for code in session.recipe.langs]
    return units[share - 1 :: shares]


def work_share(root: Path, share: int, shares: int, watcher: BuildWatcher) -> dict[str, int]:
    """Do a static share of the units of a run. Returns the rows translated now, and how many failed.

    Args:
        root: the run directory.
        share: from 1 to `shares`.
        shares: workers in all.
        watcher: is told how it goes.

    Raises:
        InputError: the run is not recorded, or this machine's engines are not those of its owner.
        EnvironmentFault: an engine or the disk failed; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    run = RunDirectory(root)
    run.require()
    with run.joined():
        session, chunks = open_worker(root, watcher)
        units = share_of_units(session, chunks, share, shares)
        mine = {unit.chunk for unit in units}
        expect_rows(session, [chunk for chunk in chunks if chunk.digest in mine])
        found: dict[str, int] = interruptible(run.root, _work_share(session, chunks, units))
        return found


async def _work_share(session: Session, chunks: tuple[RecordChunk, ...], units: list[Unit]) -> dict[str, int]:
    async with session.working() as opened:
        session.watcher.working(opened.work)
        translator = unit_translator(opened, chunks)
        async with task_group() as group:
            tasks = [task for unit in units if (task := await translator.begin(group, unit)) is not None]
        _keep_receipt(opened)
    receipts = [task.result() for task in tasks]
    errors = sum(receipt.errors for receipt in receipts)
    warn_of_errors(session, errors)
    return {"rows": sum(receipt.rows for receipt in receipts), "errors": errors}


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
        run = RunDirectory(root)
        with run.joined():
            session, chunks = open_worker(root, Teller(tell))
            asyncio.run(_work_fed(session, chunks, tell))
    except ParallelizeError as fault:
        tell({"fault": fault.message, "remedy": fault.remedy})


async def _work_fed(session: Session, chunks: tuple[RecordChunk, ...], tell: Tell) -> None:
    async with session.working() as opened:
        translator = unit_translator(opened, chunks, on_begin=partial(note_begun, session))

        async def one(unit: Unit) -> None:
            task = await translator.begin(group, unit)
            receipt = Receipt(rows=0) if task is None else await task
            tell({"work": {name: work.as_dict() for name, work in opened.work.items()}})
            tell({"done": {"chunk": unit.chunk, "code": unit.code, **asdict(receipt)}})

        async with task_group() as group:
            under_way = [group.create_task(one(unit)) async for unit in _units_in()]
            for task in under_way:  # the owner has left: what is not done now is somebody else's
                task.cancel()


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


def note_begun(session: Session, unit: Unit, row: int) -> None:
    """Note the row that is begun, so that the owner knows which one a worker ended with."""
    path = begun_path(session.run, unit)
    path.parent.mkdir(exist_ok=True)
    path.write_text(str(row))


def _keep_receipt(opened: OpenSession) -> None:
    """Leave what this worker's engines did, for the build that finishes the run."""
    run = opened.session.run
    run.work.mkdir(exist_ok=True)
    write_json(
        run.work / f"{os.uname().nodename}-{os.getpid()}.json",
        {name: work.as_dict() for name, work in opened.work.items()},
    )


def take_receipts(run: RunDirectory) -> dict[str, EngineWork]:
    """What workers left of their work since the run was last finished, added up by engine; taken away."""
    parts: dict[str, list[EngineWork]] = {}
    for path in sorted(run.work.glob("*.json")):
        for name, data in read_json(path).items():
            parts.setdefault(name, []).append(EngineWork.from_dict(data))
    if run.work.is_dir():
        shutil.rmtree(run.work)
    return {name: EngineWork.together(work) for name, work in parts.items()}


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
