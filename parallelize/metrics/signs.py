"""Did the signs, variables and units of a text come through? Compared whoever translated it."""

from __future__ import annotations

from typing import Final

from parallelize.core.verdicts import Score
from parallelize.metrics.changed_units import changed_units, has_degrees, has_units, other_scales
from parallelize.metrics.detectors import Detectors
from parallelize.metrics.lost_signs import lost_signs, signs_said
from parallelize.metrics.measures_named import measures_named, other_measures
from parallelize.metrics.minus import has_minus, lost_minus
from parallelize.metrics.moved_values import moved_values, values_tied
from parallelize.metrics.pair import Pair
from parallelize.metrics.percents import has_percents, lost_percents
from parallelize.metrics.powers import changed_powers, may_measure
from parallelize.metrics.ratios import changed_ratios, long_ratios
from parallelize.metrics.variables import has_variables, lost_variables

__all__ = ["sign_faults"]

_DETECTORS: Final = Detectors(
    (signs_said, lost_signs),
    (has_percents, lost_percents),
    (has_variables, lost_variables),
    (has_units, changed_units),
    (may_measure, changed_powers),
    (measures_named, other_measures),
    (has_degrees, other_scales),
    (has_minus, lost_minus),
    (values_tied, moved_values),
    (long_ratios, changed_ratios),
)


def sign_faults(pair: Pair) -> Score:
    """Signs lost from the running text, relations turned round, variables lost, units changed or lost."""
    return _DETECTORS.score("sign_faults", pair)
