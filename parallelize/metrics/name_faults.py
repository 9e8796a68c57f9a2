"""Names of people and places that a translation into another language of Latin script changes in a row.

Small models translate a name at the beginning of a sentence: "Bill pays" becomes a bill, "Noah" is spelled
otherwise. One sentence hardly tells a name there from a word; the row does, where the same word has its
capital inside a sentence, or begins sentences as only names do and is never written small.
"""

from __future__ import annotations

import re
from collections import Counter

from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.metrics.function_words import function_words
from parallelize.metrics.other_names import CAPITAL_WORD
from parallelize.metrics.pair import Row
from parallelize.metrics.people_verbs import people_verbs
from parallelize.metrics.reading import Reading
from parallelize.text.protect.names import all_folded, folded, is_translated, names

__all__ = ["name_faults"]

_BEGINS = re.compile(
    rf"""
    ( [A-Z] (?: (?<=^.) | (?<=[.!?:\n][ ].) | (?<=\n.) | (?<=[.!?][ ][ ].) ) [a-z]{{2,}} )
    (?: ['’]s
      | (?= [ ] (?:{people_verbs("begins")}) \b ) )
    """,
    re.VERBOSE,
)
"""What begins a sentence and does something, as people do; the capital first, by which the search skips."""
_WORD = re.compile(r"[^\W\d_]+")


def name_faults(row: Row) -> Score:
    """Count names of an English row that its translation has less often, letters without accents compared."""
    pairs = [pair for _, pair in row.pairs]
    if not pairs or pairs[0].source.language != "en" or pairs[0].target.script != "Latn":
        return scored("name_faults", None)
    sources = [pair.source for pair in pairs]
    known = sources[0].once(_known_alone) if len(sources) == 1 else _known_names(sources)
    if not known:
        return scored("name_faults", 0.0)
    lost: list[str] = []
    where = ""
    for path, pair in row.pairs:
        ours = [name for name in pair.source.once(_capitals) if name in known]
        theirs = [word for word in _capitals(pair.target) if word in ours] if ours else ours
        gone = list((Counter(ours) - Counter(theirs)).elements()) if ours != theirs else []
        where = where or (path if gone else "")
        lost += gone
    if not lost:  # as most
        return scored("name_faults", 0.0)
    evidence = ", ".join(dict.fromkeys(lost))[:EVIDENCE]
    return Score(measure="name_faults", value=float(len(lost)), where=where, evidence=evidence)


def _known_alone(source: Reading) -> frozenset[str]:
    """The names of a row of one text."""
    return _known_names([source])


def _known_names(sources: list[Reading]) -> frozenset[str]:
    inside = frozenset().union(*(source.once(_inside) for source in sources))
    begins = Counter(name for source in sources for name in source.once(_beginnings))
    often = {name for name, times in begins.items() if times > 1 and name not in function_words("en")}
    if often:
        often -= {word for source in sources for word in _WORD.findall(source.prose) if word.islower()}
    return inside | often


def _inside(source: Reading) -> frozenset[str]:
    """Names that stand inside a sentence."""
    text = source.prose
    return frozenset(folded(text[start:end]) for start, end in names(text))


def _beginnings(source: Reading) -> list[str]:
    """Words that begin sentences as names do, each as often as it does."""
    found = (match[1] for match in _BEGINS.finditer(source.prose))
    return [folded(word) for word in found if not is_translated(word)]


def _capitals(reading: Reading) -> list[str]:
    """Words with a capital in Latin letters, folded as names are."""
    return all_folded(CAPITAL_WORD.findall(reading.prose))
