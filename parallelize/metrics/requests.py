"""Words that ask for something: a question may become a request, "How many …?" a "Find the number …"."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

__all__ = ["asks_in_words"]

_UNSPACED: Final = frozenset({"zh", "ja", "ko", "th"})


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    """Question words and verbs of requests by language, `*` standing for any ending."""
    text = files("parallelize.metrics").joinpath("requests.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return dict(rows)


@lru_cache(maxsize=64)
def _pattern(code: str) -> re.Pattern[str] | None:
    found = _words().get(code)
    if found is None:
        return None
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
