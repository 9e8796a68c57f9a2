"""Words of an English source in whose place stands one that excludes them: days, negations, opposites.

A word that is only missing proves nothing, for it may be said otherwise. It counts where no word of the
target says it and one says what it excludes ("on Thursday" → "el viernes", "at least" → "como máximo"), which
the source does not say.
"""

from __future__ import annotations

from typing import Final

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.choice_letters import other_letters, speaks_of_choices
from parallelize.metrics.days import days_named, other_days
from parallelize.metrics.detectors import Detectors
from parallelize.metrics.differences import differences_asked, lost_differences
from parallelize.metrics.negation import negations
from parallelize.metrics.operations import other_operations, results_named
from parallelize.metrics.opposites import opposites, rise_and_fall, rules_that_hold, turned_changes
from parallelize.metrics.other_names import names_told_apart, other_names
from parallelize.metrics.pair import Pair
from parallelize.metrics.periods import other_periods, rates_told

__all__ = ["exchanged_words"]

_DETECTORS: Final = Detectors(
    (speaks_of_choices, other_letters),
    (names_told_apart, other_names),
    (None, negations),
    (rates_told, other_periods),
    (results_named, other_operations),
    (days_named, other_days),
    (rules_that_hold, opposites),
    (rise_and_fall, turned_changes),
    (differences_asked, lost_differences),
)


def exchanged_words(pair: Pair) -> Score:
    """Days, months, letters of choices and opposites in whose place the target has another."""
    if pair.source.language != "en" or pair.one_language:
        return scored("exchanged_words", 0.0)
    return _DETECTORS.score("exchanged_words", pair)
