"""COMET-family models as a scorer, in a process of an environment of their own.

`unbabel-comet` needs NumPy below 2 and cannot share an environment with this package. The user names the
Python of one that has it, and `worker.py` runs there.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
from collections import deque
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import IO

from parallelize.core.errors import EngineFault, EnvironmentFault
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Level, Reply, ScoringRequest
from parallelize.core.provenance import EngineFingerprint
from parallelize.core.recipe_tables import CometOptions
from parallelize.core.trees import JsonObject
from parallelize.store.files import sha256_file

__all__ = ["HOW_TO_GET", "CometScorer"]

HOW_TO_GET = (
    "make an environment for it: python3 -m venv comet-env && comet-env/bin/pip install unbabel-comet "
    "'setuptools<81'; then export PARALLELIZE_COMET_PYTHON=comet-env/bin/python"
)
_WORKER = Path(__file__).with_name("worker.py")
_SECONDS_TO_TELL = 60
_LINE_LIMIT = 16 * 1024 * 1024
_STDERR_KEPT = 2_000


class CometScorer:
    """Scores translations in batches. The worker starts with the first request."""

    measure = "comet"
    samples = 0

    def __init__(self, settings: CometOptions) -> None:
        """Keep the settings; nothing runs yet."""
        self.level = Level(settings.level)
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self._stderr: IO[bytes] | None = None
        self._turn = asyncio.Lock()
        self._waiting: deque[tuple[ScoringRequest, asyncio.Future[Reply]]] = deque()

    @cached_property
    def _version(self) -> str:
        command = [self._settings.python, str(_WORKER), "version"]
        try:
            told = subprocess.run(
                command, capture_output=True, text=True, timeout=_SECONDS_TO_TELL, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise EnvironmentFault(
                f"[scorers.comet] python = {self._settings.python!r} cannot be run: {fault}",
                remedy=HOW_TO_GET,
            ) from fault
        if told.returncode:
            last = (told.stderr.strip().splitlines() or ["no message"])[-1]
            raise EnvironmentFault(f"{self._settings.python} has no unbabel-comet: {last}", remedy=HOW_TO_GET)
        return told.stdout.strip()

    @cached_property
    def _model(self) -> str:
        """The digest of a checkpoint; of a Hub model only its name is known before it is loaded."""
        path = Path(self._settings.model)
        return f"sha256:{sha256_file(path)}" if path.is_file() else self._settings.model

    def fingerprint(self, languages: LanguagePair) -> EngineFingerprint:
        """Say what will measure: the checkpoint and the version of the library, the same for every pair.

        Raises:
            EnvironmentFault: the environment lacks `unbabel-comet`, or there is none.
        """
        del languages
        return EngineFingerprint(
            engine="comet", model=self._model, revision=self._version, extra={"level": self.level.value}
        )

    @property
    def capacity(self) -> int:
        """A batch at the worker and the next one waiting."""
        return 2 * self._settings.batch_size

    async def answer(self, request: ScoringRequest) -> Reply:
        """Measure one translation, together with those that wait beside it; see `Engine.answer`.

        Raises:
            EngineFault: the worker cannot load its model, died, or gives no answer in time.
        """
        if not _is_readable(request):
            return _reply(request, None, "a text is blank or has a lone surrogate")
        measured: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, measured))
        try:
            await asyncio.sleep(0)  # let others join the batch; never wait for it to fill
            async with self._turn:
                if not measured.done():  # else a batch before took it along
                    await self._measure()
            return await measured
        finally:
            measured.cancel()

    async def aclose(self) -> None:
        """Kill the worker process that holds the model."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None

    async def _measure(self) -> None:
        """Measure the requests that have waited longest, as many as a batch holds."""
        batch: list[tuple[ScoringRequest, asyncio.Future[Reply]]] = []
        while self._waiting and len(batch) < self._settings.batch_size:
            request, measured = self._waiting.popleft()
            if not measured.done():
                batch.append((request, measured))
        try:
            message = await self._ask([request for request, _ in batch])
        except BaseException:  # also when cancelled: what the worker still says belongs to nobody
            self._waiting.extendleft(reversed(batch))
            await self.aclose()
            raise
        detail = str(message.get("refused", "the model gave no number"))
        for (request, measured), value in zip(batch, _values(message, len(batch)), strict=True):
            if not measured.done():
                measured.set_result(_reply(request, value, detail))

    async def _ask(self, batch: list[ScoringRequest]) -> JsonObject:
        process = self._process or await self._start()
        items = [{"src": request.text, "mt": request.translation} for request in batch]
        if process.stdin is not None:
            with suppress(ConnectionError):  # `_hear` sees the same death
                process.stdin.write(json.dumps({"items": items}).encode("ascii") + b"\n")
                await process.stdin.drain()
        return await self._hear(process)

    async def _start(self) -> asyncio.subprocess.Process:
        settings = self._settings
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by `aclose`
        try:
            process = await asyncio.create_subprocess_exec(
                settings.python,
                str(_WORKER),
                "serve",
                settings.model,
                str(settings.gpus),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._stderr,
                limit=_LINE_LIMIT,
                process_group=0,  # a Ctrl-C at the terminal reaches the parent only
            )
        except OSError as fault:
            raise EngineFault(
                f"{settings.python} cannot be run: {fault.strerror}", remedy=HOW_TO_GET
            ) from fault
        self._process = process
        await self._hear(process)  # it says when the model is loaded
        return process

    async def _hear(self, process: asyncio.subprocess.Process) -> JsonObject:
        assert process.stdout is not None  # noqa: S101 - it was started with a pipe  # nosec B101
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                line = await process.stdout.readline()
        except TimeoutError as fault:
            raise EngineFault(
                f"the COMET worker said nothing for {self._settings.timeout_seconds:g} s",
                remedy="raise [scorers.comet] timeout_seconds, or lower batch_size",
            ) from fault
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise EngineFault(
                f"the COMET worker for {self._settings.model} ended: {self._last_words()}",
                remedy="name a checkpoint file or the Hub id of a reference-free model; " + HOW_TO_GET,
            )
        return message

    def _last_words(self) -> str:
        if self._stderr is None:
            return "no message"
        size = self._stderr.seek(0, 2)
        self._stderr.seek(max(0, size - _STDERR_KEPT))
        lines = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else "no message"


def _is_readable(request: ScoringRequest) -> bool:
    """Whether COMET can take both texts: it ends at lone surrogates, and blank ones spoil their batch."""
    try:
        return bool(request.text.encode().strip() and request.translation.encode().strip())
    except UnicodeEncodeError:
        return False


def _values(message: JsonObject, count: int) -> list[float | None]:
    """One value for each item of a batch; none at all unless the answer is whole."""
    scores = message.get("scores")
    if not isinstance(scores, list) or len(scores) != count:
        return [None] * count
    return [float(value) if isinstance(value, int | float) else None for value in scores]


def _reply(request: ScoringRequest, value: float | None, detail: str) -> Reply:
    if value is None:
        return Reply(address=request.address, finish=FinishReason.REFUSED_INPUT, detail=detail)
    return Reply(address=request.address, finish=FinishReason.STOP, value=value)
