"""A number that is being read form by form: what may still join it, and what it is worth so far."""

from fractions import Fraction
from typing import NamedTuple

from parallelize.text.numerals.languages import Grammar
from parallelize.text.numerals.lexicon import FormRole, Lexeme

__all__ = ["NOTHING_YET", "TRANSPARENT", "Composed", "FoundForm", "GrowingNumber"]


class FoundForm(NamedTuple):
    """One form in the text, as the scanner found it."""

    lexeme: Lexeme
    start: int
    end: int


class Composed(NamedTuple):
    """One number made of one or more forms."""

    value: Fraction
    start: int
    end: int
    parts: int
    """How many forms it is made of, without connectors and fillers."""
    has_digits: bool
    role: FormRole
    """Of its last form: tells fractions, multiples and ordinals from counts."""


_MILLION = 10**6
_YEARS = range(1500, 2100)
NOTHING_YET = 10**30
"""The place value that is free above everything: before any form was read."""
TRANSPARENT = frozenset((FormRole.CONNECTOR, FormRole.FILLER))
"""Forms that mean nothing on their own."""
_STANDALONE = (FormRole.MULTIPLE, FormRole.ORDINAL)


def _top(value: Fraction | int) -> int:
    """The highest place value that a number of hundreds or thousands fills."""
    return 100 if value < 1000 else 1000 if value < 1_000_000 else 1_000_000


