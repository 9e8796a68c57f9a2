"""Figures in words: what kind of engine translated, and how near a translation is to its source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from parallelize.core.languages import language
from parallelize.core.measures import BACK_CHRF
from parallelize.core.messages import several
from parallelize.core.provenance import EngineFingerprint, public_name
from parallelize.core.verdicts import Reason

if TYPE_CHECKING:
    from parallelize.store.summary import LanguageFigures, Summary

__all__ = [
    "ROUND_TRIP",
    "engine_limits",
    "engine_words",
    "kept_words",
    "reading_words",
    "reason_words",
    "round_trip_words",
]

ROUND_TRIP = BACK_CHRF
"""The figure that stands for quality where there is one number: similarity of source and back-translation."""
_CLASSES = {
    "bergamot": "small neural models on a CPU (Firefox Translations)",
    "apertium": "rules and dictionaries (Apertium)",
    "scripted": "a pseudo-engine for tests, which translates nothing",
    "openai": "a language model",
    "vllm": "a language model",
}
"""What an engine is, by its name."""
_MODEL_LIMIT = (
    "The engine is a language model: it may smooth over what it does not understand, and may have changed, "
    "added or left out something that automatic measures do not see."
)
_READINGS = {
    "bergamot": "Of its kept rows that were read (Portuguese), one in seven had a serious fault.",
}
"""What readers found in rows that an engine made and the gates kept, by its name."""
_LIMITS = {
    "bergamot": "The engine is a small model made for web pages: it translates sentence by sentence, keeps "
    "no thread between them, knows no terminology, and reads long arguments and wordplay literally. Of the "
    "kept rows that were read (Portuguese, for which senses of words are looked at), one in seven had a "
    "serious fault, mostly a word in another sense. fault_risk estimates that for each row; a lower bound "
    "keeps fewer rows and better ones: good to try a pipeline with, and to train on only after reading.",
    "apertium": "The engine follows rules and dictionaries: it is steady on close languages and plain "
    "prose, leaves words that it does not know in the source language, and chooses senses by frequency.",
    "scripted": "The engine is a pseudo-translation for tests: these are no translations.",
    "openai": _MODEL_LIMIT,
    "vllm": _MODEL_LIMIT,
}
"""What to know of an engine, by its name."""
_PIVOT_LIMIT = (
    "Some of it was translated twice, by way of another language: errors of both steps add up, and words "
    "that either does not know stay in the language before it."
)
_GRADES = (
    (75.0, "very close to the source when translated back"),
    (60.0, "close to the source when translated back"),
    (45.0, "loosely like the source when translated back"),
    (0.0, "far from the source when translated back"),
)
"""Least median of chrF between source and back-translation (0–100), and the words for it."""


def reason_words(reason: str) -> str:
    """A reason by its name, in words; the name itself where another version gave it."""
    known = Reason.__members__.get(reason.upper())
    return reason if known is None else known.words


def engine_words(engine: EngineFingerprint) -> str:
    """What translated, for a sentence: the class of the engine, and the model where it has a name."""
    kind = _CLASSES.get(engine.engine, f"the engine {engine.engine}")
    pivot = engine.extra.get("pivot")
    if pivot:
        kind += f", by way of {language(str(pivot)).name}"
    named = engine.engine in {"openai", "vllm"} and not engine.model.startswith("sha256:")
    return f"{kind}, {public_name(engine.model)}" if named else kind


def reading_words(engine: EngineFingerprint) -> str:
    """What readers found in kept rows of an engine; empty where nobody has read enough of them."""
    return _READINGS.get(engine.engine, "")


def kept_words(summary: Summary) -> str:
    """What kept means, and who has read it."""
    back = any(ROUND_TRIP in item.scores for item in summary.languages.values())
    checks = "numbers, formulas, language, length and repetition are within their bounds"
    if back:
        checks += ", and the text comes back alike when translated back"
    read = sum(item.read_by_people for item in summary.languages.values())
    who = (
        f"People have read {several(read, 'row')}, and their word counts." if read else "Nobody has read it."
    )
    return f"Kept means that no automatic check found a fault: {checks}. {who}"


def engine_limits(engines: Iterable[EngineFingerprint]) -> list[str]:
    """What to know of the engines of a corpus, each once."""
    known = list(engines)
    limits = [_LIMITS[item.engine] for item in known if item.engine in _LIMITS]
    pivots = [_PIVOT_LIMIT for item in known if item.extra.get("pivot")]
    return list(dict.fromkeys([*limits, *pivots]))


def round_trip_words(figures: LanguageFigures) -> tuple[float | None, str]:
    """The median of a language's round trip, and what it means; None: nothing was translated back."""
    spread = figures.scores.get(ROUND_TRIP)
    if spread is None:
        return None, "not measured: nothing was translated back"
    return spread.p50, next(words for least, words in _GRADES if spread.p50 >= least)
