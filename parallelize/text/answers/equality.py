"""Equality of two final answers by value: quickly where both are numbers, by structure, then symbolically."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from parallelize.text.answers.arithmetic import exact_value
from parallelize.text.answers.compound import (
    Collection,
    collections_equal,
    in_order,
    intervals_equal,
    read_collection,
    read_intervals,
)
from parallelize.text.answers.moments import read_date, read_time
from parallelize.text.answers.reading import ReadAnswer, read_answer, stripped
from parallelize.text.answers.symbolic import compare_symbolically
from parallelize.text.answers.units import is_coin, units_agree
from parallelize.text.answers.words import meanings_of
from parallelize.text.numerals import base_language

_PLAIN: Final = re.compile(r"\$?0*(\d{1,300})(?:\.0{1,2})?$(?!\n)", re.ASCII)
"""An amount that reads alike in every language: digits, at most with a dollar sign and two zeros of cents."""
_ONE: Final = re.compile(r"\$?(?:[A-Za-z]\s?=\s?)?[-+−]?\d[\d.,/]{0,20}\$?")
_UNKNOWN: Final = re.compile(r"[-+]?(?:[1-9]\d{0,20}(?:\.\d{1,20})?\*?)?[abknpqruvwxyz]", re.ASCII)
"""An unknown, or a multiple of one: equal to no number. Other letters may be units (`5m`) or constants."""
_BASED: Final = re.compile(
    r"\$?(?:\\text\s*\{)?([0-9A-Za-z]{1,40})\}?(?:_\{?(\d{1,2})\}?)?\$?$(?!\n)", re.ASCII
)
_LONGEST_INTEGER: Final = 1_000
_ROUNDED_PLACES: Final = 6
"""A decimal with at least this many places equals a number that it is rounded or cut from."""
_DEEPEST: Final = 6
"""Tuples within tuples that are looked into."""
_TRUTHS: Final = frozenset({"yes", "no"}), frozenset({"true", "false"})
_INFINITE: Final = frozenset(("\\infty", "∞", "+\\infty", "\\infin"))
_NOTHING: Final = frozenset(("\\emptyset", "\\varnothing", "∅", "DNE", "\\{\\}"))


def _values_agree(left: ReadAnswer, right: ReadAnswer) -> bool:
    factor = units_agree(left.unit, right.unit) if left.unit and right.unit else Fraction(1)
    if factor is None:
        return False
    ours = left.readings if factor == 1 else tuple(value * factor for value in left.readings)
    if bool(left.unit) != bool(right.unit) and is_coin(left.unit or right.unit):  # 75 cents are 75, and $0.75
        ours = (*ours, *(value / 100 if left.unit else value * 100 for value in left.readings))
    if left.is_percent and right.is_percent:
        return ours[0] == right.readings[0]
    if not set(ours).isdisjoint(right.readings):
        return True
    places = min(filter(None, (left.places, right.places)), default=0)
    if places < _ROUNDED_PLACES:
        return False
    return abs(ours[0] - right.readings[0]) < Fraction(1, 10**places)


def _prose_equal(first: ReadAnswer, second: ReadAnswer, *, same_language: bool) -> bool | None:
    if first.text.casefold() == second.text.casefold():
        return True
    return None if first.is_prose and second.is_prose and not same_language else False


def _bases_equal(left: str, right: str) -> bool | None:
    """Numbers with their base (`203_7`): the same digits, and the same base where both have one."""
    one, other = _BASED.match(left), _BASED.match(right)
    if one is None or other is None or (one[2] is None and other[2] is None):
        return None
    bases = one[2] == other[2] or None in (one[2], other[2])
    return bases and one[1].upper().lstrip("0") == other[1].upper().lstrip("0")


def _quickly_equal(left: str, right: str) -> bool | None:
    """Answers that need no reading: the same characters, or two plain amounts; None where they need it."""
    if left == right:
        return True
    if left.isdecimal() and right.isdecimal() and max(len(left), len(right)) < _LONGEST_INTEGER:
        return int(left) == int(right)
    one, other = _PLAIN.match(left), _PLAIN.match(right)
    if one is None or other is None:
        return _bases_equal(left, right)
    return one[1] == other[1]


def _read_equal(first: ReadAnswer, second: ReadAnswer) -> bool | None:
    """Two numbers, a number and an unknown, two texts, two single letters; None where it takes more."""
    if first.readings and second.readings:
        return _values_agree(first, second)
    if first.unit and second.unit and units_agree(first.unit, second.unit) != 1:
        return False
    if (first.readings and _UNKNOWN.fullmatch(second.text)) or (
        second.readings and _UNKNOWN.fullmatch(first.text)
    ):
        return False
    if first.text == second.text or first.plain == second.plain:
        return True
    if len(first.text) == 1 and len(second.text) == 1:
        return False
    return None


@dataclass(slots=True)
class _Comparison:
    """One comparison of two answers and of their parts, within one time limit."""

    left_language: str
    right_language: str
    seconds: float
    """Of the processor, that are left for symbolic comparison."""

    def equal(self, left: str, right: str, depth: int = 0) -> bool | None:
        """Whether two answers agree: as moments, numbers, words, by their parts, then symbolically."""
        left, right = left.strip(), right.strip()
        if not left or not right or depth > _DEEPEST:
            return None
        equal = _quickly_equal(left, right)
        if equal is not None:
            return equal
        first, second = read_answer(left, self.left_language), read_answer(right, self.right_language)
        equal = self._moments(left, right, first, second)
        if equal is not None:
            return equal
        for step in (_read_equal, self._words):
            equal = step(first, second)
            if equal is not None:
                return equal
        if first.is_prose or second.is_prose:
            same_language = base_language(self.left_language) == base_language(self.right_language)
            return _prose_equal(first, second, same_language=same_language)
        equal = self._structured(left, right, depth)
        if equal is None:
            equal, used = compare_symbolically(first.latex, second.latex, self.seconds)
            self.seconds -= used
        return equal

    def _moments(self, left: str, right: str, first: ReadAnswer, second: ReadAnswer) -> bool | None:
        if all(answer.readings and not answer.unit and ":" not in answer.text for answer in (first, second)):
            return None
        left, right = stripped(left), stripped(right)
        one, other = read_time(left), read_time(right)
        if one is not None and other is not None:
            return one.agrees(other)
        date = read_date(left, self.left_language)
        same = read_date(right, self.right_language) or read_date(right, self.left_language)
        return date.agrees(same) if date is not None and same is not None else None

    def _words(self, first: ReadAnswer, second: ReadAnswer) -> bool | None:
        ours = _meanings(first, self.left_language)
        theirs = _meanings(second, self.right_language) or _meanings(second, self.left_language)
        if not ours.isdisjoint(theirs):
            return True
        if ours and theirs:
            kinds = {
                kind for kind, pair in enumerate(_TRUTHS) for meaning in ours | theirs if meaning in pair
            }
            return None if len(kinds) > 1 else False
        return False if (ours and second.readings) or (theirs and first.readings) else None

    def _structured(self, left: str, right: str, depth: int) -> bool | None:
        def parts(one: str, other: str) -> bool | None:
            return self.equal(one, other, depth + 1)

        chains = [text.split("=") for text in (left, right)]
        if all(len(sides) == 2 and exact_value(stripped(sides[0])) is not None for sides in chains):
            return in_order(tuple(chains[0]), tuple(chains[1]), parts)
        between, spans = read_intervals(left, self.left_language), read_intervals(right, self.right_language)
        if (
            between
            and spans
            and (left[-1:] in ")]" or left[:1] in "([") != (right[-1:] in ")]" or right[:1] in "([")
        ):
            return intervals_equal(between, spans, parts)
        one = read_collection(left, self.left_language)
        other = read_collection(right, self.right_language)
        if one is not None and other is not None:
            same = collections_equal(one, other, parts)
            if same is not None or one.brackets == other.brackets or one.kind == other.kind:
                return same
        if between and spans:
            return intervals_equal(between, spans, parts)
        # Several values of an unknown are not one of them: "x = -3 or x = 5" is no 5.
        return False if any(map(_is_several_and_one, (one, other), (left, right), (right, left))) else None


def _is_several_and_one(values: Collection | None, text: str, other: str) -> bool:
    return (
        values is not None
        and len(values.elements) > 1
        and text.count("=") > 1
        and _ONE.fullmatch(other) is not None
    )


def _meanings(answer: ReadAnswer, language: str) -> frozenset[str]:
    if answer.plain in _NOTHING:
        return frozenset({"none"})
    if answer.plain in _INFINITE:
        return meanings_of("infinity", "en")
    return frozenset() if "\\" in answer.latex else meanings_of(answer.latex, language)


def answers_equal(
    left: str,
    right: str,
    *,
    left_language: str = "en",
    right_language: str = "en",
    timeout_seconds: float = 2.0,
) -> bool | None:
    """Whether two final answers have the same value.

    Numbers are compared by value, each read by its own language, with every reading of an ambiguous one; a
    percentage equals its share and its number of percent (as in math-verify). Tuples and intervals are
    compared in order, sets and bare lists in any order. What is left goes to math-verify in a worker process.

    Args:
        left: An answer as it stands in a box, with or without `$`, unit, currency, `\\text{}`.
        right: The other.
        left_language: BCP 47 tag of the first.
        right_language: BCP 47 tag of the second.
        timeout_seconds: Time of the processor for symbolic comparison, of all parts together. The call blocks
            for as long on a machine that does nothing else, for up to five times as long on a busy one, and
            for a second more when it has to start a process; an asyncio program calls it by
            `asyncio.to_thread`.

    Returns:
        None where it cannot be decided: an empty answer, an unreadable one, prose in two languages, no time.
    """
    if left.isdecimal() and right.isdecimal() and max(len(left), len(right)) < _LONGEST_INTEGER:
        return int(left) == int(right)  # most answers, so not worth a clock
    comparison = _Comparison(left_language, right_language, timeout_seconds)
    return comparison.equal(left, right)
