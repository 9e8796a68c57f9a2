"""Sentences of an English text that have none of its grammar, by what two identifiers call them.

Few function words of Finnish or Turkish stand in a sentence of five words, so that a search for them
(`mixing.foreign_sentences`) sees none; English without "the", "of" or "is" is rare enough to ask about.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from parallelize.metrics.foreign import ForeignSpan
from parallelize.metrics.function_words import FUNCTION_WORDS, words_of_piece

__all__ = ["silent_sentences"]

_SENTENCE: Final = re.compile(r"[^.!?\n]{20,}")
_COMMON: Final = (" of ", " is ", " are ", " we ", " to ", "So ", "We ")
"""What settles a sentence, too, though other languages have these words."""
_SMALL_WORD: Final = re.compile(r"(?<![\w'’-])[^\W\d_A-Z]{3,}(?![\w'’-])")
_FEWEST_SMALL: Final = 3


_PLAIN_WORDS: Final = """
ate eats buys bought sells sold spends spent gives gave takes took gets got earns earned pays paid walks
drinks needs wants makes lays has had his he's she's hours days weeks months years apples eggs books boys
girls friends children people cookies twice remaining altogether
"""
"""Words of English sentences without grammar ("Her sister ate 5 cookies") that no other language has."""


@cache
def _only_english() -> frozenset[str]:
    """Words of English that no other language has."""
    return (FUNCTION_WORDS["en"].union(_PLAIN_WORDS.split())).difference(
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
    only = _only_english()
    if not any(only.isdisjoint(sentence.split()) for sentence in _SENTENCE.findall(text)):
        return ()
    asked = [match for match in _SENTENCE.finditer(text) if _is_silent(match.group())]
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
    if any(map(sentence.__contains__, _COMMON)) or not _only_english().isdisjoint(words_of_piece(sentence)):
        return False
    small = len([word for word in _SMALL_WORD.findall(sentence) if str(word).islower()])
    return small >= _FEWEST_SMALL and 2 * small >= len(sentence.split())
