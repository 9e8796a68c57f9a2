"""Words that ask for something: a question may become a request, "How many …?" a "Find the number …"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from parallelize.core.tables import shipped_rows

__all__ = ["asks_in_words"]

_UNSPACED: Final = frozenset({"zh", "ja", "ko", "th"})


@lru_cache(maxsize=64)
def _pattern(code: str) -> re.Pattern[str] | None:
    """Any of the question words and verbs of requests of a language, `*` standing for any ending."""
    if code not in (rows := shipped_rows(__package__, "requests.tsv")):
        return None
    (found,) = rows[code]
    if code in _UNSPACED:
        return re.compile("|".join(map(re.escape, found.split())))
    words = (re.escape(word).replace(r"\*", r"\w*") for word in found.split())
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def asks_in_words(text: str, language: str) -> bool | None:
    """Whether a text has a word of a question or a request; None in a language whose words are not known.

    Args:
        text: text without regard to its marks.
        language: BCP 47 tag.
    """
    base = language.partition("-")[0]
    pattern = _pattern({"nb": "no", "nn": "no"}.get(base, base))
    return None if pattern is None else pattern.search(text) is not None
