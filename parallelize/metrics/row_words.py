"""How much there is to translate in a row: every word is a chance for a small engine to go wrong."""

from __future__ import annotations

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.pair import Row

__all__ = ["row_words"]


def row_words(row: Row) -> Score:
    """Count the words of the prose of all sources of a row."""
    return scored("row_words", float(sum([len(pair.source.words) for _, pair in row.pairs])))
