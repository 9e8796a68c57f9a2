"""The unit or currency of each number of a text, by the table `units.toml`, which is read once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final, NamedTuple

from parallelize.core.tables import shipped_toml
from parallelize.text.numerals import Number, NumberKind, base_language, word_table
from parallelize.text.protect import SpanKind, find_spans

__all__ = ["CURRENCIES", "Measured", "has_unit_words", "measured", "mentions", "names_unit", "unit_forms"]

CURRENCIES: Final = frozenset(("dollar", "euro", "pound_sterling", "yen", "rupee"))
"""Units of the table whose sign may stand before its number."""
_GAP: Final = r"[\s\u00a0\u202f]?(?:-|de |d'|d’|of )?"
"""What may stand between a number and its unit: 5 km, 5-mile, 2 millions de dollars."""
_REACH: Final = 5
"""Characters before a number in which its currency stands: "US$ "."""
_JOINING: Final = ("-", "de ", "d'", "d’", "of ")
"""The words and signs of `_GAP`."""
_CLOSING: Final = ("$", "$$", r"\)")
"""What may stand between the last number of a formula and the formula's end."""
_NO_UNITS: Final[frozenset[str]] = frozenset()
_COUNTED: Final = (NumberKind.DIGITS, NumberKind.WORD, NumberKind.FRACTION)
_ALSO: Final = {"han": ("zh", "ja"), "no": ("no", "da"), "da": ("da", "no")}
"""Keys of the table for a language whose number words are shared."""


