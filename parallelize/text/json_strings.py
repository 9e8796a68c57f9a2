"""The strings in a JSON text with their places, so that some can be replaced and every other byte stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from parallelize.core.trees import Step, written

__all__ = ["JsonString", "json_strings"]

_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\],]')


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
        text: valid JSON; of anything else nonsense comes out.
    """
    way: list[Step] = []
    for token in _TOKEN.finditer(text):
        sign = text[token.start()]
        if sign == '"':
            if token.group(2) is not None:
                way[-1] = str(json.loads(f'"{token.group(1)}"'))
            else:
                start, end = token.span(1)
                value = json.loads(f'"{token.group(1)}"')
                yield JsonString(path=written(way), start=start, end=end, value=value)
        elif sign == "{":
            way.append("")
        elif sign == "[":
            way.append(0)
        elif sign in "}]":
            way.pop()
        elif isinstance(way[-1], int):  # a comma in a list
            way[-1] += 1
