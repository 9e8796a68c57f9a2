"""Do the numbers of a translation agree with those of its source: a multiset comparison by value.

A number in digits must be found again, in digits or in words. Numbers in words are evidence for those in
digits, and are reported apart: an article is a "one", a "both" is a "two", a third of an apple is no three.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from parallelize.core.language_pair import LanguagePair
from parallelize.text.numerals.fractions import lost_fractions
from parallelize.text.numerals.items import Item, is_midnight, key_of, read_items, values
from parallelize.text.numerals.languages import has_words, word_table
from parallelize.text.numerals.leftovers import (
    LeftOver,
    counts_changed,
    counts_lost,
    left_over,
    says_count,
    weighed,
)
from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.number import Number
from parallelize.text.numerals.pairing import other_months, pair_all, pair_in_smaller_unit
from parallelize.text.numerals.reader import read_digits
from parallelize.text.numerals.said import said_values

_DUAL: Final = frozenset(("ar", "he", "sl"))
"""Languages that say two by the ending of a noun."""
_HOUR: Final = (
    r"(?:1[0-2]|[1-9]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight)\b"
)
_CLOCK: Final = re.compile(
    rf"""(?ix) \b (?: half[ ]past[ ] {_HOUR}
        | quarter[ ](?: past | to | till )[ ] {_HOUR}
        | quarter[ ]of[ ] {_HOUR} (?= [ ]o'clock | [ ]in[ ]the\b | [ ]?[ap]\.?m\b | [.,;?!] | $ ) )
    """
)
"""Half past nine is half ten in other languages; half of ten is five in all of them."""
_BEFORE_NOUN: Final = re.compile(r"[-‐‑][^\W\d_]{2}")
_MANY_ENDINGS: Final = frozenset(("bn", "ta", "te"))
"""Word tables of languages in which a count may have endings that no table has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAgreement:
    """What became of the numbers of a source text in its translation."""

    missing: tuple[Fraction, ...]
    """Values that the source has in digits and the target does not have, in text order."""
    added: tuple[Fraction, ...]
    """Values that the target has in digits and the source does not have, in text order."""
    open_target: tuple[Number, ...]
    """Every number of the target that found no partner, in digits or words, also where that is no fault."""

    @property
    def agrees(self) -> bool:
        """No number in digits is missing or added."""
        return not self.missing and not self.added


def digits_agree(source: str, target: str, languages: LanguagePair) -> bool:
    """Whether both texts have the same numbers in digits, by value; never wrong in a yes.

    True says that `numbers_agree` agrees; False says nothing. Arguments are those of `numbers_agree`.
    """
    if says_count(source, languages.source):
        return False  # words are compared, too
    left = read_digits(source, languages.source)
    right = None if left is None else read_digits(target, languages.target)
    if left is None or right is None:
        return False
    ours, theirs = _counted(left), _counted(right)
    if len(ours) != len(theirs):
        return False
    return ours == theirs or sorted(map(key_of, ours)) == sorted(map(key_of, theirs))


def _counted(numbers: Sequence[Number]) -> list[Fraction]:
    return [number.value for number in numbers if not is_midnight(number)]


def numbers_agree(source: str, target: str, languages: LanguagePair) -> NumberAgreement:
    """Compare the numbers of a source text with those of its translation.

    Every reading of an ambiguous number counts. A number that one side repeats and the other says once is no
    disagreement, unless the other side has a number too many; nor is a lonely 1 or 2, which is an article or
    a dual in another language; nor an ordinal or a month in digits, unless both sides have one left over; nor
    a fraction on one side and 12, 60, 100 or 1000 times its value on the other (half an hour, 30 minutes),
    where no other value is missing; nor a month in digits that the other side names in English. A count that
    only the source's words say ("four stores") is missing where the target has a number too many, in digits
    or, where each side says as many such counts, in words ("seven dogs", "neun Hunde").

    Args:
        source: The source text.
        target: The translation.
        languages: Of the source and of the target.
    """
    left, right = read_items(source, languages.source), read_items(target, languages.target)
    if not pair_all(left, right, (source, target), languages):
        fractions = lost_fractions(source, target, languages, right)
        return NumberAgreement(missing=fractions, added=(), open_target=())
    _pair_with_compounds(left, source, target, languages.target)
    changed = other_months(right, source, languages.source)
    two_counts = base_language(languages.target) not in _DUAL
    missing, added = left_over(left, right, two_counts=two_counts), left_over(right, left)
    if missing or added:
        missing, added = _with_smaller_units(left, right) or (missing, added)
    lacking, surplus = weighed(missing, added, left, right)
    if not lacking and not surplus and not _CLOCK.search(source):
        lacking, surplus = counts_changed(missing, added, left, right)
        table = word_table(base_language(languages.target))
        if not lacking and _asks(source, table):
            said = said_values(languages.target)
            lacking = [
                item for item in counts_lost(missing, right) if not said.combines(item.number.value, target)
            ]
    return NumberAgreement(
        missing=values(lacking)
        + tuple(named for named, _ in changed)
        + lost_fractions(source, target, languages, right),
        added=values(surplus) + tuple(written for _, written in changed),
        open_target=tuple(item.number for item in right if item.open),
    )


def _pair_with_compounds(left: list[Item], source: str, target: str, language: str) -> None:
    """Close the numbers of "3-storey" and "100-crown" that a word of the target holds: trevåningshus."""
    for item in left:
        if item.open and item.in_digits and _BEFORE_NOUN.match(source, item.number.end):
            item.open = not said_values(language).combines(item.number.value, target)


def _asks(source: str, table: str) -> bool:
    """Whether a text is a problem, whose givens count, and the other language's number words are known."""
    return "?" in source and table not in _MANY_ENDINGS and has_words(table)


def _with_smaller_units(left: list[Item], right: list[Item]) -> tuple[LeftOver, LeftOver] | None:
    """What is left over once half an hour is 30 minutes; None, and nothing closed, where that is not all."""
    before = [(item, item.open) for item in (*left, *right)]
    if pair_in_smaller_unit(left, right):
        missing, added = left_over(left, right), left_over(right, left)
        if not missing.lacking and not added.lacking:
            return missing, added
    for item, was_open in before:
        item.open = was_open
    return None
