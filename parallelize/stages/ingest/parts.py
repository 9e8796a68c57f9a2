"""Texts inside of texts: sentences in JSON, turns of a chat that is JSON, remarks of code, thinking."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from parallelize.core.records import Part, Text, Treatment
from parallelize.core.speakers import SPEAKER_KEYS, TOOL_SPEAKERS, speaker_of
from parallelize.core.trees import steps_of
from parallelize.stages.ingest.evidence import is_sentence
from parallelize.stages.ingest.names import column_name
from parallelize.stages.ingest.places import has_speaker
from parallelize.text.inner_words import InnerKind, inner_phrases, remarks
from parallelize.text.json_strings import json_strings
from parallelize.text.kinds import TextKind, parsed_json, text_kind
from parallelize.text.thinking import answer_start, unread_mark
from parallelize.text.transcripts import is_call, spoken_turns

__all__ = [
    "OBSERVATION",
    "begun_by",
    "code_parts",
    "has_inner_words",
    "is_chat",
    "is_tool_call",
    "json_parts",
    "observed",
    "thinking_parts",
    "turn_parts",
]


_SCHEMA_KEYS: Final = frozenset(
    {"type", "name", "format", "enum", "required", "id", "role", "url", "lang", "language"}
)
OBSERVATION: Final = "Observation"
"""How texts begin that `observed` is asked about."""
_MARK: Final = re.compile(r"Observation[ ]?\d{0,3}:\s*(?=\S)")
_ACTION: Final = re.compile(r"^[ \t]*(?:\*\*)?Action(?:[ ]Input)?[ ]?\d{0,3}:", re.MULTILINE)
_SPEECH_KEYS: Final = frozenset({"content", "value", "text"})
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


def code_parts(text: str, language: str, *, comments: bool) -> tuple[tuple[Part, str], ...]:
    """What code says to its reader, with its places.

    Args:
        text: code.
        language: code of the source language.
        comments: whether all comments are wanted; else only sentences of docstrings and block comments.
    """
    found = [(text[start:end], start, end, docstring) for start, end, docstring in remarks(text)]
    return tuple(
        (Part(start=start, end=end, name=f"<remark {number}>"), said)
        for number, (said, start, end, _) in enumerate(
            (one for one in found if comments or (one[3] and is_sentence(one[0], language))), start=1
        )
    )


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


def turn_parts(text: str) -> tuple[tuple[Part, Treatment], ...]:
    """What is said in a chat that is one text, without the marks of its turns; nothing in any other text.

    Calls of tools, code and JSON are copied, what is said in words is translated.
    """
    found = []
    for number, turn in enumerate(spoken_turns(text)):
        said = text[turn.start : turn.end]
        words = text_kind(said) is TextKind.PROSE and not is_call(said)
        part = Part(start=turn.start, end=turn.end, name=f"<turn {number}>")
        found.append((part, Treatment.TRANSLATE if words else Treatment.COPY))
    return tuple(found)


def observed(texts: list[Text]) -> list[Text]:
    """Turns that are what an agent observed, without the mark by which programs know them.

    The mark `Observation:` is one where another text of the row acts (`Action: …`); else it is a word.
    """
    if not any(_ACTION.search(item.text) for item in texts):
        return texts
    found = []
    for item in texts:
        mark = _MARK.match(item.text)
        if mark is not None and item.part is None and item.treatment is Treatment.TRANSLATE:
            part = Part(start=mark.end(), end=len(item.text), name="<observation>")
            found.append(item._replace(text=item.text[mark.end() :], part=part))
        else:
            found.append(item)
    return found


def has_inner_words(text: str, kinds: Collection[InnerKind]) -> bool:
    """Whether protected spans of a text hold words of these kinds; comments are looked for in fences."""
    if "```" in text and InnerKind.COMMENTS in kinds:
        fenced = text.split("```")[1::2]
        if any(next(remarks(code), None) is not None for code in fenced):
            return True
    others = [kind for kind in kinds if kind is not InnerKind.COMMENTS]
    return bool(others) and bool(inner_phrases(text, others))


def begun_by(text: str) -> str | None:
    """The mark that nobody reads as one of thinking, and that a text begins with."""
    return unread_mark(text) if text[0] in "<[" else None
