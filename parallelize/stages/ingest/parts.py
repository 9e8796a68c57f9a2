"""Texts inside of texts: sentences in JSON, turns of a chat that is JSON, remarks of code, thinking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from parallelize.core.records import Part, Treatment
from parallelize.core.trees import steps_of
from parallelize.stages.ingest.evidence import is_sentence
from parallelize.stages.ingest.names import column_name
from parallelize.stages.ingest.places import SPEAKER_KEYS, TOOL_SPEAKERS, has_speaker, speaker_of
from parallelize.text.json_strings import json_strings
from parallelize.text.kinds import TextKind, parsed_json, text_kind
from parallelize.text.thinking import answer_start, unread_mark

__all__ = [
    "begun_by",
    "code_parts",
    "has_inner_words",
    "is_chat",
    "is_tool_call",
    "json_parts",
    "thinking_parts",
]

_WORDS_IN_FORMULA: Final = re.compile(r"\\(?:text|mbox|textrm) ?\{([^{}]{1,200})\}")
_REMARK_WORDS: Final = re.compile(r"^[ \t]*(?:#|//|--) ?([^\n]{1,200})", re.MULTILINE)
_TWO_WORDS: Final = re.compile(r"\b[A-Za-z]?[a-z]{2,20} [a-z]{3,20}\b")

_SCHEMA_KEYS: Final = frozenset(
    {"type", "name", "format", "enum", "required", "id", "role", "url", "lang", "language"}
)
_SPEECH_KEYS: Final = frozenset({"content", "value", "text"})
_REMARK: Final = re.compile(r"\"\"\"|'''|/\*+|/-+")
"""How docstrings begin, and block comments: `/*` in C, Java and JavaScript, `/--` in Lean."""
_CLOSING: Final = {"/*": "*/", "/-": "-/"}
_DOCTEST: Final = re.compile(r"^[ \t]*>>>\s", re.MULTILINE)
_CALL_KEYS: Final = (
    {"name", "arguments"},
    {"name", "parameters"},
    {"tool", "arguments"},
    {"function", "arguments"},
)


def json_parts(text: str, language: str, *, short: bool = False) -> tuple[tuple[Part, str], ...]:
    """The strings of a JSON text that are to be translated, with their places.

    Args:
        text: it parses as JSON or as a Python literal.
        language: code of the source language.
        short: whether words are enough, as in choices; else it must be a sentence.
    """
    value = parsed_json(text)
    if is_tool_call(value):
        return ()
    if is_chat(value):
        return tuple(_said(text, value))
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


def _said(text: str, turns: Sequence[Any]) -> Iterator[tuple[Part, str]]:
    """What is said in the turns of a chat that is JSON text."""
    for item in json_strings(text):
        steps = steps_of(item.path)
        turn = turns[steps[0]] if isinstance(steps[0], int) else {}
        speaker = speaker_of(next((turn[key] for key in SPEAKER_KEYS if isinstance(turn.get(key), str)), ""))
        last = steps[-1]
        if last in _SPEECH_KEYS and speaker not in TOOL_SPEAKERS and text_kind(item.value) is TextKind.PROSE:
            yield Part(start=item.start, end=item.end, name=f"{{}}{item.path}", quoted=True), item.value


def is_chat(value: Any) -> bool:
    """Whether a JSON value is a list of turns."""
    return isinstance(value, list) and bool(value) and all(map(has_speaker, value))


def code_parts(text: str, language: str) -> tuple[tuple[Part, str], ...]:
    """What code says to its reader: the sentences of its docstrings and block comments.

    Args:
        text: code.
        language: code of the source language.
    """
    found: list[tuple[Part, str]] = []
    at, open_ended = 0, set[str]()
    while (opening := _REMARK.search(text, at)) is not None:
        at = opening.end()
        closing = _CLOSING.get(opening[0][:2], opening[0])
        end = -1 if closing in open_ended else text.find(closing, at)
        if end < 0:
            open_ended.add(closing)
            continue
        example = _DOCTEST.search(text, at, end)
        inside = text[at : end if example is None else example.start()]
        if is_sentence(inside, language):
            start = at + len(inside) - len(inside.lstrip())
            part = Part(start=start, end=at + len(inside.rstrip()), name=f"<remark {len(found) + 1}>")
            found.append((part, inside.strip()))
        at = end + len(closing)
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


def has_inner_words(text: str) -> bool:
    """Whether a formula, or a remark in a fence, of a text has two words in a row."""
    if not ("```" in text or "\\text" in text or "\\mbox" in text):
        return False
    inside = _WORDS_IN_FORMULA.findall(text) if "\\" in text else []
    if "```" in text:
        inside += [remark for code in text.split("```")[1::2] for remark in _REMARK_WORDS.findall(code)]
    return any(_TWO_WORDS.search(one) is not None for one in inside)


def begun_by(text: str) -> str | None:
    """The mark that nobody reads as one of thinking, and that a text begins with."""
    return unread_mark(text) if text[0] in "<[" else None
