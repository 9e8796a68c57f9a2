"""Several values in one announcement: lists, values of several unknowns, formulas that follow one another."""

import re
from typing import Final

from parallelize.text.answers.moments import read_date, read_time
from parallelize.text.answers.phrases import list_words
from parallelize.text.answers.words import COPULA
from parallelize.text.numerals import read_numbers

__all__ = ["FORMULA", "SAME_UNKNOWN", "last_joined", "length_of_values"]

FORMULA: Final = re.compile(
    r"\$\$(?P<a>[^$]+)\$\$|\$(?P<b>[^$\n]*[^$\s\\][^$\n]*)\$(?!\d)|\\\((?P<c>.+?)\\\)|\\\[(?P<d>.+?)\\\]",
    re.DOTALL,
)
"""A formula between its marks, its text in one of the groups."""
_LONGEST_LIST: Final = 80
_LISTED: Final = re.compile(r"[,;、，]\s")
_COMMAS: Final = frozenset(",;、，،")
SAME_UNKNOWN: Final = re.compile(
    r"\s*\$?([A-Za-z])(?:_\{?\d\}?)?\$?\s*=\s*\$?[-+]?[\w./]{1,12}\$?"
    r"(?:\s*[,;，、]\s*|\s+\w{1,5}\s+|\s?[和或与と또]{1,2}\s?){1,2}\$?\1(?:_\{?\d\}?)?\$?\s*="
)
"""One unknown with several values: `x = -1 ou x = 1`."""


def last_joined(text: str, first: re.Match[str], end: int, language: str) -> re.Match[str]:
    """The last of the formulas that end a sentence, `$x = 2$ and $y = -5$`, `$-3$, $7$`; else the first."""
    last = first
    while (following := FORMULA.search(text, last.end(), end)) is not None:
        between = text[last.end() : following.start()]
        if between.strip() not in _COMMAS and list_words(language).fullmatch(between) is None:
            break
        last = following
    return first if text[last.end() : end].strip(" *_)") else last


def length_of_values(segment: str, language: str) -> int:
    """How much of an announced answer is one date, time, tuple or list of numbers; 0 where it is none."""
    bare = COPULA.sub("", segment.rstrip(" .。।"))
    if SAME_UNKNOWN.match(bare) is not None:
        return len(bare)
    if read_time(bare) is not None or read_date(bare, language) is not None:
        return len(bare)
    if bare[:1] in "([{" and bare[-1:] in ")]}" and "," in bare + ";":
        return len(bare)
    pieces = list_words(language).split(bare) if len(bare) <= _LONGEST_LIST else [bare]
    items = [item for piece in pieces for item in _LISTED.split(piece)]
    if len(items) < 2:
        return 0
    numbers = [read_numbers(item, language) for item in items]
    single = all(
        len(found) == 1 and found[0].end - found[0].start == len(item.strip())
        for item, found in zip(items, numbers, strict=True)
    )
    return len(bare) if single else 0
