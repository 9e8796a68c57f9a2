"""Patterns of the package mean the same on every Python that it runs on."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import parallelize

_ONE_CHARACTER = {"IN", "LITERAL", "NOT_LITERAL", "ANY", "CATEGORY", "RANGE"}


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern that a module of the package holds by name, in tables as well, or makes once."""
    for found in pkgutil.walk_packages(parallelize.__path__, "parallelize."):
        if found.name.endswith("__main__"):
            continue
        try:
            module = importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            if str(error.name).startswith("parallelize"):
                raise
            continue  # a library that is an extra
        for name, held in vars(module).items():
            makes = getattr(held, "__annotations__", {}) == {"return": "re.Pattern[str]"}
            value = held() if makes else held
            items = (
                value.values()
                if isinstance(value, dict)
                else value
                if isinstance(value, tuple | list)
                else [value]
            )
            for item in items:
                if isinstance(item, re.Pattern) and isinstance(item.pattern, str):
                    yield f"{found.name}.{name}", item


def possessive_groups(parsed: Any) -> Iterator[Any]:
    """What is repeated possessively and is more than one character."""
    for operation, argument in parsed:
        if str(operation) == "POSSESSIVE_REPEAT":
            inner = argument[2]
            if len(inner) != 1 or str(inner[0][0]) not in _ONE_CHARACTER:
                yield inner
        pending = [argument]
        while pending:
            item = pending.pop()
            if hasattr(item, "data"):
                yield from possessive_groups(item)
            elif isinstance(item, tuple | list):
                pending.extend(item)


def test_no_group_is_repeated_possessively() -> None:
    """Python 3.11.0 to 3.11.4 matches such groups wrongly (gh-106052); `(?>(?:…)*)` says the same."""
    wrong, seen = set(), 0
    for name, pattern in patterns():
        seen += 1
        parsed = re._parser.parse(pattern.pattern, pattern.flags)  # type: ignore[attr-defined]
        if any(True for _ in possessive_groups(parsed)):
            wrong.add(name)
    assert seen > 300
    assert not wrong
    assert list(possessive_groups(re._parser.parse(r"x(?:a|<(?!b))*+")))  # type: ignore[attr-defined]
