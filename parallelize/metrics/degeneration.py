"""Text that is no language any more: a decoder's loop, or words in no order.

A language vote says "German" of `ist die ist die ist die …`, and of German words drawn by lot; neither is a
response in German, and a reward must not pay for it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from parallelize.metrics.function_words import FUNCTION_WORDS, words
from parallelize.metrics.neighbours import fold_group
from parallelize.metrics.repetition import longest_loop, loop_share

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
_FEWEST_WORDS: Final = 25
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
    tail = text[-_SAMPLE:].encode("utf-8", "surrogatepass")
    if len(zlib.compress(tail, 1)) > _PACKED * len(tail):
        return False
    loop = longest_loop(text)
    if loop.length < _SHORTEST_LOOP or loop.length < _COPIES * len(loop.unit):
        return False
    return any(map(str.isalpha, loop.unit)) and loop_share(text, loop) >= _SHARE


def _without_order(text: str, expected: str) -> bool:
    """Words without the grammar between them, in languages whose prose always has some."""
    base = fold_group(expected.partition("-")[0])
    least = _LEAST_GRAMMAR.get(base)
    if least is None:
        return False
    found = words(text)
    if len(found) < _FEWEST_WORDS:
        return False
    return sum(map(FUNCTION_WORDS[base].__contains__, found)) < least * len(found)
