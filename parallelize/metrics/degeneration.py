"""Text that is no language any more: a decoder's loop, or words in no order.

A language vote says "German" of `ist die ist die ist die …`, and of German words drawn by lot; neither is a
response in German, and a reward must not pay for it.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final

from parallelize.metrics.function_words import FUNCTION_WORDS, words
from parallelize.metrics.neighbours import fold_group
from parallelize.metrics.repetition import longest_loop, loop_share
from parallelize.text.spaces import flattened

__all__ = ["LOOP", "NO_ORDER", "degeneration"]

LOOP: Final = "loop"
NO_ORDER: Final = "no order"
_SAMPLE: Final = 1_500
"""Characters at the end of a text that show whether looking for a loop is worth it."""
_PACKED: Final = 0.25
"""Compressed size by size below which that is so; human prose of this length stays above 0.35."""
_SHORTEST_LOOP: Final = 160
"""Characters of a loop that is no figure of speech."""
_COPIES: Final = 6
_SHARE: Final = 0.4
_WEIGHED: Final = 1_000
"""Characters of a text that a loop is a share of at most, as in `loop_share`."""
_WINDOW: Final = 12
_FEWEST_WORDS: Final = 25
_LINES_OF_VERSE, _WORDS_OF_VERSE, _FEWEST_OF_VERSE = 4, 9, 80
_LEAST_GRAMMAR: Final[Mapping[str, float]] = MappingProxyType(
    dict.fromkeys(("en", "de", "fr", "es", "pt", "it", "nl", "ca", "gl", "ro", "sv", "da", "no", "af"), 0.06)
    | dict.fromkeys(("id", "ms", "hi", "ha"), 0.06)
    | {"sw": 0.04, "vi": 0.03}
)
"""Least share of function words in prose of a language: human texts of 25 words (NTREX, MGSM, MATH) have more
in every case, most of them five times as much."""


def degeneration(text: str, expected: str) -> str | None:
    """Whether a text has degenerated: `loop`, `no order`, or None.

    Args:
        text: prose, formulas and code taken out.
        expected: code of the language that it should be in.
    """
    if _loops(text):
        return LOOP
    return NO_ORDER if _without_order(text, expected) else None


def _loops(text: str) -> bool:
    if len(text) < _SHORTEST_LOOP:
        return False
    if not _may_loop(flattened(text)):
        return False
    tail = text[-_SAMPLE:].encode("utf-8", "surrogatepass")
    if len(zlib.compress(tail, 1)) > _PACKED * len(tail):
        return False
    loop = longest_loop(text)
    if loop.length < _SHORTEST_LOOP or loop.length < _COPIES * len(loop.unit):
        return False
    return any(map(str.isalpha, loop.unit)) and loop_share(text, loop) >= _SHARE


def _may_loop(flat: str) -> bool:
    """Whether any of a few windows of a text comes again soon, as one within a loop does.

    A loop of `least` characters or more, of at most a sixth of it each time, holds one of the windows looked
    up here, with room for the same window one period on. Few texts do: packing them all would cost more than
    all else that is asked about their end.

    Args:
        flat: a text with one space for each run of white space.
    """
    size = len(flat)
    least = max(_SHORTEST_LOOP, int(_SHARE * min(size, _WEIGHED)))
    reach = size // _COPIES + _WINDOW
    for start in range(0, size, least - least // _COPIES - _WINDOW):
        if flat.find(flat[start : start + _WINDOW], start + 1, start + reach) >= 0:
            return True
    return False


def _without_order(text: str, expected: str) -> bool:
    """Words without the grammar between them, in languages whose prose always has some."""
    base = fold_group(expected.partition("-")[0])
    least = _LEAST_GRAMMAR.get(base)
    if least is None:
        return False
    found = words(text)
    if len(found) < _FEWEST_WORDS:
        return False
    enough = math.ceil(least * len(found))
    known = filter(FUNCTION_WORDS[base].__contains__, found)
    if next(islice(known, enough - 1, None), None) is not None:  # most have them in the first sentence
        return False
    return len(found) >= _FEWEST_OF_VERSE or not _is_verse(text, len(found))


def _is_verse(text: str, count: int) -> bool:
    """Whether a text is lines of a few words each: verse leaves out what grammar it can."""
    lines = sum(1 for line in text.splitlines() if line.strip())
    return lines >= _LINES_OF_VERSE and count <= _WORDS_OF_VERSE * lines
