"""What workers need to know of a run to share its units: a build's chunks, an evaluation's responses."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from parallelize.assemble.watching import WorkWatcher
from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import InputError
from parallelize.core.units import Receipt, Unit
from parallelize.store.json_files import read_json, write_json
from parallelize.store.run import RunDirectory

__all__ = [
    "NoteRow",
    "OpenUnits",
    "UnitWork",
    "WorkDone",
    "WorkerNeeds",
    "begun_path",
    "keep_receipt",
    "note_begun",
    "other_engine",
    "take_receipts",
]

NoteRow = Callable[[Unit, int], None]
"""Told of each row before it begins, in a unit that is done one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """What engines did for a run, and the CPU seconds of this process."""

    engines: dict[str, EngineWork]
    """By name of the engine; empty if there was nothing to do."""
    cpu_seconds: float = 0.0
    """Of this process, after the warm-up: cutting, asking, what is scored here, engines that work in it."""
    errors: int = 0
    """Rows with engine errors that may pass."""
    listed: Sequence[str] = ()
    """The first of them, for people; workers have told theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerNeeds:
    """What one worker needs of the machine it runs on."""

    gpus: int
    """0: none that is counted."""
    cores: int
    units_at_once: int
    """Units in hand that keep an engine busy."""


class OpenUnits(Protocol):
    """A run whose engines are there, so that units can be done."""

    @property
    def work(self) -> Mapping[str, EngineWork]:
        """What each engine has done so far."""
        ...

    async def begin(self, group: asyncio.TaskGroup, unit: Unit) -> asyncio.Task[Receipt] | None:
        """Take a unit in, as there is room for it. Its task; None if it was done already."""
        ...


class UnitWork(Protocol):
    """The units of a run, and how they are done."""

    @property
    def run(self) -> RunDirectory:
        """The directory where units are done, and workers meet."""
        ...

    @property
    def watcher(self) -> WorkWatcher:
        """Who is told of rows and warnings."""
        ...

    @property
    def what(self) -> str:
        """What its rows are called: `rows`, `responses`."""
        ...

    @property
    def needs(self) -> WorkerNeeds:
        """What one worker takes of a machine."""
        ...

    def units(self) -> list[Unit]:
        """All units, done or not, in an order that every worker agrees on."""
        ...

    def missing(self) -> Iterable[Unit]:
        """Those that are not done yet, in the order they should begin."""
        ...

    def expect(self, units: Iterable[Unit] | None = None) -> int:
        """Tell the watcher what is to come of these, by default of all. Returns the rows that are missing."""
        ...

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        """Engines begin, here or in workers; their counts grow while they work."""
        ...

    def opened(self, on_begin: NoteRow = ...) -> AbstractAsyncContextManager[OpenUnits]:
        """Start engines; they end with the context, with everything answered kept."""
        ...


def begun_path(run: RunDirectory, unit: Unit) -> Path:
    """Where a worker notes the row that it begins, in a unit that is done one by one."""
    return run.work / f"{unit.chunk}-{unit.code}.begun"


def note_begun(run: RunDirectory, unit: Unit, row: int) -> None:
    """Note the row that is begun, so that the owner knows which one a worker ended with."""
    path = begun_path(run, unit)
    path.parent.mkdir(exist_ok=True)
    path.write_text(str(row))


def keep_receipt(run: RunDirectory, engines: Mapping[str, EngineWork]) -> None:
    """Leave what this worker's engines did, for the command that finishes the run."""
    run.work.mkdir(exist_ok=True)
    write_json(
        run.work / f"{os.uname().nodename}-{os.getpid()}-{time.time_ns()}.json",
        {name: work.as_dict() for name, work in engines.items()},
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


def other_engine(what: str) -> InputError:
    """The refusal of a worker whose engine is not the owner's: its replies would be other ones."""
    return InputError(
        f"{what}: this worker would answer with another engine, model or version than the owner of the run",
        remedy="install the same versions and model files on every machine (`parallelize doctor`)",
    )
