"""Results of operations in whose place another stands: the sum of two numbers that became their product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import cells_of, word_start
from parallelize.text.numerals import base_language

__all__ = ["other_operations", "results_named"]

_NAMES: Final = ("sum", "product", "difference", "quotient")
_RESULT: Final = re.compile(r"\b(sum|product|difference|quotient)s? (?:of|between)\b")
_MAY_SAY: Final = {
    "sum": re.compile(
        r"\b(?:sum|total|amount|add|altogether|together|money|in all|plus|both)", re.IGNORECASE
    ),
    "product": re.compile(r"\b(?:produc|item|goods|multipl|times|commodit|merchandise)", re.IGNORECASE),
    "difference": re.compile(
        r"\b(?:differ|distin|more|less|fewer|change|gap|minus|subtract|vari|other)", re.IGNORECASE
    ),
    "quotient": re.compile(r"\b(?:quotient|ratio|divi|part|share|trade|commerce)", re.IGNORECASE),
}
"""What of a source another language may say by each of the words."""


def other_operations(pair: Pair) -> Iterator[str]:
    """Results that the target does not name, while it names one that nothing in the source may be."""
    said = pair.source.once(results_named)
    if not said:
        return
    source = pair.source.text
    words = _words(base_language(pair.target.language))
    target = pair.target.lowered
    lost = next((name for name in _NAMES if name in said and words and not words[name].search(target)), None)
    if lost is None:
        return
    for name in _NAMES:
        if name not in said and words[name].search(target) and _MAY_SAY[name].search(source) is None:
            yield f"{lost} is {name}"
            return


def results_named(source: Reading) -> frozenset[str]:
    """The results that an English text names."""
    text = source.text.lower()
    return frozenset(_RESULT.findall(text)) if any(map(text.__contains__, _NAMES)) else frozenset()


@lru_cache(maxsize=128)
def _words(language: str) -> dict[str, re.Pattern[str]]:
    """What names each result in a language; empty if that is not known."""
    cells = cells_of("operations.tsv", language)
    start = word_start(language, r"(?<![^\W\d_])")
    return {name: re.compile(f"{start}(?:{cell})") for name, cell in zip(_NAMES, cells, strict=False)}
