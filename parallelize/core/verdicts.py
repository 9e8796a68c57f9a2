"""Scores and verdicts. A score is measured once and holds no threshold; a verdict is computed from scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

__all__ = ["MEASURES", "Direction", "Measure", "Reason", "Score", "Verdict"]


class Reason(StrEnum):
    """Why a row was dropped: a closed vocabulary, listed in docs/quality.md."""

    ENGINE = "engine"
    """The engine did not end cleanly: cut at its limit, refused, crashed, no reply."""
    ENVELOPE = "envelope"
    """The reply could not be read: delimiter missing or text outside it."""
    PROTECTED = "protected"
    """A formula, code span, URL, tag or placeholder was lost, added or changed."""
    ANSWER = "answer"
    """The final answer is missing or differs by value."""
    NUMBERS = "numbers"
    """Numbers of the prose are missing or were added."""
    LENGTH = "length"
    """Far shorter or longer than translations between these languages are."""
    OMISSION = "omission"
    """A sentence of the source is missing."""
    REPETITION = "repetition"
    """A decoder loop."""
    LANGUAGE = "language"
    """The prose is in another language."""
    MIXED = "mixed"
    """A span of the prose is in another language."""
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
    EMPTY = "empty"
    """There is no text."""
    CONTAMINATED = "contaminated"
    """The source row overlaps an evaluation set."""


class Direction(StrEnum):
    """Which side of its threshold a measure must be on."""

    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something that is measured on a translation, and the reason it gives when it is out of bounds."""

    name: str
    reason: Reason
    direction: Direction
    default: float | None
    """Default threshold; None: measured and reported, never a reason to drop unless a recipe sets it."""
    meaning: str
    """Unit, range and how it is computed, in one sentence."""
    segment: bool = True
    """Whether it is also measured on each segment, where it drives the repair ladder."""
    fail_closed: bool = False
    """Whether a score that should have been measured and was not is out of bounds, where a bound is set."""


def _measure(
    name: str,
    reason: Reason,
    direction: Direction,
    default: float | None,
    meaning: str,
    *,
    segment: bool = True,
    fail_closed: bool = False,
) -> tuple[str, Measure]:
    return name, Measure(
        name=name,
        reason=reason,
        direction=direction,
        default=default,
        meaning=meaning,
        segment=segment,
        fail_closed=fail_closed,
    )


_MOST, _LEAST = Direction.AT_MOST, Direction.AT_LEAST

MEASURES: Mapping[str, Measure] = MappingProxyType(
    dict(
        (
            _measure("engine_failures", Reason.ENGINE, _MOST, 0, "replies that did not end cleanly"),
            _measure("envelope_failures", Reason.ENVELOPE, _MOST, 0, "replies that could not be read"),
            _measure(
                "empty_fields", Reason.EMPTY, _MOST, 0, "texts that are empty though their source is not"
            ),
            _measure(
                "protected_faults",
                Reason.PROTECTED,
                _MOST,
                0,
                "protected spans lost + added + changed, as a multiset after white-space normalisation",
            ),
            _measure(
                "answer_faults",
                Reason.ANSWER,
                _MOST,
                0,
                "1 when the final answer of the target is missing or differs by value from the source's",
                segment=False,
            ),
            _measure(
                "number_faults",
                Reason.NUMBERS,
                _MOST,
                1.0,
                "numbers of the source prose missing in the target + twice the numbers added, by value",
            ),
            _measure(
                "length_deviation",
                Reason.LENGTH,
                _MOST,
                1.0,
                "|ln(target characters / source characters) − ln(expected ratio of the pair)| in units of "
                "the pair's calibrated bound for texts of that length; 1 is the bound",
            ),
            _measure(
                "omission",
                Reason.OMISSION,
                _MOST,
                2.0,
                "nats by which an alignment of the sentences with a gap is likelier than one without; not "
                "measured on a source of one sentence",
            ),
            _measure(
                "repetition",
                Reason.REPETITION,
                _MOST,
                0.1,
                "share of the target, or of 1,000 characters of a longer one, in its longest loop, beyond "
                "the source's, [0, 1]",
            ),
            _measure(
                "off_target_parts",
                Reason.LANGUAGE,
                _MOST,
                0,
                "parts whose prose the vote of identifiers calls another language",
            ),
            _measure(
                "foreign_share",
                Reason.MIXED,
                _MOST,
                0.05,
                "share of the prose's letters in spans of another language, what the source also has exempt, "
                "[0, 1]",
            ),
            _measure(
                "copy_similarity",
                Reason.UNTRANSLATED,
                _MOST,
                0.8,
                "similarity of target prose to source prose, [0, 1]; not measured on little prose",
            ),
            _measure(
                "answered_signs",
                Reason.ANSWERED,
                _MOST,
                0,
                "signs that the text was solved instead of translated",
            ),
            _measure(
                "preamble_signs",
                Reason.PREAMBLE,
                _MOST,
                0,
                "words of the model around the translation, or a refusal",
            ),
            _measure(
                "truncation_signs", Reason.TRUNCATED, _MOST, 0, "signs that the text stops in the middle"
            ),
            _measure(
                "character_faults",
                Reason.CHARACTERS,
                _MOST,
                0,
                "NUL, lone surrogates, bidi controls, control tokens, eaten backslashes the source lacks",
            ),
            _measure("glossary_faults", Reason.GLOSSARY, _MOST, 0, "glossary terms due and missing"),
            _measure(
                "back_chrf",
                Reason.BACK_TRANSLATION,
                _LEAST,
                40.0,
                "chrF++ of the back-translated prose against the source prose over the row, 0–100",
                segment=False,
            ),
            _measure(
                "back_chrf_worst",
                Reason.BACK_TRANSLATION,
                _LEAST,
                None,
                "the same for the worst segment with enough prose, 0–100",
                segment=False,
            ),
            _measure(
                "back_bleu",
                Reason.BACK_TRANSLATION,
                _LEAST,
                None,
                "BLEU of the back-translated prose against the source prose over the row, 0–100",
                segment=False,
            ),
            _measure(
                "comet",
                Reason.ADEQUACY,
                _LEAST,
                None,
                "score of a COMET-family model on its own scale, mean over parts weighted by source letters",
                segment=False,
                fail_closed=True,
            ),
            _measure(
                "comet_worst",
                Reason.ADEQUACY,
                _LEAST,
                None,
                "the same for the lowest part",
                segment=False,
                fail_closed=True,
            ),
            _measure(
                "judge_adequacy",
                Reason.ADEQUACY,
                _LEAST,
                None,
                "adequacy by a language model as judge, mean over parts weighted by source letters, 0–100",
                segment=False,
                fail_closed=True,
            ),
            _measure(
                "judge_adequacy_worst",
                Reason.ADEQUACY,
                _LEAST,
                None,
                "the same for the lowest part, 0–100",
                segment=False,
                fail_closed=True,
            ),
        )
    )
)
"""Every measure by name, in the order in which reasons are reported."""


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
        """Measure and value, `back_chrf=37.5`."""
        return f"{self.measure} not measured" if self.value is None else f"{self.measure}={self.value:g}"


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
