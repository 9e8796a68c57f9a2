r"""Answers of several parts: tuples, sets, lists, intervals, `\pm`, as each country writes them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeVar

from parallelize.core.late_patterns import late_pattern
from parallelize.text.answers.phrases import list_words
from parallelize.text.answers.reading import stripped
from parallelize.text.numerals import base_language

_BRACKETS: Final = frozenset(("()", "[]", "[)", "(]", "{}"))
_MOST_ELEMENTS: Final = 64
_LONGEST: Final = 2_000
_ANGLES: Final = late_pattern(
    r"^(?P<low>\\langle|⟨|〈|<(?=[^<>]*[;,]))|(?P<high>\\rangle|⟩|〉|(?<=[\d}\w])>)$"
)
"""Closed ends as Czech, Slovak and Polish write them: ⟨2; 5)."""
_ANGLED: Final = frozenset({"cs", "sk", "pl"})
_ESCAPED_BRACES: Final = (("\\{", "{"), ("\\}", "}"), ("\\lbrace", "{"), ("\\rbrace", "}"), ("\\rvert", "|"))
_DECIMAL_COMMA: Final = late_pattern(r"\d,\d")
_LABEL: Final = late_pattern(r"^\s*([A-Za-zА-Яа-я])(?:_\{?\w{1,3}\}?|')?\s*=\s*")
_INTERVAL: Final = late_pattern(r"^(?P<open>[(\[\]])(?P<inner>.+)(?P<close>[)\]\[])$", re.DOTALL)
_LESS: Final = late_pattern(
    r"""
    \s* ( <= | >= | ≤ | ≥ | \\leq?slant | \\geq?slant | \\leq?(?![a-z]) | \\geq?(?![a-z]) | \\lt | \\gt
        | < | > ) \s*
    """,
    re.VERBOSE,
)
_UNION: Final = late_pattern(r"\s*(?:\\cup|∪|\\bigcup)\s*")
_TAKEN: Final = late_pattern(
    r"(?P<whole>.+?)\s*(?:\\(?:setminus|backslash)|∖)\s*\\?\{(?P<points>[^{}]+?)\\?\}"
)
_MEMBER: Final = late_pattern(r"^\s*[A-Za-z]\s*(?:\\in(?![a-z])|∈)\s*")
_INFINITY: Final = late_pattern(r"^\s*([+-]?)\s*(?:\\infty|∞|\\infin)\s*$")
_PLUS_MINUS: Final = late_pattern(r"\\pm(?![a-z])|±|\\mp(?![a-z])")
_VARIABLE: Final = late_pattern(r"^\s*[A-Za-z](?:_\{?\w{1,3}\}?)?\s*$")

Item = TypeVar("Item")
Equality = Callable[[str, str], bool | None]
"""Compares two elements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A tuple, a set or a bare list of answers."""

    brackets: str
    """`()`, `[)` and so on; `{}` for a set, and for a bare list, whose order does not matter either."""
    elements: tuple[str, ...]
    named: bool = False
    """Whether it is a bare list of different unknowns, `x = 2, y = -5`, in the order of their names."""

    @property
    def kind(self) -> str:
        """Its brackets, or those of the tuple that it is as good as."""
        return "()" if self.named else self.brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberInterval:
    """What lies between two ends; an end may be `\\infty`."""

    low: str
    high: str
    low_closed: bool
    high_closed: bool


def split_top(text: str) -> list[str]:
    """Cut at the separators that stand in no bracket: semicolons or bars if there are any, else commas.

    Where commas with and without a space after them stand side by side, those without are decimal.
    """
    depth = 0
    found: dict[str, list[int]] = {"strong": [], "spaced": [], "comma": []}
    for index, mark in enumerate(text):
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif depth == 0 and (mark in ";；" or (mark == "|" and "|" not in text[index + 1 :] + text[:index])):
            found["strong"].append(index)
        elif depth == 0 and mark in ",，、،":
            found["comma"].append(index)
            if text[index + 1 : index + 2].isspace() or mark != ",":
                found["spaced"].append(index)
    mixed = found["spaced"] and _DECIMAL_COMMA.search(text)
    cuts = found["strong"] or (found["spaced"] if mixed else found["comma"])
    bounds = [-1, *cuts, len(text)]
    return [text[before + 1 : after].strip() for before, after in pairwise(bounds)]


def _closes_at_end(text: str) -> bool:
    """Whether the bracket that the text begins with is closed by its last character."""
    depth = 0
    for index, mark in enumerate(text):
        depth += (mark in "([{") - (mark in ")]}")
        if depth == 0:
            return index == len(text) - 1
    return False


def _unescaped(text: str) -> str:
    for escaped, brace in _ESCAPED_BRACES:
        text = text.replace(escaped, brace)
    return text


def read_collection(text: str, language: str) -> Collection | None:
    """The answer as a collection of at least two elements, or None.

    Args:
        text: an answer.
        language: whose words for "and" and "or" stand between elements.
    """
    words = list_words(language).sub(", ", text) if len(text) <= _LONGEST else text
    plain = _unescaped(stripped(words))
    if not 2 <= len(plain) <= _LONGEST or "\\begin" in plain or "\\cup" in plain:
        return None
    brackets, inner = "{}", plain
    if plain[0] in "([{" and plain[-1] in ")]}" and _closes_at_end(plain):
        brackets, inner = plain[0] + plain[-1], plain[1:-1]
    inner = re.sub(r",\s*,", ",", inner)
    elements = [element.strip("$ ") for element in split_top(inner)]
    names = {label[1] for element in elements if (label := _LABEL.match(element)) is not None}
    named = brackets == "{}" and 1 < len(names) == len(elements)
    if named:
        elements.sort()
    elements = [_LABEL.sub("", element) for element in elements]
    if brackets == "{}" or len(elements) == 1:
        elements = [sign for element in elements for sign in _signs(element)]
    if brackets not in _BRACKETS or not 2 <= len(elements) <= _MOST_ELEMENTS or not all(elements):
        return None
    return Collection(brackets=brackets, elements=tuple(elements), named=named)


def _signs(text: str) -> list[str]:
    r"""`\pm 4` as its two values; everything else as it is."""
    if len(_PLUS_MINUS.findall(text)) != 1:
        return [text]
    return [_PLUS_MINUS.sub(sign, text).removeprefix("+").strip() for sign in ("+", "-")]


def read_intervals(text: str, language: str) -> tuple[NumberInterval, ...] | None:
    """The answer as an interval or a union of several: `(2,5]`, `]2 ; 5]`, `2 < x ≤ 5`, `x > 3`; or None."""
    if len(text) > _LONGEST:
        return None
    plain = _MEMBER.sub("", stripped(text))
    pieces = _UNION.split(plain)
    if len(pieces) == 1 and len(_LESS.findall(plain)) > 1:
        pieces = [piece for piece in list_words(language).split(plain) if piece.strip()]
    found = [_without_points(piece.strip(), language) for piece in pieces]
    if any(intervals is None for intervals in found):
        return None
    return tuple(interval for intervals in found for interval in intervals or ())


def _without_points(text: str, language: str) -> tuple[NumberInterval, ...] | None:
    r"""An interval; or as many as are left of it without points: `[0, 5] \setminus \{2\}`."""
    taken = _TAKEN.fullmatch(text)
    whole = _interval(_square(taken["whole"].strip() if taken else text, language))
    if whole is None or taken is None:
        return None if whole is None else (whole,)
    ends = [whole.low, *split_top(taken["points"]), whole.high]
    closed = [whole.low_closed, *[False] * (len(ends) - 2), whole.high_closed]
    return tuple(
        NumberInterval(low=low, high=high, low_closed=closed[place], high_closed=closed[place + 1])
        for place, (low, high) in enumerate(pairwise(ends))
    )


def _square(text: str, language: str) -> str:
    """An interval with angles as one with square brackets; two angles are a vector in most languages."""
    angles = _ANGLES.findall(text)
    if not angles or (len(angles) > 1 and base_language(language) not in _ANGLED):
        return text
    if len(angles) == 1 and text[:1] not in "(]" and text[-1:] not in ")[":
        return text
    return _ANGLES.sub(lambda match: "[" if match["low"] else "]", text)


def _interval(text: str) -> NumberInterval | None:
    signs = _LESS.findall(text)
    if signs:
        return _inequality(_LESS.split(text), signs)
    match = _INTERVAL.match(text)
    if match is None:
        return None
    ends = split_top(match["inner"])
    if len(ends) != 2:
        return None
    return NumberInterval(
        low=ends[0], high=ends[1], low_closed=match["open"] == "[", high_closed=match["close"] == "]"
    )


def _inequality(pieces: list[str], signs: list[str]) -> NumberInterval | None:
    terms = [piece.strip() for piece in pieces[::2]]
    less = [sign[:1] == "<" or sign[:2] in ("\\l", "≤") or sign == "≤" for sign in signs]
    closed = ["=" in sign or "≤" in sign or "≥" in sign or "e" in sign for sign in signs]
    if len(set(less)) > 1 or not all(terms):
        return None
    if not less[0]:
        terms, closed = terms[::-1], closed[::-1]
    if len(terms) == 3 and _VARIABLE.match(terms[1]):
        return NumberInterval(low=terms[0], high=terms[2], low_closed=closed[0], high_closed=closed[1])
    if len(terms) == 2:
        if _VARIABLE.match(terms[0]):
            return NumberInterval(low="-\\infty", high=terms[1], low_closed=False, high_closed=closed[0])
        if _VARIABLE.match(terms[1]):
            return NumberInterval(low=terms[0], high="\\infty", low_closed=closed[0], high_closed=False)
    return None


def _ends_equal(left: str, right: str, equality: Equality) -> bool | None:
    one, other = _INFINITY.match(left), _INFINITY.match(right)
    if one is not None or other is not None:
        return one is not None and other is not None and (one[1] or "+") == (other[1] or "+")
    return equality(left, right)


def intervals_equal(
    left: tuple[NumberInterval, ...], right: tuple[NumberInterval, ...], equality: Equality
) -> bool | None:
    """Whether two unions have the same intervals, in any order."""
    if len(left) != len(right):
        return False

    def same(one: NumberInterval, other: NumberInterval) -> bool | None:
        if (one.low_closed, one.high_closed) != (other.low_closed, other.high_closed):
            return False
        found = [_ends_equal(one.low, other.low, equality), _ends_equal(one.high, other.high, equality)]
        return False if False in found else None if None in found else True

    return in_any_order(left, right, same)


def in_order(
    left: tuple[Item, ...], right: tuple[Item, ...], equality: Callable[[Item, Item], bool | None]
) -> bool | None:
    """Whether two sequences of one length agree item by item; None where that is not decided."""
    undecided = False
    for one, other in zip(left, right, strict=True):
        equal = equality(one, other)
        if equal is False:
            return False
        undecided = undecided or equal is None
    return None if undecided else True


def in_any_order(
    left: tuple[Item, ...], right: tuple[Item, ...], equality: Callable[[Item, Item], bool | None]
) -> bool | None:
    """Whether two sequences of one length have the same items."""
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


def collections_equal(left: Collection, right: Collection, equality: Equality) -> bool | None:
    """Compare collections: tuples in order, sets and lists in any order; None where they are of two kinds."""
    alike = left.kind == right.kind
    if not alike and left.brackets != right.brackets:
        return None
    if len(left.elements) != len(right.elements):
        return False
    compare = in_order if alike and left.kind != "{}" else in_any_order
    return compare(left.elements, right.elements, equality)
