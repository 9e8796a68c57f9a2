"""The numbers of a text as they wait for their partners in another text, and how a partner is found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from parallelize.text.numerals.number import Number, NumberKind

Key = tuple[int, int]
"""A value as numerator and denominator, which is hashed much faster than a fraction."""
key_of: Final[Callable[[Fraction], Key]] = Fraction.as_integer_ratio
_DATE: Final = NumberKind.DATE
_ORDINAL: Final = NumberKind.ORDINAL


@dataclass(slots=True)
class Item:
    """A number that waits for its partner."""

    number: Number
    in_digits: bool
    weak: bool
    """An ordinal, a month or a decade: other languages say it in words."""
    named: bool
    """Part of a name (CM2, F16), which another language may not use."""
    open: bool = True
    sizes: frozenset[Fraction] | None = None
    """`readings`, once they were asked for: most numbers find their partner by value."""

    @property
    def readings(self) -> frozenset[Fraction]:
        """Sizes without sign; of a percentage of one hundred and more only the number of percent (200 %)."""
        if self.sizes is None:
            number = self.number
            alone = number.kind is NumberKind.PERCENT and number.value >= 1
            self.sizes = frozenset(map(abs, number.alternatives if alone else number.readings))
        return self.sizes


def _in_digits(text: str) -> bool:
    """Whether a number has a digit, or another sign that counts and is no letter (½)."""
    if text[0].isdecimal():
        return True
    if text.isalpha():
        return False
    return any(mark.isdecimal() or (mark.isnumeric() and not mark.isalpha()) for mark in text)


def item_of(text: str, number: Number) -> Item:
    """A number of a text as it waits for its partner."""
    kind, start = number.kind, number.start
    in_digits = _in_digits(number.text)
    before = text[start - 1 : start] if start else ""
    dated = kind is _DATE and (number.value <= 12 or not number.text[-1].isdecimal())
    named = in_digits and before.isascii() and before.isalpha()
    return Item(number, in_digits, dated or kind is _ORDINAL, named)


def is_midnight(number: Number) -> bool:
    """0:00 is no number of anything."""
    return number.kind is NumberKind.TIME and number.value == 0


def reading_keys(item: Item) -> list[Key]:
    """Keys of all that a number may be worth."""
    return list(map(key_of, item.readings))


class Waiting:
    """Open numbers by key: the first one in text order is found without a look at the others."""

    def __init__(self, items: Iterable[Item], keys: Callable[[Item], Iterable[Key]]) -> None:
        """Remember the open ones of `items` under each of their keys."""
        self._places: dict[Key, list[tuple[int, Item]]] = {}
        for place, item in enumerate(items):
            if item.open:
                for key in keys(item):
                    self._places.setdefault(key, []).append((place, item))
        for found in self._places.values():
            found.reverse()

    def first(self, keys: Iterable[Key], but: Item | None = None) -> Item | None:
        """The first number that is still open under one of the keys."""
        best: tuple[int, Item] | None = None
        for key in keys:
            places = self._places.get(key, [])
            while places and not places[-1][1].open:
                places.pop()
            found = next((place for place in reversed(places) if place[1].open and place[1] is not but), None)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        return None if best is None else best[1]


def values(items: list[Item]) -> tuple[Fraction, ...]:
    """The values in text order."""
    return tuple(item.number.value for item in sorted(items, key=lambda item: item.number.start))
