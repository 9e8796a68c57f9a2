"""Kinds of written Chinese, told apart by the signs that only one of them uses.

A sign is simplified where the character set of the mainland (GB 2312) has it and that of Taiwan (Big5) has
not, traditional the other way round; both sets come with Python. Cantonese is known by signs of its own.
"""

from __future__ import annotations

from functools import lru_cache

from parallelize.core.languages import language

__all__ = ["other_chinese"]

_FEWEST = 2
_LEAD = 4
"""Signs of one kind for each of the other from which a text is of that kind: names and quotations mix."""
_CANTONESE = frozenset("嘅咗喺唔哋冇佢啲嚟嘢咁嗰咩畀攞揾搵噉嗱啩瞓")
_MANDARIN = frozenset("的是了们們这這那他她没沒在说說")
_CLEARLY = 3
_MANY_HAN = 12


def other_chinese(text: str, expected: str) -> str | None:
    """The kind of Chinese that a Chinese text is in, if it is not the expected one; None where it may be.

    Args:
        text: prose in Han script.
        expected: `zh`, `yue`, or a variant of them, such as `zh-Hant` or `zh-TW`.
    """
    item = language(expected)
    cantonese, mandarin = _count(text, _CANTONESE), _count(text, _MANDARIN)
    if item.base == "yue" and cantonese == 0 and mandarin >= _CLEARLY and len(text) >= _MANY_HAN:
        return "zh"
    if item.base == "zh" and cantonese >= _CLEARLY and cantonese > mandarin:
        return "yue"
    if len(item.scripts) > 1:
        return None  # the tag leaves it open
    simplified, traditional = (_count(text, signs) for signs in _signs())
    ours, theirs = (simplified, traditional) if item.script == "Hans" else (traditional, simplified)
    if theirs >= _FEWEST and theirs >= _LEAD * ours:
        return f"{item.base}-{'Hant' if item.script == 'Hans' else 'Hans'}"
    return None


def _count(text: str, signs: frozenset[str]) -> int:
    return sum(map(signs.__contains__, text))


@lru_cache(maxsize=1)
def _signs() -> tuple[frozenset[str], frozenset[str]]:
    """Signs that are only simplified, and those that are only traditional."""
    every = list(map(chr, range(0x4E00, 0xA000)))
    mainland = {sign for sign in every if sign.encode("gb2312", "ignore")}
    taiwan = {sign for sign in every if sign.encode("big5", "ignore")}
    return frozenset(mainland - taiwan), frozenset(taiwan - mainland)
