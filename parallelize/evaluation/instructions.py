"""Instructions in the language that a model shall use: answer, think, put the final answer in a box."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from parallelize.core.errors import InputError

__all__ = ["Instruction", "instruction_for", "instructions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """The sentences of one language."""

    answer: str
    """Answer in this language."""
    think: str
    """Think and answer in this language."""
    boxed: str
    r"""Put the final answer in `\boxed{}`."""


@cache
def instructions() -> Mapping[str, Instruction]:
    """The whole table by language code."""
    path = Path(__file__).with_name("instructions.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType({code: Instruction(**entry) for code, entry in table.items()})


def instruction_for(code: str) -> Instruction:
    """The sentences of one language.

    Raises:
        InputError: the table has no such language; the message names those it has.
    """
    found = instructions().get(code)
    if found is None:
        raise InputError(
            f"there is no instruction in {code!r}",
            remedy=f"use --instruction none, or one of {', '.join(sorted(instructions()))}",
        )
    return found
