"""Do the numbers of a translation agree with those of its source: a multiset comparison by value.

A number in digits must be found again, in digits or in words. Numbers in words are evidence for those in
digits, and are reported apart: an article is a "one", a "both" is a "two", a third of an apple is no three.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from parallelize.text.numerals.fractions import lost_fractions
from parallelize.text.numerals.items import Item, values
from parallelize.text.numerals.languages import has_words, word_table
from parallelize.text.numerals.leftovers import (
    LeftOver,
    counts_changed,
    counts_lost,
    left_over,
    weighed,
)
from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.number import Number
from parallelize.text.numerals.numbered import NumberedText
from parallelize.text.numerals.pairing import other_months, pair_all, pair_in_smaller_unit
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


def digits_agree(source: NumberedText, target: NumberedText) -> bool:
    """Whether both texts have the same numbers in digits, by value; never wrong in a yes.

    True says that `numbers_agree` agrees; False says nothing. Arguments are those of `numbers_agree`.
    """
    if source.says_count:
        return False  # words are compared, too
    ours = source.digits
    theirs = target.digits if ours is not None else None
    if ours is None or theirs is None or len(ours) != len(theirs):
        return False
    return ours == theirs or sorted(ours) == sorted(theirs)


def numbers_agree(source: NumberedText, target: NumberedText) -> NumberAgreement:
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
    """
    left, right = source.items(), target.items()
    if not pair_all(left, right, (source.text, target.text), (source.language, target.language)):
        fractions = lost_fractions(source, target, right)
        return NumberAgreement(missing=fractions, added=(), open_target=())
    _pair_with_compounds(left, source.text, target)
    changed = other_months(right, source.text, source.language)
    two_counts = base_language(target.language) not in _DUAL
    missing, added = left_over(left, right, two_counts=two_counts), left_over(right, left)
    if missing or added:
        missing, added = _with_smaller_units(left, right) or (missing, added)
    lacking, surplus = weighed(missing, added, left, right)
    if not lacking and not surplus and not _CLOCK.search(source.text):
        lacking, surplus = counts_changed(missing, added, left, right)
        if not lacking and _asks(source.text, word_table(base_language(target.language))):
            lacking = [item for item in counts_lost(missing, right) if not _holds(target, item)]
    return NumberAgreement(
        missing=values(lacking)
        + tuple(named for named, _ in changed)
        + lost_fractions(source, target, right),
        added=values(surplus) + tuple(written for _, written in changed),
        open_target=tuple(item.number for item in right if item.open),
    )


def _pair_with_compounds(left: list[Item], source: str, target: NumberedText) -> None:
    """Close the numbers of "3-storey" and "100-crown" that a word of the target holds: trevåningshus."""
    for item in left:
        if item.open and item.in_digits and _BEFORE_NOUN.match(source, item.number.end):
            item.open = not _holds(target, item)


def _holds(target: NumberedText, item: Item) -> bool:
    """Whether a word of a text begins as one for a number or a compound with it."""
    return said_values(target.language).combines(item.number.value, target.text)


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