class GrowingNumber:
    """The number that is being read.

    `sections` holds what large multipliers closed, `current` what the section that is open has, `pending` the
    unit or digits that a multiplier may still take, `floor` the smallest place value that is filled.
    """

    def __init__(self, rules: Grammar) -> None:
        self.rules = rules
        self.sections: list[tuple[Fraction | int, int]] = []
        self.current: Fraction | int = 0
        self.pending: Fraction | int | None = None
        self.floor = NOTHING_YET
        self.denominator: Fraction | int | None = None
        self.below: Composed | None = None
        self.connected = 0
        self.first: FoundForm | None = None
        self.last: FoundForm | None = None
        self.count = 0
        self.alone = False
        self.has_digits = False
        self.is_ordinal = False

    def value(self) -> Fraction:
        """What has been read so far."""
        total = self.current + (self.pending or 0)
        for section, _ in self.sections:
            total += section
        if self.denominator is not None and self.rules.numerator_first and total:
            return Fraction(self.denominator) / total
        return Fraction(total, self.denominator or 1)

    def take(self, part: FoundForm) -> bool:
        """Add a form; False where it does not fit and begins the next number."""
        role, value, alone = part.lexeme
        if role in TRANSPARENT:
            return self._connect(role, int(value))
        if self.count and self.last is not None and (self.last.lexeme.role in _STANDALONE or self.is_ordinal):
            return role is self.last.lexeme.role is FormRole.ORDINAL and self._ends_ordinal(part)
        if not self._fits(role, value):
            return False
        self.connected = 0
        self.first = self.first or part
        self.last = part
        self.count += 1
        self.alone = self.alone or alone or role is FormRole.SMALL
        self.has_digits = self.has_digits or role is FormRole.DIGITS
        return True

    def _connect(self, role: FormRole, attached: int) -> bool:
        if not self.count:
            return False
        if (
            role is FormRole.FILLER
            and self.rules.article_is_per
            and not self.connected
            and self.last is not None
        ):
            return self.last.lexeme.role is not FormRole.DIGITS  # "$3 a dozen", "4000 a decade ago"
        if role is FormRole.CONNECTOR:
            if self.connected:
                return False
            inverted = attached and self.pending is not None
            if not inverted and self._lowest() < self.rules.connector_floor and not self._may_end_in_half():
                return False
            self.connected = 1 + attached
        return True

    def _may_end_in_half(self) -> bool:
        if self.last is not None and self.last.lexeme.role is FormRole.DOZEN:
            return True  # "a dozen and a half"
        return self._lowest() == 1 and self.denominator is None

    def _lowest(self) -> int:
        return 1 if self.pending is not None else self.floor

    def _fits(self, role: FormRole, value: Fraction | int) -> bool:  # noqa: PLR0911 (one line per role)
        if role is FormRole.UNIT:
            return self._unit(value)
        if role in (FormRole.TEEN, FormRole.TEN, FormRole.ADDITIVE):
            return self._whole(role, int(value))
        if role is FormRole.SMALL:
            return self._small(int(value))
        if role is FormRole.DOZEN and self.current >= value and not self.sections:  # "twenty dozen"
            self.current, self.pending, self.floor = self.value() * value, None, 0
            return True
        if role in (FormRole.LARGE, FormRole.DOZEN):
            return self._large(int(value))
        if role is FormRole.DIGITS:
            return self._digits(value)
        if role is FormRole.PLUS_TEN:
            return self._plus_ten()
        if role is FormRole.FRACTION:
            return self._fraction(value)
        if role is FormRole.DENOMINATOR:
            return self._divide(value)
        if role is FormRole.OVER:
            return self._over()
        if self.count:
            return role is FormRole.ORDINAL and self._joins_ordinal(value)
        self.current = value
        return True

    def _unit(self, value: Fraction | int) -> bool:
        if self.connected and self.last is not None and self.last.lexeme.role is FormRole.DOZEN:
            return False
        if self.pending is not None or self._lowest() <= 1:
            return False
        if value == 0 and self.count:
            return self.rules.spaced is False
        self.pending = value
        return True

    def _whole(self, role: FormRole, value: int) -> bool:
        high = 10 if role is not FormRole.ADDITIVE else _top(value)
        low = 1 if role is FormRole.TEEN else high
        if self.rules.vigesimal and self.denominator is None:
            if value == 20 and self.pending == 4:
                self.current, self.pending, self.floor = self.current + 80, None, 10
                return True
            if 10 <= value <= 19 and self.pending is None and self.current % 100 in self.rules.scores:
                self.current, self.floor = self.current + value, 10 if value == 10 else 1
                return True
        inverted = role is FormRole.TEN and self.connected == 2 and self.pending is not None
        if not inverted and (self._lowest() <= high):
            return False
        self.current += value + (self.pending or 0 if inverted else 0)
        self.pending = None
        self.floor = 1 if inverted else low
        return True

    def _small(self, value: int) -> bool:
        pending = self.pending
        if pending is None and 0 < self.current < 100 and value >= 100:
            self.current, self.floor = self.current * value, value
            return True
        if pending is not None and 0 < self.current < 100 and value == 100 and self.rules.spaced:
            self.current, self.pending, self.floor = (self.current + pending) * value, None, value
            return True
        if self.floor <= value:
            return False
        self.current += (1 if pending is None else pending) * value
        self.pending, self.floor = None, value
        return True

    def _large(self, value: int) -> bool:
        if self.current >= value:  # "sejuta lima ratus ribu": what is larger is closed already
            above = self.current // value * value
            self.sections.append((above, _top(above)))
            self.current -= above
        coefficient = self.current + (self.pending or 0)
        if value == 1000 and self.has_digits and self.count == 1 and coefficient in _YEARS:
            return False  # Persian: "in the year 2019, a thousand …"
        if not coefficient and self.count and not self.sections:
            return False  # zero, or a form that has no value
        if any(multiplier == value for _, multiplier in self.sections):
            return False
        while self.sections and self.sections[-1][1] < value:
            coefficient += self.sections.pop()[0]
        self.sections.append(((coefficient or 1) * value, value))
        self.current, self.pending, self.floor = 0, None, value
        return True

    def _digits(self, value: Fraction | int) -> bool:
        if self.pending is not None or (self.count and (self.rules.spaced or value >= self.floor)):
            return False
        self.pending = value
        return True

    def _plus_ten(self) -> bool:
        if self.pending is None:
            return (not self.count or self.connected > 0) and self._whole(FormRole.TEEN, 10)
        self.current, self.pending, self.floor = self.current + self.pending + 10, None, 1
        return True

    def _fraction(self, value: Fraction | int) -> bool:
        if self.count:
            if value == Fraction(1, 2) and self.sections and self._half_of_last():
                self.current += value * self.floor  # "two million and a half", "a dozen and a half"
                self.floor = 0
                return True
            if self.rules.half_follows and value == Fraction(1, 2):
                self.current += value
                self.floor = 0
                return True
            if self.count == 1 and self.pending == 1 and not self.has_digits and not self.connected:
                self.pending = None  # 一半, "one half"
            elif not self.connected or value != Fraction(1, 2):
                return False
        self.current += value
        self.floor = 0
        return True

    def _half_of_last(self) -> bool:
        """Whether a half that follows is half of the multiplier before it."""
        if self.last is not None and self.last.lexeme.role is FormRole.DOZEN:
            return bool(self.connected) or not self.rules.spaced
        return bool(self.connected) and self.floor >= _MILLION

    def _divide(self, value: Fraction | int) -> bool:
        if self.last is not None and self._joins_ordinal(value):
            return True
        if self.count and (
            self.floor == 0 or self.has_digits or self.connected or not 0 < self.value() <= 100
        ):
            return False  # "4 quarters" are coins as often as fractions: digits are left alone
        self.current = (self.value() or Fraction(1)) / value
        self.pending, self.floor = None, 0
        return True

    def _joins_ordinal(self, value: Fraction | int) -> bool:
        """Twenty-third, one hundred and first: an ordinal after a count ends the number."""
        if not self.rules.joined_ordinals or not self.count or self.has_digits:
            return False
        if self.pending is not None:  # eenentwintigste
            if self.connected != 2 or value % 10 or self.current:
                return False
            self.current, self.pending, self.is_ordinal = self.pending + value, None, True
            return True
        if self.denominator is not None or value >= self.floor or self.floor == NOTHING_YET:
            return False
        self.current, self.floor, self.is_ordinal = self.current + value, 0, True
        return True

    def _ends_ordinal(self, part: FoundForm) -> bool:
        """Polish "dwudziesty czwarty": both forms of twenty-fourth are ordinals."""
        value = part.lexeme.value
        if self.is_ordinal or self.current % 10 or not 20 <= self.current < 100 or value >= 10:
            return False
        self.current, self.is_ordinal, self.last = self.current + value, True, part
        self.count += 1
        return True

    def _over(self) -> bool:
        below = self.value()
        if not below or self.denominator is not None:
            return False
        self.below = self.finish()
        self.denominator = below
        self.sections, self.current, self.pending, self.floor = [], 0, None, NOTHING_YET
        return True

    def finish(self) -> Composed | None:
        """The number, or None where nothing was read or an article stands alone."""
        if self.first is None or self.last is None or not self.alone:
            return None
        if self.last.lexeme.role is FormRole.OVER:  # 30分の番組: minutes, and no fraction
            return self.below
        role = FormRole.ORDINAL if self.is_ordinal else self.last.lexeme.role
        return Composed(self.value(), self.first.start, self.last.end, self.count, self.has_digits, role)
