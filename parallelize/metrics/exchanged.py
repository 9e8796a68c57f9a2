"""Words of an English source in whose place stands one that excludes them: days, negations, opposites.

A word that is only missing proves nothing, for it may be said otherwise. It counts where no word of the
target says it and one says what it excludes ("on Thursday" → "el viernes", "at least" → "como máximo"), which
the source does not say.
"""

from __future__ import annotations

from typing import Final

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.choice_letters import other_letters
from parallelize.metrics.days import other_days
from parallelize.metrics.negation import negations
from parallelize.metrics.operations import other_operations
from parallelize.metrics.opposites import opposites, turned_changes
from parallelize.metrics.other_names import other_names
from parallelize.metrics.pair import Pair
from parallelize.metrics.periods import other_periods

__all__ = ["exchanged_words"]

_EVIDENCE: Final = 12


def exchanged_words(pair: Pair) -> Score:
    """Days, months, letters of choices and opposites in whose place the target has another."""
    if pair.source.language != "en" or pair.one_language:
        return scored("exchanged_words", 0.0)
    seen = [*other_letters(pair), *other_names(pair), *negations(pair), *other_periods(pair)]
    seen += [*other_operations(pair), *other_days(pair), *opposites(pair), *turned_changes(pair)]
    return scored("exchanged_words", float(len(seen)), "; ".join(seen[:_EVIDENCE]))
