"""Workers that are actors of a Ray cluster: each opens the run by itself and translates the units it is sent.

The run directory lies on a file system that all nodes see. Ray only carries units and receipts; replies and
chunks are written by the actors. An actor that is lost, with its node or without, is followed by another.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from parallelize.assemble.ray_cluster import connected, first_line
from parallelize.assemble.unit_work import UnitWork, note_begun
from parallelize.assemble.work import Teller, told_unit
from parallelize.assemble.worker_units import open_worker
from parallelize.core.errors import EngineFault, EnvironmentFault, ParallelizeError
from parallelize.core.processes import collect_rarely
from parallelize.core.units import Receipt, Unit
from parallelize.pipeline.window import task_group
from parallelize.runners.scheduler import Worker, WorkerDied
from parallelize.store.run import RunDirectory

__all__ = ["RayActor", "RayWorker", "ray_workers"]

_SECONDS_BETWEEN_NEWS = 0.5
_CALLS_AT_ONCE = 2_000
"""More than units are ever in hand: news must not wait behind them."""
_STARTS = 5

Begin = Callable[[int], Callable[[Mapping[str, Any]], None]]


class RayActor:
    """What runs in a process of the cluster; its methods are called from the driver."""

    def __init__(self, root: str) -> None:
        """Open nothing yet: the first unit does, in the actor's event loop."""
        self._root = Path(root)
        self._news: deque[Mapping[str, Any]] = deque()
        self._opening = asyncio.Lock()
        self._closing = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._translate: Callable[[Unit], Awaitable[Receipt]] | None = None

    async def translate(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do a unit. The receipt as JSON, or `{"fault", "remedy"}` where this actor cannot go on."""
        try:
            async with self._opening:
                if self._translate is None:
                    await self._open()
            if self._translate is None:
                raise EngineFault("the worker is closing")
            return asdict(await self._translate(Unit.from_dict(order)))
        except ParallelizeError as fault:
            return {"fault": fault.message, "remedy": fault.remedy}

    async def news(self) -> list[Mapping[str, Any]]:
        """What happened since the last call."""
        found = list(self._news)
        self._news.clear()
        return found

    async def close(self) -> None:
        """Write what there is, and end the engine."""
        self._closing.set()
        if self._life is not None:
            await asyncio.gather(self._life, return_exceptions=True)

    async def _open(self) -> None:
        ready: asyncio.Future[Callable[[Unit], Awaitable[Receipt]]] = (
            asyncio.get_running_loop().create_future()
        )
        self._life = asyncio.create_task(self._live(ready))
        self._life.add_done_callback(lambda life: _pass_on(life, ready))
        self._translate = await ready

    async def _live(self, ready: asyncio.Future[Callable[[Unit], Awaitable[Receipt]]]) -> None:
        """Hold the run open until the actor is closed."""
        collect_rarely()
        with RunDirectory(self._root).joined():
            work = open_worker(self._root, Teller(self._news.append))
            async with work.opened(partial(note_begun, work.run)) as opened, task_group() as group:

                async def translate(unit: Unit) -> Receipt:
                    return await told_unit(opened, group, unit, self._news.append)

                ready.set_result(translate)
                await self._closing.wait()


def _pass_on(life: asyncio.Task[None], ready: asyncio.Future[Any]) -> None:
    fault = None if life.cancelled() else life.exception()
    if not ready.done():
        ready.set_exception(fault or EngineFault("the worker ended before it began"))


class RayWorker:
    """An actor as the hand-out sees it. Fulfils `runners.scheduler.Worker`."""

    def __init__(self, actor: Any, on_news: Callable[[Mapping[str, Any]], None]) -> None:
        self._actor = actor
        self._on_news = on_news
        self._listener = asyncio.create_task(self._listen())

    async def translate(self, unit: Unit) -> Receipt:
        """Do a unit; see `Worker.translate`."""
        import ray.exceptions

        try:
            answer: dict[str, Any] = await self._actor.translate.remote(unit.as_dict())
        except (ray.exceptions.RayActorError, ray.exceptions.RaySystemError) as death:
            raise WorkerDied(f"was lost: {first_line(death)}") from death
        if "fault" in answer:
            raise EngineFault(answer["fault"], remedy=answer["remedy"])
        return Receipt(**answer)

    async def aclose(self) -> None:
        """Let it write what it has, then end it."""
        import ray
        import ray.exceptions

        self._listener.cancel()
        await asyncio.gather(self._listener, return_exceptions=True)
        with contextlib.suppress(ray.exceptions.RayError):
            for news in await self._actor.news.remote():
                self._on_news(news)
            await self._actor.close.remote()
        ray.kill(self._actor)

    async def _listen(self) -> None:
        import ray.exceptions

        with contextlib.suppress(ray.exceptions.RayError):
            while True:
                await asyncio.sleep(_SECONDS_BETWEEN_NEWS)
                for news in await self._actor.news.remote():
                    self._on_news(news)


def ray_workers(
    work: UnitWork, address: str | None, begin: Begin
) -> tuple[Callable[[int], Awaitable[Worker]], int]:
    """Connect to a cluster, and say how to start a worker there and how many it has room for.

    Args:
        address: of the cluster; None: the one that `RAY_ADDRESS` names, or one on this machine.

    Raises:
        EnvironmentFault: Ray is not installed, or there is no cluster with room.
    """
    ray = connected(address)
    gpus, cores = work.needs.gpus, work.needs.cores
    room = ray.cluster_resources()
    workers = int(room.get("GPU", 0) // gpus if gpus else room.get("CPU", 0) // cores)
    if workers < 1:
        raise EnvironmentFault(
            f"the Ray cluster has no room for an engine: {room.get('CPU', 0):g} cores, "
            f"{room.get('GPU', 0):g} GPUs, {gpus or 'no'} GPUs needed"
        )
    kind = ray.remote(RayActor).options(
        num_cpus=1 if gpus else cores,
        num_gpus=gpus,
        max_concurrency=_CALLS_AT_ONCE,
        max_restarts=0,  # the hand-out starts another, and gives its units to others meanwhile
    )
    root = str(work.run.root.resolve())

    async def start(place: int) -> Worker:
        for attempt in range(_STARTS):
            actor = kind.remote(root)
            try:
                await actor.news.remote()  # it has a place in the cluster now
                return RayWorker(actor, begin(place))
            except asyncio.CancelledError:  # the others were faster
                ray.kill(actor)
                raise
            except ray.exceptions.RayActorError as death:  # its node was lost while it began
                if attempt + 1 == _STARTS:
                    raise EngineFault(f"a Ray actor ends while it begins: {first_line(death)}") from death
                await asyncio.sleep(1.0)
        raise AssertionError("unreachable")

    return start, workers
