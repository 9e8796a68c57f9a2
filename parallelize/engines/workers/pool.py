"""Worker processes that translate: fed without gaps, restarted when they die, killed when they hang.

Native engines crash, hang, and cannot cross threads; each of ours lives in a process of its own (see
`process`). The pool keeps up to two small batches at every worker, so that none waits for the
parent, and takes an answer per text, so that it knows which text a worker died on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

from parallelize.core.errors import EngineFault
from parallelize.core.ports import FinishReason, Reply, TranslationRequest
from parallelize.engines.workers.link import BATCH_CHARACTERS, BATCH_REQUESTS, Job, Setup, WorkerLink

__all__ = ["PoolOptions", "WorkerPool"]

_CRASHES_PER_REQUEST = 2
_CRASHES_IN_A_ROW = 12
"""So many deaths with no answer in between: it is not the texts, and the run stops."""
_FAILED_STARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOptions:
    """How a pool runs; nothing here changes a translation."""

    engine: str
    """Name for messages."""
    module: str
    """Module that calls `process.serve` when run as a program."""
    workers: int
    """Processes, ≥ 1."""
    hang_seconds: float = 60.0
    """A worker that gives no answer for so long (plus 20 ms a character) is killed."""

    @property
    def capacity(self) -> int:
        """Requests that keep all workers busy: two batches at each, and as many waiting."""
        return self.workers * 4 * BATCH_REQUESTS


class WorkerPool:
    """Processes shared by everyone who asks on one event loop."""

    def __init__(self, options: PoolOptions) -> None:
        self._options = options
        self._pending: deque[Job] = deque()
        self._unanswered: set[asyncio.Future[Reply]] = set()
        self._hungry: set[WorkerLink] = set()
        self._workers: set[WorkerLink] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work = asyncio.Event()
        self._crashes_in_a_row = 0
        self._failed_starts = 0
        self._fault: EngineFault | None = None

    @property
    def capacity(self) -> int:
        """Requests that keep all workers busy: two batches at each, and as many waiting."""
        return self._options.capacity

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Ids of the processes that run now."""
        return tuple(worker.process_id for worker in self._workers)

    async def answer(self, request: TranslationRequest, setup: Setup) -> Reply:
        """Have a request answered by the next worker that has room.

        Raises:
            EngineFault: workers do not start, die again and again, or cannot load the setup.
        """
        self._start()
        job = Job(request=request, setup=setup, answer=asyncio.get_running_loop().create_future())
        self._unanswered.add(job.answer)
        job.answer.add_done_callback(self._unanswered.discard)
        self._pending.append(job)
        self._work.set()
        if self._hungry:
            self._hungry.pop().wake.set()
        return await job.answer

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
        self._tasks = [loop.create_task(self._keep_worker()) for _ in range(self._options.workers)]
        self._tasks.append(loop.create_task(self._watch()))
        for task in self._tasks:
            task.add_done_callback(self._end_with)

    def _end_with(self, task: asyncio.Task[None]) -> None:
        """A task of the pool never ends but by cancellation or a fault; nobody may wait for it in vain."""
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, EngineFault):
            self._stop(fault)
        elif fault is not None:
            self._stop(EngineFault(f"{self._options.engine}: worker pool: {fault!r}"))

    async def _keep_worker(self) -> None:
        """Run one worker after the other; start one only when there is work for it."""
        while True:
            if self._pending:
                await self._run_worker()
            else:
                self._work.clear()
                await self._work.wait()

    async def _run_worker(self) -> None:
        worker = await WorkerLink.start(self._options.module)
        self._workers.add(worker)
        read = asyncio.create_task(self._read(worker))
        feed = asyncio.create_task(self._feed(worker))
        drain = asyncio.create_task(worker.drain_stderr())
        try:
            done, _ = await asyncio.wait([read, feed], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            await worker.wait_briefly()
        finally:
            self._workers.discard(worker)
            for task in (read, feed):
                task.cancel()
            await worker.end()
            await asyncio.gather(read, feed, drain, return_exceptions=True)
            self._hungry.discard(worker)
        self._reclaim(worker)

    async def _feed(self, worker: WorkerLink) -> None:
        while True:
            if self._pending and worker.has_room:
                await worker.send(self._take())
                continue
            worker.wake.clear()
            if worker.has_room:
                self._hungry.add(worker)
            await worker.wake.wait()

    def _take(self) -> list[Job]:
        """The oldest requests that need the same setup; a fair share when few are left."""
        share = min(BATCH_REQUESTS, -(-len(self._pending) // self._options.workers))
        setup, characters = self._pending[0].setup, 0
        batch: list[Job] = []
        others: list[Job] = []
        while self._pending and len(batch) < share and characters < BATCH_CHARACTERS:
            job = self._pending.popleft()
            if job.abandoned:
                continue
            if job.setup is not setup and job.setup != setup:
                others.append(job)
                continue
            batch.append(job)
            characters += len(job.request.text)
        self._pending.extendleft(reversed(others))
        return batch

    async def _read(self, worker: WorkerLink) -> None:
        while (message := await worker.receive()) is not None:
            if "fault" in message:
                self._stop(EngineFault(f"{self._options.engine}: {message['fault']}"))
                return
            if "ready" in message:
                worker.ready, self._failed_starts = True, 0
                continue
            self._crashes_in_a_row = 0
            job = worker.answered()
            worker.wake.set()
            job.deliver(_reply(job.request, message))

    def _reclaim(self, worker: WorkerLink) -> None:
        """Say what a dead worker leaves behind: its suspect is counted, the others wait again."""
        how = worker.how_it_ended()
        if self._is_hopeless(worker, how):
            return
        if worker.ready and worker.in_flight:
            suspect = worker.in_flight[0]
            suspect.crashes += 1
            if suspect.crashes >= _CRASHES_PER_REQUEST:
                worker.in_flight.popleft()
                detail = f"the {self._options.engine} worker failed twice on this text; it {how}"
                address = suspect.request.address
                suspect.deliver(Reply(address=address, finish=FinishReason.ERROR, detail=detail))
        self._pending.extendleft(job for job in reversed(worker.in_flight) if not job.abandoned)
        self._work.set()
        for other in self._workers:
            other.wake.set()

    def _is_hopeless(self, worker: WorkerLink, how: str) -> bool:
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
            for worker in self._workers:
                worker.kill_if_hung(self._options.hang_seconds)

    def _stop(self, fault: EngineFault) -> None:
        self._fault = fault
        for answer in tuple(self._unanswered):
            if not answer.done():
                answer.set_exception(fault)


def _reply(request: TranslationRequest, message: dict[str, Any]) -> Reply:
    if "refused" in message:
        detail = str(message["refused"])
        return Reply(address=request.address, finish=FinishReason.REFUSED_INPUT, detail=detail)
    return Reply(
        address=request.address,
        text=message["text"],
        finish=FinishReason.STOP,
        engine_seconds=float(message["seconds"]),
    )
