"""Words said twice where the source says nothing twice: "múltiplo múltiplo", "xícara de 1/2 xícara".

Small models say a word again where they know no other ("inteiros inteiros" for nonnegative integers). Not
looked at are languages that double words on purpose, and words of grammar ("sie sie", "que que").
"""

from __future__ import annotations

import re
from typing import Final

from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.metrics.function_words import function_words
from parallelize.metrics.pair import Pair

__all__ = ["doubled_words"]

_TWICE: Final = re.compile(r"\b([^\W\d_]{4,}) \1\b", re.IGNORECASE)
_OF_ITSELF: Final = {
    "en": re.compile(r"\b([a-z]{4,}) of\s+(?:[\d/.,]+ |an? |one )?\1\b", re.IGNORECASE),
    "pt": re.compile(r"\b([^\W\d_]{4,}) de\s+(?:[\d/.,]+ |uma? |meia? |meio )?\1\b", re.IGNORECASE),
    "es": re.compile(r"\b([^\W\d_]{4,}) de\s+(?:[\d/.,]+ |una? |media |medio )?\1\b", re.IGNORECASE),
}
"""Something of the same: a cup of 1/2 cup."""
_LANGUAGES: Final = frozenset({"de", "es", "pt"})


def doubled_words(pair: Pair) -> Score:
    """Count words that follow themselves, or are of themselves, beyond those of the source."""
    code = pair.target.language.partition("-")[0]
    if code not in _LANGUAGES or pair.source.language != "en":
        return scored("doubled_words", None)
    twice = _found(_TWICE, pair.target.prose, function_words(code))
    again = _found(_OF_ITSELF[code], pair.target.prose, function_words(code)) if code in _OF_ITSELF else []
    if not (twice or again):  # as most
        return scored("doubled_words", 0.0)
    ours = len(_TWICE.findall(pair.source.prose)), len(_OF_ITSELF["en"].findall(pair.source.prose))
    added = [*twice[ours[0] :], *again[ours[1] :]]
    return scored("doubled_words", float(len(added)), ", ".join(added)[:EVIDENCE])


def _found(form: re.Pattern[str], prose: str, grammar: frozenset[str]) -> list[str]:
    return [match[0] for match in form.finditer(prose) if match[1].lower() not in grammar]
