"""Names of people and places that a translation into another language of Latin script changes in a row.

Small models translate a name at the beginning of a sentence: "Bill pays" becomes a bill, "Noah" is spelled
otherwise. One sentence hardly tells a name there from a word; the row does, where the same word has its
capital inside a sentence, or begins sentences as only names do and is never written small.
"""

from __future__ import annotations

import re
from collections import Counter

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.function_words import function_words
from parallelize.metrics.pair import Row
from parallelize.text.protect.names import folded, is_translated, names

__all__ = ["name_faults"]

_BEGINS = re.compile(
    r"([A-Z](?:(?<=^.)|(?<=[.!?:\n] .)|(?<=\n.)|(?<=[.!?]  .))[a-z]{2,})"
    r"(?:['’]s|(?= (?:is|was|has|had|will|can|gets?|got|bought|buys|wants|needs|went|goes|gave|gives|sold"
    r"|sells|made|makes|paid|pays|spent|spends|earns|earned)\b))"
)
"""What begins a sentence and does something, as people do; the capital first, by which the search skips."""
_WORD = re.compile(r"[^\W\d_]+")
_EVIDENCE = 200


def name_faults(row: Row) -> Score:
    """Count names of an English row that its translation has less often, letters without accents compared."""
    pairs = [pair for _, pair in row.pairs]
    if not pairs or pairs[0].source.language != "en" or pairs[0].target.script != "Latn":
        return scored("name_faults", None)
    known = _known_names([pair.source.prose for pair in pairs])
    if not known:
        return scored("name_faults", 0.0)
    lost: list[str] = []
    where = ""
    for path, pair in row.pairs:
        ours = Counter(filter(known.__contains__, _words(pair.source.prose)))
        if not ours:
            continue
        theirs = Counter(filter(ours.__contains__, _words(pair.target.prose)))
        gone = list((ours - theirs).elements())
        where = where or (path if gone else "")
        lost += gone
    evidence = ", ".join(dict.fromkeys(lost))[:_EVIDENCE]
    return Score(measure="name_faults", value=float(len(lost)), where=where, evidence=evidence)


def _known_names(texts: list[str]) -> frozenset[str]:
    inside = {folded(text[start:end]) for text in texts for start, end in names(text)}
    begins = Counter(
        folded(match[1]) for text in texts for match in _BEGINS.finditer(text) if not is_translated(match[1])
    )
    often = {name for name, times in begins.items() if times > 1 and name not in function_words("en")}
    if often:
        often -= {word for text in texts for word in _WORD.findall(text) if word.islower()}
    return frozenset(inside | often)


def _words(text: str) -> list[str]:
    """Words with a capital, folded as names are."""
    return [folded(word) for word in _WORD.findall(text) if word[0].isupper()]
