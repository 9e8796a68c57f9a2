"""The unit of time in which a rate or a time is told: "per week" → "al mese", "$t$ in days" → hours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from parallelize.metrics.days import MONTHS
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import Saying, cells_of, forms_in, saying, word_start
from parallelize.text.numerals import base_language

__all__ = ["other_periods", "rates_told"]

_UNITS: Final = ("second", "minute", "hour", "day", "week", "month", "year")
_RATE: Final = re.compile(
    r"""
    \b (?<!half[ ])
    (?: (?:per|each|every) \s (?P<unit>second|minute|hour|day|week|month|year)
      | (?<!of[ ]) an? \s (?P<other>minute|hour|day|week|month|year)  # "a second" is the next one, too
      | (?:measured|expressed|given|counted|time) \s in \s
          (?P<scale>second|minute|hour|day|week|month|year) s ) \b
    (?! [ ] (?: old | ago | later | earlier | before | after | and[ ]a[ ](?:half|quarter) ) \b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SAID: Final = re.compile(
    rf"""
    seconds?\b
    | (?P<minute> minutes?\b )
    | (?P<hour> hour | o'clock | [ap]\.?m\b | \d:\d\d )
    | (?P<day> \bda(?:ys?|ily)\b
        | (?: mon | tues | wednes | thurs | fri | satur | sun | to | birth | holi | week | yester ) day
        | night | morning | noon | evening )
    | (?P<week> week | fortnight )
    | (?P<month> month | \b (?:{"|".join(MONTHS)}) \b )
    | (?P<year> year | annual | decade | centur | \b(?:1[89]|20)\d\d\b | \baged?\b | \bold\b )
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Whatever of an English text may be said with one of the units."""
_MONTH: Final = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")


def other_periods(pair: Pair) -> Iterator[str]:
    """Units of rates that the target names nowhere, while it names one that the source does not."""
    rates = pair.source.once(rates_told)
    if not rates:
        return
    names = _names(base_language(pair.target.language))
    if not names:
        return
    lowered = pair.target.lowered
    lost = [unit for unit in rates if names[unit].any.search(lowered) is None]
    if lost == ["month"] and _MONTH.search(pair.source.text):  # "600 pages a month" may be "in September"
        return
    if not lost:
        return
    said = {found.lastgroup or "second" for found in _SAID.finditer(pair.source.text)}
    other = next((unit for unit in _UNITS if unit not in said and names[unit].sure.search(lowered)), None)
    if other is not None:
        yield f"per {lost[0]} is {other}"


def rates_told(source: Reading) -> list[str]:
    """The units of the rates of an English text, each once, in order."""
    if not any(map(source.lowered.__contains__, _UNITS)):  # as most texts
        return []
    said = (found[found.lastgroup or 0].lower() for found in _RATE.finditer(source.text))
    return list(dict.fromkeys(said))


@lru_cache(maxsize=128)
def _names(language: str) -> dict[str, Saying]:
    """What may name each unit in a language, and what surely does; empty if that is not known."""
    cells = cells_of("periods.tsv", language)
    if not cells:
        return {}
    start = word_start(language, r"(?<![^\W\d_])")
    return {unit: saying(forms_in(cell), start) for unit, cell in zip(_UNITS, cells, strict=True)}
