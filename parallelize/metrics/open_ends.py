"""Ends that no sentence has: a word that another must follow, a quotation that was opened and not closed."""

from __future__ import annotations

import re
from typing import Final

from parallelize.core.tables import shipped_sets
from parallelize.core.writing import row_code, words_run_on

__all__ = ["open_end"]

_OPENING: Final = "“„«「『‹《"
_ANY: Final = _OPENING + "”»」』›》\"'’"
_LETTERS: Final = re.compile(r"[^\w’']+|(?<=[’'])(?=\w)")
"""What parts words but for spaces: l'école, (the."""
_OR_NOT: Final = "หรือ"
"""A Thai "or", with which a question ends as well."""
_TAIL: Final = 60
"""Characters at the end among which the last word is looked for."""


def open_end(source: str, target: str, language: str) -> str:
    """What the target ends with that something must follow; empty if nothing.

    Args:
        source: source text; a quotation that it does not close either says nothing.
        target: target text that ends in no mark.
        language: BCP 47 tag of the target.
    """
    end = target.rstrip()
    table = shipped_sets(__package__, "open_ends.tsv")
    words = table.get(row_code(table, language), frozenset())
    if words_run_on(language):
        word = next((word for word in words if end.endswith(word)), "")
    else:
        last = end[-_TAIL:].split()[-1:] or [""]
        word = next(
            (word for word in (last[0], _LETTERS.split(last[0])[-1]) if word.rstrip("’'") in words), ""
        )
    if word and not (word == _OR_NOT and source.rstrip().endswith("?")):
        return f"nothing after {word!r}"
    return "an open quotation" if _quotes_open(target) and not _quotes_open(source) else ""


def _quotes_open(text: str) -> bool:
    """Whether the last quotation that the text begins has no end."""
    begin = max(map(text.rfind, _OPENING))
    if begin < 0:
        return text.count('"') % 2 == 1
    if any(mark in _ANY for mark in text[begin + 1 :]):
        return False
    before = max(text.rfind(mark, 0, begin) for mark in "“„")
    return text[begin] != "“" or before < 0 or "”" in text[before:begin]  # „so“, and “so“ by mistake
