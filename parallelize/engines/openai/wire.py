"""The OpenAI HTTP interface: bodies of requests, and responses read without trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from parallelize.core.ports import FinishReason, GenerationRequest, Message, Reply
from parallelize.core.trees import JsonObject
from parallelize.text.protect import disarm

__all__ = [
    "Trouble",
    "WireReply",
    "read_completion",
    "read_response",
    "read_status",
    "request_body",
    "said",
    "token_count",
]

_FINISH = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "repetition": FinishReason.REPETITION,
    "content_filter": FinishReason.REFUSED_INPUT,
}
_TOO_LONG = (
    "context_length_exceeded",
    "exceed_context_size",
    "maximum context length",
    "maximum model length",
    "context window",
    "too long",
    "longer than the maximum",
)
_REFUSED = frozenset({400, 413, 422})
_BUSY = frozenset({429, 503, 529})
_DETAIL_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class WireReply:
    """A response that could be read."""

    text: str
    finish: FinishReason
    thinking: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None

    def as_reply(self, address: bytes, *, seconds: float | None = None) -> Reply:
        """The reply at an address of the memory; what did not stop by itself says what ended it.

        Args:
            address: of the request.
            seconds: that it took in the engine; None where nobody can tell.
        """
        return Reply(
            address=address,
            text=self.text,
            finish=self.finish,
            thinking=self.thinking,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cached_tokens=self.cached_tokens,
            engine_seconds=seconds,
            detail="" if self.finish is FinishReason.STOP else f"the server ended it: {self.finish}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A response that is no reply."""

    kind: str
    """Short name, for counts: `http_500`, `malformed`, …"""
    detail: str
    finish: FinishReason | None = None
    """Set if asking again is useless: how the request ends."""
    busy: bool = False
    """The server asks for less."""
    fatal: bool = False
    """No request can succeed: wrong key, wrong address, unknown model."""


def request_body(
    request: GenerationRequest,
    *,
    model: str,
    sampling: Mapping[str, Any],
    max_tokens_field: str,
    max_output_tokens: int,
    send_template_arguments: bool,
) -> tuple[str, JsonObject]:
    """Return the path below the base URL and the JSON body of one request.

    Args:
        model: the server's name of the model.
        sampling: sampling parameters as the server names them.
        max_tokens_field: `max_tokens` or `max_completion_tokens`.
        max_output_tokens: the engine's own cap; the request may lower it.
        send_template_arguments: whether the server takes `chat_template_kwargs`.
    """
    cap = request.tokens_allowed(max_output_tokens)
    body: JsonObject = {"model": model, **sampling, "stream": False}
    if request.override is not None:
        if request.override.temperature is not None:
            body["temperature"] = request.override.temperature
        if request.override.seed is not None:
            body["seed"] = request.override.seed
    if request.stop:
        body["stop"] = list(request.stop)
    if not request.chat:
        body["max_tokens"] = cap
        prompt = "".join(said(message) for message in request.messages)
        return "/completions", body | {"prompt": prompt + request.opening}
    body[max_tokens_field] = cap
    body["messages"] = [{"role": message.role, "content": _content(message)} for message in request.messages]
    if request.opening:
        # As vLLM and SGLang name it; a server that does not know it refuses the request.
        body["messages"].append({"role": "assistant", "content": request.opening})
        body |= {"add_generation_prompt": False, "continue_final_message": True}
    if send_template_arguments and request.template_arguments:
        body["chat_template_kwargs"] = dict(request.template_arguments)
    return "/chat/completions", body


def _content(message: Message) -> str | list[dict[str, str]]:
    if not message.content_fields:
        return said(message)
    return [{"type": "text", **message.content_fields, "text": said(message)}]


def said(message: Message) -> str:
    """All parts of a message; what looks like a control token in dataset text is taken apart."""
    return "".join(disarm(part.text) if part.data else part.text for part in message.parts)


def read_status(status: int, body: bytes, *, answered_before: bool) -> Trouble:
    """Say what a response whose status is not 200 means.

    Args:
        answered_before: whether this server has answered anything; a 403 then concerns one request.
    """
    said = " ".join(body[:2000].decode("utf-8", "replace").split())[:_DETAIL_CHARS]
    kind, detail = f"http_{status}", f"HTTP {status}: {said}"
    if status in _REFUSED or (status == 403 and answered_before):
        too_long = any(sign in said.lower() for sign in _TOO_LONG)
        finish = FinishReason.TOO_LONG if too_long else FinishReason.REFUSED_INPUT
        return Trouble(kind=kind, detail=detail, finish=finish)
    if status in _BUSY:
        return Trouble(kind=kind, detail=detail, busy=True)
    retried = status in {408, 409, 425} or status >= 500
    return Trouble(kind=kind, detail=detail, fatal=not retried)


def read_response(body: bytes, *, chat: bool) -> WireReply | Trouble:
    """Read the body of a response with status 200."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Trouble(kind="malformed", detail=f"not JSON: {body[:80]!r}")
    return read_completion(value, chat=chat)


def read_completion(value: object, *, chat: bool) -> WireReply | Trouble:
    """Read a completion, as a response or a line of a batch holds it.

    A reply without a finish reason is no reply: nobody knows whether it is whole.
    """
    value = _checked(value)
    if isinstance(value, Trouble):
        return value
    choice = value["choices"][0]
    reason = choice.get("finish_reason")
    finish = _FINISH.get(reason) if isinstance(reason, str) else None
    text = _text(choice, chat=chat)
    if finish is FinishReason.LENGTH and text is None:
        text = ""  # every token went into thinking
    if finish is None:
        return Trouble(kind="no_finish", detail=f"finish_reason is {reason!r:.80}")
    if finish is FinishReason.REFUSED_INPUT:
        return Trouble(kind="filtered", detail="the server's content filter stopped it", finish=finish)
    if text is None:
        return Trouble(kind="null_content", detail="the content is null")
    usage = value.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    details = usage.get("prompt_tokens_details")
    return WireReply(
        text=text,
        finish=finish,
        thinking=_thinking(choice) if chat else "",
        input_tokens=token_count(usage.get("prompt_tokens")),
        output_tokens=token_count(usage.get("completion_tokens")),
        cached_tokens=token_count(details.get("cached_tokens")) if isinstance(details, dict) else None,
    )


def _checked(value: object) -> JsonObject | Trouble:
    """The response as an object with a first choice, or what is wrong with it."""
    if not isinstance(value, dict):
        return Trouble(kind="malformed", detail="the response is no JSON object")
    if value.get("error"):
        return Trouble(kind="error_in_200", detail=f"error in the response: {value['error']!r:.200}")
    choices = value.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return Trouble(kind="no_choices", detail="the response has no choices")
    return value


def _text(choice: Mapping[str, Any], *, chat: bool) -> str | None:
    if chat:
        message = choice.get("message")
        value = message.get("content") if isinstance(message, dict) else None
    else:
        value = choice.get("text")
    return value if isinstance(value, str) else None


def _thinking(choice: Mapping[str, Any]) -> str:
    """What a server with a reasoning parser set apart; its two names of vLLM, SGLang and DeepSeek."""
    message = choice.get("message")
    for name in ("reasoning_content", "reasoning"):
        value = message.get(name) if isinstance(message, dict) else None
        if isinstance(value, str) and value:
            return value
    return ""


def token_count(value: object) -> int | None:
    """A number of tokens that a server told; None for anything that is no such number."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
