"""Workers that are processes of this machine: `python -m parallelize work RUN --feed`, asked over pipes.

A line in is a unit; lines out are what happens (`core.units`, `assemble.work`). A process that ends is a dead
worker; one whose parent ends, ends too.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from parallelize.core.errors import EngineFault
from parallelize.core.processes import child_environment, usable_cores
from parallelize.core.units import Receipt, Unit
from parallelize.runners.scheduler import WorkerDied

__all__ = ["ProcessWorker", "shares_of_machine"]

_LINE_LIMIT = 64 * 1024 * 1024
_SECONDS_TO_END = 30.0

News = Callable[[dict[str, Any]], None]


class ProcessWorker:
    """One process that takes units."""

    def __init__(self, process: asyncio.subprocess.Process, on_news: News) -> None:
        """Take over a process that `start` made."""
        self._process = process
        self._on_news = on_news
        self._promised: dict[tuple[str, str], asyncio.Future[Receipt]] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, run: Path, *, share: Mapping[str, Any], on_news: News) -> ProcessWorker:
        """Start a worker on a run.

        Args:
            run: the run directory.
            share: of `shares_of_machine`.
            on_news: told of rows and of work done.

        Raises:
            EngineFault: the system cannot start a process.
        """
        command = [sys.executable, "-m", "parallelize", "work", str(run), "--feed", str(os.getpid())]
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env={**child_environment(), **share["environment"]},
                process_group=0,  # a Ctrl-C at the terminal reaches the owner only
                limit=_LINE_LIMIT,
            )
        except OSError as fault:
            raise EngineFault(f"a worker cannot be started: {fault.strerror}") from fault
        if share["cores"]:
            with contextlib.suppress(
                OSError, AttributeError
            ):  # it has ended, or this system knows no such thing
                os.sched_setaffinity(process.pid, share["cores"])
        return cls(process, on_news)

    async def translate(self, unit: Unit) -> Receipt:
        """Do a unit; see `Worker.translate`."""
        promised: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._promised[unit.chunk, unit.code] = promised
        if self._reader.done():
            raise WorkerDied(self._how_it_ended())
        stdin = self._process.stdin
        if stdin is not None:
            with contextlib.suppress(ConnectionError):  # `_read` sees the same end
                stdin.write(json.dumps(unit.as_dict()).encode() + b"\n")
                await stdin.drain()
        return await promised

    async def aclose(self) -> None:
        """Let it write what it has and end; kill it if it does not."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _SECONDS_TO_END)
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        stdout = self._process.stdout
        while stdout is not None and (line := await stdout.readline()):
            news = json.loads(line)
            if "done" in news:
                self._keep_promise(news["done"])
            elif "fault" in news:
                self._break_promises(EngineFault(news["fault"], remedy=news.get("remedy")))
            else:
                self._on_news(news)
        await self._process.wait()
        self._break_promises(WorkerDied(self._how_it_ended()))

    def _keep_promise(self, done: Mapping[str, Any]) -> None:
        promised = self._promised.pop((done["chunk"], done["code"]), None)
        if promised is not None and not promised.done():
            promised.set_result(Receipt(rows=done["rows"], errors=done["errors"]))

    def _break_promises(self, fault: Exception) -> None:
        promised, self._promised = self._promised, {}
        for future in promised.values():
            if not future.done():
                future.set_exception(fault)

    def _how_it_ended(self) -> str:
        code = self._process.returncode
        return f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"


def shares_of_machine(workers: int, *, gpus_each: int) -> Sequence[dict[str, Any]]:
    """What each of several workers gets: some of the cores, and its own GPUs where they are numbered.

    Args:
        workers: how many.
        gpus_each: GPUs that one engine runs on.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    devices = _devices()
    shares = []
    for place in range(workers):
        mine = set(cores[place::workers]) or {cores[place % len(cores)]} if cores else set()
        environment = {}
        chosen = devices[place * gpus_each : (place + 1) * gpus_each]
        if len(chosen) == gpus_each:
            environment["CUDA_VISIBLE_DEVICES"] = ",".join(chosen)
        shares.append({"cores": mine if usable_cores() > 1 else set(), "environment": environment})
    return shares


def _devices() -> list[str]:
    """GPUs that this process may use, by their numbers."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        return [part.strip() for part in named.split(",") if part.strip()]
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        told = subprocess.run([program, "-L"], capture_output=True, text=True, timeout=30, check=False)
        return [str(n) for n, line in enumerate(told.stdout.splitlines()) if line.startswith("GPU ")]
    return []
