"""Numbers that a translator converted on purpose: miles to kilometres, pounds to kilograms, Fahrenheit.

Translators of news and of everyday problems do this for readers who use metric units. The conversion is
accepted only for a number that stands before the old unit in the English source and is gone from the target,
and within the rounding people use. Names of American coins become their values: a nickel is "5 cents".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from operator import itemgetter

from parallelize.core.late_patterns import late_pattern
from parallelize.text.numerals.agreement import NumberAgreement
from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.number import Number
from parallelize.text.numerals.numbered import NumberedText

__all__ = ["unconverted"]

_ROUNDING = 0.1
_ROUNDING_OF_SMALL = 0.5
"""Largest difference of a rounded conversion, relative and absolute: "20 feet" as "6 Meter" is off by 2 %,
"30 yards" as "25 metri" by 9 %, "10 degrees" Fahrenheit as "6 Grad" by 0.4 degrees."""

# Factors by NIST Special Publication 811, appendix B. A number may stand in any of the units that are named.
_UNITS: tuple[tuple[re.Pattern[str], tuple[float, ...]], ...] = tuple(
    (late_pattern(rf"(?<![A-Za-z])(?:{names})\b", re.IGNORECASE), factors)
    for names, factors in (
        (r"square miles?|sq\.? mi(?:les?)?", (2.59,)),
        (r"(?<!square )miles?|mph", (1.609,)),
        (r"feet|foot|ft", (0.3048, 30.48)),
        (r"yards?|yd", (0.9144,)),
        (r"inch(?:es)?", (2.54, 25.4)),
        (r"pounds?|lbs?", (0.4536,)),
        (r"ounces?|oz", (28.35,)),
        (r"gallons?", (3.785,)),
        (r"acres?", (0.4047, 4047.0)),
    )
)
_HEIGHT = late_pattern(r"(\d{1,2})(?:[- ]?(?:foot|feet|ft)[- ]?|')(\d{1,2})(?!\d)")
"""6-foot-6, 6'6."""
_FAHRENHEIT = late_pattern(r"degrees?\b|\bfahrenheit\b|°", re.IGNORECASE)
_TEMPERATURES = late_pattern(r"'?s\b")
"""Temperatures "in the 70s"."""
_COINS = (
    (late_pattern(r"\bpenn(?:y|ies)\b", re.IGNORECASE), 1),
    (late_pattern(r"\bnickels?\b", re.IGNORECASE), 5),
    (late_pattern(r"\bdimes?\b", re.IGNORECASE), 10),
    (late_pattern(r"\bquarters?\b", re.IGNORECASE), 25),
    (late_pattern(r"\bhalf[- ]dollars?\b", re.IGNORECASE), 50),
)
"""American coins and their cents."""
_SMALLER = tuple(
    (late_pattern(rf"[\s-]{{0,2}}(?:{names})\b", re.IGNORECASE), scale)
    for names, scale in ((r"seconds?|minutes?|mins?", 60), (r"hours?|hrs?", 24), (r"months?|inch(?:es)?", 12))
)
"""Units, and how many make one of the next larger: 36 hours are "a day and a half"."""
_DECADES = {
    name: (Fraction(10 * ten), Fraction(1900 + 10 * ten))
    for ten, name in enumerate("twen thir for fif six seven eigh nine".split(), start=2)  # noqa: SIM905
}
_DECADE = late_pattern(rf"\b({'|'.join(_DECADES)})ties\b", re.IGNORECASE)
"""The nineties, which many languages write in digits."""
_HALF = Fraction(1, 2)
_LARGEST = 10**15
"""Numbers beyond are no measurements that anybody converts, and may be too large for a float."""
_CURRENCIES = frozenset("$€£¥₹")
_REACH = 24
"""Characters between a number and its unit: "between 10 and 20 square miles"."""


