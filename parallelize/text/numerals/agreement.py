"""Do the numbers of a translation agree with those of its source: a multiset comparison by value.

A number in digits must be found again, in digits or in words. Numbers in words are evidence for those in
digits, and are reported apart: an article is a "one", a "both" is a "two", a third of an apple is no three.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.reader import Number, NumberKind, read_digits, read_numbers

_SMALL_WORDS: Final = frozenset(map(Fraction, (0, 1, 2)))
"""Values that words say without meaning a number: none, an, both."""
_SMALL_DIGITS: Final = frozenset(map(Fraction, (1, 2)))
"""Values that one language writes where the other has an article, a plural, or a dual."""
_TIMES: Final = re.compile(r"\s?(?:by|[x×*])\s?")
_SPACES: Final = (" ", "\u00a0", "\u202f", "\u2009")
_GROUPS: Final = re.compile(r"\d{3}(?:\s\d{3})*")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:\s?\d{3}){1,4}")
_LONGEST_TIMES: Final = 4
_SHORTEST_COUNT: Final = 4
"""Numbers of the shortest count from one number to another that may be said as a range."""
_ENGLISH_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME: Final = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_DATE: Final = NumberKind.DATE
_ORDINAL: Final = NumberKind.ORDINAL
_ratio: Final = Fraction.as_integer_ratio
_SMALLER_UNITS: Final = (60, 12, 100, 1000)
"""Minutes of an hour, months of a year and inches of a foot, cents, thousandths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAgreement:
    """What became of the numbers of a source text in its translation."""

    matched: int
    """Numbers found on both sides, in digits or words."""
    missing: tuple[Fraction, ...]
    """Values that the source has in digits and the target does not have, in text order."""
    added: tuple[Fraction, ...]
    """Values that the target has in digits and the source does not have, in text order."""
    missing_words: tuple[Fraction, ...]
    """Values of three and more, and fractions, that only the source's words say: weak evidence."""
    added_words: tuple[Fraction, ...]
    """The same of the target."""
    open_target: tuple[Number, ...] = ()
    """Every number of the target that found no partner, in digits or words, also where that is no fault."""

    @property
    def agrees(self) -> bool:
        """No number in digits is missing or added."""
        return not self.missing and not self.added


@dataclass(slots=True)
class _Item:
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


def _item(text: str, number: Number) -> _Item:
    kind, start = number.kind, number.start
    in_digits = _in_digits(number.text)
    before = text[start - 1 : start] if start else ""
    dated = kind is _DATE and (number.value <= 12 or not number.text[-1].isdecimal())
    named = in_digits and before.isascii() and before.isalpha()
    return _Item(number, in_digits, dated or kind is _ORDINAL, named)


def _items(text: str, language: str) -> list[_Item]:
    numbers = read_numbers(text, language)
    return [_item(text, number) for number in numbers if not _is_midnight(number)]


_Match = Callable[[_Item, _Item], bool]


def _any_reading(left: _Item, right: _Item) -> bool:
    return not left.readings.isdisjoint(right.readings)


def _same_in_smaller_unit(left: _Item, right: _Item) -> bool:
    """Half an hour and 30 minutes, half a year and 6 months, $.50 and 50 cents, 1.5 km and 1,500 m."""
    if not (left.in_digits or right.in_digits):
        return False
    small, large = sorted((left.number.value, right.number.value))
    return small.denominator != 1 and large in {small * scale for scale in _SMALLER_UNITS}


def _close_decades(items: list[_Item], others: list[_Item]) -> None:
    """Close the last year of a decade: the 1980s are the years from 1980 to 1989."""
    for item in items:
        if item.number.text.endswith("s") and item.number.value >= 1000:
            for other in others:
                other.open = other.open and other.number.value != item.number.value + 9


def _same_half_day(left: _Item, right: _Item) -> bool:
    """4 PM and 16 Uhr."""
    return left.in_digits and right.in_digits and abs(left.number.value - right.number.value) == 12


def _same_swahili_hour(left: _Item, right: _Item) -> bool:
    """Swahili counts the hours from sunrise: saa 7 mchana is 1 PM."""
    difference = (left.number.value - right.number.value) % 12
    return left.in_digits and right.in_digits and difference == 6 and right.number.value <= 12


