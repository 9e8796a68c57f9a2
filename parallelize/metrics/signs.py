"""Did the signs, variables and units of a text come through? Compared whoever translated it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from parallelize.core.tables import shipped_rows
from parallelize.core.verdicts import Score
from parallelize.metrics.changed_units import changed_units, has_degrees, has_units, other_scales
from parallelize.metrics.choice_letters import localised_letters
from parallelize.metrics.detectors import Detectors
from parallelize.metrics.minus import has_minus, lost_minus
from parallelize.metrics.moved_values import moved_values, values_tied
from parallelize.metrics.pair import Pair
from parallelize.metrics.powers import changed_powers, may_measure
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import comparisons, saying, word_start
from parallelize.text.numerals import NumberKind, base_language
from parallelize.text.signs import (
    Relation,
    Signs,
    has_letter,
    is_greek,
    read_signs,
    without_hidden,
)

__all__ = ["sign_faults"]

_OWN_LETTERS: Final = frozenset("ar fa ur ps he".split())  # noqa: SIM905
"""Languages whose schools write variables in their own letters."""
_PERCENT_SIGN: Final = re.compile(r"\d\s?\\?%(?!\w)")
_PERCENT_SIGNS: Final = re.compile("[%％٪]")
_PERCENT_RANGE: Final = re.compile(
    r"\d\s?(?:[-–~～至到から]{1,2}|(?:[^\W\d]{1,8}\s){1,2})\s?\d[\d.,]*\s?[%％٪]"
)
"""Two numbers of which only the second has the sign."""
_LABEL: Final = re.compile(r"\b(?!Point|Let|Set|Line)[A-Z][a-z]{2,} ([A-Z])\b")
"""Publisher B: another alphabet has its own second letter. Points and sets keep theirs."""
_FIRST: Final = re.compile(r"(?<!\w)[АA](?!\w)")
_OWN_ORDER: Final = {"B": "Б", "C": "[ВC]", "D": "[ГD]"}
"""What stands for the second to the fourth of a row that begins with А."""
_GREATER: Final = re.compile(r"[>≥≧⩾]|\\(?:geq?|gt)\b")
_LESS: Final = re.compile(r"[<≤≦⩽]|\\(?:leq?|lt)\b")
_STRICT: Final = {"<": r"\le", r"\le": "<"}
_MAY_BE_SIGN: Final = re.compile(
    r"[^\x00-\"$-'*-;?A-Z\[\]`a-z|~\x7f\xc0-\u024f\s\u2010-\u2027]"  # or one of = < > ^ { } # @ _ \ ( )
    r"(?:(?<![()])|(?<=sqrt\()|(?<=\))\s?[-+*/])"
)
"""Marks of ASCII that are read, and whatever is neither ASCII nor a Latin letter, a space, dash or quotation
mark. It begins with one set, by which the search skips."""


def sign_faults(pair: Pair) -> Score:
    """Signs lost from the running text, relations turned round, variables lost, units changed or lost."""
    return _DETECTORS.score("sign_faults", pair)


def _lost_signs(pair: Pair) -> Iterator[str]:
    """Signs that the target has less often, in its running text and with its formulas; turned relations."""
    ours = pair.source.once(_signs)
    if ours is None:
        return
    source, target = pair.source.text, pair.target.text
    theirs = read_signs(pair.target.running)
    lost = ours.counts - theirs.counts
    said = lost["<"] + lost[r"\le"]
    if said and said <= _said_in_words(pair):
        lost["<"] = lost[r"\le"] = 0
        lost = +lost
    turned = _turned(ours.relations, theirs.relations)
    if not lost and not turned and ours.operators == theirs.operators:
        return
    whole = read_signs(without_hidden(source, formulas=True)).counts
    again = read_signs(without_hidden(target, formulas=True)).counts
    greek = base_language(pair.target.language) == "el"
    for sign, count in (lost & (whole - again)).items():
        if not (greek and is_greek(sign)):
            yield f"lost {sign}" + (f" ({count} times)" if count > 1 else "")
    yield from turned
    yield from _other_operators(ours.operators, theirs.operators)


def _signs(source: Reading) -> Signs | None:
    """The signs of a running text; None if there is none."""
    found = read_signs(source.running) if _MAY_BE_SIGN.search(source.text) else None
    return found if found is not None and found.counts.total() else None


@lru_cache(maxsize=128)
def _words_of_comparison(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What says more in a language, and what says less."""
    start = word_start(language, r"(?<!\w)")
    more, less = comparisons(language)
    return saying(more, start).any, saying(less, start).any