def unconverted(
    agreement: NumberAgreement, text: NumberedText
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Leave out of a disagreement what a conversion of units explains.

    Args:
        agreement: what `numbers_agree` found.
        text: the source text; units are read only where it is English.

    Returns:
        The values missing from the target and those added to it that remain.
    """
    if agreement.agrees or base_language(text.language) != "en":
        return agreement.missing, agreement.added
    numbers = [number for number in text.numbers if abs(number.value) <= _LARGEST]
    gone = _converted(agreement, numbers, text.text) | _in_halves(agreement, numbers, text.text)
    missing = tuple(value for value in agreement.missing if value not in gone)
    added = tuple(value for value in agreement.added if value not in gone)
    if added and not missing:  # with a number missing, what was added may stand in its place
        named = set(_values_of_names(text.text))
        added = tuple(value for value in added if value not in named and value * 100 not in named)
    return missing, added


def _converted(agreement: NumberAgreement, numbers: Sequence[Number], source: str) -> set[Fraction]:
    """Numbers whose unit was converted, and what they became."""
    kept = _units_kept(numbers, agreement, source)
    open_target = _Sizes(number.value for number in agreement.open_target)
    gone: set[Fraction] = set()
    for index, number in enumerate(numbers):
        if number.start and source[number.start - 1] in _CURRENCIES:
            continue  # $2 a mile
        if not kept.isdisjoint(_units_after(number, source)):
            continue  # 4 of 12 miles stayed 4 miles: the other 4 are not 7 kilometres
        expected = tuple(_conversions(number, source))
        if not expected:
            continue
        found = open_target.close_to(expected)
        beside = _Sizes(_beside(numbers, index)).close_to(expected)
        if found or beside:  # converted, or the source gives it in both units and one was enough
            gone |= {number.value, *found, *beside}
    return gone


def _values_of_names(source: str) -> Iterator[Fraction]:
    """Cents of the coins that an English text names, and years of its decades: 1990 of the nineties."""
    yield from (Fraction(cents) for pattern, cents in _COINS if pattern.search(source))
    for found in _DECADE.finditer(source):
        yield from _DECADES[found[1].lower()]


def _units_after(number: Number, source: str) -> set[int]:
    """Lines of the table whose unit follows a number at once: 12-mile, 4 miles."""
    after = source[number.end : number.end + _REACH].lstrip(" -")
    return {line for line, (pattern, _) in enumerate(_UNITS) if pattern.match(after)}


def _units_kept(numbers: Sequence[Number], agreement: NumberAgreement, source: str) -> set[int]:
    """Lines of the table of which a number stayed as it was, so that no other was converted."""
    if not agreement.missing or not agreement.added:
        return set()
    missing = frozenset(agreement.missing)
    return {
        line for number in numbers if number.value not in missing for line in _units_after(number, source)
    }


def _in_halves(agreement: NumberAgreement, numbers: Sequence[Number], source: str) -> set[Fraction]:
    """Missing numbers of a unit that the target says as a whole and a half of the larger one."""
    said = {number.value for number in agreement.open_target}
    missing = frozenset(agreement.missing)
    gone: set[Fraction] = set()
    for number in numbers:
        if number.value not in missing:
            continue
        for unit, scale in _SMALLER:
            larger = number.value / scale
            if larger.denominator == _HALF.denominator and unit.match(source, number.end):
                whole = larger - _HALF
                if larger in said:
                    gone |= {number.value, larger}
                elif _HALF in said and (whole <= 1 or whole in said):
                    gone |= {number.value, _HALF, whole}
    return gone


class _Sizes:
    """Numbers in order of their size, so that those close to a size are found without a look at all."""

    def __init__(self, values: Iterable[Fraction]) -> None:
        """Leave out what is too large to have been converted."""
        sized = ((abs(float(value)), value) for value in set(values) if abs(value) <= _LARGEST * 100)
        self._sorted = sorted(sized, key=itemgetter(0))
        self._sizes = [size for size, _ in self._sorted]

    def close_to(self, expected: Iterable[float]) -> set[Fraction]:
        """The numbers within the rounding of one of the sizes."""
        found: set[Fraction] = set()
        for size in expected:
            rounding = max(_ROUNDING * size, _ROUNDING_OF_SMALL)
            low, high = bisect_left(self._sizes, size - rounding), bisect_right(self._sizes, size + rounding)
            found.update(value for _, value in self._sorted[low:high])
        return found


def _beside(numbers: Sequence[Number], index: int) -> Iterator[Fraction]:
    """The numbers that follow within reach, where the source gives a second unit: "5 miles (8 km)"."""
    end = numbers[index].end
    for other in islice(numbers, index + 1, None):
        if other.start - end > _REACH:
            return
        yield other.value


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
    decade = (number.text.endswith("s") and number.value >= 1) or _TEMPERATURES.match(after)
    if _FAHRENHEIT.search(after) or (decade and number.value < 150):
        yield abs(value - 32) * 5 / 9  # numbers are compared without their signs
        yield value * 5 / 9
