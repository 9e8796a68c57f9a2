"""Words of an English source in whose place stands one that excludes them: days, negations, opposites.

A word that is only missing proves nothing, for it may be said otherwise. It counts where no word of the
target says it and one says what it excludes ("on Thursday" → "el viernes", "at least" → "como máximo"), which
the source does not say.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from parallelize.core.tables import shipped_lines
from parallelize.core.verdicts import Score, scored
from parallelize.core.writing import usual_script, without_marks
from parallelize.metrics.choice_letters import other_letters
from parallelize.metrics.negation import negations
from parallelize.metrics.operations import other_operations
from parallelize.metrics.other_names import other_names
from parallelize.metrics.pair import Pair
from parallelize.metrics.periods import other_periods
from parallelize.metrics.sayings import Saying, cells_of, comparisons, forms_in, saying, word_start
from parallelize.text.answers import forms_of
from parallelize.text.numerals import base_language

__all__ = ["exchanged_words"]

_NAMES: Final = {
    "weekday": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "month": "January February March April May June July August September October November December",
}
_ORDINARY: Final = frozenset(("March", "May"))
"""Months that are words as well, and count beside a number or a preposition only."""
_NUMBERS: Final = {
    name: f"{kind} {number}" for kind, names in _NAMES.items() for number, name in enumerate(names.split(), 1)
}
_DAY_OR_MONTH: Final = re.compile(
    rf"\b(?P<name>{'|'.join(name for name in _NUMBERS if name not in _ORDINARY)}"
    r"|(?:March|May)(?=,?[ ]\d)|(?<=\d[ ])(?:March|May)|(?:(?<=\bin[ ])|(?<=\bof[ ]))(?:March|May))s?\b"
)
_DAY_WORDS: Final = frozenset(form for name in map(str.lower, _NUMBERS) for form in (name, f"{name}s"))
_MORE_SIDE: Final = (
    r"more|most|greater|larger|bigger|over|above|exceed\w*|higher|longer|extra|additional|increase\w*|no"
)
_LESS_SIDE: Final = (
    r"less|fewer|least|smaller|under|below|lower|shorter|decreas\w*|reduc\w*|short|minus|drop\w*|not?|\w+n't"
)
_LATER: Final = r"after\w*|later|then|next|follow\w*|subsequent\w*|since"
_RISING: Final = r"increas\w*|r[oi]se\w*|rising|grow\w*|gr[eo]w\w*|gain\w*|more|up|add\w*|high\w*|rais\w*"
_FALLING: Final = (
    r"decreas\w*|f[ae]ll\w*|drop\w*|reduc\w*|less\w*|fewer|low\w*|down|lost|loss\w*|short\w*|shr[iau]nk"
)
_PARITY: Final = (
    r"[- ]?(?:numbers?|integers?|digits?|numbered|primes?|divisors?|factors?|multiples?|rows?|pages?)"
)
_AMOUNT: Final = (
    r"(?:\d[\d.,]*%?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred"
    r"|[a-z]+teen|[a-z]+ty)"
)


class _Rule(NamedTuple):
    """An English word, and the word that it is mistaken for."""

    word: str
    other: str
    said: re.Pattern[str]
    """How the source says the word."""
    unless: re.Pattern[str]
    """What the source says where the other word may be right."""


def _rule(word: str, other: str, said: str, unless: str) -> _Rule:
    return _Rule(word, other, re.compile(rf"\b(?:{said})\b", re.I), re.compile(rf"\b(?:{unless})\b", re.I))


_RULES: Final = {
    "least": _rule("at least", "at most", "at least", r"most|no more|maxim\w+|up to"),
    "most": _rule("at most", "at least", "at most", r"least|no (?:less|fewer)|minim\w+"),
    "more": _rule("more", "less", rf"{_AMOUNT} (?:[\w'-]+ )?more|more than {_AMOUNT}", _LESS_SIDE),
    "fewer": _rule("less", "more", rf"{_AMOUNT} (?:[\w'-]+ )?fewer|fewer than {_AMOUNT}", _MORE_SIDE),
    "less": _rule("less", "more", rf"{_AMOUNT} (?:[\w'-]+ )?less|less than {_AMOUNT}", _MORE_SIDE),
    "twice": _rule("twice", "half", "twice", r"half|halves|halved"),
    "perimeter": _rule("perimeter", "area", "perimeter", r"areas?|surfaces?|regions?|fields?"),
    "area": _rule("area", "perimeter", "area", r"perimeters?|circumference|around|border\w*|fenc\w+"),
    "positive": _rule("positive", "negative", "positive", r"(?:non-?)?negative|minus|below"),
    "negative": _rule("negative", "positive", "(?<!-)negative", r"(?:non-?)?positive"),
    "before": _rule("before", "after", "before", rf"{_LATER}|ago|until|till|past"),
    "after": _rule(
        "after", "before", "after", r"before|prior|earlier|first|previous\w*|until|till|ago|former\w*"
    ),
    **{
        word: _rule("increase", "decrease", word, _FALLING)
        for word in ("increase", "increases", "increased", "rose", "rises")
    },
    **{
        word: _rule("decrease", "increase", word, _RISING)
        for word in ("decrease", "decreases", "decreased", "fell", "falls")
    },
    "largest": _rule("largest", "smallest", "largest", r"smallest|least|minim\w+|lowest|shortest"),
    "smallest": _rule("smallest", "largest", "smallest", r"largest|greatest|biggest|most|maxim\w+|highest"),
    "inside": _rule("inside", "outside", "inside", r"out\w*|extern\w*|exterior|off"),
    "outside": _rule("outside", "inside", "outside", r"in\w*|within"),
    "diameter": _rule("diameter", "radius", "diameter", r"radi\w+|half|halves"),
    "radius": _rule("radius", "diameter", "radius", r"diameters?|twice|double"),
    "north": _rule("north", "south", "north", r"south\w*"),
    "south": _rule("south", "north", "south", r"north\w*"),
    "even": _rule("even", "odd", rf"even{_PARITY}|(?:is|are|be) even(?! if| though| more)", r"odd\w*"),
    "odd": _rule("odd", "even", rf"odd{_PARITY}|(?:is|are|be) odd", r"evens?|evenly"),
}
"""By the word that shows that a rule may hold."""
_TRIGGERS: Final = _DAY_WORDS | _RULES.keys()
_CHANGE: Final = re.compile(
    r"\b(?:(?P<increase>increased?|rose|rises?|risen|grew|gained|went up)"
    r"|(?P<decrease>decreased?|fell|falls?|fallen|dropped|declined|went down|lost))\b",
    re.IGNORECASE,
)
_AMOUNT_IN_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)*")
_OF_AMOUNTS: Final = frozenset(("more", "less"))
_NEAR_AMOUNT: Final = re.compile(r"\d")
_REACH: Final = 20
"""Characters beside a word that compares amounts in which the amount stands."""
_START: Final = r"(?<![\w\u0900-\u0dff])"
_NO_VOWELS_APART: Final = frozenset(("Latn", "Cyrl", "Grek", "Armn", "Geor"))
"""Scripts whose letters are letters throughout, so that an ending can be told."""
_MARKED: Final = frozenset(("Latn", "Cyrl", "Grek"))
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
"""What Portuguese may leave out: "terça e quinta-feira"; what is left is an ordinal as well."""
_FLEETING: Final = re.compile(r"(.{3,})[aeoаеоъ]([kcnкцн])")
"""Piątek, w piątku; вівторок, вівторка: a vowel before the last letter that goes with the case."""
_VOWELS: Final = frozenset("aeiouyаеиоуыяюіїєьαειουηω")
_SHORT: Final = 4
"""Letters of a form below which it is an abbreviation or stands exactly so."""
_EVIDENCE: Final = 12


def exchanged_words(pair: Pair) -> Score:
    """Days, months, letters of choices and opposites in whose place the target has another."""
    if pair.source.language != "en" or pair.one_language:
        return scored("exchanged_words", 0.0)
    seen = [*other_letters(pair), *other_names(pair), *negations(pair), *other_periods(pair)]
    seen += other_operations(pair)
    if not _TRIGGERS.isdisjoint(pair.source.words):
        seen += [*_other_days(pair), *_opposites(pair), *_turned_changes(pair)]
    return scored("exchanged_words", float(len(seen)), "; ".join(seen[:_EVIDENCE]))


def _other_days(pair: Pair) -> Iterator[str]:
    """Days of the week and months that are gone, while the target has another once more than the source."""
    source, target = pair.source.text, pair.target.text
    if _DAY_WORDS.isdisjoint(pair.source.words):
        return
    names = [found["name"] for found in _DAY_OR_MONTH.finditer(source)]
    ours = Counter(map(_NUMBERS.__getitem__, names))
    ordinary = Counter(_NUMBERS[name] for name in _ORDINARY for _ in re.finditer(rf"\b{name}\b", source))
    theirs = _days(target, pair.target.language)
    for kind in ("weekday", "month"):
        others = [
            one for one in theirs if one.startswith(kind) and theirs[one] > max(ours[one], ordinary[one])
        ]
        for name in dict.fromkeys(names):
            said = _NUMBERS[name]
            if (
                others
                and said.startswith(kind)
                and not theirs[said] + theirs[f"~{said}"]
                and name not in target
            ):
                yield f"{name} is {kind} {others[0].split()[1]}"


def _days(text: str, language: str) -> Counter[str]:
    pattern, meanings = _day_names(language)
    return Counter(meanings[found[1]] for found in pattern.finditer(_folded(text, language)))


@lru_cache(maxsize=128)
def _day_names(language: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """What finds a day or month of a language, its ending apart, and what each beginning means."""
    said: dict[str, set[str]] = {}
    by_meaning: dict[str, list[str]] = {}
    for form, meanings in forms_of(language, ("weekday", "month")).items():
        for meaning in meanings:
            by_meaning.setdefault(meaning, []).append(form)
    inflected = usual_script(language) in _NO_VOWELS_APART
    for meaning, forms in by_meaning.items():
        longest = max(map(len, forms))
        shortest = max(longest // 2, min(_SHORT, longest) if inflected else 0)
        for form in forms:
            spelled = {form, *(form.replace(old, new).strip() for old, new in _RESPELLED)}
            for name in spelled if len(form) >= shortest else ():
                for stem in _stems(_folded(name, language), inflected=inflected):
                    said.setdefault(stem, set()).add(meaning)
            if form.endswith(_ORDINAL):
                said[_folded(form.removesuffix(_ORDINAL), language)] = {f"~{meaning}"}
    sure = {stem: next(iter(meanings)) for stem, meanings in said.items() if len(meanings) == 1}
    names = sorted(sure, key=len, reverse=True)
    ending = r"(?![^\W\d_]{5})" if inflected else ""
    start = word_start(base_language(language), _START)
    return re.compile(f"{start}({'|'.join(map(re.escape, names)) or '(?!)'}){ending}"), sure


def _stems(form: str, *, inflected: bool) -> Iterator[str]:
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
    if text.isascii() or base_language(language) == _TONES or usual_script(language) not in _MARKED:
        return unicodedata.normalize("NFC", text)
    return without_marks(text)


def _opposites(pair: Pair) -> Iterator[str]:
    """Words of the table that the target does not say and whose opposite it says."""
    source, target = pair.source.text, pair.target.text.lower()
    words = frozenset(pair.source.words)
    for rule in (rule for word, rule in _RULES.items() if word in words):
        if rule.said.search(source) is None or rule.unless.search(source):
            continue
        sayings = _sayings(base_language(pair.target.language))
        if rule.word not in sayings or sayings[rule.word].any.search(target):
            continue
        found = sayings[rule.other].sure.search(target)
        if found and (rule.word not in _OF_AMOUNTS or _NEAR_AMOUNT.search(target, *_around(found))):
            yield f"{rule.word} is {found[0]}"


def _turned_changes(pair: Pair) -> Iterator[str]:
    """A rise and a fall that have each other's numbers: by turns each stands beside its own."""
    sayings = _sayings(base_language(pair.target.language))
    if "increase" not in sayings or "decrease" not in sayings:
        return
    english = [(found.start(), found.lastgroup or "") for found in _CHANGE.finditer(pair.source.text)]
    target = pair.target.text.lower()
    theirs = [
        (found.start(), name)
        for name in ("increase", "decrease")
        for found in sayings[name].sure.finditer(target)
    ]
    kinds = ["decrease", "increase"]
    if sorted(name for _, name in english) != kinds or sorted(name for _, name in theirs) != kinds:
        return
    ours, others = _by_turns(pair.source.text, english), _by_turns(target, theirs)
    if len(ours) == len(others) == 2 and ours != others and sorted(ours.values()) == sorted(others.values()):
        yield f"{ours['increase']} up is {others['increase']}"


