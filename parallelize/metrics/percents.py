"""Percents of a text that its translation neither writes nor says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from parallelize.core.tables import shipped_rows
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.numerals import NumberKind, base_language

__all__ = ["has_percents", "lost_percents"]

_PERCENT_SIGN: Final = re.compile(r"\d\s?\\?%(?!\w)|(?<![\d.,])(?!100[ -])\d[\d.,]*[ -]per ?cent(?!\w)")
"""A percent with its number; "100 percent sure" is "quite sure"."""
_PERCENT_SIGNS: Final = re.compile("[%％٪]")
_IN_WORDS: Final = re.compile(r"(?<!\d[ -])per ?cent", re.IGNORECASE)
"""What an English text asks for, or says of a number in words."""
_PERCENT_RANGE: Final = re.compile(
    r"\d\s?(?:[-–~～至到から]{1,2}|(?:[^\W\d]{1,8}\s){1,2})\s?\d[\d.,]*\s?[%％٪]"
)
"""Two numbers of which only the second has the sign."""


def lost_percents(pair: Pair) -> Iterator[str]:
    """Numbers that are percents, more of them than percents in signs and words of the target."""
    said = _PERCENT_SIGN.findall(pair.source.text)
    words = shipped_rows(__package__, "percent_words.tsv").get(base_language(pair.target.language))
    if not said or words is None:
        return
    target = pair.target.text
    in_words = len(re.findall(words[0], target, re.IGNORECASE)) - len(_IN_WORDS.findall(pair.source.text))
    fractions = _fractions(pair.target) - _fractions(pair.source)  # 50 % may be half of it
    found = len(_PERCENT_SIGNS.findall(target)) + max(0, in_words) + max(0, fractions)
    found += len(_PERCENT_RANGE.findall(target))  # "between 5% and 10%" is "entre el 5 y el 10 %"
    if found < len(said):
        yield f"lost % ({len(said) - found} times)"


def _fractions(reading: Reading) -> int:
    return sum(number.kind is NumberKind.FRACTION for number in reading.numbers)


def has_percents(source: Reading) -> bool:
    """Whether a text has percents, as a sign or a word."""
    return "%" in source.text or "cent" in source.text
