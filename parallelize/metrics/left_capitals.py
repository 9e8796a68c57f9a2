"""English words that a translation leaves where they have a capital: in headings, where sentences begin.

"Amount left" becomes "Amount deixado", "Express your answer" "Express sua resposta". Most such words are
names, and names are words, too (Faith, Bill, Drew). Seen are words of a list that are hardly names, where the
source uses them as none and no other word with a capital stands beside them, as in titles; and endings of
formulas that only English has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from parallelize.core.tables import shipped_words
from parallelize.metrics.people_verbs import people_verbs
from parallelize.metrics.reading import Reading

__all__ = ["left_capitals"]

_CAPITAL: Final = re.compile(r"[A-Z](?<![\w'’.@/\\$-].)[a-z]{2,}(?![\w'’-]|\.\w)")
_BESIDE: Final = re.compile(r"[A-Z][\w'’.]+[ ](?:(?:of|the|and|&)[ ])*\Z|[\"“”«»‘][^\s]*\Z")
"""What stands before a word of a title, or opens a quotation."""
_BEHIND: Final = re.compile(r"[ ](?:(?:of|the|and|&)[ ])*[A-Z][\w'’]|[\"”»]")
_BEGINS: Final = re.compile(r"(?:\A|[.!?:\n$\])])\s*\Z")
_NAMED: Final = re.compile(
    rf"""
    (?: \A | [.!?:,;\n]\s*
      | \b (?: if | If | and | that | when | did | does | will | than | named | called | for | to | with
            | by ) \s )
    ([A-Z][a-z]{{2,}})
    (?: ['’]s\b                                                       # Ann's
      | \s (?: also | then | [a-z]{{2,}}ed | {people_verbs("excuses")} ) \b )
    | \b (?: named | called ) \s ([A-Z][a-z]{{2,}})
    """,
    re.VERBOSE,
)
"""Someone who does something or has it."""
_NEAR: Final = 24
"""Characters before a word that are looked at."""
_FIRST: Final = frozenset(("amount", "number", "while", "then", "half", "remaining"))
"""Words that begin no name: Amount Ann has left."""
_ENDING: Final = re.compile(r"[\w})]\$(?:-?(?:th|sided|gons?|digit)|['’]s)\b")


def _no_names(source: Reading) -> frozenset[str]:
    found = set(_CAPITAL.findall(source.prose))
    if found:
        found -= {
            name for names in _NAMED.findall(source.prose) for name in names if name.lower() not in _FIRST
        }
    return frozenset(found)


def left_capitals(source: Reading, target: Reading) -> Iterator[str]:
    """Words of an English text that its translation has with their capitals, and endings of English."""
    prose = target.prose
    words = shipped_words(__package__, "capital_words.txt")
    for found in _CAPITAL.finditer(prose):
        word = found[0]
        if word.lower() in words and word in source.once(_no_names):
            before = prose[max(0, found.start() - _NEAR) : found.start()]
            first = word.lower() in _FIRST and _BEGINS.search(before) is not None
            if first or not (_BESIDE.search(before) or _BEHIND.match(prose, found.end())):
                yield word
    if "$" in target.text:
        endings = set(_ENDING.findall(target.text))
        yield from endings.intersection(_ENDING.findall(source.text))
