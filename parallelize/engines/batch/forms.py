"""Lines of a batch: requests as OpenAI, Azure and Anthropic want them, replies read without trust."""

from __future__ import annotations

from typing import Protocol

import orjson

from parallelize.core.engine_options import BatchModelOptions
from parallelize.core.errors import InputError
from parallelize.core.ports import FinishReason, GenerationRequest
from parallelize.core.provenance import EngineFingerprint
from parallelize.core.trees import JsonObject
from parallelize.engines.openai.served import ServedModel
from parallelize.engines.openai.wire import (
    Trouble,
    WireReply,
    read_completion,
    read_status,
    said,
    token_count,
)

__all__ = ["AnthropicForm", "Form", "OpenAIForm", "form_of"]

_ADDRESS_BYTES = 32
_STOPPED = {
    "end_turn": FinishReason.STOP,
    "stop_sequence": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "model_context_window_exceeded": FinishReason.LENGTH,
    "refusal": FinishReason.REFUSED_INPUT,
}
_ASKED_WRONGLY = frozenset({"invalid_request_error", "request_too_large"})

Answer = tuple[bytes, WireReply | Trouble]


class Form(Protocol):
    """How one family of interfaces writes a request and its reply as a line."""

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers; whether it is asked one by one or in batches is not part of it."""
        ...

    def line(self, request: GenerationRequest) -> bytes:
        """A request as a line of a batch, without its line break.

        Raises:
            InputError: it cannot be said in this form.
        """
        ...

    def read(self, line: object) -> Answer | None:
        """The address that a line answers, and how; None for a line that answers nothing (a request)."""
        ...


class OpenAIForm:
    """Lines as OpenAI, Azure and `vllm run-batch` read and write them."""

    def __init__(self, options: BatchModelOptions) -> None:
        self._model = ServedModel(options)
        self._prefix = "" if options.form == "azure" else "/v1"

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers; see `Form.fingerprint`."""
        return self._model.fingerprint()

    def line(self, request: GenerationRequest) -> bytes:
        """A request as a line; see `Form.line`."""
        path, body = self._model.body(request)
        custom_id = request.address.hex()
        return _dumped({"custom_id": custom_id, "method": "POST", "url": self._prefix + path, "body": body})

    def read(self, line: object) -> Answer | None:
        """The reply that a line of an output or error file holds; see `Form.read`."""
        address = _address(line)
        if address is None or not isinstance(line, dict) or "method" in line:
            return None
        response, error = line.get("response"), line.get("error")
        if not isinstance(response, dict):
            return address, _error(error)
        status, body = response.get("status_code"), response.get("body")
        if status != 200:
            number = status if isinstance(status, int) else 500
            return address, read_status(number, orjson.dumps(body), answered_before=True)
        chat = isinstance(body, dict) and body.get("object") != "text_completion"
        return address, read_completion(body, chat=chat)


class AnthropicForm:
    """Lines of Anthropic's message batches."""

    def __init__(self, options: BatchModelOptions) -> None:
        self._options = options

    def fingerprint(self) -> EngineFingerprint:
        """Say what answers; see `Form.fingerprint`."""
        options = self._options
        return EngineFingerprint(
            engine="anthropic",
            model=options.model,
            revision=options.revision,
            sampling={
                "temperature": options.temperature,
                "top_p": options.top_p,
                "max_output_tokens": options.max_output_tokens,
                **options.extra_body,
            },
        )

    def line(self, request: GenerationRequest) -> bytes:
        """A request as an entry of `requests`; see `Form.line`."""
        if not request.chat:
            raise InputError("this interface continues no text; it answers messages only")
        options, override = self._options, request.override
        cap = request.tokens_allowed(options.max_output_tokens)
        turns = [{"role": item.role, "content": said(item)} for item in request.messages]
        system = "\n\n".join(turn["content"] for turn in turns if turn["role"] == "system")
        messages = [turn for turn in turns if turn["role"] != "system"]
        if request.opening:
            messages.append({"role": "assistant", "content": request.opening})
        params: JsonObject = {"model": options.model, "max_tokens": cap, "messages": messages}
        if system:
            params["system"] = system
        warmth = options.temperature if override is None else override.temperature
        params["temperature"] = options.temperature if warmth is None else warmth
        if options.top_p != 1.0:
            params["top_p"] = options.top_p
        if request.stop:
            params["stop_sequences"] = list(request.stop)
        return _dumped({"custom_id": request.address.hex(), "params": {**params, **options.extra_body}})

    def read(self, line: object) -> Answer | None:
        """The reply that a line of the results holds; see `Form.read`."""
        address = _address(line)
        result = line.get("result") if isinstance(line, dict) else None
        if address is None or not isinstance(result, dict):
            return None
        if result.get("type") == "succeeded":
            return address, _message(result.get("message"))
        outer = result.get("error")
        inner = outer.get("error") if isinstance(outer, dict) else None
        kind = inner.get("type") if isinstance(inner, dict) else None
        detail = f"{result.get('type')}: {inner if inner is not None else outer!r}"[:300]
        refused = FinishReason.REFUSED_INPUT if kind in _ASKED_WRONGLY else None
        return address, Trouble(kind=str(result.get("type")), detail=detail, finish=refused)


def form_of(options: BatchModelOptions) -> Form:
    """The form of lines that a recipe's table names."""
    return AnthropicForm(options) if options.form == "anthropic" else OpenAIForm(options)


def _dumped(value: JsonObject) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as fault:  # a lone surrogate
        raise InputError(f"the request is no JSON: {fault}") from None


def _address(line: object) -> bytes | None:
    """The address in a line's custom id; None for an id that no request of ours has."""
    custom_id = line.get("custom_id") if isinstance(line, dict) else None
    if not isinstance(custom_id, str):
        return None
    try:
        address = bytes.fromhex(custom_id)
    except ValueError:
        return None
    return address if len(address) == _ADDRESS_BYTES else None


def _error(error: object) -> Trouble:
    """What an entry of an error file says; all of it may be otherwise another time (`batch_expired`)."""
    code = error.get("code") if isinstance(error, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return Trouble(kind=str(code or "no_response"), detail=f"{code or 'no response'}: {message!r:.200}")


def _message(message: object) -> WireReply | Trouble:
    """A message of Anthropic's interface: its text blocks joined, its thinking apart."""
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(content, list):
        return Trouble(kind="malformed", detail="the message has no content")
    finish = _STOPPED.get(str(message.get("stop_reason")))
    if finish is None:
        return Trouble(kind="no_finish", detail=f"stop_reason is {message.get('stop_reason')!r:.80}")
    if finish is FinishReason.REFUSED_INPUT:
        return Trouble(kind="filtered", detail="the model refused to go on", finish=finish)
    blocks = [block for block in content if isinstance(block, dict)]
    usage = message.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    return WireReply(
        text="".join(str(block.get("text", "")) for block in blocks if block.get("type") == "text"),
        finish=finish,
        thinking="".join(str(item.get("thinking", "")) for item in blocks if item.get("type") == "thinking"),
        input_tokens=token_count(usage.get("input_tokens")),
        output_tokens=token_count(usage.get("output_tokens")),
        cached_tokens=token_count(usage.get("cache_read_input_tokens")),
    )
