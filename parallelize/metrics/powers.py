"""Powers outside formulas: areas and volumes beside their numbers, and the signs of exponents (10^-3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final

from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.formulas import with_carets
from parallelize.text.numerals import base_language, render

__all__ = ["changed_powers", "may_measure"]

_UNIT: Final = r"(?:[kcdm]?m|ft|in|yd|mi|км|[сдм]?м)"
_MEASURE: Final = re.compile(
    rf"""
    [ \-\u00a0\u202f]?
    (?: {_UNIT} (?: \^\{{?(?P<caret>[23])\}}?(?!\d) | (?P<raised>[²³]) | (?P<plain>[23])(?!\w) )
      | (?P<square> square | sq\.? ) [ -] (?= \w*met | feet | foot | inch | yard | mile | unit | {_UNIT}\b )
      | (?P<cubic> cubic | cu\.? ) [ -] (?= \w*met | feet | foot | inch | yard | unit | {_UNIT}\b ) )
    """,
    re.VERBOSE,
)
"""An area or a volume of an English text, behind its number."""
_MAY_MEASURE: Final = re.compile(
    r"""
    [²³^⁻23qu]
    (?: (?<=[²³^⁻])                                    # m², m^2, 10⁻³
      | (?<=[mtnd][23])\b                              # cm2, ft2, in2, yd3
      | (?<=sq)u?a?r?e?[ .-]                           # sq. ft, square feet
      | (?<=cu)bic | (?<=\bcu)[ .] )                   # cubic inches, cu. in.
    """,
    re.VERBOSE,
)
"""What such a text has, or an exponent. It begins with one set, by which the search skips."""
_REACH: Final = 28
"""Characters beside a number in which its unit is said."""
_STOP: Final = re.compile(r"[,;،。、\d٠-٩۰-۹]")
_POWER: Final = re.compile(
    r"""
    (?P<base> (?<![\w^{]) (?:\d*[a-zA-Z] | \d+) | \) )  # x, 2x, 10 or a bracket
    [ ]? \^ [ ]? [{(]? [ ]?
    (?P<sign>[-−–⁻]?) [ ]? (?P<exponent>\d+)
    """,
    re.VERBOSE,
)


def changed_powers(pair: Pair) -> Iterator[str]:
    """Measures that became another power of their unit, and exponents that lost or won their sign."""
    yield from _other_powers(pair)
    ours, theirs = (_exponents(text) for text in (pair.source.running, pair.target.running))
    if ours != theirs:
        for (base, sign, exponent), count in ours.items():
            turned = (base, "" if sign else "-", exponent)
            if theirs[base, sign, exponent] < count and theirs[turned] > ours[turned]:
                yield f"{base}^{turned[1]}{exponent} for {base}^{sign}{exponent}"
        parts = [[Counter(part) for part in zip(*side.elements(), strict=True)] for side in (ours, theirs)]
        if parts[0] == parts[1]:
            yield "exponents exchanged"


def may_measure(source: Reading) -> bool:
    """Whether a text may have a power."""
    return _MAY_MEASURE.search(source.text) is not None


def _exponents(text: str) -> Counter[tuple[str, str, str]]:
    """Powers of numbers by base, sign and exponent."""
    if "^" not in text and text.isascii():
        return Counter()
    found = _POWER.finditer(with_carets(text))
    return Counter((power["base"], "-" if power["sign"] else "", power["exponent"]) for power in found)


def _other_powers(pair: Pair) -> Iterator[str]:
    measures = set(_measures(pair.source))
    powers = dict(measures)
    powers = powers if len(powers) == len(measures) else {}
    pattern = _said(pair.target.language) if powers else None
    if pattern is None:
        return
    found: dict[Fraction, set[int]] = {}
    text = pair.target.text
    numbers = pair.target.numbers
    for place, number in enumerate(numbers):
        if abs(number.value) in powers:
            before = numbers[place - 1].end if place else 0
            power = _power_beside(text, number.start, number.end, before, pattern)
            if power:
                found.setdefault(abs(number.value), set()).add(power)
    for value, power in powers.items():
        if value in found and power not in found[value]:
            yield f"{render(value)} to the {min(found[value])} for {power}"


def _measures(side: Reading) -> Iterator[tuple[Fraction, int]]:
    """The areas and volumes of an English text, each by its number."""
    text = side.text
    for number in side.numbers:
        found = _MEASURE.match(text, number.end)
        if found is not None:
            sign = found["caret"] or found["raised"] or found["plain"]
            square = sign in ("2", "²") if sign else found["square"]
            yield abs(number.value), 2 if square else 3


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """What says the power of a measure, by language."""
    return {
        code: re.compile(
            rf"(?i:(?P<square>{square})|(?P<cubic>{cubic}))|(?<=[^\W\d_])\^?\{{?(?P<sign>[²³23])(?!\d)"
        )
        for code, (square, cubic) in shipped_rows(__package__, "powers.tsv").items()
    }


def _said(language: str) -> re.Pattern[str] | None:
    table = _patterns()
    return table.get(row_code(table, base_language(language)))


def _power_beside(text: str, start: int, end: int, before: int, pattern: re.Pattern[str]) -> int:
    """The power said behind a number or, where none is, before it; 0 for none."""
    stop = _STOP.search(text, end, end + _REACH)
    behind = _first(pattern, text, end, min(stop.start() + 1 if stop else end + _REACH, len(text)))
    return behind or _first(pattern, text, max(before, start - _REACH), start)


def _first(pattern: re.Pattern[str], text: str, start: int, end: int) -> int:
    found = pattern.search(text, start, end)
    if found is None:
        return 0
    return 2 if found["square"] or found["sign"] in ("2", "²") else 3
