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
_PRESENTS = re.compile(r"\s*(?:This is|Meet) (?P<subject>(?:(?:Mrs?|Ms|Dr)\. )?[A-Z]\w+)[.!]\s*")
"""Ben is only presented: "This is Ben. He is a baker."."""
_DESCRIBES = re.compile(r"\s*(?:It|He|She|The (?P<noun>[a-z]{3,})) is (?:an? )?[a-z]+(?: [a-z]+)?[.!]\s*")
"""The dog is brown. He is a baker."""
_GOES_ON = re.compile(r"\s*(?:It|He|She|Its|His|Her|The)\b")
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
    noun = ""  # what was brought in so far: a noun, or the pronoun of who was presented
    for index in range(first, end):
        (start, stop), (_, after) = source.sentences[index : index + 2]
        if stop - start > _SHORT_SENTENCE or says_count(text[start:stop], "en"):
            return False
        if noun and (told := _DESCRIBES.fullmatch(text, start, stop)):
            if told["noun"] not in {None, noun} or _GOES_ON.match(text, stop) is None:
                return False
            continue
        found = _INTRODUCES.fullmatch(text, start, stop)
        presented = _PRESENTS.fullmatch(text, start, stop) if found is None else None
        if found is not None:
            noun = found["noun"]
            goes_on = re.search(rf"\b{noun}(?:e?s)?\b", text[stop:after])
        else:
            noun = "He"
            goes_on = _DESCRIBES.match(text, stop) if presented and index + 1 < end else None
        known = found or presented
        if known is None or goes_on is None:
            return False
        if pair.target.script == _LATIN and not _named(known["subject"], pair.target.text):
            return False
    return True


def _named(subject: str, target: str) -> bool:
    """Whether a text in Latin letters has a word that begins as each name does."""
    lowered = folded(target)
    stems = (folded(name)[:_STEM] for name in _NAME.findall(subject) if name[0].isupper())
    return all(stem in _TITLES or re.search(rf"(?<!\w){stem}", lowered) is not None for stem in stems)
