"""Regular expressions that are compiled when they are first asked for.

Hundreds of patterns stand at the head of modules, and every command and every child process reads those
modules at its start. A pattern that few texts need costs milliseconds there; one that every text needs is
better compiled at once, by `re.compile`.
"""

from __future__ import annotations

import re
from typing import Any, Final, cast

__all__ = ["late_pattern"]

_METHODS: Final = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _LatePattern:
    """Stands for a pattern until one of its methods is asked for, then has the methods of that pattern."""

    def __init__(self, pattern: str, flags: int, *, properties: bool) -> None:
        self._written, self._properties = (pattern, flags), properties

    def __getattr__(self, name: str) -> Any:
        compiled = (_compile_properties if self._properties else re.compile)(*self._written)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def late_pattern(pattern: str, flags: int = 0, *, properties: bool = False) -> re.Pattern[str]:
    r"""What `re.compile` gives, compiled at the first use; what is wrong with it is said only then.

    Args:
        pattern: the expression.
        flags: of `re`.
        properties: whether it has classes such as `\p{Greek}`, which the package `regex` reads; flags of that
            package stand in the expression.
    """
    return cast("re.Pattern[str]", _LatePattern(pattern, flags, properties=properties))


def _compile_properties(pattern: str, flags: int) -> Any:
    import regex  # as long to import as a hundred patterns to compile

    return regex.compile(pattern, flags)