def _said_in_words(pair: Pair) -> int:
    """How many words of the target may say the signs < and > of the source, by their direction.

    Words that the source says as well ("5 fewer than") are their translation and say no sign.
    """
    source, target = pair.source.text, pair.target.lowered
    theirs = _words_of_comparison(base_language(pair.target.language))
    ours = _words_of_comparison(base_language(pair.source.language))
    return sum(
        max(0, len(pattern.findall(target)) - len(own.findall(source.lower())))
        for pattern, own, sign in zip(theirs, ours, (_GREATER, _LESS), strict=True)
        if sign.search(source)
    )


def _turned(ours: Counter[Relation], theirs: Counter[Relation]) -> list[str]:
    """Relations whose sides were exchanged: `x > 10` where the source has `x < 10`."""
    gone = [found for found, count in ours.items() if found.sign != "=" and theirs[found] < count]
    turned = [f"turned {' '.join(found)}" for found in gone if theirs[found.reversed] > ours[found.reversed]]
    turned += [
        f"{_STRICT[found.sign]} for {found.sign} in {' '.join(found)}"
        for found in gone
        if found.sign in _STRICT and _other_strictness(found, theirs) > _other_strictness(found, ours)
    ]
    return turned + [
        f"lost - of {' '.join(found)}"
        for found in gone
        if "-" in found.left + found.right and theirs[found.positive] > ours[found.positive]
    ]


def _other_strictness(found: Relation, counts: Counter[Relation]) -> int:
    """How often the same two sides stand beside the sign that differs by equality alone."""
    return counts[found._replace(sign=_STRICT[found.sign])]


def _other_operators(ours: Counter[str], theirs: Counter[str]) -> Iterator[str]:
    """Operators in whose place another stands: sqrt(2) + sqrt(8) for sqrt(2) * sqrt(8)."""
    if ours.total() == theirs.total():
        for one, other in zip((ours - theirs).elements(), (theirs - ours).elements(), strict=True):
            yield f"{other} for {one}"


def _lost_percents(pair: Pair) -> Iterator[str]:
    """Numbers with a percent sign, more of them than percents in signs and words of the target."""
    said = _PERCENT_SIGN.findall(pair.source.text)
    words = shipped_rows(__package__, "percent_words.tsv").get(base_language(pair.target.language))
    if not said or words is None:
        return
    target = pair.target.text
    found = len(_PERCENT_SIGNS.findall(target)) + len(re.findall(words[0], target, re.IGNORECASE))
    found += sum(number.kind is NumberKind.FRACTION for number in pair.target.numbers)  # half of it
    found += len(_PERCENT_RANGE.findall(target))  # "between 5% and 10%" is "entre el 5 y el 10 %"
    if found < len(said):
        yield f"lost % ({len(said) - found} times)"


def _has_percents(source: Reading) -> bool:
    return "%" in source.text


def _lost_variables(pair: Pair) -> Iterator[str]:
    """Single letters of an English source that the target does not have at all."""
    if base_language(pair.target.language) in _OWN_LETTERS:
        return
    labels = set(localised_letters(pair))
    if pair.target.script != "Latn":
        labels.update(_LABEL.findall(pair.source.text))
    own = _OWN_ORDER if pair.target.script == "Cyrl" and _FIRST.search(pair.target.text) else {}
    for letter in pair.source.variables:
        if letter in labels or has_letter(letter, pair.target.text):
            continue
        if letter not in own or re.search(rf"(?<!\w){own[letter]}(?!\w)", pair.target.text) is None:
            yield f"lost variable {letter}"


def _has_variables(source: Reading) -> bool:
    return base_language(source.language) == "en" and bool(source.variables)


_DETECTORS: Final = Detectors(
    (_signs, _lost_signs),
    (_has_percents, _lost_percents),
    (_has_variables, _lost_variables),
    (has_units, changed_units),
    (may_measure, changed_powers),
    (has_degrees, other_scales),
    (has_minus, lost_minus),
    (values_tied, moved_values),
)
