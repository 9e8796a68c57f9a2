"""Equality of two final answers by value: quickly where both are numbers, by structure, then symbolically."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from parallelize.text.answers.reading import ReadAnswer, read_answer, stripped
from parallelize.text.answers.symbolic import symbolically_equal
from parallelize.text.numerals import base_language

_PLAIN: Final = re.compile(r"\$?0*(\d{1,300})(?:\.0{1,2})?$(?!\n)", re.ASCII)
"""An amount that reads alike in every language: digits, at most with a dollar sign and two zeros of cents."""
_UNKNOWN: Final = re.compile(r"[-+]?(?:[1-9]\d{0,20}(?:\.\d{1,20})?\*?)?[abknpqruvwxyz]", re.ASCII)
"""An unknown, or a multiple of one: equal to no number. Other letters may be units (`5m`) or constants."""
_LONGEST_INTEGER: Final = 1_000
_ROUNDED_PLACES: Final = 6
"""A decimal with at least this many places equals a number that rounds to it (as in math-verify)."""
_BRACKETS: Final = frozenset(("()", "[]", "[)", "(]", "{}"))
_MOST_ELEMENTS: Final = 64
_LONGEST_COLLECTION: Final = 2_000
_LIST_WORDS: Final = re.compile(
    r"\s+(?:and|or|und|oder|et|ou|y|o|e|и|или|oraz|lub|na|au|dan|atau|và|hoặc)\s+"
    r"|\\(?:text\{)?\s?(?:and|or)\}?"
)
_ESCAPED_BRACES: Final = (("\\{", "{"), ("\\}", "}"), ("\\lbrace", "{"), ("\\rbrace", "}"))

_Equality = Callable[[str, str], bool | None]


def _values_agree(left: ReadAnswer, right: ReadAnswer) -> bool:
    if left.is_percent and right.is_percent:
        return left.readings[0] == right.readings[0]
    if not set(left.readings).isdisjoint(right.readings):
        return True
    if max(left.places, right.places) < _ROUNDED_PLACES:
        return False
    return abs(left.readings[0] - right.readings[0]) <= Fraction(1, 2 * 10**_ROUNDED_PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Collection:
    """A tuple, an interval, a set or a bare list of answers."""

    brackets: str
    """`()`, `[)` and so on; `{}` for a set, and for a bare list, whose order does not matter either."""
    elements: tuple[str, ...]


def _split_top(text: str) -> list[str]:
    """Cut at the separators that stand in no bracket: semicolons if there are any, else commas."""
    depth = 0
    semicolons: list[int] = []
    commas: list[int] = []
    for index, mark in enumerate(text):
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif depth == 0 and mark in ";；":
            semicolons.append(index)
        elif depth == 0 and mark in ",，、،":
            commas.append(index)
    bounds = [-1, *(semicolons or commas), len(text)]
    return [text[before + 1 : after].strip() for before, after in pairwise(bounds)]


def _closes_at_end(text: str) -> bool:
    """Whether the bracket that the text begins with is closed by its last character."""
    depth = 0
    for index, mark in enumerate(text):
        depth += (mark in "([{") - (mark in ")]}")
        if depth == 0:
            return index == len(text) - 1
    return False


def _collection(text: str) -> _Collection | None:
    """The answer as a collection of at least two elements, or None."""
    text = stripped(text)
    for escaped, brace in _ESCAPED_BRACES:
        text = text.replace(escaped, brace)
    if not 3 <= len(text) <= _LONGEST_COLLECTION or "\\begin" in text or "\\cup" in text:
        return None
    brackets = "{}"
    if text[0] in "([{" and text[-1] in ")]}" and _closes_at_end(text):
        brackets = text[0] + text[-1]
        inner = text[1:-1]
    else:
        inner = re.sub(r",\s*,", ",", _LIST_WORDS.sub(",", text))
    elements = _split_top(inner)
    if brackets not in _BRACKETS or not 2 <= len(elements) <= _MOST_ELEMENTS or not all(elements):
        return None
    return _Collection(brackets=brackets, elements=tuple(elements))


def _in_order(left: tuple[str, ...], right: tuple[str, ...], equality: _Equality) -> bool | None:
    undecided = False
    for one, other in zip(left, right, strict=True):
        equal = equality(one, other)
        if equal is False:
            return False
        undecided = undecided or equal is None
    return None if undecided else True


def _in_any_order(left: tuple[str, ...], right: tuple[str, ...], equality: _Equality) -> bool | None:
    rest = list(right)
    undecided = False
    for one in left:
        for index, other in enumerate(rest):
            equal = equality(one, other)
            if equal:
                del rest[index]
                break
            undecided = undecided or equal is None
        else:
            return None if undecided else False
    return True


def _collections_equal(left: str, right: str, equality: _Equality) -> bool | None:
    """Compare collections; None where the two are not collections of the same kind, or undecided."""
    first, second = _collection(left), _collection(right)
    if first is None or second is None or first.brackets != second.brackets:
        return None
    if len(first.elements) != len(second.elements):
        return False
    compare = _in_any_order if first.brackets == "{}" else _in_order
    return compare(first.elements, second.elements, equality)


def _prose_equal(first: ReadAnswer, second: ReadAnswer, *, same_language: bool) -> bool | None:
    if first.text.casefold() == second.text.casefold():
        return True
    return None if first.is_prose and second.is_prose and not same_language else False


def _quickly_equal(left: str, right: str) -> bool | None:
    """Answers that need no reading: the same characters, or two plain amounts; None where they need it."""
    if left == right:
        return True
    if left.isdecimal() and right.isdecimal() and max(len(left), len(right)) < _LONGEST_INTEGER:
        return int(left) == int(right)
    one, other = _PLAIN.match(left), _PLAIN.match(right)
    if one is None or other is None:
        return None
    return one[1] == other[1]


def _read_equal(first: ReadAnswer, second: ReadAnswer) -> bool | None:
    """Two numbers, a number and an unknown, two texts, two single letters; None where it takes more."""
    if first.readings and second.readings:
        return _values_agree(first, second)
    if (first.readings and _UNKNOWN.fullmatch(second.text)) or (
        second.readings and _UNKNOWN.fullmatch(first.text)
    ):
        return False
    if first.text == second.text or first.plain == second.plain:
        return True
    if len(first.text) == 1 and len(second.text) == 1:
        return False
    return None


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
        timeout_seconds: Time for one symbolic comparison. The call blocks for as long, and for a second more
            when it has to start a worker; an asyncio program calls it by `asyncio.to_thread`.

    Returns:
        None where it cannot be decided: an empty answer, an unreadable one, prose in two languages, no time.
    """
    left, right = left.strip(), right.strip()
    if not left or not right:
        return None
    equal = _quickly_equal(left, right)
    if equal is not None:
        return equal
    first, second = read_answer(left, left_language), read_answer(right, right_language)
    same_language = base_language(left_language) == base_language(right_language)
    equal = _read_equal(first, second)
    if equal is not None:
        return equal
    if first.is_prose or second.is_prose:
        return _prose_equal(first, second, same_language=same_language)

    def elements_equal(one: str, other: str) -> bool | None:
        return answers_equal(
            one,
            other,
            left_language=left_language,
            right_language=right_language,
            timeout_seconds=timeout_seconds,
        )

    equal = _collections_equal(left, right, elements_equal)
    return equal if equal is not None else symbolically_equal(first.latex, second.latex, timeout_seconds)
