"""Texts inside of texts: the sentences in JSON, and what is thought beside what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from parallelize.core.records import Part, Treatment
from parallelize.core.trees import steps_of
from parallelize.stages.ingest.evidence import is_sentence
from parallelize.stages.ingest.names import column_name
from parallelize.text.json_strings import json_strings
from parallelize.text.kinds import TextKind, text_kind
from parallelize.text.thinking import answer_start

__all__ = ["is_tool_call", "json_parts", "thinking_parts"]

_SCHEMA_KEYS: Final = frozenset(
    {"type", "name", "format", "enum", "required", "id", "role", "url", "lang", "language"}
)
_CALL_KEYS: Final = (
    {"name", "arguments"},
    {"name", "parameters"},
    {"tool", "arguments"},
    {"function", "arguments"},
)


def json_parts(text: str, language: str, *, short: bool = False) -> tuple[tuple[Part, str], ...]:
    """The strings of a JSON text that are to be translated, with their places.

    Args:
        text: it parses as JSON or as a Python literal; the latter has no parts.
        language: code of the source language.
        short: whether words are enough, as in choices; else it must be a sentence.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ()
    if is_tool_call(value):
        return ()
    found = []
    for item in json_strings(text):
        keys = [column_name(step) for step in steps_of(item.path) if isinstance(step, str)]
        if keys and keys[-1] in _SCHEMA_KEYS:
            continue
        prose = text_kind(item.value) is TextKind.PROSE
        if prose and (short or is_sentence(item.value, language, least=3)):
            part = Part(start=item.start, end=item.end, name=f"{{}}{item.path}", quoted=True)
            found.append((part, item.value))
    return tuple(found)


def is_tool_call(value: Any) -> bool:
    """Whether a JSON value is a call of a function, or a list of them."""
    first = value[0] if isinstance(value, list) and value else value
    return isinstance(first, Mapping) and any(keys <= set(first) for keys in _CALL_KEYS)


def thinking_parts(text: str) -> tuple[tuple[Part, Treatment], ...]:
    """Thinking, which is kept, and what follows it, which is translated; nothing where there is none."""
    start = answer_start(text)
    if not start:
        return ()
    return (
        (Part(start=0, end=start, name="<thinking>"), Treatment.KEEP),
        (Part(start=start, end=len(text), name="<answer>"), Treatment.TRANSLATE),
    )
