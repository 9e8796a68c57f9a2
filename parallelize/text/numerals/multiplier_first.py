"""Numbers of languages whose multipliers come before what they multiply."""

from fractions import Fraction

from parallelize.text.numerals.growing import NOTHING_YET, GrowingNumber
from parallelize.text.numerals.languages import Grammar
from parallelize.text.numerals.lexicon import FormRole

__all__ = ["MultiplierFirst"]


class MultiplierFirst(GrowingNumber):
    """Swahili: the multiplier comes first, and what follows it is its coefficient as far as it fits.

    "elfu mia moja na ishirini na tatu, mia saba" is (100·1 + 20 + 3) · 1000 + 100·7. `outer` is the open
    multiplier of a thousand or more, `hundred` tells whether "mia" is open, `inner` what is closed within
    `outer`.
    """

    def __init__(self, rules: Grammar) -> None:
        super().__init__(rules)
        self.outer = 0
        self.hundred = False
        self.inner: Fraction | int = 0

    def _open(self) -> Fraction | int:
        """The value of the section that is open."""
        coefficient = self.current + (self.pending or 0)
        if self.hundred:
            coefficient = (coefficient or 1) * 100
        coefficient += self.inner
        return (coefficient or 1) * self.outer if self.outer else coefficient

    def value(self) -> Fraction:
        """What has been read so far."""
        return Fraction(sum(section for section, _ in self.sections) + self._open())

    def _clear(self) -> None:
        self.current, self.pending, self.floor = 0, None, NOTHING_YET

    def _close(self) -> None:
        self.sections.append((self._open(), self.outer or 1))
        self.outer, self.hundred, self.inner = 0, False, 0
        self._clear()

    def _is_bare(self) -> bool:
        """Nothing has been read since the last multiplier."""
        return self.pending is None and not self.current

    def _small(self, value: int) -> bool:
        if self.outer and self._is_bare() and not self.hundred and not self.inner:
            self.hundred = True
            return True
        if self.outer:
            self._close()
        elif self.hundred or not self._is_bare():
            return False
        self.hundred = True
        return True

    def _large(self, value: int) -> bool:
        if value < 1000 and self.count:
            return False  # a dozen
        if self.outer:
            if value >= self.outer:
                return False
            self._close()
        elif self.hundred or not self._is_bare():
            return False
        self.outer = value
        return True

    def _unit(self, value: Fraction | int) -> bool:
        if self.floor == 0 and self.count == 1:  # "theluthi mbili": two thirds
            self.current *= value
            return True
        return super()._unit(value) or (self._make_room(value) and super()._unit(value))

    def _whole(self, role: FormRole, value: int) -> bool:
        return super()._whole(role, value) or (self._make_room(value) and super()._whole(role, value))

    def _digits(self, value: Fraction | int) -> bool:
        if (self.outer or self.hundred) and self._is_bare():
            self.pending = value
            return True
        return super()._digits(value)

    def _make_room(self, value: Fraction | int) -> bool:
        """Close what cannot take the value: the open hundred first, then the section."""
        if not self.connected or value >= 100:
            return False
        if self.hundred:
            self.inner += (self.current + (self.pending or 0) or 1) * 100
            self.hundred = False
            self._clear()
            return True
        if not self.outer:
            return False
        self._close()
        return True

    def _connect(self, role: FormRole, attached: int) -> bool:
        multiplied = self.outer or self.hundred or self.sections
        if not self.count or self.connected or (not multiplied and self._lowest() < 10):
            return False
        self.connected = 1
        return True

    def _fraction(self, value: Fraction | int) -> bool:
        return not (self.outer or self.hundred) and super()._fraction(value)
