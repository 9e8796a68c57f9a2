"""Numbers that a translator converted on purpose: miles to kilometres, pounds to kilograms, Fahrenheit.

Translators of news and of everyday problems do this for readers who use metric units. The conversion is
accepted only for a number that stands before the old unit in the English source and is gone from the target,
and within the rounding people use. Names of American coins become their values: a nickel is "5 cents".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from parallelize.text.numerals.agreement import NumberAgreement
from parallelize.text.numerals.reader import Number, read_numbers

__all__ = ["unconverted"]

_ROUNDING = 0.1
_ROUNDING_OF_SMALL = 0.5
"""Largest difference of a rounded conversion, relative and absolute: "20 feet" as "6 Meter" is off by 2 %,
"30 yards" as "25 metri" by 9 %, "10 degrees" Fahrenheit as "6 Grad" by 0.4 degrees."""

# Factors by NIST Special Publication 811, appendix B. A number may stand in any of the units that are named.
_UNITS: tuple[tuple[re.Pattern[str], tuple[float, ...]], ...] = tuple(
    (re.compile(rf"(?<![A-Za-z])(?:{names})\b", re.IGNORECASE), factors)
    for names, factors in (
        (r"miles?|mph", (1.609, 2.59)),
        (r"feet|foot|ft", (0.3048, 30.48)),
        (r"yards?|yd", (0.9144,)),
        (r"inch(?:es)?", (2.54, 25.4)),
        (r"pounds?|lbs?", (0.4536,)),
        (r"ounces?|oz", (28.35,)),
        (r"gallons?", (3.785,)),
        (r"acres?", (0.4047, 4047.0)),
    )
)
_HEIGHT = re.compile(r"(\d{1,2})(?:[- ]?(?:foot|feet|ft)[- ]?|')(\d{1,2})(?!\d)")
"""6-foot-6, 6'6."""
_FAHRENHEIT = re.compile(r"degrees?\b|\bfahrenheit\b|°", re.IGNORECASE)
_TEMPERATURES = re.compile(r"'?s\b")
"""Temperatures "in the 70s"."""
_COINS = (
    (re.compile(r"\bpenn(?:y|ies)\b", re.IGNORECASE), 1),
    (re.compile(r"\bnickels?\b", re.IGNORECASE), 5),
    (re.compile(r"\bdimes?\b", re.IGNORECASE), 10),
    (re.compile(r"\bquarters?\b", re.IGNORECASE), 25),
    (re.compile(r"\bhalf[- ]dollars?\b", re.IGNORECASE), 50),
)
"""American coins and their cents."""
_REACH = 24
"""Characters between a number and its unit: "between 10 and 20 square miles"."""


def unconverted(
    agreement: NumberAgreement, source: str, source_language: str
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Leave out of a disagreement what a conversion of units explains.

    Args:
        agreement: what `numbers_agree` found.
        source: the source text; units are read only where it is English.
        source_language: BCP 47 tag of the source.

    Returns:
        The values missing from the target and those added to it that remain.
    """
    missing, added = list(agreement.missing), list(agreement.added)
    if not (missing or added) or source_language.split("-", maxsplit=1)[0] != "en":
        return agreement.missing, agreement.added
    numbers = read_numbers(source, source_language)
    for number in numbers:
        expected = tuple(_conversions(number, source))
        if not expected:
            continue
        found = [other for other in agreement.open_target if _is_one_of(other, expected)]
        beside = [
            other
            for other in numbers
            if 0 <= other.start - number.end <= _REACH and _is_one_of(other, expected)
        ]
        gone = [other.value for other in found]
        if found or beside:  # converted, or the source gives it in both units and one was enough
            gone += [number.value, *(other.value for other in beside)]
        missing = [value for value in missing if value not in gone]
        added = [value for value in added if value not in gone]
    if added and not missing:  # with a number missing, what was added may stand in its place
        coins = {Fraction(cents) for pattern, cents in _COINS if pattern.search(source)}
        added = [value for value in added if value not in coins and value * 100 not in coins]
    return tuple(missing), tuple(added)


def _conversions(number: Number, source: str) -> Iterator[float]:
    """What the number may have become, by the units that follow it."""
    value = float(number.value)
    after = source[number.end : number.end + _REACH]
    height = _HEIGHT.match(source, number.start) or _HEIGHT.match(
        source, source.rfind(" ", 0, number.start) + 1
    )
    if height is not None:
        feet, inches = int(height[1]), int(height[2])
        metres = 0.3048 * feet + 0.0254 * inches
        yield from (metres, 100 * metres, feet + inches / 10)
        return
    for pattern, factors in _UNITS:
        if pattern.search(after):
            yield from (value * factor for factor in factors)
    decade = number.text.endswith("s") or _TEMPERATURES.match(after)
    if _FAHRENHEIT.search(after) or (decade and number.value < 150):
        yield abs(value - 32) * 5 / 9  # numbers are compared without their signs
        yield value * 5 / 9


def _is_one_of(number: Number, expected: Iterable[float]) -> bool:
    value = abs(float(number.value))
    return any(abs(value - item) <= max(_ROUNDING * item, _ROUNDING_OF_SMALL) for item in expected)
