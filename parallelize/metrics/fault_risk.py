"""How likely a small engine's translation of a row has a serious fault.

Every word is a chance to go wrong, and a word that hardly comes in problems is a greater one; of what went
wrong less comes back. Readers read what the embedded engine made of some 10,000 sentences and 4,000 rows of
problems (English to Portuguese), and what was wrong was mended where it could be (`text.senses`):
`read_words.txt` says how often they met each word. The weights are those of a logistic regression on rows
that were read (`benchmarks/fault_risk.py`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from parallelize.core.tables import shipped_lines
from parallelize.core.verdicts import Score, scored
from parallelize.metrics.pair import Row
from parallelize.metrics.reading import Reading
from parallelize.metrics.stems import stem

__all__ = ["burden", "fault_risk"]

_WORD = re.compile(r"(?<![\w'’-])[a-z][a-z'’]*[a-z](?!\w)")
"""A word in small letters: names are copied, and tell nothing."""
_NOTHING, _WORDS, _RARE, _LOST = -4.109, 0.0128, 1.131, 0.0391
"""Log odds of a row without words, of each of its words, of each word that no reader met, and of each point
of chrF++ (0 to 100) that what came back lacks."""
_USUALLY_LOST = 17.0
"""Points that are lacking on average where readers read (`benchmarks/labels/came_back.tsv`)."""
_SHOWN = 12


def fault_risk(row: Row) -> Score:
    """Estimate the share of rows like this one in which a small engine makes a serious fault."""
    sources = [pair.source for _, pair in row.pairs]
    if not sources or sources[0].language != "en":
        return scored("fault_risk", None)
    log_odds, evidence = sources[0].once(_of_one) if len(sources) == 1 else _of_sources(sources)
    lost = _USUALLY_LOST if row.back_chrf is None else 100 - row.back_chrf
    return scored("fault_risk", 1 / (1 + math.exp(-(log_odds + _LOST * lost))), evidence)


def _of_one(source: Reading) -> tuple[float, str]:
    return _of_sources([source])


def _of_sources(sources: Sequence[Reading]) -> tuple[float, str]:
    """Log odds of a row by the words of its sources, and what they rest on."""
    words, rare = burden(sources)
    never = [part for part, share in rare.items() if share == 1][:_SHOWN]
    evidence = f"{words} words; never read: {', '.join(never)}" if never else f"{words} words"
    return _NOTHING + _WORDS * words + _RARE * sum(rare.values()), evidence


def burden(sources: Iterable[Reading]) -> tuple[int, dict[str, float]]:
    """How many words English texts have, and how rare each of them is, as `rare_words` says."""
    words, rare = 0, dict[str, float]()
    for source in sources:
        words += len(source.words)
        rare |= source.once(rare_words)
    return words, rare


def rare_words(source: Reading) -> dict[str, float]:
    """How rare the words of an English text are, by stem: 1 if no reader met it, 1/2 if one did, 1/3 …"""
    times = _times_read()
    return {part: 1 / (1 + times.get(part, 0)) for part in map(stem, _WORD.findall(source.prose))}


@cache
def _times_read() -> Mapping[str, int]:
    """In how many sentences readers met each stem."""
    lines = shipped_lines(__package__, "read_words.txt")
    return MappingProxyType({part: int(times) for times, stems in lines for part in stems.split()})
