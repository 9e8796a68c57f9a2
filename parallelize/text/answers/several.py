"""Several values in one answer: lists, unknowns, formulas in a row, 3 hours and 20 minutes."""

import re
from typing import Final

from parallelize.text.answers.moments import read_date, read_time
from parallelize.text.answers.phrases import UNSPACED, list_words
from parallelize.text.answers.reading import read_answer
from parallelize.text.answers.units import read_unit
from parallelize.text.answers.words import COPULA
from parallelize.text.numerals import read_numbers

__all__ = [
    "FORMULA",
    "SAME_UNKNOWN",
    "last_joined",
    "length_of_values",
    "quantity_around",
    "quantity_end",
    "values_start",
]

FORMULA: Final = re.compile(
    r"""
    \$\$ (?P<a>[^$]+) \$\$
    | \$ (?P<b>[^$\n]*[^$\s\\][^$\n]*) \$ (?!\d)
    | \\\( (?P<c>.+?) \\\)
    | \\\[ (?P<d>.+?) \\\]
    """,
    re.VERBOSE | re.DOTALL,
)
"""A formula between its marks, its text in one of the groups."""
_LONGEST_LIST: Final = 80
_LISTED: Final = re.compile(r"[,;、，]\s")
_COMMAS: Final = frozenset(",;、，،")
SAME_UNKNOWN: Final = re.compile(
    r"""
    \s* \$? ([A-Za-z])(?:_\{?\d\}?)? \$? \s*=\s* \$? [-+]?[\w./]{1,12} \$?   # x = -1
    (?: \s*[,;，、]\s* | \s+\w{1,5}\s+ | \s?[和或与と또]{1,2}\s? ){1,2}          # or
    \$? \1(?:_\{?\d\}?)? \$? \s*=                                            # x =
    """,
    re.VERBOSE,
)
"""One unknown with several values: `x = -1 ou x = 1`."""


def last_joined(text: str, first: re.Match[str], end: int, language: str) -> re.Match[str]:
    """The last of the formulas that end a sentence, `$x = 2$ and $y = -5$`, `$-3$, $7$`; else the first."""
    last = first
    while (following := FORMULA.search(text, last.end(), end)) is not None:
        between = text[last.end() : following.start()]
        if between.strip() not in _COMMAS and list_words(language).fullmatch(between) is None:
            break
        last = following
    return first if text[last.end() : end].strip(" *_)") else last


def values_start(text: str, language: str) -> int:
    """Where the values of the unknown begin that a text ends with, "x = -3 or x = 5"; -1 where it has one."""
    found = list(_VALUE.finditer(text))
    if not found or text[found[-1].end() :].strip("$ "):
        return -1
    first = len(found) - 1
    while first and found[first - 1][1] == found[-1][1]:
        between = text[found[first - 1].end() : found[first].start()].strip("$ ")
        if list_words(language).fullmatch(f" {between} ") is None:
            break
        first -= 1
    return found[first].start() if first < len(found) - 1 else -1


_VALUE: Final = re.compile(
    r"""
    (?<![A-Za-z\\]) \$? ([A-Za-z]) (?:_\{?\d\}?)? \s?=\s?              # x_1 =
    ( [-+−]? (?: \d[\d.,/]{0,12}(?<![.,]) | \\d?frac\{\d+\}\{\d+\} ) ) \$?
    (?![\w.,]*[*^+/×·\\=-]) (?!\s?[*^+/×·=-]\s?[\d\w])                    # no step of a calculation
    """,
    re.VERBOSE,
)
"""One unknown with one value."""


def length_of_values(segment: str, language: str) -> int:
    """How much of an announced answer is one date, time, tuple or list of numbers; 0 where it is none."""
    bare = COPULA.sub("", segment.rstrip(" .。।"))
    if SAME_UNKNOWN.match(bare) is not None:
        return len(bare)
    if read_time(bare) is not None or read_date(bare, language) is not None:
        return len(bare)
    if bare[:1] in "([{" and bare[-1:] in ")]}" and not _COMMAS.isdisjoint(bare):
        return len(bare)
    pieces = list_words(language).split(bare) if len(bare) <= _LONGEST_LIST else [bare]
    items = [item for piece in pieces for item in _LISTED.split(piece)]
    if len(items) < 2:
        return 0
    numbers = [read_numbers(item, language) for item in items]
    single = all(
        len(found) == 1 and found[0].end - found[0].start == len(item.strip())
        for item, found in zip(items, numbers, strict=True)
    )
    return len(bare) if single else 0


_UNIT_AHEAD: Final = re.compile(
    r"""
    (?P<one> \s? [^\s\d,;.!?()。，、।\\-]{1,24} (?:\^?\{?[23]\}?)? )        # cm²
    (?P<two> \s [^\s\d,;.!?()。，、।\\-]{1,24} )?                          # a word more: square metres
    """,
    re.VERBOSE,
)
_AND: Final = r"\s?(?:,\s|[^\W\d_]{1,5}\s|و\s?)?"
_SMALLER: Final = re.compile(rf"{_AND}\d[\d.,]{{0,8}}")
_LARGER: Final = re.compile(rf"(?<![\d.,])\d[\d.,]{{0,8}}\s?[^\s\d,;.!?()]{{1,16}}{_AND}\Z")
"""What may belong to a quantity behind it, and before it."""
_BEFORE: Final = 48


def quantity_end(text: str, start: int, end: int, language: str) -> int:
    """Where a quantity ends that a number begins, behind its units: "3 Stunden und 20 Minuten"."""
    unit = _unit_length(text[end:])
    end += unit
    while unit and (more := _SMALLER.match(text, end)) is not None:
        unit = _unit_length(text[more.end() :])
        if not unit or not read_answer(text[start : more.end() + unit], language).readings:
            break
        end = more.end() + unit
    return end


def quantity_around(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    """A last number with what it belongs to: "takes 3 hours and 20 minutes"; else the number alone."""
    unit = _unit_length(text[end : end + _BEFORE])
    larger = _LARGER.search(text, max(0, start - _BEFORE), start) if unit else None
    if larger is None or not read_answer(text[larger.start() : end + unit], language).readings:
        return start, end
    return larger.start(), end + unit


def _unit_length(tail: str) -> int:
    """The length of a known unit at the beginning of what follows a number."""
    match = _UNIT_AHEAD.match(tail)
    if match is None:
        return 0
    if match["two"] and read_unit(match["one"]) and read_unit(match[0]):
        return match.end()
    name = match["one"]
    glued = UNSPACED.search(name) is not None  # "20分かかります"
    names = (name[:length] for length in range(len(name), 0 if glued else len(name) - 1, -1))
    return next((len(one) for one in names if one.strip() and read_unit(one)), 0)
