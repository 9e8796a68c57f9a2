"""The strings in a JSON text with their places, so that some can be replaced and every other byte stays.

Literals of Python, as CSV files have them, are read and written as JSON is; their strings may stand in `'`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from parallelize.core.trees import Step, unquoted, written

__all__ = ["JsonString", "json_strings"]

_TOKEN: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(\s*:)?|[{}\[\](),]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonString:
    """One string value; keys are none."""

    path: str
    """Place in the JSON text, as `core.trees` writes it; empty where the text is a string."""
    start: int
    """First character after the opening quote."""
    end: int
    """The closing quote."""
    value: str
    """What it says, escapes resolved."""


def json_strings(text: str) -> Iterator[JsonString]:
    """Every string value of a JSON text, in order.

    Args:
        text: valid JSON or a literal of Python; of anything else nonsense comes out.
    """
    way: list[Step] = []
    for token in _TOKEN.finditer(text):
        sign = text[token.start()]
        if sign in "\"'":
            value = unquoted(token[1])
            if token[2] is not None:
                way[-1] = value
            else:
                yield JsonString(path=written(way), start=token.start() + 1, end=token.end() - 1, value=value)
        elif sign == "{":
            way.append("")
        elif sign in "[(":
            way.append(0)
        elif sign in "}])":
            way.pop()
        elif isinstance(way[-1], int):  # a comma in a list
            way[-1] += 1
