"""What is left over once the numbers of two texts are paired, and how much of it is a fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from parallelize.core.late_patterns import late_pattern
from parallelize.text.numerals.items import Item
from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.number import Number, NumberKind

_SMALL_DIGITS: Final = frozenset(map(Fraction, (1, 2)))
"""Values that one language writes where the other has an article, a plural, or a dual."""
_SMALL_WORD: Final = 2
_LARGEST_SAID: Final = 12
_COUNTS: Final = (
    *("three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twice"),
    *("half", "third", "quarter", "eleventh", "twelfth", "twentieth"),
)
_STEMS: Final = ("four", "fif", "six", "seven", "eigh", "nin", "ten")
_PARTS: Final = (
    *("thirds", "quarters", "fourths", "fifths", "sixths"),
    *("sevenths", "eighths", "ninths", "tenths"),
)
_TEENS: Final = ("thir", "four", "fif", "six", "seven", "eigh", "nine")
_TENS: Final = ("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine")


def _behind(stems: Sequence[str], ending: str) -> str:
    return rf"{ending}(?:{'|'.join(f'(?<={stem}{ending})' for stem in stems)})"


_SAYING: Final = (
    *(rf"{word}(?<!\w{word})(?!\w)" for word in _COUNTS),
    _behind(_TEENS, "teen"),
    _behind(_TENS, "ty"),
    _behind(("m", "b"), "illion"),
    *(rf"{stem}th(?<!\w{stem}th)\b" for stem in _STEMS),
    *("hundred", "thousand", *_PARTS),
)
"""What says a count from three on in English; each pattern begins with its letters."""
_LETTERS: Final = (
    *("three", "four", "five", "fif", "six", "seven", "eigh", "nin", "ten", "eleven", "twe", "twice"),
    *("half", "third", "quarter", "teen", "ty", "illion", "hundred", "thousand"),
)
_SAID: Final = {
    letters: late_pattern("|".join(pattern for pattern in _SAYING if pattern.startswith(letters)))
    for letters in _LETTERS
}
"""The same by the first letters of the patterns, by which a search skips to them."""
_ROUND: Final = late_pattern(
    r"""(?ix) dozens | half[ ]a[ ]dozen | score | hundreds | thousands | [mb]illions
        | decade                                                            # two decades are twenty years
        | (?:mười|mươi)[ ]năm                                               # Vietnamese: ten years, not 15
    """
)
"""Amounts that other languages put otherwise, and what may be no amount."""
_MULTIPLE: Final = late_pattern(r"(?i)tripl|quadrupl|quintupl|thrice|twice|fold")
_SHORTEST_COUNT: Final = 4
"""Numbers of the shortest count from one number to another that may be said as a range."""


@dataclass(slots=True)
class LeftOver:
    """Open items in digits of one side."""

    lacking: list[Item]
    """Their value is not on the other side at all."""
    repeated: list[Item]
    """The other side says it less often."""
    weak: list[Item]
    """Ordinals, months and decades, which the other side may say in words."""
    small: list[Item]
    """A 1 or 2 that only one side writes: an article or "they" of the other, unless that lacks something."""
    words: list[Item]
    """A count of three and more in words, "twice", one and a half: evidence against a number left over."""
    parts: list[Item]
    """A share in words that is no half, compared with shares only: many languages say it by counts."""
    ordinals: list[Item]
    """An ordinal from the third on in words: the same against an ordinal in digits."""

    def __bool__(self) -> bool:
        return bool(self.lacking or self.repeated)


def left_over(items: list[Item], others: list[Item], *, two_counts: bool = False) -> LeftOver:
    """The open items of one side, sorted by what they say about the other side.

    Args:
        items: One side.
        others: The other side.
        two_counts: A 2 that the other side does not know is lacking, as any number: no article says it.
    """
    rest = LeftOver([], [], [], [], [], [], [])
    counted: list[Item] = []
    for item in items:
        if not item.open or item.named:
            continue
        if not item.in_digits:
            if _counts(item.number):
                rest.words.append(item)
            elif _is_part(item.number):
                rest.parts.append(item)
            elif _may_be_ordinal(item):
                rest.ordinals.append(item)
            continue
        if item.number.value in _SMALL_DIGITS and not (two_counts and item.number.value == _SMALL_WORD):
            rest.small.append(item)
        elif item.weak:
            rest.weak.append(item)
        else:
            counted.append(item)
    if counted:
        known = {reading for other in others for reading in (other.number.value, *other.readings)}
        for item in counted:
            (rest.lacking if item.readings.isdisjoint(known) else rest.repeated).append(item)
    return rest


def _counts(number: Number) -> bool:
    """Whether words say a count that no article, dual or saying brings in."""
    if number.value.denominator != 1:
        return number.value > 1
    return number.kind is NumberKind.WORD and (number.value > _SMALL_WORD or number.text.lower() == "twice")


def _is_part(number: Number) -> bool:
    """Whether words say a share that no half, quarter (a coin) or ordinal is: two thirds, one eighth."""
    if number.alternatives or number.value >= 1 or number.value.denominator == 1:
        return False
    one = (
        number.value.denominator > _SMALL_WORD and " " in number.text and "quarter" not in number.text.lower()
    )
    return number.value.numerator > 1 or one


def _repeated(rest: LeftOver, other: LeftOver) -> list[Item]:
    """The repeated numbers that became another number: a lonely 1 or 2 comes of one digit only."""
    if other or other.words:
        return rest.repeated
    return [item for item in rest.repeated if abs(item.number.value) < 10]


def _without_counted(rest: list[Item], items: list[Item], others: list[Item]) -> list[Item]:
    """Leave out what stands inside "1, 2, 3, 4, 5, and 6" where the other side says "1 to 6"."""
    if not rest:
        return rest
    known = {other.number.value for other in others}
    values = [item.number.value for item in items]
    inner: set[Fraction] = set()
    begin = 0
    for index in range(1, len(values) + 1):
        if index < len(values) and values[index] == values[index - 1] + 1:
            continue
        if index - begin >= _SHORTEST_COUNT and known.issuperset((values[begin], values[index - 1])):
            inner.update(values[begin + 1 : index - 1])
        begin = index
    return [item for item in rest if item.number.value not in inner]


def weighed(
    missing: LeftOver, added: LeftOver, left: list[Item], right: list[Item]
) -> tuple[list[Item], list[Item]]:
    """What of the numbers left over is a fault: those of the source, those of the target.

    A number that the other side does not know at all always is one. What only one side repeats, a lonely 1 or
    2, an ordinal or month, and a count in words, are faults as far as the other side has a number too many.
    """
    lacking = _without_counted(missing.lacking, left, right)
    surplus = _without_counted(added.lacking, right, left)
    if _both_have_something(missing, added):
        lacking = lacking + _without_counted(_repeated(missing, added), left, right)
        surplus = surplus + _without_counted(_repeated(added, missing), right, left)
        # Of the articles and counters "1" no more than the other side lost or won can be another number.
        lacking = lacking or missing.small[: len(surplus or added.small)]
        surplus = surplus or added.small[: len(lacking)]
    if (missing.weak or lacking) and (added.weak or surplus):
        lacking, surplus = lacking + missing.weak, surplus + added.weak
    if not lacking and not surplus:  # "thirteenth" may be written 30th
        said_otherwise = _unknown(added.ordinals + added.words, left)
        lacking, surplus = _paired(missing.ordinals, added.weak + said_otherwise)
    if not lacking and not surplus:  # "the 21st" may be written "dwunastą", the twelfth
        in_digits = [item for item in missing.weak if item.number.kind is NumberKind.ORDINAL]
        in_words = [item for item in added.ordinals if not _may_go_on(item)]
        lacking, surplus = _paired(_unknown(in_digits, right), _unknown(in_words, left))
    if surplus and not lacking:  # "four stores" may be written 5
        lacking = missing.words[: len(surplus)]
    if not lacking and not surplus:  # "two hundred thousand" may be translated "zweitausend"
        lacking, surplus = _paired(*(list(filter(_is_large, side.words)) for side in (missing, added)))
    return lacking, surplus


def counts_changed(
    missing: LeftOver, added: LeftOver, left: list[Item], right: list[Item]
) -> tuple[list[Item], list[Item]]:
    """Counts in words that became as many others: "seven dogs" translated "neun Hunde"; or a 2 in digits that
    the other side's words make another count."""
    lacking, surplus = _counts_in_words(missing.words, right), _counts_in_words(added.words, left)
    if surplus and not lacking:
        lacking = [item for item in missing.small if item.number.value == _SMALL_WORD]
    less, more = _unknown(missing.parts, right), _unknown(added.parts, left)
    if len(lacking) != len(surplus):
        lacking, surplus = [], []
    if len(less) != len(more):
        less, more = [], []
    return lacking + less, surplus + more


