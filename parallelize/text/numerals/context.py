"""What stands around a number and changes what it is: signs, percent, ordinals, months, discounts."""

import re
from fractions import Fraction
from typing import Final

from parallelize.text.numerals.marks import Conventions
from parallelize.text.numerals.number import Number, NumberKind, Written, number_at

CURRENCY_SIGNS: Final = "$¢£¤¥֏؋৲৳฿＄￠￡￥￦" + "".join(map(chr, range(0x20A0, 0x20C1)))
_BIDI: Final = "\u200e\u200f\u061c"
_MINUS: Final = frozenset("-−－﹣")
_CODES: Final = "CHF|USD|EUR|GBP|JPY|CNY|INR|AUD|CAD|PLN|CZK|HUF|SEK|DKK|NOK|BRL|RUB|UAH|TRY|KRW|IDR|THB|VND"
_SIGN: Final = re.compile(
    rf"""
    (?: (?<=[\s(\[{{=<>|:;,"'«“”‘’*/+^&~×{_BIDI}{CURRENCY_SIGNS}])   # space, brackets, operators, quotes
      | (?<=[\u3001-\u30ff\u4e00-\u9fff\uac00-\ud7a3])              # scripts without spaces
      | ^
      | (?<={_CODES})                                               # USD-5
    )
    [-−－﹣] [{_BIDI}]*
    (?: (?: \\?[{CURRENCY_SIGNS}] | (?:Rs|Rp|kr|[A-Z]{{1,3}})\.?[{CURRENCY_SIGNS}]? ) [\s{_BIDI}]* )?
    $
    """,
    re.VERBOSE,
)
"""A minus sign before a number, with a currency between; after a letter or a digit it is a hyphen or dash."""
_SIGN_WINDOW: Final = 10
_SIGN_BEFORE: Final = frozenset("-−－﹣ \u00a0\u202f.sprABCDEFGHIJKLMNOPQRSTUVWXYZ" + _BIDI + CURRENCY_SIGNS)
"""What stands right before a number that has a sign: the sign, or what may come between the two."""
_PREFIX_WINDOW: Final = 9
_HUNDRED: Final = Fraction(100)
_ENGLISH_AFTER: Final = frozenset((*"kKmMbBs'",))
_SHORT_SCALE: Final = re.compile(r"(?:[kK]|[mM]|bn|[bB])(?![A-Za-z])")
_SHORT_SCALES: Final = {"k": 10**3, "m": 10**6, "b": 10**9}
_SCALES_ALONE: Final = frozenset(("k", "bn"))
"""Scales that are understood without a currency."""
_RACES: Final = (5, 10)
"""Thousands that are as often a run: a 5k, a 10k."""
_DECADE: Final = re.compile(r"(?<=\d0)'?s\b")
_SHARES: Final = frozenset("折割成")
_PLAIN_AFTER: Final = frozenset(("", *',;!?()[]{}=*+<>|&^_~#@$"'))
"""What may follow a number and begins nothing that changes it, in any language (`numerals.marks`)."""


def sign_start(text: str, start: int) -> int:
    """Where the minus sign of the number at `start` stands, or -1 where it has none."""
    if not start or text[start - 1] not in _SIGN_BEFORE:
        return -1
    if text[start - 1] == " ":
        before = text[start - 2 : start - 1]
        if before not in CURRENCY_SIGNS and not before.isupper():
            return -1
    begin = max(0, start - _SIGN_WINDOW)
    if _MINUS.isdisjoint(text[begin:start]):
        return -1
    sign = _SIGN.search(text, begin, start)
    return sign.start() if sign is not None and (begin == 0 or sign.start() > begin) else -1


def _negative(written: Written, start: int) -> Written:
    opposite = tuple(-other for other in written.alternatives)
    return Written(start, written.end, -written.value, opposite)


def _percentage(text: str, written: Written, end: int) -> Number:
    start, _, value, alternatives = written
    share = Written(start, end, value / _HUNDRED, (value, *alternatives))
    return number_at(text, share, NumberKind.PERCENT)


def _scaled(text: str, written: Written, scale: re.Match[str]) -> Written | None:
    """£125m, 350k, 2.5M: a small m wants a currency, or may be metres; a capital one wants a currency or
    decimals, since 3M is a name; 5k may be a run."""
    start, _, value, _ = written
    factor = _SHORT_SCALES[scale.group()[0].lower()]
    if start and text[start - 1] in CURRENCY_SIGNS:
        return Written(start, scale.end(), value * factor)
    named = start and text[start - 1].isascii() and text[start - 1].isalpha()
    if scale.group() == "M" and value.denominator != 1 and not named:
        return Written(start, scale.end(), value * factor, (value,))
    if scale.group().lower() in _SCALES_ALONE and value and not named:
        race = (value,) if value in _RACES and factor == 1000 else ()
        return Written(start, scale.end(), value * factor, race)
    return None


