"""How likely a small engine's translation of a row has a serious fault.

Two facts tell it. A word in a wrong sense mostly comes back as a word that seldom comes back of it:
`came_back_words.tsv` says how words of problems come back from the embedded engine, through Portuguese. And
a sentence that cannot be understood does not stay as it is: what came back of it is translated once more,
and another sentence comes of it. The weights are those of a logistic regression on rows that were read
(`benchmarks/fault_risk.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from parallelize.core.tables import shipped_lines
from parallelize.core.verdicts import Score, scored
from parallelize.metrics.function_words import function_words
from parallelize.metrics.pair import BackPair, Row
from parallelize.metrics.reading import Reading
from parallelize.metrics.stems import stem

__all__ = ["back_stems", "fault_risk", "moved", "source_stems", "surprise"]

_WORD = re.compile(r"(?<![\w'’-])[a-z][a-z'’]*[a-z](?!\w)")
"""A word in small letters: names are copied, and tell nothing."""


class _Weights(NamedTuple):
    """Of a logistic regression: log odds of a row where nothing is odd, and of log(1 + each fact)."""

    nothing: float
    surprise: float
    moved: float = 0.0


_BOTH = _Weights(nothing=-4.338, surprise=0.595, moved=0.528)
_BACK_ALONE = _Weights(nothing=-3.731, surprise=0.931)
"""Where nothing was translated once more."""
_UNSEEN = 0.1
"""Taken for how often a word that readers never met comes back as it does; counts as one sentence."""
_LEAST = 0.01
"""Added to each chance, so that no word alone says all."""
_ODD = 2.0
"""Surprise of a word that is shown."""
_SHOWN = 12
_GRAM = 6
"""Characters that are compared at a time, as the longest of chrF."""


def fault_risk(row: Row) -> Score:
    """Estimate the share of rows like this one in which a small engine makes a serious fault."""
    sources = [pair.source for _, pair in row.pairs]
    if row.back is None or not sources or sources[0].language != "en":
        return scored("fault_risk", None)
    odd: dict[str, float] = {}
    total = 0.0
    for pair in row.came_back:
        for word, value in surprise(pair):
            total += value
            odd[word] = max(value, odd.get(word, 0.0))
    weights = _BACK_ALONE if row.again is None else _BOTH
    log_odds = weights.nothing + weights.surprise * math.log1p(total)
    evidence = [f"surprise {total:.1f}"]
    if row.again is not None:
        changed = sum(moved(*pair) for pairs in row.again.values() for pair in pairs)
        log_odds += weights.moved * math.log1p(changed)
        evidence.append(f"{changed} of its pieces are others when translated again")
    shown = [word for word, value in odd.items() if value >= _ODD][:_SHOWN]
    if shown:
        evidence.append(f"unusual: {', '.join(shown)}")
    return scored("fault_risk", 1 / (1 + math.exp(-log_odds)), "; ".join(evidence))


def surprise(pair: BackPair) -> Iterable[tuple[str, float]]:
    """Each word of a segment but function words, and how unusual its way back is: −log of a chance."""
    theirs = back_stems(pair.back)
    usual = _usual()
    for word in _words(pair.source):
        seen, backs = usual.get(stem(word), (0, {}))
        share = max((share for back, share in backs.items() if back in theirs), default=0.0)
        yield word, -math.log((share * seen + _UNSEEN) / (seen + 1) + _LEAST)


def moved(target: str, again: str) -> int:
    """How many pieces of six characters of a translation are not in what came of it by way of the source."""
    ours, theirs = (_pieces(Reading(text, "").prose) for text in (target, again))
    return len(ours - theirs)


def source_stems(source: Reading) -> list[str]:
    """Stems of the words of a source whose way back is looked at."""
    return list(map(stem, _words(source)))


def back_stems(back: Reading) -> frozenset[str]:
    """Stems of all words that came back but function words."""
    return frozenset(map(stem, back.vocabulary - function_words("en")))


def _words(source: Reading) -> list[str]:
    little = function_words("en")
    return [word for word in _WORD.findall(source.prose) if word not in little]


def _pieces(text: str) -> set[str]:
    close = "".join(text.split())
    return {close[at : at + _GRAM] for at in range(len(close) - _GRAM + 1)}


@cache
def _usual() -> Mapping[str, tuple[int, Mapping[str, float]]]:
    """In how many sentences a stem was met, and how often each stem came back of it."""
    table: dict[str, tuple[int, Mapping[str, float]]] = {}
    for part, seen, backs in shipped_lines(__package__, "came_back_words.tsv"):
        shares = (item.rsplit("=", 1) for item in backs.split())
        table[part] = int(seen), {back: float(share) for back, share in shares}
    return MappingProxyType(table)
