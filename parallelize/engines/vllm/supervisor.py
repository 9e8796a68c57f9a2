"""One vLLM engine that is started when needed, watched, and started again when it dies or hangs."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from parallelize.core.errors import EngineFault, EnvironmentFault
from parallelize.engines.vllm.orphans import OrphanWatch

__all__ = ["EngineDied", "Outcome", "RequestFailed", "RequestRejected", "Supervisor"]

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 1.0


class EngineDied(Exception):
    """The engine died or hung while it worked on a request."""


class RequestFailed(Exception):
    """The engine could not do this request now; another time it may."""


class RequestRejected(Exception):
    """The engine refuses this request; it goes on with the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the engine said to one prompt."""

    text: str
    finish_reason: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int | None
    seconds: float


class Supervisor:
    """Starts vLLM, watches it, and starts it again when it dies or hangs."""

    def __init__(self, arguments: Mapping[str, Any], *, stall_seconds: float, restarts: int) -> None:
        """Remember how to start it; nothing is started yet.

        Args:
            arguments: of vLLM's `AsyncEngineArgs`.
            stall_seconds: without output for so long while requests are in it, it counts as hung.
            restarts: how often it may be started again.
        """
        self._arguments = arguments
        self._stall = stall_seconds
        self._restarts_left = restarts
        self._engine: Any = None
        self._starting = asyncio.Lock()
        self._watcher: asyncio.Task[None] | None = None
        self._scopes: set[asyncio.Timeout] = set()
        self._beat = 0.0
        self._died_of = ""
        self._start_fault: EnvironmentFault | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._orphans: OrphanWatch | None = None
        self._numbers = 0

    async def capacity(self) -> tuple[int, int]:
        """Sequences that the engine runs at once, and the longest prompt with its reply, in tokens."""
        engine = await self._running()
        config = engine.vllm_config
        copies = max(1, config.parallel_config.data_parallel_size)
        return config.scheduler_config.max_num_seqs * copies, config.model_config.max_model_len

    async def generate(self, ids: Sequence[int], sampling: Any) -> Outcome:
        """Answer one prompt.

        Raises:
            EngineDied: the engine died or hung meanwhile; it may be asked again.
            RequestFailed: the engine, which goes on, failed on it in a way that may pass.
            RequestRejected: the engine refuses this prompt.
            EngineFault: the engine cannot be started, or has died too often.
        """
        from vllm.exceptions import VLLMClientError, VLLMError
        from vllm.v1.engine.exceptions import EngineDeadError, EngineGenerateError

        engine = await self._running()
        if not self._scopes:
            self._beat = time.monotonic()
        scope = asyncio.timeout(None)
        try:
            async with scope:
                self._scopes.add(scope)
                try:
                    return await self._collect(engine, ids, sampling)
                finally:
                    self._scopes.discard(scope)
        except TimeoutError:
            raise EngineDied(self._died_of) from None
        except EngineDeadError as fault:
            self._give_up(engine, "it died: its process ended (out of memory, or a crash; see its log)")
            raise EngineDied(self._died_of) from fault
        except VLLMClientError as fault:
            raise RequestRejected(str(fault)) from fault
        except VLLMError as fault:  # from 0.33 on also what a request alone failed of
            raise RequestFailed(f"{type(fault).__name__}: {fault}") from fault
        except EngineGenerateError as fault:
            raise RequestRejected(f"the engine failed on it: {fault.__cause__ or fault}") from fault

    async def _collect(self, engine: Any, ids: Sequence[int], sampling: Any) -> Outcome:
        from vllm import TokensPrompt

        self._numbers += 1
        began = time.monotonic()
        pieces: list[str] = []
        tokens, reason, cached = 0, None, None
        prompt = TokensPrompt(prompt_token_ids=list(ids))
        async for output in engine.generate(prompt, sampling, f"parallelize-{self._numbers}"):
            self._beat = time.monotonic()
            part = output.outputs[0]
            pieces.append(part.text)
            tokens += len(part.token_ids)
            reason = part.finish_reason
            cached = output.num_cached_tokens
        return Outcome(
            text="".join(pieces),
            finish_reason=str(reason),
            input_tokens=len(ids),
            output_tokens=tokens,
            cached_tokens=cached,
            seconds=time.monotonic() - began,
        )

    async def aclose(self) -> None:
        """Stop the engine and its processes. It starts again when it is needed again."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)
        engine, self._engine = self._engine, None
        if engine is not None:
            if engine.output_handler is not None:  # else it reports the end as a crash
                engine.output_handler.cancel()
                await asyncio.gather(engine.output_handler, return_exceptions=True)
            await asyncio.to_thread(_stop, engine, self._orphans)
        stopping, self._stopping = self._stopping, None
        if stopping is not None:
            await stopping

    async def _running(self) -> Any:
        async with self._starting:
            if self._engine is None:
                if self._stopping is not None:  # the dead one's memory has to be free first
                    await self._stopping
                    self._stopping = None
                    self._spend_restart()
                if self._start_fault is not None:  # all that wait for it would try again, each for a minute
                    raise self._start_fault
                try:
                    self._engine = await self._start()
                except EnvironmentFault as fault:
                    self._start_fault = fault
                    raise
                self._beat = time.monotonic()
                self._watcher = asyncio.create_task(self._watch(self._engine))
            return self._engine

    def _spend_restart(self) -> None:
        if self._restarts_left <= 0:
            raise EngineFault(
                f"the vLLM engine ended again, and no restart is left; last: {self._died_of}",
                remedy="what was answered is saved; try a lower max_num_seqs, max_model_len or memory share",
            )
        self._restarts_left -= 1
        _log.warning("the vLLM engine is started again (%d left): %s", self._restarts_left, self._died_of)

    async def _start(self) -> Any:
        os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
        # Its ten minutes are too few on a busy machine; an engine that died is told at once.
        os.environ.setdefault("VLLM_ENGINE_READY_TIMEOUT_S", "3600")
        # Its log goes to stdout by default, where results go.
        os.environ.setdefault("VLLM_LOGGING_STREAM", "ext://sys.stderr")
        try:
            from vllm.engine.arg_utils import AsyncEngineArgs
            from vllm.platforms import current_platform
            from vllm.v1.engine.async_llm import AsyncLLM
        except ImportError as fault:
            raise EnvironmentFault(
                f"vLLM cannot be imported: {fault}", remedy="pip install 'parallelize[vllm]'"
            ) from fault
        arguments = dict(self._arguments)
        if current_platform.is_cpu():
            _warn_of_slow_numbers(arguments)
            if arguments.get("tensor_parallel_size", 1) == 1:
                # The default executor's processes spin against the threads that compute (six times slower);
                # vLLM allows the other one on CPUs only together with this variable.
                os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
                arguments.setdefault("distributed_executor_backend", "uni")
        start = OrphanWatch()
        try:
            # In this thread: the engine's sockets belong to the running event loop.
            engine = AsyncLLM.from_engine_args(AsyncEngineArgs(**arguments))
            self._orphans = OrphanWatch(_processes(engine))
            return engine
        except (RuntimeError, ValueError, TypeError, OSError, ImportError, MemoryError) as fault:
            raise EngineFault(
                f"vLLM cannot start {arguments['model']}: {type(fault).__name__}: {str(fault)[:600]}",
                remedy="its log above says more; if it asks for more memory than is free (CPU or GPU), set "
                "a lower engine.gpu_memory_utilization; `parallelize doctor` checks this machine",
            ) from fault
        finally:
            start.end()

    async def _watch(self, engine: Any) -> None:
        """Look for a hang; a death is seen by the requests themselves."""
        while True:
            await asyncio.sleep(min(_LOOK_SECONDS, self._stall / 4))
            silent = time.monotonic() - self._beat
            if self._scopes and silent > self._stall:
                self._give_up(engine, f"it hung: no output for {silent:.0f} s with work in it")
                return

    def _give_up(self, engine: Any, reason: str) -> None:
        """Stop an engine for good and wake everyone who waits for it. Only the first caller counts."""
        if engine is not self._engine:
            return
        self._engine, self._died_of = None, reason
        _log.error("vLLM engine: %s", reason)
        now = asyncio.get_running_loop().time()
        for scope in self._scopes:
            with suppress(RuntimeError):  # it is ending by itself
                scope.reschedule(now)
        if self._watcher is not None and self._watcher is not asyncio.current_task():
            self._watcher.cancel()
        self._stopping = asyncio.create_task(asyncio.to_thread(_stop, engine, self._orphans))


