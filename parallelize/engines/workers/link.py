"""One worker process as the pool sees it: what it has been asked, whether it answers, how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallelize.core.errors import EngineFault
from parallelize.core.ports import Reply, TranslationRequest
from parallelize.core.processes import child_environment
from parallelize.core.trees import JsonObject
from parallelize.engines.workers.process import HEADER_BYTES, decode, encode

__all__ = ["BATCH_CHARACTERS", "BATCH_REQUESTS", "Job", "Setup", "WorkerLink"]

Setup = Mapping[str, Any]
"""What a worker must load for a request: JSON values."""

BATCH_CHARACTERS = 800
BATCH_REQUESTS = 8
_SECONDS_PER_CHARACTER = 0.02
"""Allowance over `hang_seconds` for a long text: 50 characters/s, a fiftieth of a slow core's speed."""
_SECONDS_TO_START = 60.0
_SECONDS_TO_END = 2.0
_LATE = 2.0
_STDERR_KEPT = 2000


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A request on its way."""

    request: TranslationRequest
    setup: Setup
    answer: asyncio.Future[Reply]
    crashes: int = 0
    """Workers that died on it."""

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.answer.done()

    def deliver(self, reply: Reply) -> None:
        """Hand the reply to whoever asked, if they are still there."""
        if not self.abandoned:
            self.answer.set_result(reply)


class WorkerLink:
    """A running process and the jobs that it has not answered, oldest first."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take over a process that `start` made."""
        self.in_flight: deque[Job] = deque()
        self.wake = asyncio.Event()
        self.ready = False
        """Whether it has loaded its first setup; until then its death is not the fault of a text."""
        self._process = process
        self._characters = 0
        self._owing = 0.0
        """Seconds that it had since it was last heard of."""
        self._looked, self._used = time.monotonic(), 0.0
        self._hung = False
        self._stderr = b""

    @classmethod
    async def start(cls, module: str) -> WorkerLink:
        """Run `module` as a program.

        Raises:
            EngineFault: the system cannot start a process.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                module,
                str(os.getpid()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=child_environment(),
                process_group=0,  # a Ctrl-C at the terminal reaches the parent only
            )
        except OSError as fault:
            raise EngineFault(
                f"a worker process cannot be started: {fault.strerror}", remedy="use fewer workers"
            ) from fault
        return cls(process)

    @property
    def process_id(self) -> int:
        """Process id of the worker, for signals and logs."""
        return self._process.pid

    @property
    def has_room(self) -> bool:
        """Whether another batch keeps it busy without piling work up."""
        return self._characters < BATCH_CHARACTERS and len(self.in_flight) < BATCH_REQUESTS

    async def send(self, batch: list[Job]) -> None:
        """Give it jobs that need the same setup."""
        if not self.in_flight:
            self._owing = 0.0
        self.in_flight.extend(batch)
        texts = [job.request.text for job in batch]
        self._characters += sum(len(text) for text in texts)
        stdin = self._process.stdin
        if stdin is not None:
            stdin.write(encode({"setup": dict(batch[0].setup), "texts": texts}))
            with contextlib.suppress(ConnectionError):  # `receive` sees the same death
                await stdin.drain()

    async def receive(self) -> JsonObject | None:
        """Wait for its next message; None when it has closed its pipe."""
        stdout = self._process.stdout
        if stdout is None:
            return None
        try:
            header = await stdout.readexactly(HEADER_BYTES)
            body = await stdout.readexactly(int.from_bytes(header, "big"))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        self._owing = 0.0
        return decode(body)

    def answered(self) -> Job:
        """Take the oldest job off."""
        job = self.in_flight.popleft()
        self._characters -= len(job.request.text)
        return job

    async def drain_stderr(self) -> None:
        """Keep the last that it says."""
        stderr = self._process.stderr
        while stderr is not None and (chunk := await stderr.read(4096)):
            self._stderr = (self._stderr + chunk)[-_STDERR_KEPT:]

    def kill_if_hung(self, hang_seconds: float) -> None:
        """Kill it when it has owed an answer for longer than it may; to be asked about once a second.

        Counted are seconds that it had: on a machine with much else to do, a worker that waits for the
        processor is not hung.
        """
        had = self._seconds_had()
        if not self.in_flight:
            return
        self._owing += had
        patience = hang_seconds if self.ready else max(hang_seconds, _SECONDS_TO_START)
        patience += len(self.in_flight[0].request.text) * _SECONDS_PER_CHARACTER
        if self._owing > patience:
            self._hung = True
            self._kill()

    def _seconds_had(self) -> float:
        """Since the last look: seconds of the processor while it wants one, of the clock while it waits."""
        now, (wants, used) = time.monotonic(), _state(self._process.pid)
        # A look that comes late says that we had no processor ourselves.
        clock, processor = min(now - self._looked, _LATE), used - self._used
        self._looked, self._used = now, used
        return min(clock, processor) if wants else clock

    async def wait_briefly(self) -> None:
        """Let it end by itself once its pipe is closed: a signal now would hide how it ended."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _SECONDS_TO_END)

    async def end(self) -> None:
        """Kill it if it lives, and free its pipes."""
        self._kill()
        await self._process.wait()
        transport = getattr(self._process, "_transport", None)
        if transport is not None:  # else it complains when the loop is gone
            transport.close()

    def how_it_ended(self) -> str:
        """For the user: exit code or signal, and the last line it said."""
        code = self._process.returncode
        if self._hung:
            how = "gave no answer in time and was killed"
        elif code is not None and code < 0:
            how = f"was killed by signal {-code}"
        else:
            how = f"ended with exit code {code}"
        lines = self._stderr.decode("utf-8", "replace").strip().splitlines()
        return f"{how}: {lines[-1][:300]}" if lines else how

    def _kill(self) -> None:
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


def _state(pid: int) -> tuple[bool, float]:
    """Whether a process wants the processor now, and the seconds of it that it has used.

    Systems without `/proc` do not say: it is taken to wait, so that the clock counts.
    """
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return False, 0.0
    ticks = int(fields[11]) + int(
        fields[12]
    )  # utime and stime of proc_pid_stat(5), whose third field is first here
    return fields[0] == "R", ticks / os.sysconf("SC_CLK_TCK")
