"""Words of an English source that a translation has in another sense, by the table of `text.senses`."""

from __future__ import annotations

import re

from parallelize.core.tables import shipped_words
from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.reading import Reading, read
from parallelize.text.protect import SpanKind, find_spans
from parallelize.text.senses import Around, has_senses, lost_senses

__all__ = ["sense_faults"]

_BLOCKS = frozenset({SpanKind.CODE, SpanKind.VALUE})


def sense_faults(row: Row) -> Score:
    """Count words whose right translation the target lacks, line by line; the row tells the sense."""
    if not row.pairs or not _is_known(row.pairs[0][1]):
        return scored("sense_faults", None)
    around = Around("\n".join(pair.source.prose for _, pair in row.pairs))
    found = [(path, word) for path, pair in row.pairs for word in _lost(pair, around)]
    where = found[0][0] if found else ""
    evidence = ", ".join(dict.fromkeys(word for _, word in found))[:EVIDENCE]
    return Score(measure="sense_faults", value=float(len(found)), where=where, evidence=evidence)


def _is_known(pair: Pair) -> bool:
    return pair.source.language == "en" and has_senses(pair.target.language)


def _lost(pair: Pair, around: Around) -> list[str]:
    """Words lost in a text; in each of its lines, where the target has as many."""
    ours, theirs = _lines(pair.source), _lines(pair.target)
    if len(ours) != len(theirs):
        ours, theirs = [pair.source.text], [pair.target.text]
    return [
        word
        for source, target in zip(ours, theirs, strict=True)
        for word in lost_senses(
            read(source, pair.source.language).prose,
            read(target, pair.target.language).prose,
            pair.target.language,
            around=around,
        )
        if not _is_kept_name(word, target) and word.lower() not in pair.kept_names
    ]


def _lines(reading: Reading) -> list[str]:
    """The lines of a text, those of code and settings empty: a line alone does not show what it is."""
    text = reading.text
    blocks = [] if reading.is_plain else [span for span in find_spans(text) if span.kind in _BLOCKS]
    for start, end, _ in reversed(blocks):
        text = text[:start] + "\n" * text.count("\n", start, end) + text[end:]
    return text.split("\n")


def _is_kept_name(word: str, target: str) -> bool:
    """Whether a word is a name, or letters to arrange, that the target has as it stands: Penny, RADII."""
    return (
        word.isalpha()
        and word[0].isupper()
        and re.search(rf"\b{word}\b", target) is not None
        and word.lower() not in shipped_words(__package__, "capital_words.txt")
    )
