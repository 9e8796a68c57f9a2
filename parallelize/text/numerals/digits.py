"""Numbers in digits: finding them in a text, and telling fractions, dates, times and lists from amounts."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from parallelize.text.numerals.context import Context
from parallelize.text.numerals.marks import Conventions
from parallelize.text.numerals.number import Number, NumberKind, Written, number_at
from parallelize.text.numerals.shapes import (
    LONGEST_NUMERAL,
    NUMERAL_MARK,
    NUMERAL_REST,
    SPACED_NUMERAL_REST,
    read_run,
)

VULGAR_FRACTIONS: Final = {
    mark: Fraction(value)
    for mark, value in zip(
        "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞",
        ("1/4 1/2 3/4 1/7 1/9 1/10 1/3 2/3 1/5 2/5 3/5 4/5 1/6 5/6 1/8 3/8 5/8 7/8").split(),  # noqa: SIM905
        strict=True,
    )
}
_VULGAR: Final = "¼½¾⅐-⅞"
_FRAC: Final = r"[dtc]?frac\s?(?:\{\s?(-?\d{1,100})\s?\}|(\d))\s?(?:\{\s?(\d{1,100})\s?\}|(\d))"
"""`frac{12}{5}`, `dfrac12`, after the backslash: two numbers in braces, or one digit each."""
_LONGEST_PLAIN: Final = 18
_UNSIGNED: Final = r"a-zß-ÿα-ωа-яё\u0900-\u09ef\u0b80-\u0dff,;=*+<>(#"
_NO_SIGN: Final = rf"(?<=[=*+<>(\[|,;]\d)|(?<=[{_UNSIGNED}] \$\d)|(?<=[<=(]\$\d)"
_NO_SIGN_OR_WORD: Final = rf"{_NO_SIGN}|(?<=[{_UNSIGNED}] \d)"
"""What may stand before the first digit of a number that has neither a sign nor a mark before it."""
_POINT_OF_WORD: Final = r"[0-9A-Za-zÀ-ɏЀ-ӿ_.)\]}'’]"
"""What makes the point after it a full stop, a decimal point or part of a name."""
_GROUP_NAME: Final = re.compile(r"\(\?P<\w+>")


@lru_cache(maxsize=512)
def _scan_pattern(marks: Conventions) -> re.Pattern[str]:
    """What a number in digits looks like.

    The pattern begins with one set of characters, by which the search skips through prose; what the character
    was is asked afterwards. Digits for which `Context.is_bare` can be seen to hold are told apart (`bare`):
    most numbers are.
    """
    rest = SPACED_NUMERAL_REST if marks.plain_space else NUMERAL_REST
    before = _NO_SIGN if marks.has_before else _NO_SIGN_OR_WORD
    after = _GROUP_NAME.sub("(?:", marks.after.pattern)
    turns = r"[/⁄:\-kKmMbBs'折割成]"  # may begin a fraction, a time, a date, a scale, a share
    bare = rf"(?:{before})(?P<bare>\d{{0,{_LONGEST_PLAIN - 1}}}+)(?!\d|{NUMERAL_MARK}|{turns}|(?i:{after}))"
    forms = (
        rf"(?<=\d)(?:{bare}|(?P<run>{rest}))",  # digits with nothing around them; digits with marks
        rf"(?<=\\)(?P<top>{_FRAC})",
        rf"(?<=[{_VULGAR}])(?P<vulgar>)",
        rf"(?<=\.)(?<!{_POINT_OF_WORD}\.)(?P<point>\d+)",  # .5
    )
    return re.compile(rf"[\d\\.{_VULGAR}](?:{'|'.join(forms)})")


_SLASH: Final = re.compile(r"[/⁄](\d{1,100})(?![\d/⁄]|[.,]\d)")
_DATE: Final = re.compile(r"[/⁄]\d{1,2}[/⁄]\d{2,4}(?![\d/])|[/⁄-]\d{1,2}[/⁄-]\d{1,2}(?!\d)")
_CLOCK: Final = re.compile(r":[0-5]\d(?!\d)")
_TURNS: Final = frozenset("/⁄-:")
"""What may follow the digits of a fraction, a date or a time."""
_DATE_MARKS: Final = frozenset("/⁄-")
_DIGITS: Final = NumberKind.DIGITS
_new: Final = tuple.__new__
"""`_new(Number, (…))` makes a named tuple in a third of the time that `Number(…)` takes."""
_MIXED_GAPS: Final = frozenset(("", " ", "\u00a0", "\u202f"))


def _whole(digits: str) -> Fraction:
    return Fraction(int(digits))


def _fraction(above: str, below: str) -> Fraction | None:
    """A fraction of two runs of digits; None over zero."""
    denominator = int(below)
    return Fraction(int(above), denominator) if denominator else None


def _pair(text: str, start: int, run: str, decimal: str) -> int:
    """The place of the comma in (3,5), two numbers where the decimal mark is a point; else -1."""
    if decimal != "." or run.count(",") != 1 or not run.replace(",", "").isdecimal():
        return -1
    end = start + len(run)
    bracketed = text[start - 1 : start] in ("(", "[", "{") and text[end : end + 1] in (")", "]", "}")
    return run.index(",") if bracketed else -1


@dataclass(slots=True)
class _Opened:
    """What a number announced about those that follow: the minutes of its hour, the rest of its date."""

    minutes_at: int = -1
    date_until: int = -1

    def reaches(self, start: int) -> bool:
        """Whether a number at `start` is part of it."""
        return start == self.minutes_at or start < self.date_until


class DigitReader:
    """Reads the numbers in digits of one text after the other."""

    def __init__(self, marks: Conventions, context: Context) -> None:
        self.marks = marks
        self.context = context
        self.scan = _scan_pattern(marks).finditer

    def read(self, text: str) -> list[Number]:
        """The numbers in digits, in order, without overlaps."""
        found: list[Number] = []
        opened = _Opened()
        resume = 0
        for match in self.scan(text):
            start, end = match.span()
            if start < resume:
                continue
            run, form = match.group(), match.lastgroup
            if form == "bare":  # most numbers, so not worth a call
                found.append(_new(Number, (_whole(run), start, end, run, _DIGITS, ())))
            elif form != "run":
                resume = self._add_special(found, text, match)
            elif text[end : end + 1] in _TURNS or opened.reaches(start):
                resume = self._add_turning(found, text, match, opened)
            else:
                self._add_run(found, text, start, end, _DIGITS)
        return found

    def _add_turning(self, found: list[Number], text: str, match: re.Match[str], opened: _Opened) -> int:
        """A run of digits that may be part of a fraction, a date or a time; where to go on."""
        run, start, end = match.group(), match.start(), match.end()
        after = text[end : end + 1]
        is_minute = start == opened.minutes_at
        if after in _DATE_MARKS:
            dated = _DATE.match(text, end)
            if dated is not None:
                opened.date_until = dated.end()
            elif after != "-" and (resume := self._slash(found, text, match)):
                return resume
        if after == ":" and not is_minute and self._is_hour(text, run, end):
            opened.minutes_at = end + 1
            found.append(_hour(text, start, end, run))
        elif is_minute:
            self._add_run(found, text, start, end, NumberKind.TIME)
        elif start < opened.date_until:
            self._add_run(found, text, start, end, NumberKind.DATE)
        else:
            self._add_run(found, text, start, end, _DIGITS)
        return end

    @staticmethod
    def _is_hour(text: str, run: str, end: int) -> bool:
        return len(run) <= 2 and run.isdecimal() and int(run) <= 24 and _CLOCK.match(text, end) is not None

    def _add_run(self, found: list[Number], text: str, start: int, end: int, kind: NumberKind) -> None:
        """A run of digits and marks: one number, or a list."""
        run = text[start:end]
        if len(run) <= _LONGEST_PLAIN and run.isdecimal():
            found.append(self.context.signed(text, Written(start, end, _whole(run)), kind))
            return
        readings = read_run(run, self.marks.separators)
        if len(readings) == 1 and not readings[0].is_integer:
            comma = _pair(text, start, run, self.marks.separators.decimal)
            if comma >= 0:
                first = Written(start, start + comma, Fraction(int(run[:comma])))
                second = Written(start + comma + 1, end, Fraction(int(run[comma + 1 :])))
                found.extend(number_at(text, part, kind) for part in (first, second))
                return
        if len(readings) == 3 and run.count(".") == 2 and kind is NumberKind.DIGITS:
            kind = NumberKind.DATE
        for reading in readings:
            written = Written(start + reading.start, start + reading.end, reading.value, reading.alternatives)
            found.append(self.context.signed(text, written, kind))

    def _slash(self, found: list[Number], text: str, match: re.Match[str]) -> int:
        """A fraction a/b at a run of digits: where to go on, or 0 where it is none."""
        run, start, end = match.group(), match.start(), match.end()
        below = _SLASH.match(text, end)
        if below is None or not run.isdecimal() or len(run) > 100 or text[start - 1 : start] in ("/", "⁄"):
            return 0
        value = _fraction(run, below[1])
        if value is None:
            return 0
        alternatives: tuple[Fraction, ...] = ()
        if self.marks.slash_decimal:
            alternatives = (Fraction(int(run + below[1]), 10 ** len(below[1])),)
        self._add_mixed(found, text, Written(start, below.end(), value, alternatives))
        return below.end()

    def _add_special(self, found: list[Number], text: str, match: re.Match[str]) -> int:
        """A fraction by sign or command, or a decimal without its zero (.5); where to go on."""
        start, end = match.span()
        if match.lastgroup == "point":
            digits = match["point"]
            if len(digits) <= LONGEST_NUMERAL:
                written = Written(start, end, Fraction(int(digits), 10 ** len(digits)))
                found.append(self.context.signed(text, written, NumberKind.DIGITS))
            return end
        if match.lastgroup == "vulgar":
            value = VULGAR_FRACTIONS[match.group()]
        else:
            above, short_above, below, short_below = match.groups()[3:7]
            quotient = _fraction(above or short_above, below or short_below)
            if quotient is None:
                return start
            value = quotient
        self._add_mixed(found, text, Written(start, end, value))
        return end

    def _add_mixed(self, found: list[Number], text: str, written: Written) -> None:
        """A fraction, joined with the whole number right before it (2 1/2)."""
        start, end, value, _ = written
        before = found[-1] if found else None
        if (
            before is not None
            and text[before.end : start] in _MIXED_GAPS
            and before.kind is _DIGITS
            and before.value.denominator == 1
            and 0 < value < 1
            and (before.end == start or text[start] != "\\")
        ):
            whole = before.value
            mixed = whole - value if whole < 0 else whole + value
            found[-1] = self.context.complete(text, Written(before.start, end, mixed), NumberKind.FRACTION)
            return
        found.append(self.context.signed(text, written, NumberKind.FRACTION))


def _hour(text: str, start: int, end: int, run: str) -> Number:
    hour = Fraction(int(run))
    other = hour + 12 if hour < 12 else hour - 12
    return number_at(text, Written(start, end, hour, (other,)), NumberKind.TIME)
