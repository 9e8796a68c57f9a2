"""What the place of a text, and the places beside it, say about it, whatever its values are."""

from __future__ import annotations

from typing import Final

from parallelize.core.speakers import TOOL_SPEAKERS
from parallelize.stages.ingest.evidence import Evidence
from parallelize.stages.ingest.names import column_name, is_answer_name
from parallelize.stages.ingest.places import Place

__all__ = [
    "DIALOGUES",
    "has_wrong_answers",
    "in_tools",
    "is_beside_table",
    "is_chosen_from",
    "is_in_exchange",
    "is_in_objects",
    "is_item",
    "is_lettered",
    "is_numbered",
    "is_ours",
]

_TOOL_NAMES: Final = frozenset(
    {"tool_calls", "tool_call", "tools", "functions", "function_call", "available_tools", "function_calls"}
    | {"tool_input", "tool_args", "tool_arguments", "action_input", "action_args"}
)
_SCHEMAS: Final = frozenset({"parameters", "arguments", "input_schema", "inputSchema"})
"""Keys that only a tool or its call has beside a name."""
DIALOGUES: Final = frozenset(
    {"data", "dialog", "dialogue", "conversation", "conversations", "turns", "messages", "chat"}
)


def is_beside_table(place: Place) -> bool:
    """Whether a place is a list of lists, or a list beside one: a table that programs compare."""
    beside = () if place.parent is None or place.parent.parent is None else place.parent.parent.below()
    return any(one.pattern.endswith("[][]") for one in (place, *beside))


def is_item(place: Place) -> bool:
    """Whether a place is a list of texts."""
    return place.pattern.endswith("]")


def is_ours(place: Place) -> bool:
    """Whether a place is in the column that we add to a corpus."""
    *_, column, root = [None, *place.above()]
    return (
        column is not None
        and root is not None
        and column.name.startswith("parallelize")
        and {"id", "texts"} <= set(column.children)
    )


def is_in_exchange(place: Place) -> bool:
    """Whether a place is one side of what is asked and said in turn: items of a chat with two keys."""
    item = place.parent
    return (
        item is not None
        and item.pattern.endswith("]")
        and column_name(item.name) in DIALOGUES
        and item.children.keys() == {"input", "output"}
    )


def is_in_objects(place: Place) -> bool:
    """Whether a place is a key of the objects of a list."""
    return any(one.pattern.endswith("]") and one.children for one in place.above())


def in_tools(place: Place) -> bool:
    if place.speaker in TOOL_SPEAKERS:
        return True
    return any(
        column_name(one.name) in _TOOL_NAMES or ("name" in one.children and _SCHEMAS & one.children.keys())
        for one in place.above()
    )


def is_lettered(place: Place) -> bool:
    """Whether a column is one of `A`, `B`, `C`, …."""
    beside = {} if place.parent is None else place.parent.children
    return any(
        place.name in letters and {*letters[:2]} <= beside.keys() for letters in ("ABCDEFGH", "abcdefgh")
    )


def is_numbered(place: Place) -> bool:
    """Whether others of its name stand beside a place: `answer0`, `answer1`, `answer2`."""
    name = column_name(place.name)
    stem = name.rstrip("0123456789")
    beside = [] if place.parent is None else [column_name(one) for one in place.parent.children]
    return stem != name and sum(one.rstrip("0123456789") == stem != one for one in beside) > 1


def is_chosen_from(place: Place) -> bool:
    """Whether a place is a list of answers (or a key of its items) beside the number of the right one."""
    item = place if is_item(place) else place.parent
    if item is None or not is_item(item) or item.parent is None or item.parent.parent is None:
        return False
    beside = item.parent.parent.children.values()
    return any(
        is_answer_name(one) and not one.items and not one.children and Evidence(one.values, "").terse()
        for one in beside
        if one is not item.parent
    )


def has_wrong_answers(place: Place) -> bool:
    """Whether a column of wrong answers stands beside one of right ones."""
    if place.parent is None:
        return False
    beside = [column_name(name) for name in place.parent.children]
    return any(name.startswith(("incorrect", "wrong", "distractor")) for name in beside) and column_name(
        place.name
    ).startswith(("correct", "answer", "best"))
