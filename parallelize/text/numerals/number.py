"""What a number in a text is: its value, its place, its kind."""

from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple


class NumberKind(StrEnum):
    """How a number is written."""

    DIGITS = "digits"
    """Digits, with a multiplier word or sign where there is one: 80.000, 3万2000, 2,5 Millionen."""
    PERCENT = "percent"
    """A share of one hundred: the value of 25 % is 1/4, and 25 is an alternative."""
    FRACTION = "fraction"
    """1/4, ½, \\frac{1}{2}, half, two thirds, 三分之二."""
    WORD = "word"
    """A count in words: twelve, kumi na mbili, twice."""
    ORDINAL = "ordinal"
    """2nd, 第3, second."""
    TIME = "time"
    """Hour or minute of a time of day; the hour's alternative is the other half of the day."""
    DATE = "date"
    """Part of a date, a month with a number (5月), a decade (1930s)."""


class Number(NamedTuple):
    """One number in a text. A named tuple, since texts are read by the million and hold dozens."""

    value: Fraction
    """What it is worth by the language's convention."""
    start: int
    """Offset of the first character, in code points."""
    end: int
    """Offset after the last character, percent sign included, unit and currency not."""
    text: str
    """The characters between."""
    kind: NumberKind
    alternatives: tuple[Fraction, ...] = ()
    """Other readings, most likely first: of `1.234` in German 1.234, of `25 %` 25, of "third" 3."""

    @property
    def readings(self) -> tuple[Fraction, ...]:
        """The value and its alternatives."""
        return (self.value, *self.alternatives)

    @property
    def in_digits(self) -> bool:
        """Whether any of it is written in digits."""
        return any(map(str.isdecimal, self.text))


class Written(NamedTuple):
    """Where a number stands and what it may be worth, before its kind is known."""

    start: int
    end: int
    value: Fraction
    alternatives: tuple[Fraction, ...] = ()


_new: Final = tuple.__new__
"""`_new(Number, (…))` makes a named tuple in a third of the time that `Number(…)` takes."""


def number_at(text: str, written: Written, kind: NumberKind) -> Number:
    """The number with the text that it covers."""
    start, end, value, alternatives = written
    return _new(Number, (value, start, end, text[start:end], kind, alternatives))
