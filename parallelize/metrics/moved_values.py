r"""Values that changed places: `a_1 = 3, d = 5` for `a_1 = 5, d = 3`, 6:50 and 8:20 for 6:20 and 8:50.

Quantities may be said in any order; what a value is tied to tells whether it is still the same one: the
variable that it is the value of, the function that it is the argument of, the hour before its minutes, the
mark around it, the percent sign behind it. A tie counts that stands once on each side.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading

__all__ = ["moved_values", "values_tied"]

_MOST: Final = 20_000
"""Characters of a text that is looked at."""
_NAME: Final = r"(?:\\?[A-Za-z]{1,3}|\\[A-Za-z]{4,8}|[Α-ωА-я](?![а-яα-ω]))"
_VALUE_OF: Final = re.compile(
    rf"""
    (?P<tie>
      (?<![^\W\d_])(?<![\w\\]\\)
      (?: \\?(?:sin|cos|tan|cot|log|ln|angle|triangle|overline|det|deg|vec|bar|hat) \s* \{{? \s* )?
      {_NAME} \}}?
      (?: \s? _ \s? (?: \{{ [\w,]{{1,6}} \}} | \w ) | [₀-₉]{{1,2}} )?
      (?: \( [\w ,+-]{{1,10}} \) )?
      (?: \s? (?: [∪∩∖] | \\(?:cup|cap|setminus)\b ) \s? {_NAME} )?
    )
    \s?[=＝]\s?
    (?P<value>
      [-−]?\d+(?:[.,]\d+|\{{[.,]\}}\d+)*(?:/\d+)?
      | [-−]?\\[dt]?frac\s?\{{\d+\}}\{{\d+\}} | \\?\{{[^{{}}=$\n]{{1,60}}\}}
    )
    (?! \s?[-+*/^(\\×·÷=<>] (?<![\\]) | \s?\\(?:times|cdot|div|pi|sqrt)\b | \w | [.,]\d )
    """,
    re.VERBOSE,
)
"""A variable, a value of a function or a set, and the number or set that it is equal to."""
_ARGUMENT: Final = re.compile(
    r"""
    (?<![A-Za-z]) \\? (?P<tie>sin|cos|tan|cot|sen|tg|ctg|cotg) \s? [({]? \s?
    (?P<value> \d+ | \\?[A-Za-zα-ω]\w* )
    """,
    re.VERBOSE,
)
_LOCAL_NAMES: Final = {"sen": "sin", "tg": "tan", "ctg": "cot", "cotg": "cot"}
_CLOCK: Final = re.compile(r"(?<![\d:.,])(\d{1,2}):(\d\d)(?![\d:])")
_LOCAL_CLOCK: Final = re.compile(
    r"""
    (?<![\d:.,]) (\d{1,2})
    (?: [:.٫]                                          # 17:45, 17.45
      | \s?h(?:\s?|rs?\s?)                             # 17h45, 17 hr 45
      | \s?[時点點시]\s?
      | \s?นาฬิกา\s? | \s?นา\.\s? )                      # Thai: o'clock, and its abbreviation
    (\d\d?) (?![\d:])
    """,
    re.VERBOSE,
)
_MARKED: Final = re.compile(
    r"""
    (?P<tie> ~~ | \*\* | (?<!\*)\*(?!\*) | ` | __ ) \s?
    [^\W\d_\s]{0,4} [$€£¥₹]? \s?                       # a currency, as a word or a sign
    (?P<value>\d+(?:[.,]\d+)*) [^\n*~`]{0,20}? (?P=tie)
    """,
    re.VERBOSE,
)
_ROW: Final = re.compile(
    r"""
    ^ [ \t]* (?: \|[ \t]* | [-*][ \t]+ | \d\.[ \t]+ )? (?:\*\*)?       # a cell, or a mark of a list
    (?P<tie>[A-Z][^\W\d_]{1,20}(?:[ ][A-Z][^\W\d_]{1,20})?) (?:\*\*)?
    [ \t]* (?: \| | : | & | [-–—][ ] ) [ \t]* [$€£]?
    (?P<value>\d+(?:[.,]\d+)*)
    """,
    re.VERBOSE | re.MULTILINE,
)
"""The name that a row or a line begins with, and its number."""
_PERCENT: Final = re.compile(r"(?P<after>\d+(?:[.,]\d+)*)\s?\\?[%٪％]|[%٪](?P<before>\d+(?:[.,]\d+)*)")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_SPACE: Final = re.compile(r"[\s{}\\]+")
_CALLED: Final = str.maketrans(
    {"∪": "cup", "∩": "cap", "∖": "setminus", "−": "-", **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))}
)


def moved_values(pair: Pair) -> Iterator[str]:
    """Values that the target has in one another's places."""
    source, target = pair.source.text, pair.target.text
    if max(len(source), len(target)) <= _MOST:
        for moved in pair.source.once(values_tied):
            yield from moved(source, target)


def values_tied(source: Reading) -> list[Callable[[str, str], Iterator[str]]]:
    """Ways in which a text may tie values, as far as its signs tell; most sentences have none."""
    text = source.text
    ways: list[Callable[[str, str], Iterator[str]]] = []
    if text.count("=") > 1:
        ways.append(partial(_exchanged, _VALUE_OF, _tie))
    if "sin" in text and "cos" in text:
        ways.append(partial(_exchanged, _ARGUMENT, lambda tie: _LOCAL_NAMES.get(tie, tie)))
    if text.count(":") > 1:
        ways.append(_other_minutes)
    if any(map(text.__contains__, ("**", "~~", "`"))):
        ways.append(partial(_exchanged, _MARKED, str))
    if "\n" in text:
        ways.append(partial(_exchanged, _ROW, str))
    if "%" in text:
        ways.append(_other_percents)
    return ways


def _exchanged(
    ties: re.Pattern[str], called: Callable[[str], str], source: str, target: str
) -> Iterator[str]:
    """Ties whose value is that of another tie, which has another value itself."""
    ours = _once((called(found["tie"]), _plain(found["value"])) for found in ties.finditer(source))
    if len(ours) < 2:
        return
    theirs = _once((called(found["tie"]), _plain(found["value"])) for found in ties.finditer(target))
    other = [tie for tie, value in ours.items() if theirs.get(tie, value) != value]
    for tie in other:
        if any(ours[one] == theirs[tie] for one in other if one != tie):
            yield f"{tie} is {theirs[tie]} for {ours[tie]}"
            return


def _once(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The value of each tie that has one only."""
    values: dict[str, set[str]] = {}
    for tie, value in found:
        values.setdefault(tie, set()).add(value)
    return {tie: value for tie, (value, *others) in values.items() if not others}


def _tie(text: str) -> str:
    return _SPACE.sub("", text.translate(_CALLED)).replace("_", "")


def _plain(text: str) -> str:
    """A value in ASCII digits, with a full stop as decimal mark and no spaces."""
    if not text.isascii():
        text = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)
    return _SPACE.sub("", text.translate(_CALLED)).replace(",", ".")


def _other_minutes(source: str, target: str) -> Iterator[str]:
    """Times of day whose hours and minutes are the same, in other pairs."""
    ours = [(int(hour) % 12, int(minute)) for hour, minute in _CLOCK.findall(source)]
    if len(set(ours)) < 2:
        return
    theirs = [(int(hour) % 12, int(minute)) for hour, minute in _LOCAL_CLOCK.findall(target)]
    if len(ours) != len(theirs) or Counter(ours) == Counter(theirs):
        return
    if all(Counter(one) == Counter(other) for one, other in zip(zip(*ours), zip(*theirs), strict=True)):  # noqa: B905
        yield "minutes exchanged"


def _other_percents(source: str, target: str) -> Iterator[str]:
    """A percent sign that went to another number, which left it to that one's."""
    ours, theirs = (
        Counter(_plain(after or before) for after, before in _PERCENT.findall(text))
        for text in (source, target)
    )
    gone, come = ours - theirs, theirs - ours
    if ours.total() != theirs.total() or not gone or len(gone) != len(come):
        return
    numbers = [Counter(map(_plain, _NUMBER.findall(text))) for text in (source, target)]
    bare, still = numbers[0] - ours, numbers[1] - theirs
    if come <= bare and gone <= still:
        yield f"{next(iter(come))} % for {next(iter(gone))} %"
