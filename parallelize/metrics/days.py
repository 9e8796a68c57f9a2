"""Days of the week and months in whose place a translation has another: "on Thursday" → "el viernes"."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from parallelize.core.writing import usual_script, without_marks
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import WORD_START, word_start
from parallelize.text.answers import forms_of
from parallelize.text.numerals import base_language

__all__ = ["DAY_WORDS", "MONTHS", "days_named", "other_days"]

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ORDINARY: Final = frozenset(("March", "May"))
"""Months that are words as well, and count beside a number or a preposition only."""
_NUMBERS: Final = {
    name: f"{kind} {number}"
    for kind, names in (("weekday", _WEEKDAYS), ("month", MONTHS))
    for number, name in enumerate(names, 1)
}
"""What a name means, as the table of answers calls it: `weekday 1`, `month 12`."""
_DAY_OR_MONTH: Final = re.compile(
    rf"""
    \b (?P<name> {"|".join(name for name in _NUMBERS if name not in _ORDINARY)}
      | (?:March|May)(?=,?[ ]\d)                       # May 5
      | (?<=\d[ ])(?:March|May)                        # 5 May
      | (?: (?<=\bin[ ]) | (?<=\bof[ ]) )(?:March|May) # in March, the first of May
    ) s? \b
    """,
    re.VERBOSE,
)
DAY_WORDS: Final = frozenset(form for name in map(str.lower, _NUMBERS) for form in (name, f"{name}s"))
_ENDINGS_SHOW: Final = frozenset(("Latn", "Cyrl", "Grek", "Armn", "Geor"))
"""Scripts whose letters are letters throughout, so that an ending can be told."""
_MARKS_CHANGE: Final = frozenset(("Latn", "Cyrl", "Grek"))
"""Scripts whose letters get and lose marks with the case."""
_TONES: Final = "vi"
"""The language in which a letter without its marks is another letter."""
_RESPELLED: Final = (
    ("曜日", "曜"),
    ("星期日", "星期天"),
    *(("星期", week) for week in ("周", "週", "礼拜", "禮拜")),
    ("شنبه", " شنبه"),
    *((f"thứ {word}", f"thứ {day}") for day, word in enumerate(["hai", "ba", "tư", "năm", "sáu", "bảy"], 2)),
)
"""Other ways in which a name of the table may be written."""
_ORDINAL: Final = "-feira"
"""What Portuguese may leave out: "terça e quinta-feira"; what is left is an ordinal, too (`~weekday 2`)."""
_FLEETING: Final = re.compile(r"(.{3,})[aeoаеоъ]([kcnкцн])")
"""Piątek, w piątku; вівторок, вівторка: a vowel before the last letter that goes with the case."""
_VOWELS: Final = frozenset("aeiouyаеиоуыяюіїєьαειουηω")
_SHORT: Final = 4
"""Letters of a form below which it is an abbreviation or stands exactly so."""


def other_days(pair: Pair) -> Iterator[str]:
    """Days of the week and months that are gone, while the target has another once more than the source."""
    names = pair.source.once(days_named)
    if not names:
        return
    target = pair.target.text
    most = pair.source.once(_most_said)
    theirs = _days(target, pair.target.language)
    for kind in ("weekday", "month"):
        others = [one for one in theirs if one.startswith(kind) and theirs[one] > most[one]]
        for name in dict.fromkeys(names):
            said = _NUMBERS[name]
            if (
                others
                and said.startswith(kind)
                and not theirs[said] + theirs[f"~{said}"]
                and name not in target
            ):
                yield f"{name} is {kind} {others[0].split()[1]}"


def days_named(source: Reading) -> list[str]:
    """Days of the week and months of an English text, in order."""
    if DAY_WORDS.isdisjoint(source.words):
        return []
    return [found["name"] for found in _DAY_OR_MONTH.finditer(source.text)]


def _most_said(source: Reading) -> Counter[str]:
    """How often at most an English text may say each day or month; March and May are words as well."""
    ordinary = Counter(_NUMBERS[name] for name in _ORDINARY for _ in re.finditer(rf"\b{name}\b", source.text))
    return Counter(map(_NUMBERS.__getitem__, source.once(days_named))) | ordinary


def _days(text: str, language: str) -> Counter[str]:
    """How often a text names each day and month of its language."""
    pattern, meanings = _day_names(language)
    return Counter(meanings[found[1]] for found in pattern.finditer(_folded(text, language)))


@lru_cache(maxsize=128)
def _day_names(language: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """What finds a day or month of a language, its ending apart, and what each beginning means."""
    inflected = usual_script(language) in _ENDINGS_SHOW
    said: dict[str, set[str]] = {}
    for meaning, form in _full_names(language, inflected=inflected):
        for name in (form, *(form.replace(old, new).strip() for old, new in _RESPELLED)):
            for stem in _stems(_folded(name, language), inflected=inflected):
                said.setdefault(stem, set()).add(meaning)
        if form.endswith(_ORDINAL):
            said[_folded(form.removesuffix(_ORDINAL), language)] = {f"~{meaning}"}
    sure = {stem: next(iter(meanings)) for stem, meanings in said.items() if len(meanings) == 1}
    names = sorted(sure, key=len, reverse=True)
    ending = r"(?![^\W\d_]{5})" if inflected else ""
    start = word_start(base_language(language), WORD_START)
    return re.compile(f"{start}({'|'.join(map(re.escape, names)) or '(?!)'}){ending}"), sure


def _full_names(language: str, *, inflected: bool) -> Iterator[tuple[str, str]]:
    """What each form of a day or month means, and the form, if it is no abbreviation."""
    by_meaning: dict[str, list[str]] = {}
    for form, meanings in forms_of(language, ("weekday", "month")).items():
        for meaning in meanings:
            by_meaning.setdefault(meaning, []).append(form)
    for meaning, forms in by_meaning.items():
        longest = max(map(len, forms))
        shortest = max(longest // 2, min(_SHORT, longest) if inflected else 0)
        yield from ((meaning, form) for form in forms if len(form) >= shortest)


def _stems(form: str, *, inflected: bool) -> Iterator[str]:
    """A name, and what of it stays in other cases."""
    yield form
    if inflected and len(form) > _SHORT:
        if form[-1] in _VOWELS:
            yield form[:-1]
        if fleeting := _FLEETING.fullmatch(form):
            yield fleeting[1] + fleeting[2]
    if inflected and form.endswith("k"):  # Ocak, Ocağın
        yield f"{form[:-1]}g"


def _folded(text: str, language: str) -> str:
    """Small letters; without their marks where those come and go with the case."""
    text = text.casefold().replace("\u200c", "").replace("’", "'").replace("ʼ", "'")
    if text.isascii() or base_language(language) == _TONES or usual_script(language) not in _MARKS_CHANGE:
        return unicodedata.normalize("NFC", text)
    return without_marks(text)
