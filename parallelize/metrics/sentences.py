"""Where sentences end, by script: to count them and to compare them, not to cut text for an engine."""

from __future__ import annotations

import re

__all__ = ["UNMARKED", "sentence_ranges"]

_CLOSERS = r"[\"'”’)\]»」』）*]*"
_END = re.compile(
    # The set in front is what the search skips to; each way to go on asks what the sign was.
    rf"[.!?…。！？।॥۔؟።\n](?:"
    # A full stop ends no sentence after an initial, a short title ("St.", "Prof.") or in "p.m.".
    r"(?<=\.)(?<!\b[A-Z]\.)(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z][a-z]\.)(?<!\b[A-Z][a-z][a-z][a-z]\.)(?<!\.[A-Za-z]\.)"
    rf"\.*{_CLOSERS}\s+|(?<=[!?…])[!?…]*{_CLOSERS}\s+|(?<=[。！？।॥۔؟።])[。！？।॥۔؟።]*{_CLOSERS}\s*|(?<=\n)\s*\n)"
)
UNMARKED = frozenset({"Thai", "Laoo", "Khmr", "Mymr"})
"""Scripts without a mark at the end of a sentence; a space stands between sentences and clauses."""
_CLAUSE = re.compile(r"\S{8,}\s*(?:\S{1,7}(?:\s+|\Z))*|(?:\S{1,7}(?:\s+|\Z))+")
"""A clause with the short pieces after it, which are numbers, counters and names: "ลูกอม 21 ชิ้น"."""


def sentence_ranges(text: str, script: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in order; white space belongs to the sentence before it.

    Args:
        text: prose.
        script: ISO 15924 code; in scripts without full stops the pieces are clauses between spaces.
    """
    if script in UNMARKED:
        return [match.span() for match in _CLAUSE.finditer(text)]
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if text[start : match.end()].strip():
            found.append((start, match.end()))
            start = match.end()
    if text[start:].strip():
        found.append((start, len(text)))
    return found
