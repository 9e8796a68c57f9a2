"""Worker processes that translate: fed without gaps, restarted when they die, killed when they hang.

Native engines crash, hang, and cannot cross threads; each of ours lives in a process of its own (see
`worker_process`). The pool keeps up to two small batches at every worker, so that none waits for the
parent, and takes an answer per text, so that it knows which text a worker died on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parallelize.core.errors import EngineFault
from parallelize.core.ports import FinishReason, TranslationReply, TranslationRequest
from parallelize.engines.worker_process import HEADER_BYTES, decode, encode

__all__ = ["PoolOptions", "Setup", "WorkerPool", "usable_cores"]

Setup = Mapping[str, Any]
"""What a worker must load for a request: JSON values."""

_BATCH_CHARACTERS = 800
_BATCH_REQUESTS = 8
_CRASHES_PER_REQUEST = 2
_CRASHES_IN_A_ROW = 12
"""So many deaths with no answer in between: it is not the texts, and the run stops."""
_SECONDS_PER_CHARACTER = 0.02
"""Allowance over `hang_seconds` for a long text: 50 characters/s, a fiftieth of a slow core's speed."""
_FAILED_STARTS = 3
_SECONDS_TO_START = 60.0
_SECONDS_TO_END = 2.0
_STDERR_KEPT = 2000
_CODE_ROOT = str(Path(__file__).resolve().parents[2])
"""A worker must run this same code, wherever the parent found it."""