class Measured(NamedTuple):
    """A number and what it may be a number of."""

    value: Fraction
    units: frozenset[str]
    """Names of units in the table, more than one where a word is ambiguous; empty where none is known."""
    by_sign: bool
    """The unit is a sign or abbreviation and no word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """The forms of one language."""

    units: Mapping[str, frozenset[str]]
    """Units by form, in lower case."""
    signs: Mapping[str, frozenset[str]]
    behind: re.Pattern[str]
    before: re.Pattern[str]
    endings_before: frozenset[str]
    """Last sign of every form of `before`: the quick look before it."""
    beginnings: frozenset[str]
    """First sign and first two signs of every form, in lower case: the quick look before `behind`."""


def _table() -> Mapping[str, Mapping[str, str]]:
    return shipped_toml(__package__, "units.toml")


def _keys(language: str) -> Sequence[str]:
    base = base_language(language)
    shared = word_table(base)
    return (base,) if base in ("zh", "ja") or shared == "lakh" else _ALSO.get(shared, (base,))


@cache
def _forms(language: str) -> _Forms:
    units: dict[str, set[str]] = {}
    signs: dict[str, set[str]] = {}
    for unit, forms in _table().items():
        for sign in filter(None, forms.get("signs", "").split("|")):
            signs.setdefault(sign, set()).add(unit)
        for key in _keys(language):
            for form in filter(None, forms.get(key, "").split("|")):
                units.setdefault(form.lower(), set()).add(unit)
    words = [
        re.escape(form.removesuffix(".")) + (r"(?!\w)" if form.endswith(".") else "")
        for form in sorted(units, key=len, reverse=True)
    ]
    money = [
        (r"(?<![^\W\d_])" if sign[0].isalpha() else "") + re.escape(sign)
        for sign in sorted(signs, key=len, reverse=True)
        if not CURRENCIES.isdisjoint(signs[sign])
    ]
    marks = [
        re.escape(sign) + (r"(?![^\W\d_])" if sign[-1].isalpha() and sign != "Ω" else "")
        for sign in sorted(signs, key=len, reverse=True)
    ]
    return _Forms(
        units={form.removesuffix("."): frozenset(names) for form, names in units.items()},
        signs={sign: frozenset(names) for sign, names in signs.items()},
        behind=re.compile(
            rf"{_GAP}(?:(?P<sign>{'|'.join(marks)})|(?i:(?P<word>{'|'.join(words) or '(?!)'})))"
        ),
        before=re.compile(rf"(?P<sign>{'|'.join(money)})\s?$"),
        endings_before=frozenset(sign[-1] for sign in signs if not CURRENCIES.isdisjoint(signs[sign])),
        beginnings=frozenset(form.removesuffix(".")[:2].lower() for form in (*units, *signs)),
    )


def has_unit_words(unit: str, language: str) -> bool:
    """Whether the table has words of a unit in a language."""
    return any(key in _table()[unit] for key in _keys(language))


def names_unit(unit: str, text: str, language: str) -> bool:
    """Whether a text has a word of a unit or its abbreviation; the "quilo" of quilômetro is none."""
    forms, pattern = _named(unit, language)
    lowered = text.lower().replace("\u0307", "")
    return any(map(lowered.__contains__, forms)) and pattern.search(text) is not None


@cache
def _named(unit: str, language: str) -> tuple[Sequence[str], re.Pattern[str]]:
    """Words and abbreviations of a unit in small letters, and what matches one of them."""
    forms = "|".join(_table()[unit].get(key, "") for key in _keys(language)).split("|")
    forms += [
        f"{sign}."
        for sign in _table()[unit].get("signs", "").split("|")
        if sign.isascii() and sign.isalpha() and len(sign) > 1
    ]
    forms = list(filter(None, forms))
    words = [re.escape(form.removesuffix(".")) + (r"(?!\w)" if form.endswith(".") else "") for form in forms]
    pattern = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(words) or '(?!)'})", re.IGNORECASE)
    return [form.removesuffix(".").lower() for form in forms], pattern


def unit_forms(unit: str, language: str) -> tuple[str, ...]:
    """How a unit of the table begins behind a number in a language; empty where it has no words of it."""
    forms = "|".join(_table()[unit].get(key, "") for key in _keys(language)).split("|")
    return tuple(filter(None, (form.removesuffix(".") for form in forms)))


def mentions(unit: str, text: str, language: str) -> bool:
    """Whether a text has a unit anywhere, as a sign or as a word."""
    signs, words = _mentioned(unit, language)
    return any(map(text.__contains__, signs)) or any(map(text.lower().__contains__, words))


@cache
def _mentioned(unit: str, language: str) -> tuple[Sequence[str], Sequence[str]]:
    """Signs of a unit, and its words in small letters."""
    signs = list(filter(None, _table()[unit].get("signs", "").split("|")))
    return signs, [form.lower() for form in unit_forms(unit, language)]


def measured(text: str, language: str, numbers: Sequence[Number]) -> list[Measured]:
    """The counts and amounts of a text, each with its unit; of a formula, the number that it ends in."""
    if not numbers:
        return []
    forms = _forms(language)
    hidden = [span for span in find_spans(text) if span.kind is not SpanKind.ARITHMETIC]
    starts = [span.start for span in hidden]
    found = []
    for number in numbers:
        if number.kind not in _COUNTED:
            continue
        place, end = bisect_right(starts, number.start) - 1, number.end
        if place >= 0 and number.start < hidden[place].end:
            end = hidden[place].end
            if hidden[place].kind is not SpanKind.MATH or text[number.end : end] not in _CLOSING:
                continue
        item = _measured(text, number, end, forms)
        if end == number.end or item.units:
            found.append(item)
    return found


def _measured(text: str, number: Number, end: int, forms: _Forms) -> Measured:
    value = number.value if number.value.numerator >= 0 else -number.value
    low = max(0, number.start - _REACH)
    last = text[low : number.start].rstrip()[-1:]
    before = forms.before.search(text, low, number.start) if last in forms.endings_before else None
    if before is not None and end == number.end and not _belongs_before(text, before, number.start):
        return Measured(value, forms.signs[before["sign"]], True)
    behind = forms.behind.match(text, end) if _may_follow(text, end, forms) else None
    if behind is None:
        return Measured(value, _NO_UNITS, False)
    if behind["sign"]:
        return Measured(value, forms.signs[behind["sign"]], True)
    return Measured(value, forms.units[behind["word"].lower()], False)


def _may_follow(text: str, end: int, forms: _Forms) -> bool:
    """Whether a form may stand behind a number: two signs are looked up; the pattern tries every form."""
    place = end + text[end : end + 1].isspace()
    if _begins(text, place, forms):
        return True
    if not text.startswith(_JOINING, place):
        return False
    return any(text.startswith(join, place) and _begins(text, place + len(join), forms) for join in _JOINING)


def _begins(text: str, place: int, forms: _Forms) -> bool:
    first = text[place : place + 2].lower()
    return first in forms.beginnings or first[:1] in forms.beginnings


def _belongs_before(text: str, sign: re.Match[str], start: int) -> bool:
    """Whether the sign is that of the number before it: "40 000 $ four years ago"."""
    return sign.end("sign") < start and text[max(0, sign.start() - 2) : sign.start()].rstrip()[-1:].isdigit()
