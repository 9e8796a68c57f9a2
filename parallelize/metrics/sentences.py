"""Where sentences end, by script: to count them and to compare them, not to cut text for an engine."""

from __future__ import annotations

import re

from parallelize.core.late_patterns import late_pattern

__all__ = ["UNMARKED", "UNSPACED", "not_shortened", "sentence_ranges"]

_CLOSERS = r"[\"'”’“‘«»)\]」』）*]*+"  # before a space “ and « close, too: „So!“ »So!«
_TITLES = (
    "Bi Bw Co Dr Fr Ft Hr Jr Lt Mr Ms Mt No Nr Sr St Apr Aug Ave Col Dec Dkt Dra Feb Fig Gen Gov Hon Inc Jan "
    "Jul Jun Ltd Maj Mar Mme Mrs Nov Oct Rep Rev Sen Sep Sgt Sra Vol Capt Corp Pres Prof Sept Srta"
)
"""What people shorten before a name or a number. A short name at an end ("than Amir.") is none."""


def not_shortened(*, after: bool = False) -> str:
    """A regular expression that holds at a full stop that ends no initial ("J.") and no short title.

    Args:
        after: the place is after the full stop, else before it.
    """
    by_width: dict[int, list[str]] = {}
    for title in _TITLES.split():
        by_width.setdefault(len(title), []).append(title)
    stop = r"\." if after else ""
    return rf"(?<!\b[A-Z]{stop})" + "".join(
        rf"(?<!\b(?:{'|'.join(group)}){stop})" for group in by_width.values()
    )


_END = late_pattern(
    # The set in front is what the search skips to; each way to go on asks what the sign was, and that it is
    # at the beginning of its run, from where the run's end was looked at already.
    rf"[.!?…。！？।॥۔؟።\n](?:"
    # Nor does the full stop in "p.m." end a sentence.
    rf"(?<=\.)(?<!\.\.\.){not_shortened(after=True)}(?<!\.[A-Za-z]\.)\.*+{_CLOSERS}\s+"
    rf"|(?<=[!?…])(?<![!?…][!?…])[!?…]*+{_CLOSERS}\s+"
    rf"|(?<=[。！？।॥۔؟።])[。！？।॥۔؟።]*+{_CLOSERS}\s*|(?<=\n)\s*\n)"
)
_QUOTED_END = late_pattern(r"[!?…！？؟]+[\"'”’“»」』]")
_DASHES = "—–-"
_DASH = late_pattern(rf"^[{_DASHES}]\s*")
"""What stands before "said he" in many languages: «Да?» — спросил он."""
UNSPACED = "\u0e00"
"""Thai and what follows it: most scripts from here on write without spaces."""
UNMARKED = frozenset({"Thai", "Laoo", "Khmr", "Mymr"})
"""Scripts without a mark at the end of a sentence; a space stands between sentences and clauses."""
_PIECE = late_pattern(r"\S+\s*")
_MOST_PIECES = 120
_CLAUSE = late_pattern(r"\S{8,}\s*(?:\S{1,7}(?:\s+|\Z))*|(?:\S{1,7}(?:\s+|\Z))+")
"""A clause with the short pieces after it, which are numbers, counters and names: "ลูกอม 21 ชิ้น"."""


def sentence_ranges(text: str, script: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in order; white space belongs to the sentence before it.

    Args:
        text: prose.
        script: ISO 15924 code; in scripts without full stops the pieces are what stands between spaces, in
            long texts with the short pieces after it.
    """
    if script in UNMARKED:
        found = [match.span() for match in _PIECE.finditer(text)]
        return found if len(found) <= _MOST_PIECES else [match.span() for match in _CLAUSE.finditer(text)]
    found = []
    start = 0
    has_capitals = any(map(str.isupper, text))
    for match in _END.finditer(text):
        if _goes_on(text, match) if has_capitals else _is_quoted(text, match):
            continue
        if text[start : match.end()].strip():
            found.append((start, match.end()))
            start = match.end()
    if text[start:].strip():
        found.append((start, len(text)))
    return found


def _is_quoted(text: str, end: re.Match[str]) -> bool:
    """Whether the mark stands in a quotation after which a text without capitals goes on: “क्यों?” उसने पूछा।"""
    following = text[end.end() : end.end() + 1]
    return following.isalpha() and "\n" not in end.group() and _QUOTED_END.match(end.group()) is not None


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """Whether a small letter follows: “He is alive!” she cried; paper, glue etc. for all of us."""
    following = text[end.end() : end.end() + 5]
    following = (_DASH.sub("", following) if following[:1] in _DASHES else following)[:2]
    if not (following.islower() and following.isalpha()) or "\n" in end.group():
        return False
    return end.group()[:2] != ".." and not text[end.start() - 1 : end.start()].isspace()
