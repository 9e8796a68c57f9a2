"""Digits with their marks: what `1.234,5`, `80\\,000`, `1,00,000` or `3{,}5` is worth."""

import re
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST_NUMERAL: Final = 1_000
"""Digits of the longest number that is read; a longer run of digits is left out (CPython refuses 4,300)."""

_TIGHT: Final = "|".join(
    (
        r"(?:[.,٫٬،，．'’](?=\d)",  # 1.234 1'234
        r"\{[.,]\}(?=\d)",  # 3{,}5
        r"\{,\}\\?!?(?=\d)",  # 3{,}\!000
        r",\\!(?=\d))",  # 3,\!000
    )
)
"""Marks that stand between two digits."""
_WIDE: Final = r"(?:[\u00a0\u202f\u2009~]|\\[,;:! ])(?=\d{3}(?!\d))"
"""Spaces of typesetters, before three digits."""
_PLAIN_SPACE: Final = r"(?:(?<=\d) (?=\d{3}(?!\d)))"
_THOUSANDS_SPACE: Final = r"(?:(?<=\d) (?=000(?!\d)))"
NUMERAL_MARK: Final = rf"{_TIGHT}|{_WIDE}|{_PLAIN_SPACE}"
"""A mark between the digits of one number, in one language or another."""
NUMERAL_REST: Final = rf"\d*(?:(?:{_TIGHT}|{_WIDE}|{_THOUSANDS_SPACE})\d+)*"
"""What follows the first digit of a run of digits and marks, where no ordinary space groups digits."""
SPACED_NUMERAL_REST: Final = rf"\d*(?:(?:{_TIGHT}|{_WIDE}|{_PLAIN_SPACE})\d+)*"
"""The same where "20 000" is one number."""

_PIECES: Final = re.compile(r"(\d+)")
_CANONICAL: Final = {"．": ".", "’": "'", "{.}": ".", "{,}": ",", ",\\!": ",", "{,}\\!": ",", "{,}!": ","}
_LIST_COMMAS: Final = frozenset("،，")
_GROUP_ONLY: Final = frozenset("' ٬")


class Separators(NamedTuple):
    """The marks between the digits of a language's numbers."""

    decimal: str
    """`.` or `,`."""
    group: str
    """`.`, `,`, `'` or a space; other grouping marks are read by their shape."""
    either: bool
    """Point and comma may both group, or both stand before decimals: both are readings."""


class DigitReading(NamedTuple):
    """One number in a run of digits and marks."""

    value: Fraction
    alternatives: tuple[Fraction, ...]
    start: int
    """Offset in the run."""
    end: int
    is_integer: bool
    """Written without decimals."""


def _canonical(mark: str) -> str:
    if mark in _CANONICAL:
        return _CANONICAL[mark]
    return mark if mark in ".,'٫٬،，" else " "


def _grouped(pieces: list[str]) -> bool:
    """Whether pieces of digits have the shape of groups: 1 234 567 or the Indian 12,34,567."""
    first, *middle, last = pieces
    if len(last) != 3 or first == "0" * len(first):
        return False
    if all(len(piece) == 3 for piece in middle):
        return len(first) <= 3
    return len(first) <= 2 and all(len(piece) == 2 for piece in middle)


def _decimal(whole: str, part: str) -> Fraction:
    return Fraction(int(whole + part), 10 ** len(part))


def _single(
    pieces: list[str], mark: str, separators: Separators
) -> tuple[Fraction, tuple[Fraction, ...], bool]:
    """One mark between two runs of digits: value, other readings, whether it is an integer."""
    whole, part = pieces
    as_decimal = _decimal(whole, part)
    if mark == "٫" or not _grouped(pieces):
        return as_decimal, (), False
    as_group = Fraction(int(whole + part))
    if mark in _GROUP_ONLY:
        return as_group, (), True
    if mark == separators.group:
        # English and its like keep one reading: "1,234" is never 1.234 there
        return as_group, (as_decimal,) if separators.either else (), True
    if mark == separators.decimal:
        return as_decimal, (as_group,) if separators.either else (), False
    if int(part[-1]) == 0 or mark in _LIST_COMMAS:
        return as_group, (as_decimal,), True
    return as_decimal, (as_group,), False


def _whole_run(pieces: list[str], marks: list[str], separators: Separators) -> DigitReading | None:
    """The run as one number, or None where its shape is that of a list, a date or a version."""
    *groups, last = marks
    if len(marks) == 1:
        mark = marks[0]
        if (mark in _GROUP_ONLY or mark in _LIST_COMMAS) and not _grouped(pieces):
            return None
        value, alternatives, integer = _single(pieces, mark, separators)
        return DigitReading(value, alternatives, 0, 0, integer)
    if len(set(marks)) == 1:
        if last == "٫" or not _grouped(pieces):
            return None
        return DigitReading(Fraction(int("".join(pieces))), (), 0, 0, True)
    if len(set(groups)) == 1 and last in ".,٫" and _grouped(pieces[:-1]):
        return DigitReading(_decimal("".join(pieces[:-1]), pieces[-1]), (), 0, 0, False)
    return None


@lru_cache(maxsize=16_384)
def read_run(run: str, separators: Separators) -> tuple[DigitReading, ...]:
    """Read a run of digits and marks as one number, or as several where it is a list, a date or a version.

    Args:
        run: A digit and what `NUMERAL_REST` or `SPACED_NUMERAL_REST` matched after it.
        separators: Those of the language.

    Returns:
        The numbers in order, with offsets in the run; none where one has more than `LONGEST_NUMERAL` digits.
    """
    tokens = _PIECES.split(run)
    pieces = tokens[1::2]
    if max(map(len, pieces)) > LONGEST_NUMERAL or len(pieces) > LONGEST_NUMERAL:
        return ()
    if len(pieces) == 1:
        return (DigitReading(Fraction(int(run)), (), 0, len(run), True),)
    marks = [_canonical(mark) for mark in tokens[2:-1:2]]
    whole = _whole_run(pieces, marks, separators)
    if whole is not None:
        return (whole._replace(end=len(run)),)
    return _split_run(run, marks, separators)


def _split_run(run: str, marks: list[str], separators: Separators) -> tuple[DigitReading, ...]:
    """Cut at every mark of the kind that separates: the rarer one, or the only one."""
    kinds = sorted(set(marks), key=lambda mark: (marks.count(mark), mark == separators.decimal))
    separator = kinds[0]
    matches = list(_PIECES.finditer(run))
    readings: list[DigitReading] = []
    begin = 0
    for index, mark in enumerate([*marks, separator]):
        if mark != separator:
            continue
        start, end = matches[begin].start(), matches[index].end()
        readings.extend(
            inner._replace(start=inner.start + start, end=inner.end + start)
            for inner in read_run(run[start:end], separators)
        )
        begin = index + 1
    return tuple(readings)
