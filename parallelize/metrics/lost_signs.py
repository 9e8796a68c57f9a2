"""Signs that a translation has less often than its source, and relations that it turned round."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import comparisons, saying, word_start
from parallelize.text.numerals import base_language
from parallelize.text.signs import Relation, Signs, is_greek, read_signs, without_hidden

__all__ = ["lost_signs", "signs_said"]

_GREATER: Final = re.compile(r"[>≥≧⩾]|\\(?:geq?|gt)\b")
_LESS: Final = re.compile(r"[<≤≦⩽]|\\(?:leq?|lt)\b")
_ORDERED: Final = frozenset(("<", r"\le"))
_CHAIN: Final = re.compile(r"[<≤][^<>≤≥\n]{1,20}[<≤]|[>≥][^<>≤≥\n]{1,20}[>≥]")
"""Two signs around one side, which is more than the one end and less than the other."""
_STRICT: Final = {"<": r"\le", r"\le": "<"}
_MAY_BE_SIGN: Final = re.compile(
    r"[^\x00-\"$-'*-;?A-Z\[\]`a-z|~\x7f\xc0-\u024f\s\u2010-\u2027]"  # or one of = < > ^ { } # @ _ \ ( )
    r"(?:(?<![()])|(?<=sqrt\()|(?<=\))\s?[-+*/])"
)
"""Marks of ASCII that are read, and whatever is neither ASCII nor a Latin letter, a space, dash or quotation
mark. It begins with one set, by which the search skips."""


def lost_signs(pair: Pair) -> Iterator[str]:
    """Signs that the target has less often, in its running text and with its formulas; turned relations."""
    ours = pair.source.once(signs_said)
    if ours is None:
        return
    source, target = pair.source.text, pair.target.text
    theirs = read_signs(pair.target.running)
    lost = ours.counts - theirs.counts
    said = lost["<"] + lost[r"\le"]
    gone = ours.relations - theirs.relations
    if said and said <= _said_in_words(pair) and not any(_side_by_side(pair, found) for found in gone):
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


def signs_said(source: Reading) -> Signs | None:
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
        if sign.search(source) or _CHAIN.search(source)
    )


def _side_by_side(pair: Pair, found: Relation) -> bool:
    """Whether the target has the two sides of a relation beside each other, and no word that says it."""
    if found.sign not in _ORDERED or not (found.left and found.right):
        return False
    one, other = re.escape(found.left), re.escape(found.right)
    pattern = rf"(?<![\w.])(?:{one}[ ]+{other}|{other}[ ]+{one})[ ]*(?:%[ ]*)?(?:$|[])}},;:.<>=≤≥≠])"
    return re.search(pattern, pair.target.running) is not None


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
