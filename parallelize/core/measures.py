"""What is measured on a translation: one table, whose columns say all that the rest of the program must know.

A gate is a row here and a function that measures it; nothing else names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from parallelize.core.errors import InputError
from parallelize.core.measure import Fold, Kind, Measure, Need
from parallelize.core.measures_by_models import MEASURES_BY_MODELS
from parallelize.core.verdicts import Reason

__all__ = ["AGAIN", "BACK_CHRF", "HEADLINES", "MEASURES", "known_measure", "measure_versions"]

_TABLE = (
    Measure(
        name="engine_failures",
        reason=Reason.ENGINE,
        meaning="replies that did not end cleanly",
        fold=Fold.SEGMENTS,
        needs=Need.ENGINE,
    ),
    Measure(
        name="envelope_failures",
        reason=Reason.ENVELOPE,
        meaning="replies that could not be read",
        fold=Fold.SEGMENTS,
        needs=Need.ENGINE,
    ),
    Measure(
        name="empty_fields",
        reason=Reason.EMPTY,
        meaning="texts that are empty though their source is not",
        measured_in="metrics.fidelity",
        needs=None,
    ),
    Measure(
        name="protected_faults",
        reason=Reason.PROTECTED,
        meaning="protected spans lost + added + changed, as a multiset after white-space normalisation",
        measured_in="metrics.fidelity",
        fold=Fold.SEGMENTS,
        version=11,
    ),
    Measure(
        name="structure_faults",
        reason=Reason.STRUCTURE,
        meaning="headings, lists, tables, links, emphasis, JSON, code and figures unlike the source",
        measured_in="metrics.structure",
        version=10,
    ),
    Measure(
        name="answer_faults",
        reason=Reason.ANSWER,
        meaning="1 when the final answer of the target is missing or differs by value from the source's",
        measured_in="metrics.values",
        fold=Fold.ROW,
        version=2,
    ),
    Measure(
        name="number_faults",
        reason=Reason.NUMBERS,
        meaning="numbers of the source prose missing in the target + twice the numbers added, by value",
        measured_in="metrics.values",
        version=14,
    ),
    Measure(
        name="sign_faults",
        reason=Reason.SIGNS,
        meaning="signs and variables of running text lost + relations turned round + values that changed "
        "places + units changed or lost",
        measured_in="metrics.signs",
        version=17,
    ),
    Measure(
        name="length_deviation",
        reason=Reason.LENGTH,
        meaning="|ln(target characters / source characters) − ln(expected ratio of the pair)| in units of "
        "the pair's calibrated bound for texts of that length; 1 is the bound",
        measured_in="metrics.fidelity",
        default=1.0,
        kind=Kind.DISTANCE,
        headline=True,
        version=2,
    ),
    Measure(
        name="omission",
        reason=Reason.OMISSION,
        meaning="nats by which an alignment of sentences with a gap is likelier than one without",
        measured_in="metrics.omission",
        default=2.0,
        kind=Kind.DISTANCE,
        version=7,
    ),
    Measure(
        name="row_words",
        reason=Reason.LONG,
        meaning="words of the prose of the row's sources",
        measured_in="metrics.row_words",
        default=None,
        small_default=100,
        fold=Fold.ROW,
    ),
    Measure(
        name="fault_risk",
        reason=Reason.BACK_TRANSLATION,
        meaning="estimated share of such rows with a serious fault: words that came back oddly, and what "
        "is another when translated once more, 0–1",
        measured_in="metrics.fault_risk",
        default=None,
        small_default=0.25,
        fold=Fold.ROW,
        kind=Kind.SHARE,
        version=6,
    ),
    Measure(
        name="repetition",
        reason=Reason.REPETITION,
        meaning="share of the target, or of 1,000 characters of a longer one, in its longest loop, beyond "
        "the source's, [0, 1]; 1 for words or a sentence said again and again",
        measured_in="metrics.repeated",
        default=0.1,
        kind=Kind.SHARE,
        needs=None,
        version=5,
    ),
    Measure(
        name="doubled_words",
        reason=Reason.REPETITION,
        meaning="words that follow themselves, or are of themselves, where the English source has none",
        measured_in="metrics.doubled_words",
        default=None,
        small_default=0,
    ),
    Measure(
        name="off_target_parts",
        reason=Reason.LANGUAGE,
        meaning="parts whose prose the vote of identifiers calls another language",
        measured_in="metrics.target_language",
        fold=Fold.SUM,
        needs=None,
        version=7,
    ),
    Measure(
        name="foreign_share",
        reason=Reason.MIXED,
        meaning="share of the prose's letters in another language than the source has there, [0, 1]",
        measured_in="metrics.target_language",
        default=0.05,
        kind=Kind.SHARE,
        needs=None,
        headline=True,
        version=3,
    ),
    Measure(
        name="left_words",
        reason=Reason.MIXED,
        meaning="words of the source left in the target: function words and common words of problems",
        measured_in="metrics.leftovers",
        version=10,
    ),
    Measure(
        name="copied_words",
        reason=Reason.MIXED,
        meaning="other English words copied into a Romance language that has no such word, names and loans "
        "exempt",
        measured_in="metrics.leftovers",
        version=5,
        default=None,
        small_default=0,
    ),
    Measure(
        name="unknown_words",
        reason=Reason.SENSE,
        meaning="words that the target's language has not; not measured where dictionaries lack too many",
        measured_in="metrics.unknown_words",
        version=2,
        default=None,
        small_default=0,
    ),
    Measure(
        name="lost_verbs",
        reason=Reason.SENSE,
        meaning="verbs of an English source that the target has in no finite form, or not at all",
        measured_in="metrics.lost_verbs",
        default=None,
        small_default=0,
    ),
    Measure(
        name="sense_faults",
        reason=Reason.SENSE,
        meaning="English words of the table of senses without a translation in the right sense",
        measured_in="metrics.sense_faults",
        default=None,
        small_default=0,
        fold=Fold.ROW,
        version=5,
    ),
    Measure(
        name="exchanged_words",
        reason=Reason.SENSE,
        meaning="days, months, letters of choices and opposites (at least, more, odd) of an English source "
        "in whose place the target has another + units of time of rates, sums and products + negations "
        "lost or added, questions for a difference that ask for an amount",
        measured_in="metrics.exchanged",
        version=14,
    ),
    Measure(
        name="name_faults",
        reason=Reason.PROTECTED,
        meaning="names of an English row that a target in Latin script has less often than the source",
        measured_in="metrics.name_faults",
        default=None,
        small_default=0,
        fold=Fold.ROW,
        version=4,
    ),
    Measure(
        name="copy_similarity",
        reason=Reason.UNTRANSLATED,
        meaning="similarity of target prose to source prose, [0, 1]; not measured on little prose",
        measured_in="metrics.fidelity",
        default=0.8,
        kind=Kind.SHARE,
        headline=True,
    ),
    Measure(
        name="answered_signs",
        reason=Reason.ANSWERED,
        meaning="signs that the text was solved instead of translated",
        measured_in="metrics.fidelity",
        version=5,
    ),
    Measure(
        name="preamble_signs",
        reason=Reason.PREAMBLE,
        meaning="words of the model around the translation, or a refusal",
        measured_in="metrics.fidelity",
        needs=None,
        version=7,
    ),
    Measure(
        name="truncation_signs",
        reason=Reason.TRUNCATED,
        meaning="signs that the text stops or begins in the middle, or asks nothing though the source does",
        measured_in="metrics.fidelity",
        version=10,
    ),
    Measure(
        name="character_faults",
        reason=Reason.CHARACTERS,
        meaning="NUL, lone surrogates, bidi controls, control tokens, eaten backslashes the source lacks",
        measured_in="metrics.fidelity",
        needs=None,
        version=4,
    ),
    Measure(
        name="glossary_faults",
        reason=Reason.GLOSSARY,
        meaning="glossary terms due and missing",
        fold=Fold.SEGMENTS,
        needs=Need.ENGINE,
    ),
    Measure(
        name="inner_words",
        reason=Reason.UNTRANSLATED,
        meaning="phrases in formulas, comments and attributes that should be translated and stay",
        default=None,
        fold=Fold.ROW,
        needs=Need.ENGINE,
        stays="phrases in formulas, comments or attributes left as they were",
    ),
    Measure(
        name="lost_places",
        reason=Reason.UNTRANSLATED,
        meaning="places of answers in a context (`answer_start`) that are null, for the translated answer "
        "does not stand in the translated context; not measured on rows that have none",
        default=None,
        fold=Fold.ROW,
        needs=Need.ENGINE,
        stays="places of answers not found again (null)",
    ),
    *MEASURES_BY_MODELS,
)

MEASURES: Mapping[str, Measure] = MappingProxyType({measure.name: measure for measure in _TABLE})
"""Every measure by name, in the order in which reasons are reported."""
BACK_CHRF: Final = "back_chrf"
"""The measure of `--min-chrf`."""
AGAIN: Final = frozenset({"fault_risk"})
"""Measures that tell more where what came back was translated once more."""
HEADLINES: tuple[str, ...] = tuple(name for name, measure in MEASURES.items() if measure.headline)
"""Measures whose distributions report and card show first."""


def measure_versions() -> dict[str, int]:
    """Version of every measure by name: scores of other versions are not compared with these."""
    return {name: measure.version for name, measure in MEASURES.items()}


def known_measure(name: str) -> Measure:
    """The measure of that name.

    Raises:
        InputError: there is none.
    """
    if name not in MEASURES:
        raise InputError(f"no measure is called {name!r}", remedy=f"the measures are {', '.join(MEASURES)}")
    return MEASURES[name]
