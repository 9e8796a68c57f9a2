"""Whether a text is in the source language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from parallelize.core.languages import LANGUAGES
from parallelize.metrics.function_words import FUNCTION_WORDS, function_word_counts, function_words, words
from parallelize.metrics.scripts import script_letters, script_of_language
from parallelize.text.protect import prose

__all__ = ["is_foreign", "is_plainly_in"]

_LOOKED_AT: Final = 600
"""Characters from the beginning that are looked at."""
_GLANCE: Final = 160
_SIGNS: Final = {
    "en": (" the ", " and ", " has ", " many ", " that ", " each ", " they ", " there ", " she ", " from ")
}
"""Words that most texts of a language have near their beginning, and hardly any text of another."""
_HEAD: Final = 12
_GLANCE_WORDS: Final = 16
_GRAMMATICAL: Final = 2
"""Different function words among the first 16 of a text that is plainly in its language: 94 % of 3,400
English questions and news texts have them, of the news in twenty other languages 0.2 % (quoted titles)."""
_SURE_SHARE: Final = 12
"""A text with a function word of the language, and of no other, in so many words is in it."""
_OWN_SHARE: Final = 5
"""The same where other languages may have the word, too."""
_LEAST_SHARE: Final = 20
"""A text without a function word of the language in so many words is hardly in it."""
_DIFFERENT: Final = 3
"""Different function words that another language must have: one alone may be English (`per`)."""
_LANGUAGES: Final = tuple(FUNCTION_WORDS)
_FEWEST_WORDS: Final = 8
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_OTHER_SCRIPT: Final = 0.6
_NO_LETTERS: Final = bytes(sign for sign in range(128) if not chr(sign).isalpha())


def is_plainly_in(text: str, language: str) -> bool:
    """Whether the beginning of a text is plainly in a language; quick, and of most texts it is.

    Args:
        text: any text.
        language: code of the language that it should be in.
    """
    if not text[:_HEAD].isascii():
        return False
    head = text[:_GLANCE]
    for sign in _SIGNS.get(language, ()):
        if sign in head:
            return True
    return len(function_words(language).intersection(head.split(None, _GLANCE_WORDS))) >= _GRAMMATICAL


@lru_cache(maxsize=64)
def _own_alone(language: str) -> frozenset[str]:
    """Function words of a language that no other language has."""
    own = function_words(language)
    return own.difference(*(found for found in FUNCTION_WORDS.values() if found != own))


def is_foreign(text: str, language: str) -> bool:
    """Whether a text is clearly not in a language; short texts and texts of formulas are not clear.

    Args:
        text: any text.
        language: code of the language that it should be in.
    """
    head = text[:_LOOKED_AT]
    if _is_other_script(head, language):
        return True
    if not function_words(language) or _has_own_words(head, language):
        return False
    head = prose(head)  # names of functions in formulas are words of some language
    found = _WORD.findall(head.lower())
    return len(found) >= _FEWEST_WORDS and _speaks_another(head, found, language)


def _has_own_words(text: str, language: str) -> bool:
    """Whether a text has as many function words as texts of its language have, or is too short to tell."""
    low = text.lower()
    alone, words = _own_alone(language), low.split()
    if len(words) < _FEWEST_WORDS or _counted(alone, words) * _SURE_SHARE >= len(words):
        return True
    found = _WORD.findall(low)
    return len(found) < _FEWEST_WORDS or _counted(function_words(language), found) * _OWN_SHARE >= len(found)


def _speaks_another(text: str, found: Sequence[str], language: str) -> bool:
    """Whether function words, or letters with accents, say that a text is in another language."""
    counts = function_word_counts(words(text))
    best = max(counts)
    others, own = FUNCTION_WORDS[_LANGUAGES[counts.index(best)]], function_words(language)
    ours = _counted(own - others, found)
    different = len((others - own).intersection(found))
    if best >= 3 * (ours + 1) and best * 5 >= len(found) and different >= _DIFFERENT:
        return True
    if ours * _LEAST_SHARE >= len(found):
        return False
    if language.partition("-")[0] == "en" and _is_accented(text):
        return True
    return best > 2 * (ours + 1) and different >= _DIFFERENT


def _counted(known: frozenset[str], words: Sequence[str]) -> int:
    return sum(map(known.__contains__, words))


def _is_accented(text: str) -> bool:
    """Whether one letter in twenty-five is no letter of ASCII."""
    if text.isascii():
        return False
    letters = [sign for sign in text if sign.isalpha()]
    return sum(not sign.isascii() for sign in letters) * 25 >= len(letters)


def _is_other_script(text: str, language: str) -> bool:
    known = LANGUAGES.get(language)
    if known is None or (known.script == "Latn" and _is_latin(text)):
        return False
    letters = script_letters(text)
    total = sum(letters.values())
    ours = sum(letters.get(script, 0) for script in script_of_language(known.script))
    return total >= _FEWEST_WORDS and total - ours >= _OTHER_SCRIPT * total


def _is_latin(text: str) -> bool:
    """Whether letters of ASCII outnumber all signs beyond it; quick."""
    if text.isascii():
        return True
    plain = text.encode("ascii", "ignore")
    return len(plain.translate(None, _NO_LETTERS)) > len(text) - len(plain)