def counts_lost(missing: LeftOver, right: list[Item]) -> list[Item]:
    """Counts from three on that only the source's words say: "three workers" translated "the workers"."""
    return [
        item
        for item in _counts_in_words(missing.words, right)
        if item.number.value.denominator == 1 and _MULTIPLE.search(item.number.text) is None
    ]


def _counts_in_words(words: list[Item], others: list[Item]) -> list[Item]:
    """Counts in words that the other side says nowhere, in no reading; round amounts are no counts."""
    return [item for item in _unknown(words, others) if _ROUND.search(item.number.text) is None]


def _unknown(items: list[Item], others: list[Item]) -> list[Item]:
    """What the other side says in no reading."""
    if not items:
        return items
    known = {reading for other in others for reading in (other.number.value, *other.readings)}
    return [item for item in items if item.readings.isdisjoint(known)]


def _paired(lacking: list[Item], surplus: list[Item]) -> tuple[list[Item], list[Item]]:
    """As many of both as the shorter list has."""
    number = min(len(lacking), len(surplus))
    return lacking[:number], surplus[:number]


def _is_large(item: Item) -> bool:
    """Whether a count in words is too large to be part of a saying."""
    number = item.number
    return (
        number.value > _LARGEST_SAID and number.value.denominator == 1 and _ROUND.search(number.text) is None
    )


def says_count(text: str, language: str) -> bool:
    """Whether an English text may say a count from three on in words; a look without reading the numbers."""
    if base_language(language) != "en":
        return False
    lowered = text.lower()
    return any(_SAID[letters].search(lowered) for letters in filter(lowered.__contains__, _SAID))


def _may_be_ordinal(item: Item) -> bool:
    """Whether words say an ordinal from the third on; English "thirteenth" may be a fraction as well."""
    number = item.number
    if number.kind is NumberKind.ORDINAL:
        return number.value > 2
    if number.kind is not NumberKind.FRACTION or number.text.lower().startswith("quarter"):
        return False
    return any(other > 2 for other in number.alternatives)


def _may_go_on(item: Item) -> bool:
    """Whether an ordinal may be the first word of one that was not read whole: "vigésimo primeiro"."""
    return item.number.value > 10 and item.number.value % 10 == 0


def _both_have_something(missing: LeftOver, added: LeftOver) -> bool:
    """Whether both sides have a number left over, at least one of them in digits."""
    less = missing or missing.small or missing.words
    more = added or added.small or added.words
    return bool((missing or missing.small or added or added.small) and less and more)
