"""Numbers that a translator converted on purpose: miles to kilometres, pounds to kilograms, Fahrenheit.

Translators of news and of everyday problems do this for readers who use metric units. The conversion is
accepted only where the English source names the old unit, and within the rounding people use.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from parallelize.text.numeral_agreement import NumberAgreement
from parallelize.text.numerals import read_numbers

__all__ = ["unconverted"]

_ROUNDING = 0.12
"""Largest relative difference of a rounded conversion: "20 feet" as "6 Meter" is off by 2 %, "550 pounds"
as "250 Kilo" by 0.2 %, "10 degrees" Fahrenheit as "6 Grad" by 8 %."""

# Factors by NIST Special Publication 811, appendix B. A number may stand in any of the units that are named.
_UNITS: tuple[tuple[re.Pattern[str], tuple[float, ...]], ...] = tuple(
    (re.compile(rf"\b(?:{names})\b", re.IGNORECASE), factors)
    for names, factors in (
        (r"miles?|mph", (1.609,)),
        (r"feet|foot|ft", (0.3048, 30.48)),
        (r"yards?|yd", (0.9144,)),
        (r"inch(?:es)?", (2.54, 25.4)),
        (r"pounds?|lbs?", (0.4536,)),
        (r"ounces?|oz", (28.35,)),
        (r"gallons?", (3.785,)),
        (r"acres?", (0.4047, 4047.0)),
        (r"degrees?|fahrenheit", (5 / 9,)),
    )
)
_FAHRENHEIT = re.compile(r"\b(?:degrees?|fahrenheit|\d0s)\b", re.IGNORECASE)


def unconverted(
    agreement: NumberAgreement, source: str, target: str, source_language: str, target_language: str
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Leave out of a disagreement what a conversion of units explains.

    Args:
        agreement: what `numbers_agree` found.
        source: the source text; units are read only where it is English.
        target: its translation.
        source_language: BCP 47 tag of the source.
        target_language: BCP 47 tag of the target.

    Returns:
        The values missing from the target and those added to it that remain.
    """
    missing, added = agreement.missing, agreement.added
    if not (missing or added) or source_language.split("-", maxsplit=1)[0] != "en":
        return missing, added
    factors = [factor for pattern, found in _UNITS if pattern.search(source) for factor in found]
    celsius = _FAHRENHEIT.search(source) is not None
    if not factors and not celsius:
        return missing, added
    before = [float(number.value) for number in read_numbers(source, source_language)]
    after = [float(number.value) for number in read_numbers(target, target_language)]
    return (
        tuple(value for value in missing if not _explained([float(value)], after, factors, celsius=celsius)),
        tuple(value for value in added if not _explained(before, [float(value)], factors, celsius=celsius)),
    )


def _explained(
    before: Sequence[float], after: Sequence[float], factors: Sequence[float], *, celsius: bool
) -> bool:
    for value in before:
        expected = [value * factor for factor in factors]
        if celsius:
            expected.append((value - 32) * 5 / 9)
        for number in after:
            if any(abs(number - item) <= _ROUNDING * abs(item) for item in expected):
                return True
    return False
