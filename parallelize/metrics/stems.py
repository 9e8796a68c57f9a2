"""Stems of English words, by which forms of one word are told to be one: "apples", "apple"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["stem"]

_ENDINGS: Final = ("ing", "ies", "ed", "es", "s", "ly")
_SHORTEST: Final = 3
"""Letters that are left of a word which loses its ending."""
_LONGEST: Final = 5
"""Letters of a stem: `common_words.txt` and `came_back_words.tsv` hold stems; another makes them anew."""
_AMERICAN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "colou": "color",
        "favou": "favor",
        "fibre": "fiber",
        "grey": "gray",
        "honou": "honor",
        "labou": "labor",
        "litr": "liter",
        "litre": "liter",
        "metr": "meter",
        "metre": "meter",
        "mould": "mold",
        "ploug": "plow",
        "tyre": "tire",
    }
)
"""Stems of British spellings that are others in America, where engines bring most words back to."""


def stem(word: str) -> str:
    """The first letters of an English word without its ending, in American spelling; capitals stay."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    short = word[:_LONGEST]
    return _AMERICAN.get(short, short)