def _warn_of_slow_numbers(arguments: Mapping[str, Any]) -> None:
    """A CPU of the AVX2 kind computes bfloat16, in which most models are stored, six times slower."""
    import torch

    if arguments.get("dtype", "auto") == "auto" and torch.backends.cpu.get_cpu_capability() == "AVX2":
        _log.warning('this CPU has no bfloat16 of its own: engine.dtype = "float32" may be much faster')


def _processes(engine: Any) -> Sequence[Any]:
    manager = getattr(getattr(engine.engine_core, "resources", None), "engine_manager", None)
    return list(getattr(manager, "processes", []))


def _stop(engine: Any, orphans: OrphanWatch | None) -> None:
    """Shut an engine down and make sure that none of its processes is left."""
    import psutil

    family = []
    for process in _processes(engine):
        with suppress(psutil.Error):
            parent = psutil.Process(process.pid)
            family += [*parent.children(recursive=True), parent]
    for member in family:
        with suppress(psutil.Error):
            if member.status() == psutil.STATUS_STOPPED:  # a stopped process does not hear a request to end
                member.kill()
    with suppress(RuntimeError, OSError):
        engine.shutdown()
    engine.shutdown = _nothing  # its `__del__` calls it once more, in an interpreter that is half gone
    _, alive = psutil.wait_procs(family, timeout=10)
    for member in alive:
        with suppress(psutil.Error):
            member.kill()
    if orphans is not None:
        orphans.end()


def _nothing() -> None: ...
