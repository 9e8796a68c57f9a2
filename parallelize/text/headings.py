"""Headings that part a response: `## Thinking … ## Answer`, `**Final answer**`, in many languages.

The words are in `headings.tsv`. A heading is a line of Markdown that says nothing else, or bold words with a
colon at the beginning of a line.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from parallelize.core.tables import shipped_rows

__all__ = ["HeadedParts", "answer_heading_end", "headed_parts", "may_open_with_heading"]

_HEADING: Final = re.compile(
    r"""
    ^[ \t]{0,3}
    (?: \#{1,6}[ \t]+ (?:\d{1,2}[.)][ \t]*)?             # ## Answer, ## 2. **Answer:**
        [*_]{0,2} (?P<hashed>[^\n#*_:：]{1,50}) [*_]{0,2}[ \t]*[:：]?[*_]{0,2} [ \t]*\#{0,6}[ \t]*$
      | (?:\*\*|__) (?P<bold>[^*_\n:：]{1,50})
        (?: [:：][ \t]*(?:\*\*|__)                        # **Answer:** 18
          | (?:\*\*|__)[ \t]*[:：]                        # **Answer**: 18
          | (?:\*\*|__)[ \t]*$ )                         # **Answer**
    )
    """,
    re.MULTILINE | re.VERBOSE,
)
_LATEST: Final = 4_000
"""Characters at the end of a response in which a heading of an answer is looked for."""
_THINKING, _ANSWER, _SOLUTION = range(3)


class HeadedParts(NamedTuple):
    """Where the parts of a response stand whose headings part it."""

    thinking: tuple[int, int]
    answer: int


def may_open_with_heading(text: str) -> bool:
    """Whether a text begins as a heading does; asked of every response."""
    return text.lstrip()[:1] in ("#", "*", "_")


@cache
def _words(column: int) -> frozenset[str]:
    rows = shipped_rows(__package__, "headings.tsv")
    return frozenset(word for cells in rows.values() for word in cells[column].split("|") if word)


def _headings(text: str, begin: int = 0) -> Iterator[tuple[re.Match[str], str]]:
    for match in _HEADING.finditer(text, begin):
        yield match, (match["hashed"] or match["bold"] or "").strip().casefold()


def headed_parts(text: str) -> HeadedParts | None:
    """The parts of a response that opens with a heading of thinking and has one of an answer below it.

    None for every other response: a chapter "Reasoning" in the middle of an answer belongs to it.
    """
    if not may_open_with_heading(text):
        return None
    opened: re.Match[str] | None = None
    for match, name in _headings(text):
        if opened is None:
            if name not in _words(_THINKING) or text[: match.start()].strip():
                return None
            opened = match
        elif (name in _words(_ANSWER) or name in _words(_SOLUTION)) and text[match.end() :].strip():
            return HeadedParts((opened.end(), match.start()), match.end())
    return None


def answer_heading_end(text: str, begin: int = 0) -> int:
    """Where the last heading of an answer ends that anything follows; -1 where there is none."""
    found = -1
    for match, name in _headings(text, max(begin, len(text) - _LATEST)):
        if name in _words(_ANSWER) and text[match.end() :].strip():
            found = match.end()
    return found
