"""Replies as APIs send them, alone or in batches: OpenAI (all three kinds), Anthropic, Gemini."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from parallelize.evaluation.response_values import Roles, Row, look_up, message_parts, prompt_text

__all__ = ["api_fits", "api_roles"]

_BODIES: Final = ("response.body", "result.message", "response", "modelOutput")
"""Where a row holds a reply: OpenAI and vLLM run-batch, Anthropic, NeMo Gym and Gemini, Bedrock."""


def _body(row: Row) -> Any:
    return next((found for path in _BODIES if _is_reply(found := look_up(row, path))), row)


def _is_reply(value: Any, keys: frozenset[str] = frozenset({"message", "text"})) -> bool:
    """Whether an object is a reply of chat completions, completions, responses, messages or Gemini.

    Args:
        value: anything.
        keys: what each choice of it has one of; an item of multiple choice has texts, too.
    """
    if not isinstance(value, Mapping):
        return False
    choices = value.get("choices")
    completed = isinstance(choices, list) and any(
        isinstance(item, Mapping) and not keys.isdisjoint(item) for item in choices
    )
    messages = value.get("type") == "message" and "content" in value
    listed = isinstance(value.get("output") or value.get("candidates"), list)
    return completed or messages or listed or _own_server(value) is not None


def _own_server(body: Any) -> Row | None:
    """A reply of Ollama or SGLang's own endpoint as a choice of a completion; None for others."""
    if isinstance(look_up(body, "message.content"), str) and "done" in body:
        return {"message": body["message"], "finish_reason": body.get("done_reason")}
    if isinstance(look_up(body, "text"), str) and isinstance(look_up(body, "meta_info"), Mapping):
        return {"text": body["text"], "finish_reason": look_up(body, "meta_info.finish_reason.type")}
    return None


def api_fits(row: Row) -> bool:
    if "custom_id" in row:
        return not row.keys().isdisjoint(("response", "error", "result"))
    body = _body(row)
    return body is not row or _is_reply(row, frozenset({"message", "finish_reason"}))


def api_roles(row: Row) -> Iterator[Roles]:
    body = _body(row)
    common = {
        "id": next((row[key] for key in ("custom_id", "key", "recordId", "id") if row.get(key)), None),
        "model": look_up(body, "model"),
    }
    asked = look_up(row, "responses_create_params.input")
    common |= {"prompt": prompt_text(asked)} if asked else {}
    choices, output = look_up(body, "choices"), look_up(body, "output")
    own = _own_server(body)
    choices = choices if own is None else [own]
    if isinstance(look_up(body, "candidates"), list):  # Gemini
        for number, candidate in enumerate(body["candidates"]):
            pieces = look_up(candidate, "content.parts") or []
            thoughts = "".join(str(piece.get("text", "")) for piece in pieces if piece.get("thought"))
            yield {
                **common,
                "response": "".join(
                    str(piece.get("text", "")) for piece in pieces if not piece.get("thought")
                ),
                "thinking": thoughts or None,
                "finish_reason": candidate.get("finishReason"),
                "sample": number,
            }
    elif look_up(body, "type") == "message":  # Anthropic
        text, thinking = message_parts(body)
        yield {
            **common,
            "response": text,
            "thinking": thinking,
            "finish_reason": body.get("stop_reason"),
            "output_tokens": look_up(body, "usage.output_tokens"),
        }
    elif isinstance(choices, list) and choices:
        for number, choice in enumerate(choices):
            message = choice.get("message", {"content": choice.get("text")})
            text, thinking = message_parts(message)
            yield {
                **common,
                "response": text,
                "thinking": thinking,
                "finish_reason": choice.get("finish_reason"),
                "sample": number,
                "output_tokens": look_up(body, "usage.completion_tokens") if len(choices) == 1 else None,
            }
    elif isinstance(output, list):  # the responses API: items of reasoning and messages
        text = "".join(str(message_parts(item)[0]) for item in output if item.get("type") == "message")
        reasoning = [item for item in output if item.get("type") == "reasoning"]
        summaries = [item.get("content") or item.get("summary") or [] for item in reasoning]
        steps = ["".join(str(piece.get("text", "")) for piece in found) for found in summaries if found]
        cut = look_up(body, "incomplete_details.reason")
        finish = str(cut) if cut else look_up(body, "status")
        yield {
            **common,
            "response": text,
            "thinking": "\n\n".join(steps) or None,
            "finish_reason": finish,
            "output_tokens": look_up(body, "usage.output_tokens"),
        }
    else:  # refused or failed: a response that is empty, and counted
        yield {**common, "response": "", "finish_reason": "error"}
