"""What a damage is done to, and what a damage is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

__all__ = ["Damage", "Specimen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A translation that is taken to be good, and what a damage may draw on."""

    source: str
    target: str
    language: str
    """Code of the target's language."""
    others: Sequence[tuple[str, str]] = ()
    """(source, target) of other rows in the same two languages, for `swap_rows` and `insert_sentence`."""
    elsewhere: Sequence[str] = ()
    """Translations of the same source into other languages, for `wrong_language`."""
    solution: str = ""
    """A worked solution in the target's language, for `append_solution`; without one, bare arithmetic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One way to spoil a translation."""

    name: str
    meaning: str
    apply: Callable[[Specimen, Random], str | None]
    """The damaged target; None where the damage cannot be done, as to a text without numbers."""
