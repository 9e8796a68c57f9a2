"""Proper names in English prose: what a translation into another Latin-script language has to repeat.

Told by capitals inside sentences; words that languages translate though they are written with a capital, such
as days, months and nationalities, are none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from parallelize.core.late_patterns import late_pattern
from parallelize.core.tables import shipped_words
from parallelize.core.writing import without_marks

__all__ = ["all_folded", "folded", "is_translated", "lost_names", "names"]

_NAME = late_pattern(r"[A-Z][a-z\u00df-\u024f]+(?:['’-][A-Z][a-z]+)*(?![\w])")
_WORD = late_pattern(r"[^\W\d_]+(?:['’-][A-Z][^\W\d_]+)*")
_MOST_CAPITALS = 0.6
"""Share of words with a capital from which on a text is a heading, which tells nothing."""


def _translated() -> frozenset[str]:
    """Words with a capital that have a word of their own in other languages."""
    return shipped_words(__package__, "translated_capitals.txt")


def is_translated(word: str) -> bool:
    """Whether a word with a capital has a word of its own in other languages: a day, a nationality."""
    return word.casefold() in _translated()


def names(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of names, those at the beginning of a sentence where the text has them inside one too."""
    for start, end, _ in _names(text):
        yield start, end


def lost_names(source: str, target: str) -> tuple[str, ...]:
    """Names that a translation has less often than its source, letters without accents compared."""
    ours = Counter(name for _, _, name in _names(source))
    if not ours:
        return ()
    theirs = Counter(folded(word) for word in _WORD.findall(target))
    return tuple((ours - theirs).elements())


@lru_cache(maxsize=256)
def _names(text: str) -> tuple[tuple[int, int, str], ...]:
    translated = _translated()
    found = [
        (match.start(), match.end(), folded(match[0]))
        for match in _NAME.finditer(text)
        if match[0].casefold() not in translated and not text[match.start() - 1 : match.start()].isalnum()
    ]
    sure = {name for start, _, name in found if _is_inside(text, start)}
    if not sure or _is_heading(text):
        return ()
    return tuple(item for item in found if item[2] in sure)


def _is_heading(text: str) -> bool:
    """Whether most words have a capital, and no mark ends a sentence."""
    words = _WORD.findall(text)
    capitals = sum(word[0].isupper() for word in words)
    return capitals > _MOST_CAPITALS * len(words) and text.rstrip()[-1] not in ".!?"


def _is_inside(text: str, start: int) -> bool:
    """Whether a word goes on with a sentence: a small letter, digit or comma stands before its space."""
    return (
        start > 1
        and text[start - 1] == " "
        and (text[start - 2].islower() or text[start - 2] in "0123456789,;")
    )


def folded(word: str) -> str:
    """A word without accents and capitals, and with one form of the apostrophe."""
    if word.isascii():
        return word.lower()
    return without_marks(word).replace("’", "'").casefold()


def all_folded(words: Sequence[str]) -> list[str]:
    """Some words, none with a blank in it, each as `folded` has it."""
    return folded(" ".join(words)).split(" ") if words else []
