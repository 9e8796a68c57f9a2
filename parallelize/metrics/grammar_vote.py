"""Another language than expected, told by its words of grammar where identifiers do not know it: Hausa."""

from __future__ import annotations

from functools import lru_cache
from itertools import compress
from typing import Final

from parallelize.metrics.function_words import (
    FUNCTION_WORDS,
    TITLE,
    function_word_counts,
    function_words,
    words,
)
from parallelize.metrics.language import LanguageVote, Status, is_long_enough
from parallelize.metrics.neighbours import fold_group, near_groups

__all__ = ["grammar_vote"]

_FEWEST: Final = 4
"""Words of grammar of the other language."""
_KINDS: Final = 3
"""Different ones."""
_SHARE: Final = 0.2
"""Their share of all words."""
_LEAD: Final = 3
"""How many there are for one of the expected language."""


def grammar_vote(text: str, expected: str) -> LanguageVote | None:
    """A vote for the language whose words of grammar a text has, while it has hardly any of its own.

    Args:
        text: the prose.
        expected: code of the language it should be in; without a table of its words nothing is told.
    """
    known, codes = function_words(expected), _others(expected)
    said = TITLE.sub(" ", text)
    found = words(said) if known and is_long_enough(said) else ()
    own = sum(map(known.__contains__, found))
    counts = compress(function_word_counts(found), map(codes.__contains__, FUNCTION_WORDS))
    most, other = max(zip(counts, codes, strict=True), default=(0, ""))
    if most < max(_FEWEST, _SHARE * len(found), _LEAD * own + 1):
        return None
    if len(FUNCTION_WORDS[other].intersection(found)) < _KINDS:
        return None
    evidence = f"{most} function words of {other}, {own} of {expected}"
    return LanguageVote(status=Status.OFF, language=other, evidence=evidence)


@lru_cache(maxsize=256)
def _others(expected: str) -> tuple[str, ...]:
    """The languages with a table that are neither the expected one nor near it, in the order of the table."""
    near = {fold_group(expected), *near_groups(expected)}
    return tuple(code for code in FUNCTION_WORDS if fold_group(code) not in near)
