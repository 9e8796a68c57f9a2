"""Words that ask for something: a question may become a request, "How many …?" a "Find the number …"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code, words_run_on
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sayings import particles

__all__ = ["asks_in_words", "asks_unmarked", "request_gone"]

_UNMARKED_ENDS: Final = {
    "ja": re.compile(r"(?:か|でしょう|[下くだ]さい|なさい|せよ|めよ|えよ)[。．」』）\s]*\Z"),
    "ko": re.compile(r"(?:까|가요|나요|는가|은가|인가|시오|세요|하라|여라)[.。”\"\s]*\Z"),
    "th": re.compile("กี่|เท่าไร|เท่าไหร่|เท่าใด|อะไร|ไหน|ใคร|อย่างไร|ทำไม|หรือไม่|เมื่อไร|เมื่อไหร่|จงหา|หาค่า|ไหม|มั้ย"),
}
"""How a question or request ends that has no mark of its own."""
_REACH: Final = 60
"""Characters at the end in which those words stand."""


_MARKS: Final = re.compile(r"[?？؟;՞፧⁇⁈\u055e]")
_WH: Final = re.compile(
    r"""
    (?: ^ | [.!?:,\n]["'”’)]{0,2}\s{1,3} )
    (?: (?: so | and | but | then | in | at | on | to | by | for | of | after | from | with | into )
        [, ] \s? )?
    (?: how | what | which | who | whom | whose | when | where ) \b
    [^.?!\n]{0,400} \?
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A question that is no figure of speech, and is none of yes or no."""
_REQUEST: Final = re.compile(
    r"""
    (?: ^ | [.!?:,\n]["'”’)$]{0,2}\s{1,3} )
    (?: (?: then | and | please | now ) ,?\s )?
    (?: find | determine | calculate | compute | evaluate ) \b (?![ ]out)  # to find out is to learn
    (?: (?!\.\s+[A-Z]) [^?!\n] )* \Z                    # no sentence comes after it
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""A request to find something in the last sentence."""
_QUESTION: Final = "asked"
_FOUND: Final = "to be found"
_LAST: Final = 300
"""Characters of a source in which its last request stands."""


@lru_cache(maxsize=128)
def _pattern(code: str, *, requests: bool = False) -> re.Pattern[str] | None:
    """Any of the question words and verbs of requests of a language, `*` standing for any ending."""
    rows = shipped_rows(__package__, "requests.tsv")
    row = rows.get(row_code(rows, code))
    if row is None:
        return None
    found = row[-1] if requests else " ".join(row)
    if words_run_on(code):
        return re.compile("|".join(map(re.escape, found.split())))
    words = (re.escape(word.replace("_", " ")).replace(r"\*", r"\w*") for word in found.split())
    return re.compile(rf"(?<!\w){particles(code)}(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def asks_in_words(text: str, language: str) -> bool | None:
    """Whether a text has a word of a question or a request; None in a language whose words are not known.

    Args:
        text: text without regard to its marks.
        language: BCP 47 tag.
    """
    pattern = _pattern(language.partition("-")[0])
    return None if pattern is None else pattern.search(text) is not None


def asks_unmarked(text: str, language: str) -> bool:
    """Whether a text without a question mark ends in a question, as its language may write it."""
    ending = _UNMARKED_ENDS.get(language.partition("-")[0])
    return ending is not None and ending.search(text, max(0, len(text) - _REACH)) is not None


def request_gone(pair: Pair) -> str:
    """What an English source asks and its translation does not, in no mark and no word; empty if nothing."""
    asked = pair.source.once(_asked)
    target, language = pair.target.without_figures, pair.target.language
    if not asked or not target.strip() or _MARKS.search(target) or asks_unmarked(target, language):
        return ""
    pattern = _pattern(language.partition("-")[0], requests=asked is not _QUESTION)
    return "" if pattern is None or pattern.search(target) else f"nothing is {asked}"


def _asked(source: Reading) -> str:
    """How an English text asks for something: by a question or a request; empty if it does not."""
    text = source.without_figures
    if "?" in text and _WH.search(text):
        return _QUESTION
    return _FOUND if _REQUEST.search(text[-_LAST:].rstrip()) else ""
