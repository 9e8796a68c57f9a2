"""A source row as the pipeline sees it: an id, named texts, and the untouched rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["Field", "Record", "Role"]


class Role(StrEnum):
    """What a text is for."""

    PROBLEM = "problem"
    """The question that is asked."""
    SOLUTION = "solution"
    """Reasoning and result: a worked solution, a chain of thought, a response."""
    ANSWER = "answer"
    """The short final answer. It is the ground truth: it is kept as it is and never sent to an engine."""
    MESSAGE = "message"
    """One turn of a chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One text of a record."""

    path: str
    """Where it lives: `problem`, `solution`, or `messages.<n>` (n counts from 0)."""
    role: Role
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One source row. Ids are unique in a run and are the alignment between languages."""

    id: str
    fields: tuple[Field, ...]
    """The texts to translate, in reading order; never empty. `Role.ANSWER` is not among them."""
    answer: str | None
    """Short final answer in source form, given or read from the solution; `None` if there is none."""
    message_roles: tuple[str, ...] = ()
    """Chat roles (`user`, `assistant`, …) of `messages.<n>`, in order; empty if the row is no chat."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Every other column of the row, as JSON values."""
