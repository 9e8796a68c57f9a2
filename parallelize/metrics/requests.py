"""Words that ask for something: a question may become a request, "How many …?" a "Find the number …"."""

from __future__ import annotations

import re
from functools import lru_cache

from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code, words_run_on

__all__ = ["asks_in_words"]


@lru_cache(maxsize=64)
def _pattern(code: str) -> re.Pattern[str] | None:
    """Any of the question words and verbs of requests of a language, `*` standing for any ending."""
    rows = shipped_rows(__package__, "requests.tsv")
    row = rows.get(row_code(rows, code))
    if row is None:
        return None
    (found,) = row
    if words_run_on(code):
        return re.compile("|".join(map(re.escape, found.split())))
    words = (re.escape(word).replace(r"\*", r"\w*") for word in found.split())
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def asks_in_words(text: str, language: str) -> bool | None:
    """Whether a text has a word of a question or a request; None in a language whose words are not known.

    Args:
        text: text without regard to its marks.
        language: BCP 47 tag.
    """
    pattern = _pattern(language.partition("-")[0])
    return None if pattern is None else pattern.search(text) is not None
