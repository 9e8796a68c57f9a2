"""Words that no dictionary of the target's language knows: small models invent them.

"Inteúmeras" for integers and "dígigruente" for a two-digit number pass every other gate, for letters, length
and language are right, and the model reads its own inventions back without a word. Counted are words in small
letters of languages whose human translations have next to none.
"""

from __future__ import annotations

import re

from parallelize.core.tables import shipped_words
from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.metrics.function_words import FUNCTION_WORDS
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.dictionary import Dictionary, dictionary

__all__ = ["unknown_words", "words_unknown_to"]

_WORD = re.compile(r"(?<![\w.@/'’\\-])[^\W\d_]{4,}(?![\w@/'’-]|\.\w)")
"""A word that stands by itself; shorter ones are units, signs and syllables of names."""
_SOURCE_WORD = re.compile(r"[^\W\d_]+")


def unknown_words(pair: Pair) -> Score:
    """Count different words of the target's prose that are no words of its language.

    Spared are words with capitals, words of the source, and words that several languages share.
    """
    known = dictionary(pair.target.language)
    if known is None:
        return scored("unknown_words", None)
    unknown = words_unknown_to(known, pair)
    return scored("unknown_words", float(len(unknown)), ", ".join(unknown)[:EVIDENCE])


def words_unknown_to(known: Dictionary, pair: Pair) -> list[str]:
    """Words of a target that a dictionary does not know, in their order."""
    copied = pair.source.once(_words_of_source)
    grammar = FUNCTION_WORDS.get(pair.target.language.partition("-")[0], frozenset())
    theirs = dict.fromkeys(filter(str.islower, _WORD.findall(pair.target.prose)))
    missing = known.unknown([word for word in theirs if word not in grammar and word not in copied])
    if not missing:
        return missing
    loans = shipped_words(__package__, "loans.txt")
    return [word for word in missing if word not in loans]


def _words_of_source(source: Reading) -> frozenset[str]:
    return frozenset(_SOURCE_WORD.findall(source.lowered))
