"""What stands around a translation and translates nothing: announcements, notes, answers, in any language.

Of lines: what is left when a line is taken away must by itself be the whole translation: as many lines and
sentences as the source, and about the expected length. No words are looked for.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from parallelize.core.language_pair import LanguagePair
from parallelize.core.late_patterns import late_pattern
from parallelize.metrics.lengths import length_of, size_of
from parallelize.metrics.sentences import UNMARKED, sentence_ranges

__all__ = ["Added", "added_lines", "added_quotes"]

_FRAMES = ("#", "|", "-", "*", "!", "[", "`", "$", "\\")
"""What lines begin with whose loss or gain is a matter of structure, not of added text."""
_QUESTIONS = ("?", "？", "؟", ";", "՞", "፧")
_GREEK = late_pattern(r"[\u0370-\u03ff]")
"""Letters of the language whose question mark is a semicolon."""
_UNMARKED_LETTERS, _MARKED_AGAIN = "\u0e00", "\u1000"  # Thai, Lao, Tibetan
_CLOSERS = " \t\"'”’)]»」』）*"
_WHOLE = -0.5
"""Length, in units of the bound for texts of that length, from which what is left counts as whole."""
_WHOLE_QUESTION = -1.0
"""The same where the source ends in a question and so does what is left."""
_WHOLE_UNMARKED = -0.3
"""The same in scripts without full stops, where sentences cannot be counted."""
_LONGEST = 3
"""Lines that are added at most on one side; more are another text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """Lines of a target that its source does not have."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


_NOTHING = Added()
_LINES, _PARAGRAPHS = late_pattern(r"\n"), late_pattern(r"\n\s*\n")
_DISPLAYED = late_pattern(r"\\\[|\$\$|\\begin\b")
"""Formulas on lines of their own: people begin and end lines around them as they like."""


def added_lines(source: str, target: str, languages: LanguagePair, scripts: tuple[str, str]) -> Added:
    """Lines that can be taken from the beginning or the end of the target and leave a whole translation.

    Args:
        source: source text.
        target: target text.
        languages: codes of the two languages.
        scripts: their scripts.
    """
    if "\n" not in target.strip():
        return _NOTHING
    cut = _PARAGRAPHS if _DISPLAYED.search(source) or _DISPLAYED.search(target) else _LINES
    ours, theirs = _pieces(cut, source), _pieces(cut, target)
    extra = len(theirs) - len(ours)
    if not 0 < extra <= 2 * _LONGEST or not ours:
        return _NOTHING
    for before in range(min(extra, _LONGEST) + 1):
        after = extra - before
        if after > _LONGEST:
            continue
        body = theirs[before : len(theirs) - after]
        found = Added(before=tuple(theirs[:before]), after=tuple(theirs[len(theirs) - after :]))
        if _is_apart(ours, body, found) and _is_whole(ours, body, languages, scripts):
            return found
    return _NOTHING


def _pieces(cut: re.Pattern[str], text: str) -> list[str]:
    return [piece.strip() for piece in cut.split(text) if any(map(str.isalnum, piece))]


def _is_whole(ours: list[str], body: list[str], languages: LanguagePair, scripts: tuple[str, str]) -> bool:
    """Whether some lines of the target are by themselves the translation of the source."""
    source, target = " ".join(ours), " ".join(body)
    unmarked = scripts[1] in UNMARKED
    both_ask = _asks(ours[-1]) and _asks(body[-1])
    least = _WHOLE_QUESTION if both_ask else _WHOLE_UNMARKED if unmarked else _WHOLE
    length = length_of(size_of(source, languages.source), size_of(target, languages.target), languages)
    if length is None or math.copysign(length.deviation, length.surplus) < least:
        return False
    if unmarked:
        return True
    counts = [
        len(sentence_ranges(text, script)) for text, script in zip((source, target), scripts, strict=True)
    ]
    return counts[1] >= counts[0]


def _is_apart(ours: list[str], body: list[str], found: Added) -> bool:
    """Whether what is around the body ends before it or begins after it, and is no question or frame."""
    if found.after and _asks(ours[-1]) and _asks(found.after[-1]):
        return False
    if any(line.startswith(_FRAMES) for line in found.before + found.after):
        return False
    ends = [*found.before, *([body[-1]] if found.after and _ends(ours[-1]) else ())]
    return all(map(_ends, ends))


def _ends(line: str) -> bool:
    """Whether a line ends in a mark, or is in letters whose sentences have none."""
    last = line.rstrip(_CLOSERS)[-1:]
    if last == ";":
        return bool(_GREEK.search(line))
    return not (last.isalnum() or last in ",、،，") or _UNMARKED_LETTERS <= last < _MARKED_AGAIN


def _asks(line: str) -> bool:
    return line.rstrip(_CLOSERS).endswith(_QUESTIONS)


_QUOTES = {
    '"': '"',
    "”": "”",
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«»",
    "‘": "’",
    "'": "'",
    "‹": "›",
    "「": "」",
    "『": "』",
}
"""What closes each quotation mark."""
_MARKS = frozenset("".join([*_QUOTES, *_QUOTES.values()])) - frozenset("'’‘")
"""Quotation marks that are no apostrophes."""


def added_quotes(source: str, target: str) -> bool:
    """Whether the target as a whole stands between quotation marks and the source does not."""
    bare = target.strip()
    if len(bare) < 2 or bare[-1] not in _QUOTES.get(bare[0], ""):
        return False
    plain = source.strip()
    if not plain or not _MARKS.isdisjoint((plain[0], plain[-1])) or plain[0] in "'‘":
        return False
    inside = sum(sign in _MARKS for sign in bare[1:-1])
    return inside == sum(sign in _MARKS for sign in plain)
