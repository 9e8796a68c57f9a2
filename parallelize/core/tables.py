"""Tables that ship with the package, each read once in a process, where it is first asked for.

A table is a text file beside the module that needs it. A line that begins with `#` is a comment, an empty
one says nothing; the cells of a row are parted by tabs.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

__all__ = ["shipped_lines", "shipped_rows", "shipped_sets", "shipped_toml", "shipped_words"]


@cache
def shipped_lines(package: str, name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table as their cells, in the order of the file.

    Args:
        package: dotted name of the package whose folder has the file.
        name: of the file, as `alphabets.tsv`.
    """
    lines = files(package).joinpath(name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


@cache
def shipped_rows(package: str, name: str) -> Mapping[str, tuple[str, ...]]:
    """The rows of a table by their first cell, which is not repeated among the others."""
    return MappingProxyType({first: tuple(others) for first, *others in shipped_lines(package, name)})


@cache
def shipped_sets(package: str, name: str) -> Mapping[str, frozenset[str]]:
    """The words of the second cell of each row by its first: words by language."""
    rows = shipped_rows(package, name)
    return MappingProxyType({first: frozenset(cells[0].split()) for first, cells in rows.items()})


@cache
def shipped_words(package: str, name: str) -> frozenset[str]:
    """All words of a file that is one list."""
    return frozenset(word for row in shipped_lines(package, name) for cell in row for word in cell.split())


@cache
def shipped_toml(package: str, name: str) -> Mapping[str, Any]:
    """The content of a TOML file, whose owner alone knows the types of its values."""
    return MappingProxyType(tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8")))
