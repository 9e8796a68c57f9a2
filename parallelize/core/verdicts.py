"""Scores and verdicts. A score is measured once and holds no threshold; a verdict is computed from scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

__all__ = ["EVIDENCE", "Reason", "Score", "Verdict", "scored", "scored_count"]


class Reason(StrEnum):
    """Why a row was dropped, in one word and in words: a closed vocabulary, listed in docs/quality.md."""

    words: str
    """Why, for people who do not know the names."""

    def __new__(cls, value: str, words: str) -> Reason:
        """A member with its words."""
        member = str.__new__(cls, value)
        member._value_, member.words = value, words
        return member

    ENGINE = "engine", "the engine failed or was cut off"
    ENVELOPE = "envelope", "the reply could not be read"
    PROTECTED = "protected", "a formula, code, link or tag was changed"
    STRUCTURE = "structure", "a list, table, heading or line of code is not as in the source"
    ANSWER = "answer", "the final answer is another, or missing"
    NUMBERS = "numbers", "a number is missing, added or another"
    SIGNS = "signs", "a sign, variable or unit is another"
    LENGTH = "length", "far too short or too long"
    LONG = "long", "more text than this engine translates well"
    OMISSION = "omission", "a sentence is missing"
    REPETITION = "repetition", "the same words again and again"
    LANGUAGE = "language", "written in another language"
    MIXED = "mixed", "a part is in another language"
    SENSE = "sense", "a word is translated in another of its senses, or is none"
    UNTRANSLATED = "untranslated", "a copy of the source"
    ANSWERED = "answered", "the problem was solved instead of translated"
    PREAMBLE = "preamble", "words of the model around the translation"
    TRUNCATED = "truncated", "it stops in the middle"
    CHARACTERS = "characters", "broken or hidden characters"
    GLOSSARY = "glossary", "a term of the glossary is missing"
    BACK_TRANSLATION = "back_translation", "translated back, it says something else"
    ADEQUACY = "adequacy", "a scoring model finds the meaning changed"
    SOLVER = "solver", "a model solves the source more often than the translation"
    EMPTY = "empty", "there is no text"
    PEOPLE = "people", "a person found it wrong"


class Score(NamedTuple):
    """The worst value of one measure over a text, and where it was found."""

    measure: str
    value: float | None
    """None: not measured (too little prose, no back-translation, …); it drops nothing, unless its measure
    fails closed."""
    where: str = ""
    """Field and segment of the worst value, such as `solution#3`; empty for the row as a whole."""
    evidence: str = ""
    """What was seen: the lost formula, foreign words, languages voted. Text of a dataset: escape it."""

    @property
    def seen(self) -> str:
        """Name and value of the measure for people, such as `back_chrf=37.5`."""
        return f"{self.measure} not measured" if self.value is None else f"{self.measure}={self.value:g}"


_new: Final = tuple.__new__
"""`_new(Score, (…))` makes a named tuple in a third of the time that `Score(…)` takes."""


EVIDENCE = 200
"""Characters of evidence that most measures give."""


def scored(measure: str, value: float | None, evidence: str = "") -> Score:
    """The score of a text; one that found nothing is the same for all texts, and nearly all are."""
    if value or evidence:
        return _new(Score, (measure, value, "", evidence))
    return _nothing_found(measure, value)


def scored_count(measure: str, seen: Sequence[str], *, evidence: int | None = None) -> Score:
    """The number of faults that were seen in a text.

    Args:
        measure: its name.
        seen: the faults, for a person to read.
        evidence: characters of them that are given; None: all.
    """
    if not seen:
        return _nothing_found(measure, 0.0)
    return _new(Score, (measure, float(len(seen)), "", "; ".join(seen)[:evidence]))


@cache
def _nothing_found(measure: str, value: float | None) -> Score:
    return Score(measure=measure, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Kept, or dropped with reasons. Read `verdict.kept`; there is no truth value."""

    kept: bool
    reasons: tuple[Reason, ...] = ()
    """In the order of `MEASURES`, each once."""
    failed: tuple[Score, ...] = field(default=())
    """The scores that are out of bounds."""

    def __bool__(self) -> bool:
        raise TypeError("a verdict has no truth value; read verdict.kept")
