"""Calls of a provider's batch interface: patient with what passes, and never unsure without saying so."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

import httpx
import orjson

from parallelize.core.engine_options import BatchModelOptions
from parallelize.core.errors import EngineFault, InputError
from parallelize.core.trees import JsonObject
from parallelize.core.version import __version__
from parallelize.engines.openai.endpoint import ApiKey, checked_url
from parallelize.engines.openai.throttle import retry_after_seconds

__all__ = ["BatchHttp", "MaybeDone", "Refusal"]

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE = 0.5
_DETAIL_CHARS = 300
_PASSING = frozenset({408, 409, 425, 429})
_NO_ENTRY = frozenset({401, 403})


class Refusal(Exception):
    """The provider refused one call: asking again changes nothing."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"HTTP {status}: {said}")
        self.status = status


class MaybeDone(Exception):
    """A call that must not be made twice broke off: whether it was heard is not known."""


class BatchHttp:
    """One provider's address, with the key that belongs to it."""

    def __init__(
        self,
        options: BatchModelOptions,
        *,
        headers: Callable[[ApiKey], Mapping[str, str]],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Check address and key; nothing is sent yet.

        Args:
            headers: how the key and the interface's version are said.

        Raises:
            InputError: there is no address, or none that a key may be sent to.
            EnvironmentFault: the key's environment variable is not set.
        """
        if options.base_url is None:
            raise InputError(
                "the engine batch has no base_url",
                remedy="name the provider's address, or work with files: --requests-out DIR --replies-in DIR",
            )
        self._url = checked_url(
            options.base_url, has_key=options.api_key_env is not None, insecure_http=options.insecure_http
        )
        self._key = ApiKey.from_environment(options.api_key_env)
        self.name = f"the provider {self._url.netloc.decode()}"
        self._patience = options.patience_seconds
        self._longest_pause = options.poll_seconds
        query = {"api-version": options.api_version} if options.api_version else {}
        self._client = httpx.AsyncClient(
            headers={"User-Agent": f"parallelize/{__version__}", **headers(self._key)},
            params=query,
            timeout=httpx.Timeout(options.timeout_seconds, connect=options.connect_timeout_seconds),
            follow_redirects=False,  # a key belongs to one host
            transport=transport,
        )

    async def aclose(self) -> None:
        """Close the connections to the provider."""
        await self._client.aclose()

    async def get(self, path: str, **query: str) -> JsonObject:
        """The JSON object at a path below the address; see `_call` for what is raised."""
        return _object(await self._call("GET", path, lambda: {"params": query}))

    async def post(self, path: str, content: bytes) -> JsonObject:
        """Send JSON to a path below the address, never to be heard twice. See `_call` for what is raised."""
        sent = {"content": content, "headers": {"Content-Type": "application/json"}}
        return _object(await self._call("POST", path, lambda: sent, once=True))

    async def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> JsonObject:
        """Send a file as a form does; twice is no harm. See `_call` for what is raised."""
        form = {"file": (name, content, "application/jsonl")}
        return _object(await self._call("POST", path, lambda: {"files": form, "data": dict(fields)}))

    async def content(self, place: str) -> bytes:
        """A file whole. See `_call` for what is raised."""
        return await self._call("GET", place, dict)

    def _place(self, path: str) -> httpx.URL:
        """A path below the address, or an address that the provider gave, which must be its own."""
        if path.startswith("/"):
            return self._url.copy_with(path=self._url.path.rstrip("/") + path)
        place = httpx.URL(path)
        if (place.scheme, place.netloc) != (self._url.scheme, self._url.netloc):
            raise EngineFault(f"{self.name} sends us to {place.host!r:.80}; a key belongs to one host")
        return place

    async def _call(
        self, method: str, path: str, parts: Callable[[], JsonObject], *, once: bool = False
    ) -> bytes:
        """Make a call until it is answered.

        Raises:
            Refusal: this call is refused.
            MaybeDone: `once`, and it broke off.
            EngineFault: the key is refused, or the provider has been out of reach for too long.
        """
        begin, pause = time.monotonic(), min(_FIRST_PAUSE, self._longest_pause)
        while True:
            try:
                response = await self._client.request(method, self._place(path), **parts())
                trouble, wait = self._trouble(response)
                if trouble is None:
                    return response.content
                unheard = response.status_code in _PASSING
            except (httpx.TransportError, httpx.DecodingError) as fault:
                trouble, wait = f"{type(fault).__name__}: {fault}", None
                unheard = isinstance(fault, httpx.ConnectError | httpx.ConnectTimeout)
            if once and not unheard:
                raise MaybeDone(trouble)
            if time.monotonic() - begin > self._patience:
                raise EngineFault(
                    f"{self.name} has been out of reach for {self._patience:.0f} s; last: {trouble}",
                    remedy="batches that were sent go on there: run the same command again later",
                )
            _LOG.warning("%s: %s; trying again in %.1f s", self.name, trouble, wait or pause)
            await asyncio.sleep(wait or pause)
            pause = min(pause * 2, self._longest_pause)

    def _trouble(self, response: httpx.Response) -> tuple[str | None, float | None]:
        """What is wrong with a response that may pass, and the pause that it asks for; None if nothing is.

        Raises:
            Refusal: it does not pass.
            EngineFault: the key is refused.
        """
        status = response.status_code
        if response.is_success:
            return None, None
        said = self._key.hide_in(" ".join(response.text[:2000].split())[:_DETAIL_CHARS])
        if status in _NO_ENTRY:
            raise EngineFault(
                f"{self.name} refuses us: HTTP {status}: {said}",
                remedy="check base_url and the key's environment variable in the recipe",
            )
        if status not in _PASSING and status < 500:
            raise Refusal(status, said)
        headers = response.headers
        return f"HTTP {status}: {said}", retry_after_seconds(
            headers.get("retry-after"), date=headers.get("date")
        )


def _object(content: bytes) -> JsonObject:
    """A JSON object; anything else is empty, which its reader takes for what is missing."""
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
