"""Words of the source that stand in the translation as they were, though no word there is spelled so.

One word is enough: a small engine copies what it does not know ("os bugs", "o kingfisher"). Names, quotations
and cognates are spared: only words in small letters count whose letters no word of the target language has.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from parallelize.core.verdicts import Score
from parallelize.metrics.reading import Pair

__all__ = ["copied_words"]

_ROMANCE = (
    r"(?:ck|sh|th|ght|wh|oo|ee\w|w|k|y\w*[bcdfgkpt]s?$"  # anywhere
    r"|ng$|ed$|ll?y$|[^aeiou]y$|[bcdfghjkpqtvw]$|[bcdfgkpqtvwy]s$)"  # at the end
)
_FOREIGN = {code: re.compile(_ROMANCE) for code in ("pt", "es", "gl", "ca", "it")}
"""Letters and endings that no word of a language has but loans."""


@lru_cache(maxsize=1)
def _loans() -> frozenset[str]:
    """English words that Romance languages use as they are."""
    lines = files(__package__).joinpath("loans.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_WORD = re.compile(r"(?<![\w.@/'’-])[a-z]{4,}(?![\w@/'’-]|\.\w)")
_QUOTED = re.compile(r"[\"“«‘'][^\"“”«»‘’']{1,80}[\"”»’']")


def copied_words(pair: Pair) -> Score:
    """Count words that were copied though they are no words of the target language."""
    pattern = _FOREIGN.get(pair.target.language.partition("-")[0])
    if pattern is None or pair.source.language != "en":
        return Score(measure="copied_words", value=None)
    ours = set(_WORD.findall(pair.source.prose))
    theirs = _WORD.findall(_QUOTED.sub(" ", pair.target.prose))
    left = [
        word
        for word in dict.fromkeys(theirs)
        if word in ours and word not in _loans() and pattern.search(word)
    ]
    return Score(measure="copied_words", value=float(len(left)), evidence=", ".join(left)[:200])
