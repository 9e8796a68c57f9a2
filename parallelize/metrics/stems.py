"""Stems of English words, by which forms of one word are told to be one: "apples", "apple"."""

from __future__ import annotations

from typing import Final

__all__ = ["stem"]

_ENDINGS: Final = ("ing", "ies", "ed", "es", "s", "ly")
_SHORTEST: Final = 3
"""Letters that are left of a word which loses its ending."""
_LONGEST: Final = 5
"""Letters of a stem: `common_words.txt` and `came_back_words.tsv` hold stems, and are made anew with another."""


def stem(word: str) -> str:
    """The first letters of an English word without its ending, small ones as it has them."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    return word[:_LONGEST]
