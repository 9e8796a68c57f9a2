"""Units that became another unit or are gone: pounds that are kilograms, °F for °C, no kW behind a number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from fractions import Fraction
from typing import Final

from parallelize.metrics.function_words import function_words
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.numerals import base_language, render
from parallelize.text.units import CURRENCIES, Measured, has_unit_words, mentions, names_unit

__all__ = ["changed_units", "has_degrees", "has_units", "other_scales"]

_MUST_STAY: Final = (*sorted(CURRENCIES), "degree", "ohm")
"""Units whose sign may become a word, but may not go."""
_SPACED: Final = frozenset(("Latn", "Cyrl", "Grek"))
"""Scripts in which the abbreviation of a unit is no part of another word."""
_MONEY: Final = (("dollar", "euro"),)
_EXCHANGED: Final = (("pound_of_mass", "kilogram"), ("mile", "kilometre"), *_MONEY)
"""Units that small models write for one another; of money the words are no part of others in any script."""
_WAITING: Final = re.compile(r"\b(?:[Ww]ait|[Hh]old on|[Mm]oment|[Hh]mm)\b")
_MOMENTS: Final = frozenset(("minute", "second"))
"""Units of which one says to wait: "Bir dakika", "Einen Moment"."""
_ABBREVIATED: Final = re.compile(
    r"""
    (?P<number> \d(?<![\w.,].)[\d.,]* ) \s?
    (?P<unit> [kM]?W | mA | [kMG]?Hz | [mcd][lL] | [kM]Ω | [µμnp]F | m?V | kV | kPa | [kM]J | [kMG]B | dB )
    (?![\w/²³^])
    """,
    re.VERBOSE,
)
"""A number with the abbreviation of a unit that the table of units does not have."""
_PRICE: Final = re.compile(
    r"""
    (?<![\w$/.]) (?P<before>RM|Rp|Rs?|CHF|S/|K[Ss]h|[₽₴₺₦₱₩₫฿]) \.?\s? (?P<number>\d[\d.,]*)
    | (?<![\w.,]) (?P<priced>\d[\d.,]*) \s? (?P<behind>zł|Kč|Ft|kr|CHF|[₽₴₺₦₱₩₫฿]) (?!\w)
    """,
    re.VERBOSE,
)
"""A price whose currency the table of units does not have."""
_INCHES: Final = re.compile(
    r"""
    (?<![\w.,/]) (?P<number>\d[\d.,/]*) [ ]?
    (?: in(?:\.[ ]?|[ ]) (?:
          (?=(?:long|wide|tall|high|deep|thick|across|apart|diagonal\w*|in[ ](?:length|width|height|diameter))
            (?:[ ]?[,.;:)?!] | \s*\Z | [ ](?:and|or|by|but|when|if|is|was|with|that|at|for|on)\b))
        | (?=(?:longer|shorter|taller|wider|higher|deeper|thicker|by[ ]\d|[x×][ ]?\d|in[ ](?:one|an?|\d))\b) )
      | in\.(?=[ ]?[a-z,;)]|\s*\Z) | (?<=\d)in(?!\w) | in(?=[ ]?[,;)]|\.?\s*\Z) )
    """,
    re.VERBOSE,
)
"""A number of inches, whose abbreviation is a preposition of English and others: 39 in long, 5 in., 42in."""
_INCH_SIGNS: Final = ("″", '"', "”", "''", "’’")
_CURRENCY_BEFORE: Final = re.compile(
    r"(?:[^\W\d_a-z][A-Za-z]{0,2}[/$.]?|[^\w\s.,;:()\"'«»„“”*-]|\bkr\.?)\s?$"
)
"""A currency before a number: letters that begin with a capital one, or a sign."""
_NOTHING_BEFORE: Final = re.compile(r"[(\[{,;]\s?$")
"""What parts a number from words before it."""
_NOTHING_BEHIND: Final = re.compile(r"\s?(?:[)\]},;]|[CF](?!\w))")
"""What parts it from words behind it, or the letter of a scale that lost its degrees."""
_LIST_GOES_ON: Final = re.compile(r"(?:[\s,;、،/–-]{1,3}(?:[^\W\d_]{1,4}\s)?\d[\d.,]*)+\s?")
"""More numbers, behind the last of which their unit may stand: 5, 6 and 7 euros."""
_UNIT_REACH: Final = 14
"""Characters before and behind a list of numbers that may name their unit."""
_PRICED_BEHIND: Final = frozenset(
    "af az bg bs ca cs da de el es et fi fr gl hr hu id is it lt lv mk ms nb nl nn no pl pt".split()  # noqa: SIM905
    + "ro ru sk sl sq sr sv tr uk vi".split()  # noqa: SIM905
)
"""Languages in which a currency in words stands behind its number."""
_SCALE: Final = re.compile(r"(?<!\d)(\d+)\s?°\s?([CF])(?!\w)")
_NEXT_WORD: Final = re.compile(r"\s?([^\W\d_]+|[%°])")


def changed_units(pair: Pair) -> Iterator[str]:
    """Units that became another unit beside the same number, and signs of units that are gone."""
    named = pair.source.once(_named_units)
    if not named:
        yield from _bare_numbers(pair)
        return
    changed = False
    said = pair.source.once(_units_said)
    theirs = _units_by_value(
        item
        for item in pair.target.measured
        if _MOMENTS.isdisjoint(item.units) or not _may_say_wait(item, pair.source)
    )
    for value, ours in pair.source.once(_named_by_value).items():
        found = theirs.get(value, [])
        if found == ours:
            continue
        if not all(found):  # "one third" may be read as 3, beside 3 kilometres for 3 miles
            found = [other for other in found if other and other.isdisjoint(said)]
        if len(found) < len(ours):
            continue
        units = Counter(ours)
        enough = units if len(found) == len(ours) else dict.fromkeys(units, 1)
        for group, count in enough.items():
            if sum(not group.isdisjoint(other) for other in found) < count:
                other = next(other for other in found if group.isdisjoint(other))
                changed = True
                yield f"{render(Fraction(*value))} {'/'.join(sorted(group))} is {'/'.join(sorted(other))}"
                break
    if not changed:
        yield from _other_units(pair, said)
    yield from _bare_numbers(pair)
    language = pair.target.language
    for unit in pair.source.once(_signs_that_stay):
        named_there = mentions(unit, pair.target.text, language)
        if (not named_there and has_unit_words(unit, language)) or _stands_alone(unit, pair):
            yield f"lost {unit}"


def _stands_alone(unit: str, pair: Pair) -> bool:
    """Whether a number that has the sign of a unit has neither a sign nor a word beside it in the target."""
    values = {item.value for item in pair.source.measured if item.by_sign and unit in item.units}
    others = {item.value for item in pair.source.measured if unit not in item.units}
    for value in values - others:
        places = [number for number in pair.target.numbers if number.value == value]
        if places and all(_is_alone(unit, pair.target, number.start, number.end) for number in places):
            return True
    return False


def _is_alone(unit: str, target: Reading, start: int, end: int) -> bool:
    text, language = target.text, target.language
    before = text[max(0, start - 2) : start]
    if _NOTHING_BEFORE.search(before) is None or _NOTHING_BEHIND.match(text, end) is None:
        return False
    if more := _LIST_GOES_ON.match(text, end):
        behind = text[more.end() : more.end() + _UNIT_REACH]
        if mentions(unit, behind, language) or (behind[:1].isalpha() and not has_unit_words(unit, language)):
            return False
    return not mentions(unit, text[max(0, start - _UNIT_REACH) : start], language)


def has_units(source: Reading) -> bool:
    """Whether a text has a number, and a unit beside any."""
    return bool(source.numbers) and any(map(source.once, (_named_units, _abbreviated, _prices, _inches)))


def _named_units(source: Reading) -> list[Measured]:
    """Counts and amounts of a text that have a unit."""
    return [item for item in source.measured if item.units]


def _units_said(source: Reading) -> frozenset[str]:
    """The units of all counts and amounts of a text."""
    return frozenset().union(*(item.units for item in source.once(_named_units)))


def _named_by_value(source: Reading) -> dict[tuple[int, int], list[frozenset[str]]]:
    return _units_by_value(source.once(_named_units))


def _signs_that_stay(source: Reading) -> list[str]:
    """The units that a text says by a sign which may not go."""
    by_sign = frozenset().union(*(item.units for item in source.once(_named_units) if item.by_sign))
    return [unit for unit in _MUST_STAY if unit in by_sign]


def _may_say_wait(item: Measured, source: Reading) -> bool:
    """Whether a minute or a second may be that of "Einen Moment"."""
    return item.value == 1 and _WAITING.search(source.text) is not None


def _units_by_value(measured: Iterable[Measured]) -> dict[tuple[int, int], list[frozenset[str]]]:
    """The units that stand beside each number, by its numerator and denominator."""
    found: dict[tuple[int, int], list[frozenset[str]]] = {}
    for item in measured:
        found.setdefault(item.value.as_integer_ratio(), []).append(item.units)
    return found


def other_scales(pair: Pair) -> Iterator[str]:
    """Temperatures that have their number and another scale: 60 °F for 60 °C."""
    ours, theirs = _SCALE.findall(pair.source.text), set(_SCALE.findall(pair.target.text))
    for number, scale in dict.fromkeys(ours):
        other = (number, "CF".replace(scale, ""))
        if other in theirs and other not in ours and (number, scale) not in theirs:
            yield f"{number} °{other[1]} for °{scale}"


def has_degrees(source: Reading) -> bool:
    """Whether a text has a sign of degrees."""
    return "°" in source.text


def _bare_numbers(pair: Pair) -> Iterator[str]:
    """Abbreviated units of which the target has neither the sign nor a word behind any of their numbers."""
    target = pair.target.text
    yield from _bare_prices(pair)
    if pair.source.once(_inches):
        yield from _bare_inches(pair)
    for unit, numbers in pair.source.once(_abbreviated).items():
        if unit in target:
            continue
        places = [
            found.end()
            for number in numbers
            for found in re.finditer(rf"(?<![\d.,]){re.escape(number)}(?![\d.,]*\d)", target)
        ]
        if places and all(_is_bare(target, place, pair.target.language) for place in places):
            yield f"lost {unit}"


def _inches(source: Reading) -> list[str]:
    """The numbers of inches of an English text that are abbreviated."""
    if source.language != "en" or "in" not in source.text:
        return []
    return [found["number"].rstrip(".,") for found in _INCHES.finditer(source.text)]


def _bare_inches(pair: Pair) -> Iterator[str]:
    """Inches of which the target has no word, and none but words of grammar behind one of the numbers."""
    target, language = pair.target.text, pair.target.language
    if mentions("inch", target, language) or any(sign in target for sign in _INCH_SIGNS):
        return
    if pair.target.script not in _SPACED and not has_unit_words("inch", language):
        return
    for number in pair.source.once(_inches):
        places = [
            found.end() for found in re.finditer(rf"(?<![\d.,]){re.escape(number)}(?![\d.,]*\d)", target)
        ]
        if places and all(
            _is_bare(target, place, language) or pair.target.script not in _SPACED for place in places
        ):
            yield f"lost inches of {number}"
            return


def _bare_prices(pair: Pair) -> Iterator[str]:
    """Currencies of which the target has no sign, letters or word beside any of their prices."""
    target, language = pair.target.text, base_language(pair.target.language)
    prices = pair.source.once(_prices) if language in _PRICED_BEHIND else {}
    for unit, numbers in prices.items():
        said = {value for value in numbers if value not in pair.source.once(_unpriced)}
        places = [number for number in pair.target.numbers if number.value in said]
        if places and all(
            _CURRENCY_BEFORE.search(target, max(0, number.start - 6), number.start) is None
            and _is_bare(target, number.end, language)
            for number in places
        ):
            yield f"lost {unit}"


def _priced(source: Reading) -> dict[int, str]:
    """The currency of each price of `_PRICE`, by where its number begins."""
    return {
        price.start("number" if price["number"] else "priced"): price["before"] or price["behind"]
        for price in _PRICE.finditer(source.text)
    }


def _prices(source: Reading) -> dict[str, set[Fraction]]:
    """The values of the prices in each currency of `_PRICE`."""
    found: dict[str, set[Fraction]] = {}
    values = {number.start: number.value for number in source.numbers}
    for start, unit in source.once(_priced).items():
        if start in values:
            found.setdefault(unit, set()).add(values[start])
    return found


def _unpriced(source: Reading) -> set[Fraction]:
    """The values that a text with prices has elsewhere, too."""
    priced = source.once(_priced)
    return {number.value for number in source.numbers if number.start not in priced}


def _abbreviated(source: Reading) -> dict[str, list[str]]:
    """The numbers that stand before each abbreviated unit of a text."""
    by_unit: dict[str, list[str]] = {}
    for found in _ABBREVIATED.finditer(source.text):
        by_unit.setdefault(found["unit"], []).append(found["number"].rstrip(".,"))
    return by_unit


def _is_bare(text: str, end: int, language: str) -> bool:
    """Whether no word follows a number, or one of grammar."""
    word = _NEXT_WORD.match(text, end)
    return (
        word is None
        or word[1].lower() in function_words(language)
        or (word[1].isascii() and len(word[1]) == 1)
    )


def _other_units(pair: Pair, said: Set[str]) -> Iterator[str]:
    """Units that only the target names, though every number of the source's unit stayed as it was.

    "How many pounds" became "quantos quilos" while 300 pounds stayed 300: nobody converted anything.
    """
    for unit, other in _EXCHANGED if pair.target.script in _SPACED else _MONEY:
        if unit not in said or other in said:
            continue
        there = {item.value for item in pair.source.measured if unit in item.units}
        if not there.issubset(item.value for item in pair.target.measured):
            continue
        if names_unit(other, pair.target.text, pair.target.language) and not names_unit(
            other, pair.source.text, pair.source.language
        ):
            yield f"{unit} is {other}"