def usable_cores() -> int:
    """Cores that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOptions:
    """How a pool runs; nothing here changes a translation."""

    engine: str
    """Name for messages."""
    module: str
    """Module that calls `worker_process.serve` when run as a program."""
    workers: int
    """Processes, ≥ 1."""
    hang_seconds: float
    """A worker that gives no answer for so long (plus 20 ms a character) is killed."""

    @property
    def window(self) -> int:
        """Requests that a stream takes ahead of the replies it has handed out."""
        return self.workers * 4 * _BATCH_REQUESTS


@dataclass(slots=True, kw_only=True, eq=False)
class _Stream:
    """One call of `WorkerPool.stream`."""

    output: asyncio.Queue[TranslationReply | EngineFault | None] = field(default_factory=asyncio.Queue)
    """Replies, a fault that ends the stream, or None to have another look at the state."""
    unanswered: int = 0
    abandoned: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class _Job:
    request: TranslationRequest
    setup: Setup
    stream: _Stream
    crashes: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class _Worker:
    number: int
    process: asyncio.subprocess.Process
    in_flight: deque[_Job] = field(default_factory=deque)
    characters: int = 0
    """Of the texts in flight."""
    heard: float = 0.0
    """When it last answered, or got its first text after a pause; monotonic seconds."""
    ready: bool = False
    """Whether it has loaded its first setup; until then its death is not the fault of a text."""
    hung: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    stderr: bytes = b""

    def push(self, batch: list[_Job]) -> None:
        if not self.in_flight:
            self.heard = time.monotonic()
        self.in_flight.extend(batch)
        self.characters += sum(len(job.request.text) for job in batch)

    def pop(self) -> _Job:
        job = self.in_flight.popleft()
        self.characters -= len(job.request.text)
        self.heard = time.monotonic()
        return job

    @property
    def has_room(self) -> bool:
        return self.characters < _BATCH_CHARACTERS and len(self.in_flight) < _BATCH_REQUESTS


class WorkerPool:
    """Processes shared by any number of streams on one event loop."""

    def __init__(self, options: PoolOptions) -> None:
        self._options = options
        self._pending: deque[_Job] = deque()
        self._streams: set[_Stream] = set()
        self._hungry: set[_Worker] = set()
        self._workers: set[_Worker] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work = asyncio.Event()
        self._crashes_in_a_row = 0
        self._failed_starts = 0
        self._fault: EngineFault | None = None

    @property
    def window(self) -> int:
        """Requests that a stream takes ahead of the replies it has handed out."""
        return self._options.window

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Ids of the processes that run now."""
        return tuple(worker.process.pid for worker in self._workers)

    async def stream(
        self, requests: AsyncIterator[TranslationRequest], setup_of: Callable[[TranslationRequest], Setup]
    ) -> AsyncIterator[TranslationReply]:
        """Answer every request once, in order of completion; see `ports.Translator.translate`.

        Args:
            requests: taken as fast as workers use them, at most `PoolOptions.window` ahead.
            setup_of: what a worker must load for a request; what it raises ends the stream.
        """
        self._start()
        stream = _Stream()
        room = asyncio.Semaphore(self._options.window)
        pump = asyncio.create_task(self._pump(requests, setup_of, stream, room))
        pump.add_done_callback(lambda _: stream.output.put_nowait(None))
        self._streams.add(stream)
        try:
            while not (pump.done() and stream.unanswered == 0 and stream.output.empty()):
                item = await stream.output.get()
                if isinstance(item, EngineFault):
                    raise item
                if item is not None:
                    stream.unanswered -= 1
                    room.release()
                    yield item
                elif pump.done():
                    pump.result()  # raises what the requests or the setup raised
        finally:
            self._streams.discard(stream)
            stream.abandoned = True
            self._pending = deque(job for job in self._pending if job.stream is not stream)
            pump.cancel()
            await asyncio.wait([pump])

    async def aclose(self) -> None:
        """End the processes. Safe to call twice."""
        tasks, self._tasks = self._tasks, []
        if self._loop is not asyncio.get_running_loop():
            return
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._fault is not None:
            raise self._fault
        if self._tasks and self._loop is loop:
            return
        if self._tasks and self._loop is not None and not self._loop.is_closed():
            raise EngineFault(f"{self._options.engine} is in use on another event loop")
        # the tasks of a closed loop were cancelled with it, and their processes ended
        self._loop, self._work = loop, asyncio.Event()
        self._workers.clear()
        self._hungry.clear()
        self._pending.clear()
        self._tasks = [loop.create_task(self._keep_worker(number)) for number in range(self._options.workers)]
        self._tasks.append(loop.create_task(self._watch()))

    async def _pump(
        self,
        requests: AsyncIterator[TranslationRequest],
        setup_of: Callable[[TranslationRequest], Setup],
        stream: _Stream,
        room: asyncio.Semaphore,
    ) -> None:
        iterator = aiter(requests)
        while True:
            await room.acquire()
            try:
                request = await anext(iterator)
            except StopAsyncIteration:
                return
            job = _Job(request=request, setup=setup_of(request), stream=stream)
            stream.unanswered += 1
            self._pending.append(job)
            self._work.set()
            if self._hungry:
                self._hungry.pop().wake.set()

    async def _keep_worker(self, number: int) -> None:
        """Run one worker after the other in this place; start one only when there is work for it."""
        while True:
            if self._pending:
                await self._run_worker(number)
            else:
                self._work.clear()
                await self._work.wait()

    async def _run_worker(self, number: int) -> None:
        process = await self._spawn()
        worker = _Worker(number=number, process=process)
        self._workers.add(worker)
        talk = [
            asyncio.create_task(self._read(worker)),
            asyncio.create_task(self._feed(worker)),
            asyncio.create_task(_drain(worker)),
        ]
        try:
            await talk[0]  # ends when the process closes its pipe
            with contextlib.suppress(TimeoutError):  # a signal now would hide how it ended
                await asyncio.wait_for(process.wait(), _SECONDS_TO_END)
        finally:
            for task in talk[:2]:
                task.cancel()
            self._workers.discard(worker)
            self._hungry.discard(worker)
            _kill(process)
            await asyncio.gather(process.wait(), *talk, return_exceptions=True)
            _close(process)
        self._bury(worker)

    async def _spawn(self) -> asyncio.subprocess.Process:
        path = os.pathsep.join(part for part in (_CODE_ROOT, os.environ.get("PYTHONPATH", "")) if part)
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self._options.module,
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            process_group=0,  # a Ctrl-C at the terminal reaches the parent only
        )

    async def _feed(self, worker: _Worker) -> None:
        stdin = worker.process.stdin
        assert stdin is not None  # noqa: S101 - it was asked for as a pipe
        while True:
            if not (self._pending and worker.has_room):
                worker.wake.clear()
                if worker.has_room:
                    self._hungry.add(worker)
                await worker.wake.wait()
                continue
            batch = self._take()
            items = [[index, job.request.text] for index, job in enumerate(batch)]
            worker.push(batch)
            stdin.write(encode({"setup": dict(batch[0].setup), "items": items}))
            with contextlib.suppress(ConnectionError):  # the reader sees the same death
                await stdin.drain()

    def _take(self) -> list[_Job]:
        """The oldest requests that need the same setup; a fair share when few are left."""
        share = min(_BATCH_REQUESTS, -(-len(self._pending) // self._options.workers))
        setup, characters = self._pending[0].setup, 0
        batch: list[_Job] = []
        others: list[_Job] = []
        while self._pending and len(batch) < share and characters < _BATCH_CHARACTERS:
            job = self._pending.popleft()
            if job.setup is not setup and job.setup != setup:
                others.append(job)
                continue
            batch.append(job)
            characters += len(job.request.text)
        self._pending.extendleft(reversed(others))
        return batch

    async def _read(self, worker: _Worker) -> None:
        stdout = worker.process.stdout
        assert stdout is not None  # noqa: S101 - it was asked for as a pipe
        while True:
            try:
                header = await stdout.readexactly(HEADER_BYTES)
                message = decode(await stdout.readexactly(int.from_bytes(header, "big")))
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            if "fault" in message:
                self._stop(EngineFault(f"{self._options.engine}: {message['fault']}"))
                return
            if "ready" in message:
                worker.ready, worker.heard, self._failed_starts = True, time.monotonic(), 0
                continue
            self._crashes_in_a_row = 0
            job = worker.pop()
            worker.wake.set()
            _deliver(job, _reply(job.request, message))

    def _bury(self, worker: _Worker) -> None:
        """Say what a dead worker leaves behind: its suspect is counted, the others wait again."""
        how = "gave no answer in time and was killed" if worker.hung else _death(worker.process.returncode)
        lines = worker.stderr.decode("utf-8", "replace").strip().splitlines()
        how += f": {lines[-1][:300]}" if lines else ""
        if self._is_hopeless(worker, how):
            return
        if worker.ready and worker.in_flight:
            suspect = worker.in_flight[0]
            suspect.crashes += 1
            if suspect.crashes >= _CRASHES_PER_REQUEST:
                worker.in_flight.popleft()
                detail = f"the {self._options.engine} worker failed twice on this text; it {how}"
                _deliver(suspect, _failure(suspect.request, FinishReason.ERROR, detail))
        self._pending.extendleft(job for job in reversed(worker.in_flight) if not job.stream.abandoned)
        self._work.set()
        for other in self._workers:
            other.wake.set()

    def _is_hopeless(self, worker: _Worker, how: str) -> bool:
        """Count this death, and stop everything when it is clear that no text is to blame."""
        engine = self._options.engine
        if worker.ready:
            self._crashes_in_a_row += 1
            if self._crashes_in_a_row < _CRASHES_IN_A_ROW:
                return False
            message = f"{engine}: worker processes end again and again; the last {how}"
        else:
            self._failed_starts += 1
            if self._failed_starts < _FAILED_STARTS:
                return False
            message = f"{engine}: worker processes do not start; the last {how}"
        remedy = "`parallelize doctor` checks the engine; is there enough memory for its workers?"
        self._stop(EngineFault(message, remedy=remedy))
        return True

    async def _watch(self) -> None:
        """Kill a worker that does not answer; `_run_worker` does the rest."""
        while True:
            await asyncio.sleep(min(1.0, self._options.hang_seconds / 4))
            now = time.monotonic()
            for worker in self._workers:
                if not worker.in_flight:
                    continue
                patience = self._options.hang_seconds
                if not worker.ready:
                    patience = max(patience, _SECONDS_TO_START)
                patience += len(worker.in_flight[0].request.text) * _SECONDS_PER_CHARACTER
                if now - worker.heard > patience:
                    worker.hung = True
                    _kill(worker.process)

    def _stop(self, fault: EngineFault) -> None:
        self._fault = fault
        for stream in self._streams:
            stream.output.put_nowait(fault)


async def _drain(worker: _Worker) -> None:
    stderr = worker.process.stderr
    assert stderr is not None  # noqa: S101 - it was asked for as a pipe
    while chunk := await stderr.read(4096):
        worker.stderr = (worker.stderr + chunk)[-_STDERR_KEPT:]


def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


def _close(process: asyncio.subprocess.Process) -> None:
    """Free the transports now; otherwise they complain when the loop is gone."""
    transport = getattr(process, "_transport", None)
    if transport is not None:
        transport.close()


def _death(code: int | None) -> str:
    if code is None or code >= 0:
        return f"ended with exit code {code}"
    return f"was killed by signal {-code}"


def _deliver(job: _Job, reply: TranslationReply) -> None:
    if not job.stream.abandoned:
        job.stream.output.put_nowait(reply)


def _failure(request: TranslationRequest, finish: FinishReason, detail: str) -> TranslationReply:
    return TranslationReply(address=request.address, text="", finish=finish, detail=detail)


def _reply(request: TranslationRequest, message: dict[str, Any]) -> TranslationReply:
    if "refused" in message:
        return _failure(request, FinishReason.REFUSED_INPUT, str(message["refused"]))
    return TranslationReply(
        address=request.address,
        text=message["text"],
        finish=FinishReason.STOP,
        engine_seconds=float(message["seconds"]),
    )
