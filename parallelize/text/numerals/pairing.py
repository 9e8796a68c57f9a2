"""Ways in which a number of one text may be that of the other: by value, in parts, as a product, by month."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Final

from parallelize.text.numerals.items import Item, Key, Waiting, key_of, reading_keys
from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.number import NumberKind

_TIMES: Final = re.compile(r"\s?(?:by|[x×*])\s?")
_SPACES: Final = (" ", "\u00a0", "\u202f", "\u2009")
_GROUPS: Final = re.compile(r"\d{3}(?:\s\d{3})*")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:\s?\d{3}){1,4}")
_MOST_GROUPS: Final = 5
"""Groups of `_GROUPED`, the first included."""
_LONGEST_TIMES: Final = 4
_ENGLISH_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_AND_MONTH: Final = re.compile(r"(\d{1,2})[/⁄](\d{1,2})")
_MONTH_NAME: Final = re.compile(
    r"\b(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_SMALLER_UNITS: Final = (60, 12, 100, 1000)
"""Minutes of an hour, months of a year and inches of a foot, cents, thousandths."""


def _pair(
    left: list[Item],
    right: list[Item],
    keys: Callable[[Item], Iterable[Key]] = reading_keys,
    wanted: Callable[[Item], Iterable[Key]] = reading_keys,
) -> int:
    """Close the items that agree, first come first served; how many pairs were made.

    Args:
        left: Items of one side.
        right: Items of the other.
        keys: What an item of the right side is found under.
        wanted: What an item of the left side looks for.
    """
    left = [item for item in left if item.open]
    right = [item for item in right if item.open] if left else []
    if not right:
        return 0
    waiting = Waiting(right, keys)
    pairs = 0
    for one in left:
        other = waiting.first(wanted(one))
        if other is not None:
            one.open = other.open = False
            pairs += 1
    return pairs


def _value_key(item: Item) -> list[Key]:
    return [key_of(item.number.value)]


def _key_in_digits(item: Item) -> list[Key]:
    return [key_of(item.number.value)] if item.in_digits else []


def _in_other_unit(item: Item) -> list[Key]:
    """Half an hour and 30 minutes, half a year and 6 months, $.50 and 50 cents, 1.5 km and 1,500 m."""
    value = item.number.value
    if value.denominator != 1:
        return [key_of(value * scale) for scale in _SMALLER_UNITS]
    larger = [value / scale for scale in _SMALLER_UNITS]
    return [key_of(other) for other in larger if other.denominator != 1]


def _other_half_day(item: Item) -> list[Key]:
    """4 PM and 16 Uhr."""
    value = item.number.value
    return [key_of(value - 12), key_of(value + 12)] if item.in_digits else []


def _swahili_hour(item: Item) -> list[Key]:
    """Swahili counts the hours from sunrise: saa 7 mchana is 1 PM."""
    return [key_of((item.number.value - 6) % 12)] if item.in_digits else []


def _hour_of_half_day(item: Item) -> list[Key]:
    value = item.number.value
    return [key_of(value % 12)] if item.in_digits and value <= 12 else []


def _close_decades(items: list[Item], others: list[Item]) -> None:
    """Close the last year of a decade: the 1980s are the years from 1980 to 1989."""
    ends = {
        item.number.value + 9
        for item in items
        if item.number.text.endswith("s") and item.number.value >= 1000
    }
    for other in others if ends else ():
        other.open = other.open and other.number.value not in ends


def _pair_equal(left: list[Item], right: list[Item]) -> None:
    """Close the items of the same value, first come first served."""
    waiting: dict[Key, list[Item]] = {}
    for other in reversed(right):
        waiting.setdefault(key_of(other.number.value), []).append(other)
    for one in left:
        others = waiting.get(key_of(one.number.value))
        if others:
            one.open = others.pop().open = False


def _split(item: Item) -> list[tuple[Fraction, Fraction]]:
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


def _pair_composites(left: list[Item], right: list[Item]) -> None:
    """Close one number of a side with two numbers of the other."""
    waiting: Waiting | None = None
    for one in left:
        if not one.open or not one.in_digits:
            continue
        for first, second in _split(one):
            waiting = waiting or Waiting(right, reading_keys)
            there = waiting.first([key_of(second)])
            here = waiting.first([key_of(first)], but=there)
            alone = first == 1 and there is not None and not there.in_digits
            if there is None or (here is None and not alone):
                continue  # 1/3 may be said by "third" alone, 1.5 by "a minute and a half"
            one.open = there.open = False
            if here is not None:
                here.open = False
            break


def _tells_time(items: list[Item]) -> bool:
    return any(item.number.kind is NumberKind.TIME for item in items)


def _pair_products(items: list[Item], others: list[Item], text: str) -> None:
    """Close a number that says what the text says as a product: a 4 by 400 meter relay, a 1,600 m relay."""
    waiting: Waiting | None = None
    for one, other in pairwise(items):
        begin, end = one.number.end, other.number.start
        if end - begin > _LONGEST_TIMES or not _TIMES.fullmatch(text, begin, end):
            continue
        waiting = waiting or Waiting(others, _value_key)
        found = waiting.first([key_of(one.number.value * other.number.value)])
        if found is not None:
            one.open = other.open = found.open = False


def _pair_spaced(items: list[Item], others: list[Item], text: str) -> None:
    """Close the groups of 5 650 000 where spaces are no grouping marks and the other side has that number."""
    waiting: Waiting | None = None
    for index in range(len(items)):
        for value, group in _spaced_groups(items, index, text):
            waiting = waiting or Waiting(others, _value_key)
            found = waiting.first([key_of(value)])
            if found is not None:
                for item in (found, *group):
                    item.open = False
                break


def _spaced_groups(items: list[Item], index: int, text: str) -> Iterator[tuple[Fraction, list[Item]]]:
    """What the number at `index` and the groups of three digits after it say together."""
    digits = items[index].number.text
    for end in range(index + 1, min(index + _MOST_GROUPS, len(items))):
        group = items[end].number
        gap = text[items[end - 1].number.end : group.start]
        if gap not in _SPACES or not _GROUPS.fullmatch(group.text):
            return
        digits += group.text
        if _GROUPED.fullmatch(digits):
            yield Fraction(int("".join(digits.split()))), items[index : end + 1]


def _open_dates(items: list[Item]) -> list[Item]:
    return [item for item in items if item.open and item.in_digits and item.number.kind is NumberKind.DATE]


def _named_months(text: str) -> list[int]:
    """The months that an English text names, 1 to 12, in text order."""
    return [_ENGLISH_MONTHS.index(word[:3].lower()) + 1 for word in _MONTH_NAME.findall(text)]


def _pair_dates(items: list[Item], others: list[Item], other: str, language: str) -> None:
    """Close a day and month in digits (4/7, 7/4), read as a fraction, that the other text says as July 4."""
    dates = [
        (item, date)
        for item in items
        if item.open and (date := _DAY_AND_MONTH.fullmatch(item.number.text)) is not None
    ]
    if not dates or base_language(language) != "en":
        return
    months = set(_named_months(other))
    waiting = Waiting(others, _value_key)
    for item, date in dates:
        first, second = int(date[1]), int(date[2])
        for day, month in ((first, second), (second, first)):
            found = waiting.first([(day, 1)]) if month in months else None
            if found is not None:
                item.open = found.open = False
                break


def _pair_months(items: list[Item], other: str, language: str) -> None:
    """Close months in digits (3月, 3/15) that the other text names, if it is English: "in March"."""
    months = [item for item in _open_dates(items) if 1 <= item.number.value <= len(_ENGLISH_MONTHS)]
    if not months or base_language(language) != "en":
        return
    named = Counter(_named_months(other))
    for item in months:
        month = int(item.number.value)
        if item.number.value == month and named[month]:
            named[month] -= 1
            item.open = False


def other_months(items: list[Item], other: str, language: str) -> list[tuple[Fraction, Fraction]]:
    """Close months in digits for which the English text names another, and pair the two: June, but 5月."""
    dates = _open_dates(items)
    if not dates or base_language(language) != "en":
        return []
    said = {item.number.value for item in items if item.number.kind is NumberKind.DATE}
    lost = [Fraction(month) for month in _named_months(other) if month not in said]
    changed = []
    for month, item in zip(lost, dates, strict=False):
        item.open = False
        changed.append((month, item.number.value))
    return changed


def pair_all(left: list[Item], right: list[Item], texts: tuple[str, str], languages: tuple[str, str]) -> bool:
    """Close what agrees in any of the ways, the plainest first.

    Args:
        left: Numbers of the source.
        right: Numbers of the target.
        texts: Source and target.
        languages: Their BCP 47 tags.

    Returns:
        Whether any number is left open.
    """
    _pair_values(left, right)
    if not _any_open(left, right):
        return False
    _pair_composites(left, right)
    _pair_composites(right, left)
    _close_decades(left, right)
    _close_decades(right, left)
    _pair_hours(left, right, languages)
    source, target = texts
    _pair_products(left, right, source)
    _pair_products(right, left, target)
    _pair_spaced(left, right, source)
    _pair_spaced(right, left, target)
    _pair_dates(left, right, target, languages[1])
    _pair_dates(right, left, source, languages[0])
    _pair_months(left, target, languages[1])
    _pair_months(right, source, languages[0])
    return _any_open(left, right)


def _any_open(left: list[Item], right: list[Item]) -> bool:
    return any(item.open for item in left) or any(item.open for item in right)


def _pair_values(left: list[Item], right: list[Item]) -> None:
    """Close numbers of one value or one reading: digits with digits, words with words, digits with words."""
    left_digits = [item for item in left if item.in_digits]
    right_digits = [item for item in right if item.in_digits]
    left_words = [item for item in left if not item.in_digits]
    right_words = [item for item in right if not item.in_digits]
    _pair_equal(left_digits, right_digits)
    _pair(left_digits, right_digits)
    _pair_equal(left_words, right_words)
    _pair(left_digits, right_words)
    _pair(left_words, right_digits)
    _pair(left_words, right_words)


def _pair_hours(left: list[Item], right: list[Item], languages: tuple[str, str]) -> None:
    """Close hours that two countries count differently, where a text tells the time of day."""
    if not (_tells_time(left) or _tells_time(right)):
        return
    _pair(left, right, _key_in_digits, _other_half_day)
    if base_language(languages[1]) == "sw":
        _pair(left, right, _hour_of_half_day, _swahili_hour)
    elif base_language(languages[0]) == "sw":
        _pair(right, left, _hour_of_half_day, _swahili_hour)


def pair_in_smaller_unit(left: list[Item], right: list[Item]) -> int:
    """Close half an hour with 30 minutes; how many pairs were made."""
    words = [item for item in left if not item.in_digits]
    digits = [item for item in left if item.in_digits]
    return _pair(digits, right, _value_key, _in_other_unit) + _pair(
        words, right, _key_in_digits, _in_other_unit
    )
