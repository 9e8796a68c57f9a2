"""English words that were left in the cells of a table, whose text the prose of a row is without."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from parallelize.core.tables import shipped_sets
from parallelize.text.structure import table_cells

__all__ = ["left_cells"]

_LISTS: Final = shipped_sets(__package__, "english_words.tsv")
_ENGLISH: Final = _LISTS["cells"]
"""Words of tables that hardly any language of Latin letters has in this form."""
_SHARED: Final = _LISTS["shared_cells"]
"""Those that some have: left beside another script alone."""
_WORDS: Final = re.compile(r"[A-Za-z][A-Za-z'’]*(?:[ -][A-Za-z'’]+)*")
_WORD: Final = re.compile(r"[a-z]{3,}")
_FEWEST: Final = 2
_WHOLE: Final = 4
"""Cells of the smallest table that was left as a whole: two names in two rows are kept in any language."""


def left_cells(source: str, target: str, *, latin: bool) -> set[str]:
    """Everyday English words in cells that are the same in source and target.

    Beside another script one at the head of a column is enough, where the rest was translated.

    Args:
        source: English.
        target: Its translation.
        latin: Whether the target's own words have Latin letters, or its writers keep many English ones.
    """
    if "|" not in target and "&" not in target:
        return set()
    ours = {cell for cell in table_cells(source) if _WORDS.fullmatch(cell)}
    theirs = [cell for cell in table_cells(target) if any(map(str.isalpha, cell))] if ours else []
    same = [cell for cell in theirs if cell in ours]
    left = _words(same) & (_ENGLISH if latin else _ENGLISH | _SHARED)
    if latin or not left:
        return left if len(left) >= _FEWEST else set()
    whole = len(same) >= _WHOLE and 2 * len(same) > len(theirs)
    heads = any(cell[0].isupper() and _words([cell]) & left for cell in same) and len(same) < len(theirs)
    return left if len(left) >= _FEWEST or whole or heads else set()


def _words(cells: Collection[str]) -> set[str]:
    return {word for cell in cells for word in _WORD.findall(cell.lower())}