def _by_turns(text: str, words: list[tuple[int, str]]) -> dict[str, str]:
    """The number of each word, where words and numbers stand by turns; empty if they do not."""
    numbers = [
        (found.start(), f"#{found[0].replace(',', '.')}") for found in _AMOUNT_IN_DIGITS.finditer(text)
    ]
    order = [word for _, word in sorted([*words, *numbers])]
    first, second = order[::2], order[1::2]
    if len(order) != 4 or {word[0] for word in first} == {word[0] for word in second}:
        return {}
    named = (first, second) if second[0][0] == "#" else (second, first)
    if any(word[0] == "#" for word in named[0]) or any(word[0] != "#" for word in named[1]):
        return {}
    return dict(zip(*named, strict=True))


def _around(found: re.Match[str]) -> tuple[int, int]:
    return max(0, found.start() - _REACH), found.end() + _REACH


@lru_cache(maxsize=128)
def _sayings(language: str) -> Mapping[str, Saying]:
    """The sayings of a language by English word."""
    cells = cells_of("opposites.tsv", language)
    heads = shipped_lines(__package__, "opposites.tsv")[0][1:]
    said = {head: forms_in(cell) for head, cell in zip(heads, cells, strict=False)}
    for word, forms in zip(("more", "less"), comparisons(language), strict=True):
        said.get(word, []).extend(f"~{form}" for form in forms)
    for word in ("even", "odd"):
        said[word] = [re.escape(form) for form in forms_of(language, (word,))]
    start = word_start(language, _START)
    return {word: saying(forms, start) for word, forms in said.items() if forms}
