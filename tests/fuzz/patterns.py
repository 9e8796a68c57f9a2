"""Every pattern of the package on every bomb: `python -m tests.fuzz.patterns [SIZE]`.

A pattern that goes back and forth (`(a*)*b`) takes for ever on a short text. Searches that take more than a
tenth of a second of this process on 2,000 characters are printed; the exit code is 1 if there is one. What is
quadratic by itself may still be safe where its caller bounds the text: those stand in `BOUNDED`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import parallelize
from tests.fuzz.bombs import FORMS, seconds_of
from tests.fuzz.inputs import BOMBS, bomb

__all__ = ["BOUNDED", "patterns", "slow_search"]

BOUNDED: Mapping[str, str] = {}
"""Patterns that are given short texts only: name, and who bounds them."""
_HEAVY = ("vllm", "ray", "comet", "samples")


def patterns() -> Iterator[tuple[str, Any]]:
    """(module.name, pattern) of every compiled pattern at the top of a module, in tables and tuples too."""
    for info in pkgutil.walk_packages(parallelize.__path__, "parallelize."):
        if not any(part in info.name for part in _HEAVY):
            yield from _of_module(importlib.import_module(info.name))


def _of_module(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        if getattr(value, "__module__", module.__name__) == module.__name__ or isinstance(value, re.Pattern):
            yield from _inside(f"{module.__name__.removeprefix('parallelize.')}.{name}", value, depth=2)


def _inside(name: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if hasattr(value, "finditer") and hasattr(value, "pattern"):
        yield name, value
    elif depth and isinstance(value, dict):
        for key, item in value.items():
            yield from _inside(f"{name}[{key!r}]", item, depth - 1)
    elif depth and isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from _inside(f"{name}[{number}]", item, depth - 1)


def slow_search(pattern: Any, size: int, seconds: float) -> tuple[float, str, str] | None:
    """The slowest bomb of a pattern: seconds, unit and form; None where none takes so long."""
    worst: tuple[float, str, str] | None = None
    for unit in BOMBS:
        for form in FORMS:
            text = form.format(bomb(unit, size))
            taken = seconds_of(lambda given: _all(pattern, given), text)
            if taken > seconds and (worst is None or taken > worst[0]):
                worst = taken, unit, form
    return worst


def _all(pattern: Any, text: str) -> None:
    for _ in pattern.finditer(text):
        pass
    pattern.fullmatch(text)


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    seen: set[int] = set()
    slow = count = 0
    for name, pattern in patterns():
        if id(pattern) in seen or isinstance(pattern.pattern, bytes):
            continue
        seen.add(id(pattern))
        count += 1
        worst = slow_search(pattern, size, 0.1)
        if worst is not None and name not in BOUNDED:
            slow += 1
            print(f"{name}: {worst[0]:.2f} s on {worst[1]!r} in {worst[2]!r}", flush=True)
    print(f"{count} patterns, {len(BOMBS) * len(FORMS)} bombs of {size:,}: {slow} slow")
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