def _abbreviated(text: str, written: Written, kind: NumberKind, *, english: bool) -> Number:
    """£125m and the 1930s, which translations keep as they are; "30s" is a decade in English only."""
    start, end, value, _ = written
    scale = _SHORT_SCALE.match(text, end) if text[end - 1].isdecimal() else None
    found = _scaled(text, written, scale) if scale else None
    if found is not None:
        return number_at(text, found, kind)
    if english and scale and scale.group() == "m":  # "1.5m visitors"
        return number_at(text, written._replace(alternatives=(value * _SHORT_SCALES["m"],)), kind)
    decade = _DECADE.match(text, end) if value >= (10 if english else 1000) else None
    if decade is not None:
        return number_at(text, Written(start, decade.end(), value, (value % 100,)), NumberKind.DATE)
    return number_at(text, written, kind)


def _share(text: str, written: Written) -> Number:
    """Chinese 75折 (25 % off), 三成 and Japanese 3割 (30 %), with the other readings as alternatives."""
    start, end, value, _ = written
    if text[end] == "折":
        kept = value / 10 if value < 10 else value / 100
        off = 1 - kept
        discount = Written(start, end + 1, off, (kept, off * 100, kept * 100, value))
        return number_at(text, discount, NumberKind.PERCENT)
    tenths = Written(start, end + 1, value / 10, (value * 10, 1 - value / 10, value))
    return number_at(text, tenths, NumberKind.PERCENT)


class Context:
    """Reads what stands around the numbers of one language."""

    def __init__(self, marks: Conventions, table: str) -> None:
        self.marks = marks
        self.english = table == "en"
        self.han = table == "han"
        before = (*marks.percent_before, *marks.ordinal_before, *marks.month_before)
        self.ends_before = frozenset(mark.rstrip()[-1] for mark in before)
        """Last characters of the marks that may stand before a number."""

    def signed(self, text: str, written: Written, kind: NumberKind) -> Number:
        """A number in digits, with its sign and what follows it."""
        if self.is_bare(text, written.start, written.end):
            return number_at(text, written, kind)
        sign = sign_start(text, written.start)
        return self.complete(text, _negative(written, sign) if sign >= 0 else written, kind)

    def is_bare(self, text: str, start: int, end: int) -> bool:
        """Whether `signed` has nothing to add to the digits at `start:end`: most numbers of a text.

        False where a closer look is needed.
        """
        if start:
            if text[start - 1] in _SIGN_BEFORE and sign_start(text, start) >= 0:
                return False
            if self.ends_before:
                before = text[max(0, start - _PREFIX_WINDOW) : start].rstrip()
                if before and before[-1].lower() in self.ends_before:
                    return False
        after = text[end : end + 1]
        if after in _PLAIN_AFTER:
            return True
        if after in _ENGLISH_AFTER or (self.han and after in _SHARES):
            return False
        return self.marks.after.match(text, end) is None

    def complete(self, text: str, written: Written, kind: NumberKind) -> Number:
        """A number, with the mark before or after it that says what it is."""
        if self.marks.has_before and written.start:
            found = self._prefixed(text, written)
            if found is not None:
                return found
        start, end, value, alternatives = written
        after = self.marks.after.match(text, end)
        if after is None:
            if text[end : end + 1] in _ENGLISH_AFTER:
                return _abbreviated(text, written, kind, english=self.english)
            if self.han and text[end : end + 1] in _SHARES:
                return _share(text, written)
        elif after.lastgroup == "percent":
            if not self._sign_of_next(text, end, after.end()):
                return _percentage(text, written, after.end())
        elif after.lastgroup == "ordinal":
            written, kind = written._replace(end=after.end()), NumberKind.ORDINAL
        elif after.lastgroup == "month":
            kind = NumberKind.DATE
        elif value <= 12:
            written, kind = Written(start, end, value, (value + 12, *alternatives)), NumberKind.TIME
        return number_at(text, written, kind)

    def _sign_of_next(self, text: str, end: int, after: int) -> bool:
        """Whether a percent sign after a number stands before another one: Turkish "5 %25".

        A sign that touches the digits before it is theirs, in every language, and so is one in the middle.
        """
        between_numbers = bool(self.marks.percent_before) and text[after : after + 1].isalnum()
        return between_numbers and (after - end > 1 or not text[end - 1].isnumeric())

    @staticmethod
    def _sign_of_previous(before: str, *, touches: bool) -> bool:
        """The same for the sign after `before`; `touches`: nothing stands between it and the next number."""
        return before.rstrip("\\" if touches else " \u00a0\\")[-1:].isnumeric()

    def _prefixed(self, text: str, written: Written) -> Number | None:
        """A number whose kind is told by what stands before it: %25, 第3, tháng 5."""
        marks = self.marks
        start = written.start
        before = text[max(0, start - _PREFIX_WINDOW) : start].lower()
        stem = before.rstrip()
        touches = len(stem) == len(before)
        for mark in marks.percent_before:
            if stem.endswith(mark):
                if self._sign_of_previous(stem[: -len(mark)], touches=touches):
                    continue
                start -= len(before) - len(stem) + len(mark)
                written = written._replace(start=max(0, start))
                sign = sign_start(text, start)
                return _percentage(text, _negative(written, sign) if sign >= 0 else written, written.end)
        if marks.ordinal_before and before.endswith(marks.ordinal_before):
            counts = marks.no_ordinal_after.match(text, written.end) is not None
            return None if counts else number_at(text, written, NumberKind.ORDINAL)
        if marks.month_before and before.endswith(marks.month_before):
            return number_at(text, written, NumberKind.DATE)
        return None
