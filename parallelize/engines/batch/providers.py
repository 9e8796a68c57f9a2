"""The batch interfaces of OpenAI, Azure and Anthropic: send a wave, find it again, look, fetch."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

import httpx
import orjson

from parallelize.core.engine_options import BatchModelOptions
from parallelize.core.trees import JsonObject
from parallelize.engines.batch.http import BatchHttp, Refusal
from parallelize.engines.batch.waves import Wave, WaveFolder
from parallelize.engines.openai.endpoint import ApiKey
from parallelize.store.files import atomic_write

__all__ = ["BatchState", "Fate", "Provider", "provider_of"]

_PAGE = "100"
_PAGES = 20
_SETTLING_LOOKS = 120
_ANTHROPIC_VERSION = "2023-06-01"
_CLOCKS_APART = 600.0
"""Seconds by which a provider's clock may be behind ours."""
_TOO_MUCH_WAITING = frozenset({"token_limit_exceeded", "rate_limit_exceeded", "quota_exceeded"})
_NO_MONEY = frozenset({"billing_hard_limit_reached", "insufficient_quota"})


class Fate(Enum):
    """What became of a batch."""

    GOING = "going"
    ENDED = "ended"
    """With results, perhaps not of all requests: what is missing can be asked again."""
    FAILED = "failed"
    """As a whole, before it began."""
    BUSY = "busy"
    """Not begun: too much of ours is waiting there."""
    CANCELLED = "cancelled"
    """By somebody, on purpose; what was answered before may be there."""
    LOST = "lost"
    """The provider does not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchState:
    """What a provider says of a batch."""

    fate: Fate
    results: tuple[str, ...] = ()
    """Where files with results are."""
    done: int = 0
    why: str = ""
    """For a failed one, for people."""
    refused: Mapping[int, str] = field(default_factory=dict)
    """Lines, counted from 0, that made it fail, and why."""
    fatal: bool = False
    """No batch can succeed now (no money left)."""


class Provider(Protocol):
    """Whom batches are sent to."""

    @property
    def name(self) -> str:
        """Who it is, for messages."""
        ...

    async def send(self, wave: Wave, folder: WaveFolder) -> str:
        """Begin a batch, and return the provider's name of it.

        Raises:
            MaybeDone: whether it began is not known.
            Refusal: it is refused.
            EngineFault: the provider is out of reach, or refuses us.
        """
        ...

    async def find(self, wave: Wave, taken: Collection[str]) -> str | None:
        """The batch that an earlier, unanswered `send` of this wave began, if it did; none of `taken`."""
        ...

    async def look(self, wave: Wave) -> BatchState:
        """How a batch is doing."""
        ...

    async def fetch(self, state: BatchState, to: Path) -> None:
        """Put all results into one file."""
        ...

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        ...


class OpenAIBatches:
    """OpenAI's files and batches; Azure has the same with another header, and checks files first."""

    def __init__(self, options: BatchModelOptions, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._azure = options.form == "azure"
        self._http = BatchHttp(options, headers=self._headers, transport=transport)
        self._pause = options.poll_seconds

    @property
    def name(self) -> str:
        """Who it is, for messages."""
        return self._http.name

    def _headers(self, key: ApiKey) -> Mapping[str, str]:
        if not self._azure:
            return key.headers()
        return key.headers("api-key")

    async def send(self, wave: Wave, folder: WaveFolder) -> str:
        """Upload the requests unless they are there, then begin; see `Provider.send`."""
        content = folder.requests_path(wave).read_bytes()
        if not wave.input_file:
            uploaded = await self._http.upload("/files", f"{wave.name}.jsonl", content, {"purpose": "batch"})
            wave.input_file = _named(uploaded)
            folder.save(wave)
        await self._until_checked(wave.input_file)
        first = orjson.loads(content.partition(b"\n")[0])
        order = {
            "input_file_id": wave.input_file,
            "endpoint": first["url"],
            "completion_window": "24h",
            "metadata": {"wave": wave.name},
        }
        wave.sending = True
        folder.save(wave)
        return _named(await self._http.post("/batches", orjson.dumps(order)))

    async def _until_checked(self, file: str) -> None:
        """Wait until an uploaded file was looked through; Azure begins no batch before."""
        for _ in range(_SETTLING_LOOKS if self._azure else 0):
            status = (await self._http.get(f"/files/{file}")).get("status")
            if status == "error":
                raise Refusal(400, "the uploaded file was not accepted")
            if status != "pending":
                return
            await asyncio.sleep(min(self._pause, 5.0))

    async def find(self, wave: Wave, taken: Collection[str]) -> str | None:
        """The batch with this wave's name among its metadata; see `Provider.find`."""
        query = {"limit": _PAGE}
        for _ in range(_PAGES):
            page = await self._http.get("/batches", **query)
            batches = [item for item in page.get("data") or [] if isinstance(item, dict)]
            for batch in batches:
                metadata = batch.get("metadata")
                if isinstance(metadata, dict) and metadata.get("wave") == wave.name:
                    return _named(batch)
            if not page.get("has_more") or not batches:
                return None
            query["after"] = _named(batches[-1])
        return None

    async def look(self, wave: Wave) -> BatchState:
        """How a batch is doing; see `Provider.look`."""
        try:
            batch = await self._http.get(f"/batches/{wave.batch}")
        except Refusal as refusal:
            return BatchState(fate=Fate.LOST, why=str(refusal))
        counts = batch.get("request_counts")
        done = counts.get("completed") if isinstance(counts, dict) else 0
        files = tuple(str(batch[key]) for key in ("output_file_id", "error_file_id") if batch.get(key))
        status = batch.get("status")
        if status == "failed":
            return _failed(batch)
        fate = {
            "completed": Fate.ENDED,
            "expired": Fate.ENDED,
            "cancelled": Fate.CANCELLED,
        }.get(str(status), Fate.GOING)
        return BatchState(fate=fate, results=files, done=done if isinstance(done, int) else 0)

    async def fetch(self, state: BatchState, to: Path) -> None:
        """Fetch the files of replies and of errors; see `Provider.fetch`."""
        await _fetch_all(self._http, [f"/files/{file}/content" for file in state.results], to)

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        await self._http.aclose()


class AnthropicBatches:
    """Anthropic's message batches: the requests stand in the order itself."""

    def __init__(self, options: BatchModelOptions, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = BatchHttp(options, headers=self._headers, transport=transport)

    @property
    def name(self) -> str:
        """Who it is, for messages."""
        return self._http.name

    def _headers(self, key: ApiKey) -> Mapping[str, str]:
        return {**key.headers("x-api-key"), "anthropic-version": _ANTHROPIC_VERSION}

    async def send(self, wave: Wave, folder: WaveFolder) -> str:
        """Begin a batch; see `Provider.send`."""
        lines = folder.requests_path(wave).read_bytes().splitlines()
        wave.sending = True
        folder.save(wave)
        content = b'{"requests":[' + b",".join(lines) + b"]}"
        return _named(await self._http.post("/messages/batches", content))

    async def find(self, wave: Wave, taken: Collection[str]) -> str | None:
        """The first batch of as many requests that began after this wave; see `Provider.find`.

        Batches carry no name of ours here. If it is another one, none of its ids is ours, and every
        request of the wave counts as missing and is asked again.
        """
        page = await self._http.get("/messages/batches", limit=_PAGE)
        batches = [item for item in page.get("data") or [] if isinstance(item, dict)]
        for batch in reversed(batches):  # the newest comes first
            counts = batch.get("request_counts")
            total = sum(n for n in counts.values() if isinstance(n, int)) if isinstance(counts, dict) else 0
            fits = total == wave.requests and batch.get("id") not in taken
            if fits and _seconds(batch.get("created_at")) > wave.created - _CLOCKS_APART:
                return _named(batch)
        return None

    async def look(self, wave: Wave) -> BatchState:
        """How a batch is doing; see `Provider.look`."""
        try:
            batch = await self._http.get(f"/messages/batches/{wave.batch}")
        except Refusal as refusal:
            return BatchState(fate=Fate.LOST, why=str(refusal))
        counts = batch.get("request_counts")
        done = counts.get("succeeded") if isinstance(counts, dict) else 0
        place = batch.get("results_url")
        if batch.get("processing_status") != "ended" or not isinstance(place, str):
            return BatchState(fate=Fate.GOING, done=done if isinstance(done, int) else 0)
        fate = Fate.CANCELLED if batch.get("cancel_initiated_at") else Fate.ENDED
        return BatchState(fate=fate, results=(place,), done=done if isinstance(done, int) else 0)

    async def fetch(self, state: BatchState, to: Path) -> None:
        """Fetch the results; see `Provider.fetch`."""
        await _fetch_all(self._http, state.results, to)

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        await self._http.aclose()


def provider_of(options: BatchModelOptions, transport: httpx.AsyncBaseTransport | None = None) -> Provider:
    """The provider that a recipe's table names.

    Raises:
        InputError: there is no address, or none that a key may be sent to.
        EnvironmentFault: the key's environment variable is not set.
    """
    kind = AnthropicBatches if options.form == "anthropic" else OpenAIBatches
    return kind(options, transport)


async def _fetch_all(http: BatchHttp, places: Iterable[str], to: Path) -> None:
    """Fetch files one after the other into one; a file that the provider has no more is left out."""
    parts = []
    for place in places:
        with contextlib.suppress(Refusal):
            parts.append((await http.content(place)).rstrip(b"\n") + b"\n")
    atomic_write(to, b"".join(parts))


def _failed(batch: JsonObject) -> BatchState:
    """Why a batch failed as a whole, and which lines were to blame, as far as it says."""
    listed = batch.get("errors")
    errors = listed.get("data") if isinstance(listed, dict) else None
    found = [item for item in errors or [] if isinstance(item, dict)]
    codes = {str(item.get("code")) for item in found}
    why = "; ".join(f"{item.get('code')}: {item.get('message')!s:.200}" for item in found[:3])
    refused = {
        line - 1: f"{item.get('code')}: {item.get('message')!s:.200}"
        for item in found
        if isinstance(line := item.get("line"), int) and line > 0
    }
    return BatchState(
        fate=Fate.BUSY if codes & _TOO_MUCH_WAITING else Fate.FAILED,
        why=why or "no reason given",
        refused=refused,
        fatal=bool(codes & _NO_MONEY),
    )


def _named(answer: JsonObject) -> str:
    """The provider's name of a file or a batch.

    Raises:
        Refusal: there is none in its answer.
    """
    name = answer.get("id")
    if not isinstance(name, str) or not name or "/" in name:
        raise Refusal(200, f"no id in the answer: {answer!r:.200}")
    return name


def _seconds(stamp: object) -> float:
    """Seconds since 1970 of a time as Anthropic writes it; 0 for anything else."""
    try:
        return datetime.fromisoformat(str(stamp)).timestamp()
    except ValueError:
        return 0.0
