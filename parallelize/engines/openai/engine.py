"""Any server that speaks the OpenAI HTTP interface: vLLM, SGLang, llama.cpp, hosted models.

Such a server tokenises prompts itself, with control tokens parsed. Translation masks what looks like one
(`parallelize.text.protect`); in any other dataset text a zero-width space takes it apart.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import httpx
import orjson

from parallelize.core.engine_options import OpenAIModelOptions
from parallelize.core.errors import EngineFault
from parallelize.core.ports import FinishReason, GenerationRequest, Reply
from parallelize.core.provenance import EngineFingerprint
from parallelize.core.version import __version__
from parallelize.engines.openai.endpoint import ApiKey, checked_url
from parallelize.engines.openai.served import ServedModel
from parallelize.engines.openai.throttle import FIRST_ANSWER_SECONDS, Throttle, retry_after_seconds
from parallelize.engines.openai.wire import Trouble, WireReply, read_response, read_status

__all__ = ["OpenAIEngine"]

_LOG = logging.getLogger(__name__)
_SILENT_SECONDS = 4.0
"""A first reply that takes longer makes us ask whether the server is there at all."""
_UNREACHABLE = (httpx.ConnectError, httpx.ConnectTimeout)
_BROKEN = (httpx.TransportError, httpx.DecodingError, TimeoutError)


class OpenAIEngine:
    """A `Generator` on an HTTP server."""

    def __init__(self, options: OpenAIModelOptions) -> None:
        """Check the options; nothing is sent yet.

        Raises:
            InputError: the URL is not one that a key or a request may be sent to.
            EnvironmentFault: the key's environment variable is not set.
        """
        self._options = options
        self._model = ServedModel(options)
        self._url = checked_url(
            options.base_url, has_key=options.api_key_env is not None, insecure_http=options.insecure_http
        )
        self._key = ApiKey.from_environment(options.api_key_env)
        self._ssl = httpx.create_ssl_context() if self._url.scheme == "https" else False
        self._lanes: list[httpx.AsyncClient] = []
        self._name = f"the server {self._url.netloc.decode()}"
        self._throttle = Throttle(
            name=self._name,
            start=options.start_concurrency,
            most=options.max_concurrency,
            retry_reserve=options.retry_reserve,
            silence_seconds=options.silence_seconds,
            backoff_seconds=options.backoff_seconds,
            longest_backoff_seconds=options.longest_backoff_seconds,
        )
        self._life: asyncio.Future[None] | None = None
        """The question whether a server is there that has said nothing so far."""
        self._answered = False
        """Whether a reply with words came."""

    def __repr__(self) -> str:
        return f"OpenAIEngine({self._url.host!r}, model={self._options.model!r})"

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers; the address of the server is not part of it."""
        return self._model.fingerprint()

    @property
    def capacity(self) -> int:
        """Requests that may be under way now: it grows with success and falls when the server is pressed."""
        return self._throttle.limit

    async def aclose(self) -> None:
        """Close all connections to the server."""
        while self._lanes:
            await self._lanes.pop().aclose()

    async def answer(self, request: GenerationRequest) -> Reply:
        """Answer one prompt, with as many attempts as it takes and the account allows.

        Raises:
            EngineFault: the server is dead, broken, or refuses us altogether.
        """
        options = self._options
        path, body = self._model.body(request)
        try:
            content = orjson.dumps(body)
        except orjson.JSONEncodeError as fault:  # a lone surrogate
            trouble = Trouble(kind="not_json", detail=str(fault), finish=FinishReason.REFUSED_INPUT)
            return self._gave_up(request, trouble, 0)
        failed, tries, patience = 0, 0, float("inf")
        while True:
            await self._throttle.open()
            began = time.monotonic()
            result = await self._attempt(path, content, chat=request.chat)
            if isinstance(result, WireReply):
                return self._replied(request, result, time.monotonic() - began)
            free = result.busy or result.kind == "unreachable"
            reached = result.kind != "unreachable"
            if not reached and self._throttle.untroubled:
                _LOG.warning(
                    "%s cannot be reached (%s); trying again for %.0f s",
                    self._name,
                    self._key.hide_in(result.detail),
                    self._throttle.patience,
                )
            failed += not free
            tries += 1
            if result.fatal:
                raise EngineFault(
                    f"{self._name} refuses every request: {self._key.hide_in(result.detail)}",
                    remedy="check base_url, model and the key's environment variable in the recipe",
                )
            if result.finish is not None or failed >= options.max_attempts:
                return self._gave_up(request, result, failed)
            self._throttle.spend(self._key.hide_in(result.detail), free=free, reached=reached)
            # Others are answered, and this one is told to wait again and again: the server dies of it.
            patience = min(patience, time.monotonic() + options.silence_seconds)
            if time.monotonic() > patience:
                return self._gave_up(request, result, tries)
            _LOG.info("%s: attempt %d failed (%s), trying again", self._name, tries, result.kind)
            await self._throttle.back_off(tries)

    def _replied(self, request: GenerationRequest, reply: WireReply, seconds: float) -> Reply:
        self._throttle.succeeded()
        self._answered = self._answered or bool(reply.output_tokens)
        return reply.as_reply(request.address, seconds=seconds)

    def _gave_up(self, request: GenerationRequest, trouble: Trouble, failed: int) -> Reply:
        detail = self._key.hide_in(trouble.detail)
        if trouble.finish is None:
            detail = f"given up after {failed} failed attempts; last: {detail}"
        return Reply(address=request.address, finish=trouble.finish or FinishReason.ERROR, detail=detail)

    async def _attempt(self, path: str, content: bytes, *, chat: bool) -> WireReply | Trouble:
        try:
            async with asyncio.timeout(self._options.timeout_seconds):
                if self._throttle.reached:
                    return await self._exchange(path, content, chat=chat)
                return await self._first_exchange(path, content, chat=chat)
        except _UNREACHABLE as fault:
            return Trouble(kind="unreachable", detail=f"no connection: {fault}")
        except _BROKEN as fault:
            return Trouble(kind=type(fault).__name__, detail=f"{type(fault).__name__}: {fault}")

    async def _first_exchange(self, path: str, content: bytes, *, chat: bool) -> WireReply | Trouble:
        """An exchange with a server that nothing was heard of so far: it must give a sign of life soon.

        Raises:
            EngineFault: it takes connections and says nothing, not even to who asks for its models.
        """
        exchange = asyncio.ensure_future(self._exchange(path, content, chat=chat))
        try:
            done, _ = await asyncio.wait({exchange}, timeout=_SILENT_SECONDS)
            if not done and not self._throttle.reached:
                if self._life is None:
                    self._life = asyncio.ensure_future(self._sign_of_life())
                both: set[asyncio.Future[Any]] = {exchange, self._life}
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                if not exchange.done() and not self._throttle.reached:
                    await asyncio.shield(self._life)
            return await exchange
        finally:
            exchange.cancel()

    async def _sign_of_life(self) -> None:
        """Ask for the list of models, which every server has at hand; any answer will do."""
        _LOG.warning("%s has not replied for %.0f s; asking if it is there", self._name, _SILENT_SECONDS)
        client = self._new_lane()
        try:
            async with asyncio.timeout(FIRST_ANSWER_SECONDS):
                await client.get(self._url.path.rstrip("/") + "/models")
        except (httpx.TransportError, TimeoutError):
            if not self._throttle.reached:
                raise EngineFault(
                    f"{self._name} takes connections and answers nothing "
                    f"({_SILENT_SECONDS + FIRST_ANSWER_SECONDS:.0f} s of waiting)",
                    remedy="check the address and the port, and that the server is up: "
                    "curl BASE_URL/models shows its models; then repeat the command",
                ) from None
        else:
            seconds = self._options.timeout_seconds
            _LOG.warning("%s is there; a reply may take up to %.0f s (timeout_seconds)", self._name, seconds)
        finally:
            await client.aclose()

    async def _exchange(self, path: str, content: bytes, *, chat: bool) -> WireReply | Trouble:
        # One client for each connection: a shared pool looks at all its connections at every step,
        # which costs more than the request itself from a few dozen on. Last in, first out keeps few warm.
        client = self._lanes.pop() if self._lanes else self._new_lane()
        try:
            async with client.stream("POST", self._url.path.rstrip("/") + path, content=content) as response:
                body = await self._body(response)
        except BaseException:  # also when cancelled: what is left of the exchange must not meet the next one
            await client.aclose()
            raise
        self._lanes.append(client)
        if body is None:
            return Trouble(kind="huge", detail="the response is too long")
        if response.is_redirect:
            place = response.headers.get("location", "?")
            return Trouble(kind="redirect", detail=f"redirects to {place!r:.200}, not followed", fatal=True)
        if response.status_code != httpx.codes.OK:
            trouble = read_status(response.status_code, body, answered_before=self._answered)
            if trouble.busy:
                headers = response.headers
                self._throttle.pressed(
                    retry_after_seconds(headers.get("retry-after"), date=headers.get("date"))
                )
            return trouble
        return read_response(body, chat=chat)

    async def _body(self, response: httpx.Response) -> bytes | None:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self._options.max_response_bytes:
                return None
        return bytes(body)

    def _new_lane(self) -> httpx.AsyncClient:
        options = self._options
        return httpx.AsyncClient(
            base_url=f"{self._url.scheme}://{self._url.netloc.decode('ascii')}",
            headers={
                "Content-Type": "application/json",
                "User-Agent": f"parallelize/{__version__}",
                **self._key.headers(),
            },
            timeout=httpx.Timeout(options.timeout_seconds, connect=options.connect_timeout_seconds),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            follow_redirects=False,  # a key belongs to one host
            verify=self._ssl,
        )