def _pair_equal(left: list[_Item], right: list[_Item]) -> int:
    """Close the items of the same value, first come first served; how many pairs were made."""
    waiting: dict[tuple[int, int], list[_Item]] = {}
    for other in reversed(right):
        waiting.setdefault(_ratio(other.number.value), []).append(other)
    pairs = 0
    for one in left:
        others = waiting.get(_ratio(one.number.value))
        if others:
            one.open = others.pop().open = False
            pairs += 1
    return pairs


def _pair(left: list[_Item], right: list[_Item], agree: _Match) -> int:
    """Close the items that agree, first come first served; how many pairs were made."""
    pairs = 0
    for one in left:
        if not one.open:
            continue
        for other in right:
            if other.open and agree(one, other):
                one.open = other.open = False
                pairs += 1
                break
    return pairs


def _split(item: _Item) -> list[tuple[Fraction, Fraction]]:
    """What two numbers may stand for one: a fraction's parts, a whole and its fraction, hour and minute."""
    value = item.number.value
    ways: list[tuple[Fraction, Fraction]] = []
    if value.denominator != 1:
        ways.append((Fraction(value.numerator), Fraction(value.denominator)))
        whole = Fraction(value.numerator // value.denominator)
        if whole:
            ways.append((whole, value - whole))
    for mark in "./:":
        first, _, second = item.number.text.replace(",", ".").partition(mark)
        pair = "," in item.number.text  # [4,9] where the decimal mark is a comma
        if first.isdecimal() and second.isdecimal() and (mark == "/" or pair or len(second) == 2):
            ways.append((Fraction(int(first)), Fraction(int(second))))
    return ways


def _find(items: list[_Item], value: Fraction, used: _Item | None = None) -> _Item | None:
    return next((item for item in items if item.open and item is not used and value in item.readings), None)


def _pair_composites(left: list[_Item], right: list[_Item]) -> int:
    """Close one number of a side with two numbers of the other."""
    pairs = 0
    for one in left:
        if not one.open or not one.in_digits:
            continue
        for first, second in _split(one):
            there = _find(right, second)
            here = _find(right, first, there)
            alone = first == 1 and there is not None and not there.in_digits
            if there is None or (here is None and not alone):
                continue  # 1/3 may be said by "third" alone, 1.5 by "a minute and a half"
            one.open = there.open = False
            if here is not None:
                here.open = False
            pairs += 1
            break
    return pairs


@dataclass(slots=True)
class _Rest:
    """Open items in digits of one side."""

    lacking: list[_Item]
    """Their value is not on the other side at all."""
    repeated: list[_Item]
    """The other side says it less often."""
    weak: list[_Item]
    small: list[_Item]
    """A 1 or 2 that only one side writes: an article or "they" of the other, unless that lacks something."""
    words: list[_Item]
    """A count of three and more in words: evidence against a number that the other side has left over."""

    def __bool__(self) -> bool:
        return bool(self.lacking or self.repeated)


def _rest(items: list[_Item], others: list[_Item]) -> _Rest:
    rest = _Rest([], [], [], [], [])
    left_over: list[_Item] = []
    for item in items:
        if not item.open or item.named:
            continue
        if not item.in_digits:
            if item.number.kind is NumberKind.WORD and item.number.value > 2:
                rest.words.append(item)
            continue
        if item.number.value in _SMALL_DIGITS:
            rest.small.append(item)
        elif item.weak:
            rest.weak.append(item)
        else:
            left_over.append(item)
    if left_over:
        known = {reading for other in others for reading in (other.number.value, *other.readings)}
        for item in left_over:
            (rest.lacking if item.readings.isdisjoint(known) else rest.repeated).append(item)
    return rest


def _repeated(rest: _Rest, other: _Rest) -> list[_Item]:
    """The repeated numbers that became another number: a lonely 1 or 2 comes of one digit only."""
    if other or other.words:
        return rest.repeated
    return [item for item in rest.repeated if abs(item.number.value) < 10]


def _without_counted(rest: list[_Item], items: list[_Item], others: list[_Item]) -> list[_Item]:
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


def _values(items: list[_Item]) -> tuple[Fraction, ...]:
    return tuple(item.number.value for item in sorted(items, key=lambda item: item.number.start))


def _open_words(items: list[_Item]) -> tuple[Fraction, ...]:
    return tuple(
        item.number.value
        for item in items
        if item.open and not item.in_digits and item.readings.isdisjoint(_SMALL_WORDS)
    )


def _tells_time(items: list[_Item]) -> bool:
    return any(item.number.kind is NumberKind.TIME for item in items)


def _pair_all(left: list[_Item], right: list[_Item], languages: tuple[str, str]) -> int:
    """All ways to agree, the plainest first."""
    left_digits = [item for item in left if item.in_digits]
    right_digits = [item for item in right if item.in_digits]
    left_words = [item for item in left if not item.in_digits]
    right_words = [item for item in right if not item.in_digits]
    matched = _pair_equal(left_digits, right_digits)
    matched += _pair(left_digits, right_digits, _any_reading)
    matched += _pair_equal(left_words, right_words)
    matched += _pair(left_digits, right_words, _any_reading) + _pair(left_words, right_digits, _any_reading)
    matched += _pair(left_words, right_words, _any_reading)
    matched += _pair_composites(left, right) + _pair_composites(right, left)
    _close_decades(left, right)
    _close_decades(right, left)
    if _tells_time(left) or _tells_time(right):
        matched += _pair(left, right, _same_half_day)
        if base_language(languages[1]) == "sw":
            matched += _pair(left, right, _same_swahili_hour)
        elif base_language(languages[0]) == "sw":
            matched += _pair(right, left, _same_swahili_hour)
    return matched


def _pair_products(items: list[_Item], others: list[_Item], text: str) -> int:
    """Close a number that says what the text says as a product: a 4 by 400 meter relay, a 1,600 m relay."""
    pairs = 0
    for one, other in pairwise(items):
        begin, end = one.number.end, other.number.start
        if end - begin > _LONGEST_TIMES or not _TIMES.fullmatch(text, begin, end):
            continue
        product = one.number.value * other.number.value
        found = next((item for item in others if item.open and item.number.value == product), None)
        if found is not None:
            one.open = other.open = found.open = False
            pairs += 1
    return pairs


def _pair_spaced(items: list[_Item], others: list[_Item], text: str) -> int:
    """Close the groups of 5 650 000 where spaces are no grouping marks and the other side has that number."""
    pairs = 0
    for index, one in enumerate(items):
        digits = one.number.text
        for end in range(index + 1, len(items)):
            group = items[end].number
            if text[items[end - 1].number.end : group.start] not in _SPACES or not _GROUPS.fullmatch(
                group.text
            ):
                break
            digits += group.text
            value = Fraction(int("".join(digits.split()))) if _GROUPED.fullmatch(digits) else None
            found = next((item for item in others if item.open and item.number.value == value), None)
            if found is not None:
                for item in (found, *items[index : end + 1]):
                    item.open = False
                pairs += 1
                break
    return pairs


def _open_dates(items: list[_Item]) -> list[_Item]:
    return [item for item in items if item.open and item.in_digits and item.number.kind is _DATE]


def _named_months(text: str) -> list[int]:
    """The months that an English text names, 1 to 12, in text order."""
    return [_ENGLISH_MONTHS.index(word[:3].lower()) + 1 for word in _MONTH_NAME.findall(text)]


def _pair_months(items: list[_Item], other: str, language: str) -> int:
    """Close months in digits (3月, 3/15) that the other text names, if it is English: "in March"."""
    months = [item for item in _open_dates(items) if 1 <= item.number.value <= len(_ENGLISH_MONTHS)]
    if not months or base_language(language) != "en":
        return 0
    named = _named_months(other)
    pairs = 0
    for item in months:
        if item.number.value in named:
            named.remove(int(item.number.value))
            item.open = False
            pairs += 1
    return pairs


def _other_months(items: list[_Item], other: str, language: str) -> list[tuple[Fraction, Fraction]]:
    """Close months in digits for which the English text names another, and pair the two: June, but 5月."""
    dates = _open_dates(items)
    if not dates or base_language(language) != "en":
        return []
    said = [item.number.value for item in items if item.number.kind is _DATE]
    lost = [Fraction(month) for month in _named_months(other) if month not in said]
    changed = []
    for month, item in zip(lost, dates, strict=False):
        item.open = False
        changed.append((month, item.number.value))
    return changed


def digits_agree(source: str, target: str, source_language: str, target_language: str) -> bool:
    """Whether both texts have the same numbers in digits, by value; never wrong in a yes.

    True says that `numbers_agree` agrees; False says nothing. Arguments are those of `numbers_agree`.
    """
    left = read_digits(source, source_language)
    right = None if left is None else read_digits(target, target_language)
    if left is None or right is None:
        return False
    ours, theirs = _counted(left), _counted(right)
    if len(ours) != len(theirs):
        return False
    return ours == theirs or sorted(map(_ratio, ours)) == sorted(map(_ratio, theirs))


def _counted(numbers: Sequence[Number]) -> list[Fraction]:
    return [number.value for number in numbers if not _is_midnight(number)]


def _is_midnight(number: Number) -> bool:
    """0:00 is no number of anything."""
    return number.kind is NumberKind.TIME and number.value == 0


def numbers_agree(source: str, target: str, source_language: str, target_language: str) -> NumberAgreement:
    """Compare the numbers of a source text with those of its translation.

    Every reading of an ambiguous number counts. A number that one side repeats and the other says once is no
    disagreement, unless the other side has a number too many; nor is a lonely 1 or 2, which is an article or
    a dual in another language; nor an ordinal or a month in digits, unless both sides have one left over; nor
    a fraction on one side and 12, 60, 100 or 1000 times its value on the other (half an hour, 30 minutes),
    where no other value is missing; nor a month in digits that the other side names in English. A count that
    only the source's words say ("four stores") is missing where the target has a number too many.

    Args:
        source: The source text.
        target: The translation.
        source_language: BCP 47 tag of the source.
        target_language: BCP 47 tag of the target.
    """
    left, right = _items(source, source_language), _items(target, target_language)
    matched = _pair_all(left, right, (source_language, target_language))
    matched += _pair_products(left, right, source) + _pair_products(right, left, target)
    matched += _pair_spaced(left, right, source) + _pair_spaced(right, left, target)
    matched += _pair_months(left, target, target_language) + _pair_months(right, source, source_language)
    changed = _other_months(right, source, source_language)
    missing, added = _rest(left, right), _rest(right, left)
    if missing or added:
        before = [(item, item.open) for item in (*left, *right)]
        scaled = _pair(left, right, _same_in_smaller_unit)
        without, with_less = _rest(left, right), _rest(right, left)
        if scaled and not without.lacking and not with_less.lacking:
            matched, missing, added = matched + scaled, without, with_less
        else:
            for item, was_open in before:
                item.open = was_open
    lacking = _without_counted(missing.lacking, left, right)
    surplus = _without_counted(added.lacking, right, left)
    less = missing or missing.small or missing.words
    more = added or added.small or added.words
    if (missing or missing.small or added or added.small) and less and more:
        lacking = lacking + _without_counted(_repeated(missing, added), left, right)
        surplus = surplus + _without_counted(_repeated(added, missing), right, left)
        # Of the articles and counters "1" no more than the other side lost or won can be another number.
        lacking = lacking or missing.small[: len(surplus or added.small)]
        surplus = surplus or added.small[: len(lacking)]
    if (missing.weak or lacking) and (added.weak or surplus):
        lacking, surplus = lacking + missing.weak, surplus + added.weak
    if surplus and not lacking:  # "four stores" may be written 5
        lacking = missing.words[: len(surplus)]
    return NumberAgreement(
        matched=matched,
        missing=_values(lacking) + tuple(named for named, _ in changed),
        added=_values(surplus) + tuple(written for _, written in changed),
        missing_words=_open_words(left),
        added_words=_open_words(right),
        open_target=tuple(item.number for item in right if item.open),
    )
