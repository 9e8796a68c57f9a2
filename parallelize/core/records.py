"""A source row as the pipeline sees it: an id, the row as it came, and the texts in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from parallelize.core.trees import Tree, replaced, unquoted, value_at

__all__ = [
    "ANSWER_ROLES",
    "Part",
    "Record",
    "Role",
    "Text",
    "Treatment",
    "ground_truth",
    "rewritten",
    "text_at",
]


class Role(StrEnum):
    """What a text is for: gates, exports and evaluation ask for it."""

    PROBLEM = "problem"
    """The question that is asked."""
    SOLUTION = "solution"
    """Reasoning and result: a worked solution, a chain of thought, a response."""
    THINKING = "thinking"
    """Reasoning that stands apart from the response it leads to."""
    ANSWER = "answer"
    """The short final answer: the ground truth."""
    SYSTEM = "system"
    """What a model is told before it is asked."""
    CONTEXT = "context"
    """What a problem is about: a passage, an input, a hint."""
    CHOICE = "choice"
    """One of several answers to choose from."""
    MESSAGE = "message"
    """One turn of a chat."""
    OTHER = "other"
    """Language that is none of these."""


ANSWER_ROLES = (Role.ANSWER.value, Role.CHOICE.value)
"""Roles of texts that the ground truth may be."""


class Treatment(StrEnum):
    """What happens to a text."""

    TRANSLATE = "translate"
    COPY = "copy"
    """It is no language, not in the source language, or a value that must stay as it is."""
    JSON = "json"
    """The strings in it that are prose are translated; keys, numbers and the rest of the text stay."""
    KEEP = "keep"
    """It stays in the source language on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where a text lies inside a longer one."""

    start: int
    """First character in the text at the path."""
    end: int
    """Behind the last character."""
    name: str
    """What the part is called after its path: `{}[0].description` in JSON, `<answer>` beside thinking."""
    quoted: bool = False
    """Whether it is the inside of a string of JSON or Python, with its escapes."""


class Text(NamedTuple):
    """One text of a record, or a part of one. A tuple, for a source has millions of them."""

    path: str
    """Where it lives, as `core.trees` writes it: `messages[2].content`."""
    role: Role
    text: str
    treatment: Treatment = Treatment.TRANSLATE
    speaker: str = ""
    """Who says it in a chat: `system`, `user`, `assistant`, `tool`; empty outside of chats."""
    part: Part | None = None
    """None: it is all of what stands at the path."""

    @property
    def name(self) -> str:
        """Path and part: unique in a record."""
        return self.path if self.part is None else self.path + self.part.name


class Record(NamedTuple):
    """One source row. Ids are unique in a run and are the alignment between languages."""

    id: str
    row: Tree
    """The source row as it came, as JSON values."""
    texts: tuple[Text, ...]
    """Its texts in reading order; never empty. What is copied wherever it stands is not among them."""
    answer: str | None = None
    """Short final answer in source form, given or read from the solution; `None` if there is none."""

    def to_translate(self) -> tuple[Text, ...]:
        """The texts that are sent to an engine."""
        return tuple(item for item in self.texts if item.treatment is Treatment.TRANSLATE)


def ground_truth(answer: str | None, texts: Iterable[tuple[str, str, str]]) -> str | None:
    """The short final answer as a translation has it: what a reward compares responses with.

    Args:
        answer: in source form.
        texts: (role, source, target) of the texts of a row, in reading order.

    Returns:
        What the answer or the choice that it is in the source became; the answer itself, a value, where it is
        none of these; the first answer among the texts where the row has no other.
    """
    said = [item for item in texts if item[0] in ANSWER_ROLES]
    if answer is None:
        return next((target for role, _, target in said if role == Role.ANSWER.value), None)
    wanted = answer.strip()
    for name in ANSWER_ROLES:
        for role, source, target in said:
            if role == name and source.strip() == wanted:
                return target
    return answer


def text_at(row: Tree, path: str, part: Part | None) -> str:
    """Read one text, or a part of one, out of a row."""
    whole = str(value_at(row, path))
    if part is None:
        return whole
    if part.quoted:
        return unquoted(whole[part.start - 1 : part.end + 1])
    return whole[part.start : part.end]


def rewritten(row: Tree, texts: Iterable[tuple[str, Part | None, str]]) -> dict[str, Any]:
    """A row with other texts at their paths; everything else is the same.

    Args:
        row: as it came.
        texts: (path, part, text that stands there now).
    """
    whole: dict[str, str] = {}
    parts: dict[str, list[tuple[Part, str]]] = {}
    for path, part, text in texts:
        if part is None:
            whole[path] = text
        else:
            parts.setdefault(path, []).append((part, text))
    for path, found in parts.items():
        whole[path] = _with_parts(str(value_at(row, path)), found)
    return dict(replaced(row, whole)) if whole else dict(row)


def _with_parts(text: str, parts: Iterable[tuple[Part, str]]) -> str:
    escaped = "\\u" in text and _is_json(text)
    pieces, end = [], 0
    for part, new in sorted(parts, key=lambda item: item[0].start):
        pieces.append(text[end : part.start])
        if part.quoted:
            single = text[part.start - 1] == "'"
            quoted = json.dumps(new, ensure_ascii=escaped)[1:-1]
            pieces.append(quoted.replace("'", "\\'") if single else quoted)
        else:
            pieces.append(new)
        end = part.end
    return "".join([*pieces, text[end:]])


def _is_json(text: str) -> bool:
    """Whether a text is JSON, where escapes beyond 16 bits are pairs; a literal of Python has other ones."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
