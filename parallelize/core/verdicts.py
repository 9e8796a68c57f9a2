"""Scores and verdicts. A score is measured once and holds no threshold; a verdict is computed from scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

__all__ = ["Reason", "Score", "Verdict", "scored"]


class Reason(StrEnum):
    """Why a row was dropped: a closed vocabulary, listed in docs/quality.md."""

    ENGINE = "engine"
    """The engine did not end cleanly: cut at its limit, refused, crashed, no reply."""
    ENVELOPE = "envelope"
    """The reply could not be read: delimiter missing or text outside it."""
    PROTECTED = "protected"
    """A formula, code span, URL, tag or placeholder was lost, added or changed."""
    STRUCTURE = "structure"
    """A heading, list, table, link, emphasis, line of code, JSON value or figure is not as in the source."""
    ANSWER = "answer"
    """The final answer is missing or differs by value."""
    NUMBERS = "numbers"
    """Numbers of the prose are missing or were added."""
    SIGNS = "signs"
    """A sign or variable of the running text was lost or turned round, or a number has another unit."""
    LENGTH = "length"
    """Far shorter or longer than translations between these languages are."""
    LONG = "long"
    """More text than such an engine translates without a serious fault."""
    OMISSION = "omission"
    """A sentence of the source is missing."""
    REPETITION = "repetition"
    """A decoder loop."""
    LANGUAGE = "language"
    """The prose is in another language."""
    MIXED = "mixed"
    """A span of the prose is in another language."""
    SENSE = "sense"
    """A word has a translation of another of its senses, or none, or one that is no word."""
    UNTRANSLATED = "untranslated"
    """A copy of the source."""
    ANSWERED = "answered"
    """The problem was solved, or its solution leaked into it, instead of being translated."""
    PREAMBLE = "preamble"
    """Words of the model around the translation, or a refusal."""
    TRUNCATED = "truncated"
    """The text stops in the middle."""
    CHARACTERS = "characters"
    """Control characters or tokens, eaten backslashes, broken encoding that the source does not have."""
    GLOSSARY = "glossary"
    """A required term is missing."""
    BACK_TRANSLATION = "back_translation"
    """The text translated back is too far from the source."""
    ADEQUACY = "adequacy"
    """A scoring model finds the meaning changed, or could not say."""
    SOLVER = "solver"
    """A model solves the source more often than the translation, or could not say."""
    EMPTY = "empty"
    """There is no text."""
    PEOPLE = "people"
    """A person read the row and found it wrong (`parallelize review`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
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


def scored(measure: str, value: float | None, evidence: str = "") -> Score:
    """The score of a text; one that found nothing is the same for all texts, and nearly all are."""
    if value or evidence:
        return Score(measure=measure, value=value, evidence=evidence)
    return _nothing_found(measure, value)


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
