"""Sentences of an English text that have none of its grammar, by what two identifiers call them.

Few function words of Finnish or Turkish stand in a sentence of five words, so that a search for them
(`mixing.foreign_sentences`) sees none; English without "the", "of" or "is" is rare enough to ask about.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from parallelize.metrics.foreign import ForeignSpan
from parallelize.metrics.function_words import FUNCTION_WORDS, words

__all__ = ["silent_sentences"]

_SENTENCE: Final = re.compile(r"[^.!?\n]{20,}")
_COMMON: Final = (" the ", " of ", " is ", " are ", " we ", " to ", " and ", " that ", "The ", "So ", "We ")
"""What settles most sentences at once."""
_SMALL_WORD: Final = re.compile(r"(?<![\w'’-])[^\W\d_A-Z]{3,}(?![\w'’-])")
_FEWEST_SMALL: Final = 3


@cache
def _only_english() -> frozenset[str]:
    """Function words of English that no other language has."""
    return FUNCTION_WORDS["en"].difference(
        *(theirs for code, theirs in FUNCTION_WORDS.items() if code != "en")
    )


def silent_sentences(
    text: str, name: Callable[[Sequence[str], str], list[str | None]]
) -> tuple[ForeignSpan, ...]:
    """Sentences of an English text that are in another language.

    Args:
        text: prose, formulas and code taken out.
        name: names the language of pieces that two identifiers agree on; None for English.
    """
    asked = [
        match
        for match in _SENTENCE.finditer(text)
        if not any(map(match.group().__contains__, _COMMON)) and _is_silent(match.group())
    ]
    named = name([match.group() for match in asked], "en") if asked else []
    return tuple(
        ForeignSpan(
            start=match.start(),
            end=match.end(),
            language=language,
            letters=float(sum(map(str.isalpha, match.group()))),
        )
        for match, language in zip(asked, named, strict=True)
        if language is not None
    )


def _is_silent(sentence: str) -> bool:
    """Whether a sentence has no word that only English has, and more than names: three small words."""
    if not _only_english().isdisjoint(words(sentence)):
        return False
    small = len([word for word in _SMALL_WORD.findall(sentence) if str(word).islower()])
    return small >= _FEWEST_SMALL and 2 * small >= len(sentence.split())
