"""Places in JSON trees: how they are written, read and replaced.

A place is written as in `messages[2].content`; a name that holds a dot, a bracket or a backtick stands in
backticks (backticks in it twice).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

__all__ = [
    "JsonObject",
    "Step",
    "Tree",
    "has_surrogate",
    "quoted_name",
    "replaced",
    "steps_of",
    "unquoted",
    "value_at",
    "written",
]

Step = str | int
"""A key of an object, or an index of a list."""
Tree = Mapping[str, Any]
"""A row of a data set as it came: columns to texts, numbers, lists and structs, however deep."""
JsonObject = dict[str, Any]
"""What `as_dict` returns: our own keys to JSON values, to be written to a file or shown by `--json`."""

_STEP: Final = re.compile(r"\[(\d+)\]|\.?`((?:[^`]|``)*)`|\.?([^.\[\]`]+)")
_PLAIN: Final = re.compile(r"[^.\[\]`]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


def has_surrogate(text: str) -> bool:
    """Whether the text holds half of a surrogate pair, which UTF-8 cannot carry."""
    return not text.isascii() and _SURROGATE.search(text) is not None


def quoted_name(name: str) -> str:
    """A key as paths write it."""
    if _PLAIN.fullmatch(name):
        return name
    return "`" + name.replace("`", "``") + "`"


def unquoted(literal: str) -> str:
    """What a string of JSON says, or one of Python, with its quotes."""
    try:
        return str(json.loads(literal))
    except json.JSONDecodeError:
        return str(ast.literal_eval(literal))


def written(steps: Iterable[Step]) -> str:
    """The path of steps; inverse of `steps_of`."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{quoted_name(step)}" if path else quoted_name(step)
    return path


@lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[Step, ...]:
    """Keys and indices of a path."""
    found: list[Step] = []
    for match in _STEP.finditer(path):
        index, quoted, name = match.groups()
        if index is not None:
            found.append(int(index))
        else:
            found.append(quoted.replace("``", "`") if quoted is not None else name)
    return tuple(found)


def value_at(tree: Any, path: str) -> Any:
    """The value at a path; None where there is none."""
    for step in steps_of(path):
        if isinstance(step, int):
            if not isinstance(tree, list) or step >= len(tree):
                return None
            tree = tree[step]
        elif isinstance(tree, Mapping):
            tree = tree.get(step)
        else:
            return None
    return tree


def replaced(tree: Any, values: Mapping[str, Any]) -> Any:
    """A tree with other values at some paths; what is not on the way to them is shared, not copied.

    Raises:
        KeyError: there is nothing at a path.
    """
    branches: dict[Step, Any] = {}
    for path, value in values.items():
        node = branches
        *way, last = steps_of(path)
        for step in way:
            node = node.setdefault(step, {})
        node[last] = _Leaf(value)
    return _replaced(tree, branches)


class _Leaf:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _replaced(tree: Any, branches: Mapping[Step, Any]) -> Any:
    if not isinstance(tree, dict | list):
        raise KeyError(next(iter(branches)))
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    for step, below in branches.items():
        if isinstance(step, int) is not isinstance(copy, list) or (
            isinstance(step, str) and step not in copy
        ):
            raise KeyError(step)
        copy[step] = below.value if isinstance(below, _Leaf) else _replaced(copy[step], below)
    return copy
