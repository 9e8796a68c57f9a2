"""Frequent grammatical words of languages that share a script: a second, independent look at a text.

Written for this project from the closed word classes (articles, pronouns, prepositions, conjunctions,
auxiliaries, question words) of each language. Words of one letter are left out, since mathematics uses
letters, and so are words that are common as English technical terms or names. A word that is English,
too (German `in`), must be in both lists: it then speaks for neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType

from parallelize.core.languages import nearest
from parallelize.core.tables import shipped_sets
from parallelize.core.writing import row_code
from parallelize.metrics.scripts import WESTERN, western

__all__ = [
    "FUNCTION_WORDS",
    "TITLE",
    "distinctive_words",
    "function_word_counts",
    "function_words",
    "words",
    "words_of_piece",
]

_MARKS = "’'ʼ\u094d\u200c\u200d\u0300-\u036f\u0900-\u0903\u093a-\u094f"
_WORD = re.compile(rf"[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*")
_INNER_MARKS = "’'"
"""Those of the marks that Western European text has."""


def _only_words() -> bytes:
    """For each byte of Western European text its small letter, an inner mark as it is, or a space."""
    keep = re.compile(rf"[^\W\d_{_INNER_MARKS}]|[{_INNER_MARKS}]")
    signs = (bytes([code]).decode(WESTERN, "replace") for code in range(256))
    return b"".join(sign.lower().encode(WESTERN) if keep.fullmatch(sign) else b" " for sign in signs)


_AROUND = '.,;:!?"()[]«»“”„…،؛؟。、，！？।「」『』（）-–—%0123456789'
"""What stands around words and in none."""
_ONLY_WORDS = _only_words()


def _read() -> dict[str, frozenset[str]]:
    words = shipped_sets(__package__, "function_words.tsv")
    table = {code: frozenset(word for word in found if len(word) > 1) for code, found in words.items()}
    table["sr"] |= table["hr"]  # in both its scripts, which share no letter
    return table


FUNCTION_WORDS = MappingProxyType(_read())
"""Lower-case function words by language code (`function_words.tsv`)."""

_EMPTY: frozenset[str] = frozenset()


@lru_cache(maxsize=1024)
def distinctive_words(language: str, other: str) -> frozenset[str]:
    """Function words of `language` that `other` does not have; empty for a language without a table."""
    return function_words(language) - function_words(other)


@lru_cache(maxsize=256)
def function_words(language: str) -> frozenset[str]:
    """Function words of a language or a variant of it; those of its class where it has none; else empty."""
    own = nearest(FUNCTION_WORDS, language)
    return FUNCTION_WORDS.get(row_code(FUNCTION_WORDS, language), _EMPTY) if own is None else own


_HIGHEST = 0xFF
"""Words whose counts fit a byte for each language: adding up a text's words then costs one addition each."""


def _index() -> dict[str, int]:
    """For each word a number with a 1 in the byte of every language that has it, to be added up."""
    index: dict[str, int] = {}
    for place, found in enumerate(FUNCTION_WORDS.values()):
        for word in found:
            index[word] = index.get(word, 0) + (1 << 8 * place)
    return index


_SPEAKERS = _index()


def function_word_counts(found: Sequence[str]) -> Sequence[int]:
    """How many of some `words` are function words of each language of `FUNCTION_WORDS`, in its order.

    A word can count for several.
    """
    if len(found) <= _HIGHEST:
        return sum(filter(None, map(_SPEAKERS.get, found))).to_bytes(len(FUNCTION_WORDS), "little")
    pieces = (found[start : start + _HIGHEST] for start in range(0, len(found), _HIGHEST))
    return tuple(map(sum, zip(*map(function_word_counts, pieces), strict=True)))


def words_of_piece(text: str) -> tuple[str, ...]:
    """`words` of a sentence or a clause: many pieces would push out the texts that are remembered."""
    plain = western(text)
    if plain is None:
        return _searched(text.lower())
    coding = "ascii" if text.isascii() else WESTERN  # its first half, and faster
    found = plain.translate(_ONLY_WORDS).decode(coding).split()  # no search: a fifth of the time
    if "'" in text or "’" in text:
        found = [word for piece in found if (word := piece.lstrip(_INNER_MARKS))]
    return tuple(found)


@lru_cache(maxsize=64)  # several measures ask about the same text
def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case: runs of letters, with inner apostrophes and combining marks."""
    return words_of_piece(text)


def _searched(lower: str) -> tuple[str, ...]:
    found = []
    for piece in lower.split():
        bare = piece if piece.isalpha() else piece.strip(_AROUND)
        if bare.isalpha():  # most words, so not worth a search
            found.append(bare)
        elif bare:  # marks within, as in scripts where most words have them
            return tuple(_WORD.findall(lower))
    return tuple(found)


TITLE = re.compile(
    r"""
    \b[A-Z][\w’'-]*                                       # Call
    (?:\s+(?:of|the|and|an?|in|on|to|for|at|by|with|from|is|my|no|or)){0,3}   # of the
    \s+[A-Z][\w’'-]*                                      # Wild
    (?:(?:\s+(?:of|the|and|an?|in|on|to|for|at|by|with|from|is|my|no|or)){0,3}\s+[A-Z][\w’'-]*)*
    """,
    re.VERBOSE,
)
"""Names and titles, which stay as they are in every language and make words of none."""
