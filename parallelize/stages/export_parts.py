"""Parts that the forms of training libraries share: turns of a chat, what is said, types of columns."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from parallelize.core.trees import JsonObject
from parallelize.stages.export_examples import TrainingExample, with_thinking
from parallelize.store.turns import Turn

__all__ = ["TURNS", "columns", "messages", "plain_prompt", "said", "struct", "without_calls"]


def messages(turns: Sequence[Turn]) -> list[JsonObject]:
    """Turns as role and content alone."""
    return [{"role": turn.role, "content": turn.content} for turn in turns]


def said(item: TrainingExample) -> list[JsonObject]:
    """The completion as the turn of an assistant, with its thinking."""
    return [{"role": "assistant", "content": with_thinking(item)}]


def plain_prompt(item: TrainingExample) -> bool:
    """Whether there is one question, with a system prompt at most."""
    return [turn.role for turn in item.prompt if turn.role != "system"] == ["user"]


def without_calls(item: TrainingExample) -> bool:
    """Whether no turn calls a tool or is a tool's."""
    return not any(turn.more.get("tool_calls") or turn.role == "tool" for turn in item.prompt)


def columns(*named: str | tuple[str, pa.DataType]) -> pa.Schema:
    """A schema of columns; a name alone is a column of text."""
    return pa.schema(_typed(named))


def struct(*named: str | tuple[str, pa.DataType]) -> pa.StructType:
    """A column of fields; a name alone is text."""
    return pa.struct(_typed(named))


def _typed(named: Sequence[str | tuple[str, pa.DataType]]) -> list[tuple[str, pa.DataType]]:
    return [(one, pa.string()) if isinstance(one, str) else one for one in named]


TURNS = pa.list_(struct("role", "content"))
"""Turns of a chat with nothing but their text."""
