"""Columns that a user names, or that hold ids: found in the first rows, or refused with near names."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.messages import first_few
from parallelize.core.trees import Tree

__all__ = ["Column", "column_names", "listed_columns", "named_column"]

_SHOWN_COLUMNS = 24
_SHOWN_CHARS = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a place inside one."""

    path: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.path)

    def of(self, row: Tree) -> Any:
        """The value in a row; `None` where any part of the path is missing."""
        if len(self.path) == 1:
            return row.get(self.path[0])
        value: Any = row
        for part in self.path:
            if not isinstance(value, Mapping):
                return None
            value = value.get(part)
        return value


def column_names(rows: Sequence[Tree]) -> list[str]:
    """Every column of some rows, in order of appearance."""
    return list(dict.fromkeys(name for row in rows for name in row))


def listed_columns(names: Sequence[str]) -> str:
    """Names of columns for a message: the first of them, shortened."""
    short = [name if len(name) <= _SHOWN_CHARS else name[:_SHOWN_CHARS] + "…" for name in names]
    shown = [name if name.isprintable() and name else repr(name) for name in short]
    return first_few(shown, _SHOWN_COLUMNS) or "none"


def named_column(text: str, what: str, sample: Sequence[Tree], shown: str) -> Column:
    """The column that the user means; a literal name wins over a path.

    Raises:
        InputError: there is none; the message has near names, or all.
    """
    literal = Column((text,))
    if any(text in row for row in sample):
        return literal
    nested = Column(tuple(text.split(".")))
    if len(nested.path) > 1 and any(_has(row, nested.path) for row in sample):
        return nested
    raise _missing_column(text, what, sample, shown)


def _has(row: Any, path: tuple[str, ...]) -> bool:
    for part in path:
        if not isinstance(row, Mapping) or part not in row:
            return False
        row = row[part]
    return True


def _missing_column(text: str, what: str, sample: Sequence[Tree], shown: str) -> InputError:
    names = column_names(sample)
    nested = [
        f"{outer}.{inner}"
        for outer in names
        for inner in column_names([row[outer] for row in sample if isinstance(row.get(outer), Mapping)])
    ]
    near = difflib.get_close_matches(text, [*names, *nested], n=3, cutoff=0.6)
    if not near:
        near = [name for name in nested if name.rpartition(".")[2] == text]
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    return InputError(
        f"{shown} has no column {text!r}, which was named as {what}",
        remedy=f"{hint}its columns are {listed_columns(names)}",
    )
