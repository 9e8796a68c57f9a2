"""A choice that takes the place of another: "not B but D", "BではなくD", "не A, а C"."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from parallelize.text.answers.phrases import contrasts, whole_word

__all__ = ["contrasted_letters"]

_LETTER: Final = r"[A-JＡ-Ｊ]|[^\W\da-z_]"
"""A capital, or a letter of a script without them; who asks knows which name a choice."""


@lru_cache(maxsize=256)
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for before, after in contrasts(language):
        denied = rf"(?<!\w)(?i:{re.escape(before)})(?!\w)\W*(?:\w+\W+){{0,2}}?" if before else ""
        pattern = re.compile(
            denied
            + rf"(?<![A-Za-z])(?:{_LETTER})[)）]?\w{{0,2}}"  # not A
            + rf"[\s,，、،]*{whole_word(after)}[\s,，、،]*"  # but
            + rf"(?:[^\W\d_]{{1,3}}\s+)??[(（]?(?P<letter>{_LETTER})(?![A-Za-z0-9])"  # the B
        )
        found.append((after, pattern))
    return tuple(found)


def contrasted_letters(window: str, language: str) -> Iterator[tuple[str, int]]:
    """Letters behind "but", where one that is denied stands before it, with their places.

    Args:
        window: the end of a response.
        language: of the response; English is understood beside it.
    """
    for word, pattern in _patterns(language):
        if word in window:
            for match in pattern.finditer(window):
                yield match["letter"], match.start("letter")
