"""Years that a translation counts by its own calendar (2018 is พ.ศ. 2561), and decades by their century."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Final

__all__ = ["other_years"]

_CALENDARS: Final = {
    "th": (("", (543,)),),
    "lo": (("ພ.ສ|ພຸດທະສັກກະລາດ", (543,)),),
    "km": (("ព.ស|ពុទ្ធសករាជ", (543, 544)),),
    "my": (("သာသနာ|သက္ကရာဇ်|ခုနှစ်", (-638, 543, 544)),),
    "si": (("බු.ව|බුද්ධ වර්ෂ", (543,)),),
    "fa": (("", (-621, -622)),),
    "ps": (("", (-621, -622)),),
    "ne": (("", (56, 57)),),
    "hi": (("विक्रम|संवत", (56, 57)), ("शक", (-78, -79))),
    "bn": (("বঙ্গাব্দ", (-593, -594)),),
    "am": (("ዓ\\.?ም|ዓመተ ምሕረት", (-7, -8)),),
    "ti": (("ዓ\\.?ም", (-7, -8)),),
    "he": (("", (3760, 3761)),),
    "ja": (
        ("明治", (-1867,)),
        ("大正", (-1911,)),
        ("昭和", (-1925,)),
        ("平成", (-1988,)),
        ("令和", (-2018,)),
    ),
    "zh": (("民国|民國|民國", (-1911,)),),
    "ko": (("단기", (2333,)),),
}
"""By language: what names the calendar in a text, nothing where years are hardly counted by another, and what
it adds to the year of the common era."""
_FIRST, _LAST = 1300, 2100
_CENTURIES: Final = dict(
    zip(("fif", "six", "seven", "eigh", "nine"), range(15, 20), strict=True),
)
_TENS: Final = dict(
    zip(("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine"), range(2, 10), strict=True)
)
_DECADE: Final = re.compile(
    rf"\b(?P<century>{'|'.join(_CENTURIES)})teen[-\s](?P<ten>{'|'.join(_TENS)})ties\b", re.IGNORECASE
)
"""The nineteen-eighties, which other languages write "1980" or "80" of the 20th century."""


def other_years(
    missing: Collection[Fraction], added: Collection[Fraction], source: str, target: str, language: str
) -> frozenset[Fraction]:
    """The values of a disagreement that are one year, or one decade, told in two ways.

    Args:
        missing: values that only the English source has.
        added: values that only the target has.
        source: the source text.
        target: its translation.
        language: code of the target's language.
    """
    return frozenset((*_by_calendar(missing, added, target, language), *_decades(missing, added, source)))


def _by_calendar(
    missing: Collection[Fraction], added: Collection[Fraction], target: str, language: str
) -> Iterator[Fraction]:
    for named, offsets in _CALENDARS.get(language, ()):
        if not added or (named and re.search(named, target) is None):
            continue
        for year in missing:
            for offset in offsets if _FIRST <= year <= _LAST else ():
                if year + offset in added:
                    yield from (year, year + offset)


def _decades(missing: Collection[Fraction], added: Collection[Fraction], source: str) -> Iterator[Fraction]:
    for found in _DECADE.finditer(source) if missing else ():
        century = _CENTURIES[found["century"].lower()]
        ten = 10 * _TENS[found["ten"].lower()]
        years = {Fraction(ten), Fraction(100 * century + ten)}
        if not added or not years.isdisjoint(added):
            yield from (Fraction(century), Fraction(century + 1), *years)
