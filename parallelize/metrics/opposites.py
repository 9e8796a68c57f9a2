"""Opposites of an English source in whose place a translation has the other: "at least" → "como máximo"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from parallelize.core.tables import shipped_lines
from parallelize.metrics.days import DAY_WORDS
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import (
    WORD_START,
    Saying,
    cells_of,
    comparisons,
    forms_in,
    saying,
    word_start,
)
from parallelize.text.answers import forms_of
from parallelize.text.numerals import base_language

__all__ = ["opposites", "rise_and_fall", "rules_that_hold", "turned_changes"]

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
_TRIGGERS: Final = DAY_WORDS | _RULES.keys()
_CHANGE: Final = re.compile(
    r"""
    \b (?: (?P<increase> increased? | rose | rises? | risen | grew | gained | went[ ]up )
         | (?P<decrease> decreased? | fell | falls? | fallen | dropped | declined | went[ ]down | lost ) ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_KINDS_OF_CHANGE: Final = ["decrease", "increase"]
_AMOUNT_IN_DIGITS: Final = re.compile(r"\d+(?:[.,]\d+)*")
_OF_AMOUNTS: Final = frozenset(("more", "less"))
_NEAR_AMOUNT: Final = re.compile(r"\d")
_REACH: Final = 20
"""Characters beside a word that compares amounts in which the amount stands."""


def opposites(pair: Pair) -> Iterator[str]:
    """Words of the table that the target does not say and whose opposite it says."""
    rules = pair.source.once(rules_that_hold)
    if not rules:
        return
    target = pair.target.lowered
    sayings = _sayings(base_language(pair.target.language))
    for rule in rules:
        if rule.word not in sayings or sayings[rule.word].any.search(target):
            continue
        found = sayings[rule.other].sure.search(target)
        if found and (rule.word not in _OF_AMOUNTS or _NEAR_AMOUNT.search(target, *_around(found))):
            yield f"{rule.word} is {found[0]}"


def rules_that_hold(source: Reading) -> list[_Rule]:
    """Rules of the table whose word an English text says, and nothing that the other word may be for."""
    text, words = source.text, _RULES.keys() & source.words
    rules = (rule for word, rule in _RULES.items() if word in words) if words else ()
    return [rule for rule in rules if rule.said.search(text) and not rule.unless.search(text)]


def turned_changes(pair: Pair) -> Iterator[str]:
    """A rise and a fall that have each other's numbers: by turns each stands beside its own."""
    english = pair.source.once(rise_and_fall)
    if not english:
        return
    sayings = _sayings(base_language(pair.target.language))
    if "increase" not in sayings or "decrease" not in sayings:
        return
    target = pair.target.lowered
    theirs = [
        (found.start(), name)
        for name in ("increase", "decrease")
        for found in sayings[name].sure.finditer(target)
    ]
    if sorted(name for _, name in theirs) != _KINDS_OF_CHANGE:
        return
    ours, others = _by_turns(pair.source.text, english), _by_turns(target, theirs)
    if len(ours) == len(others) == 2 and ours != others and sorted(ours.values()) == sorted(others.values()):
        yield f"{ours['increase']} up is {others['increase']}"


def rise_and_fall(source: Reading) -> list[tuple[int, str]]:
    """Where an English text says one rise and one fall; empty if it says others, or more."""
    if _TRIGGERS.isdisjoint(source.words):
        return []
    found = [(change.start(), change.lastgroup or "") for change in _CHANGE.finditer(source.text)]
    return found if sorted(name for _, name in found) == _KINDS_OF_CHANGE else []


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
    start = word_start(language, WORD_START)
    return {word: saying(forms, start) for word, forms in said.items() if forms}
