"""Instructions in the language that a model shall use: answer, think, put the final answer in a box."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from parallelize.core.errors import InputError
from parallelize.core.tables import shipped_toml

__all__ = ["VERSION", "Instruction", "instruction_for", "instructions", "instructions_sha256"]

VERSION = 2
"""Grows with every change of the table that is meant to change replies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """The sentences of one language."""

    answer: str
    """Answer in this language."""
    think: str
    """Think and answer in this language."""
    boxed: str
    r"""Put the final answer in `\boxed{}`."""
    opening: str
    """First words of a reply, written for the model: it will think in this language."""
    question: str
    """Label of a problem, without a colon."""
    reply: str
    """Label of what answers it."""


_TABLE = Path(__file__).with_name("instructions.toml")


@cache
def instructions() -> Mapping[str, Instruction]:
    """The whole table by language code."""
    table = shipped_toml(__package__, _TABLE.name)
    return MappingProxyType({code: Instruction(**entry) for code, entry in table.items()})


def instructions_sha256() -> str:
    """Hex digest of the table as it ships."""
    return hashlib.sha256(_TABLE.read_bytes()).hexdigest()


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
