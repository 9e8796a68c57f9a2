"""Short English sentences that say nothing but what the next one says again: "Ann has a shop. The shop …".

People make one sentence of the two, in any language, and nothing is gone where the names are still there.
"""

from __future__ import annotations

import re

from parallelize.metrics.pair import Pair
from parallelize.text.numerals.leftovers import says_count
from parallelize.text.protect.names import folded

__all__ = ["introduced"]

_SHORT_SENTENCE = 45
"""Characters of the longest that becomes a clause, a phrase or a word of the next."""
_INTRODUCES = re.compile(
    r"""
    \s* (?P<subject> (?:(?:Mrs?|Ms|Dr)\.[ ])? (?:\w+['’]?\w*[ ]){1,3}? )      # Mr. Hill; The old man
    (?: \w+[ ] ){0,2}? an? [ ] (?: \w+[ ] ){0,2}? (?P<noun> [a-z]{3,} ) [.!] \s*  # has a small shop
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"[^\W\d_]{3,}")
_TITLES = frozenset(("the", "mrs", "his", "her", "their", "our", "there"))
_LATIN = "Latn"
_STEM = 3


def introduced(pair: Pair, first: int, end: int) -> bool:
    """Whether sentences of an English source only bring in what the next one speaks of, all names kept.

    Args:
        pair: Whose source it is.
        first: Number of the first sentence that seems to be gone.
        end: Number after the last one.
    """
    source, text = pair.source, pair.source.text
    if source.language != "en" or end >= len(source.sentences):
        return False
    for index in range(first, end):
        (start, stop), (_, after) = source.sentences[index : index + 2]
        found = _INTRODUCES.fullmatch(text, start, stop) if stop - start <= _SHORT_SENTENCE else None
        if found is None or says_count(found.group(), "en"):
            return False
        if re.search(rf"\b{found['noun']}(?:e?s)?\b", text[stop:after]) is None:
            return False
        if pair.target.script == _LATIN and not _named(found["subject"], pair.target.text):
            return False
    return True


def _named(subject: str, target: str) -> bool:
    """Whether a text in Latin letters has a word that begins as each name does."""
    lowered = folded(target)
    stems = (folded(name)[:_STEM] for name in _NAME.findall(subject) if name[0].isupper())
    return all(stem in _TITLES or re.search(rf"(?<!\w){stem}", lowered) is not None for stem in stems)
