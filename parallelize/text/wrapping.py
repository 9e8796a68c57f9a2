"""Hard-wrapped prose: lines that continue a sentence are told from lines that stand by themselves.

An engine that takes one line at a time must see the whole sentence; its reply is wrapped as the source was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parallelize.text.protect import Span

__all__ = ["begins_inside", "continues", "is_left_open", "unwrapped", "wrapped_like"]

_SHORTEST_LINE = 30
"""Characters; nobody wraps prose narrower, and lists of words are."""
_FEWEST_WORDS = 4
_CLOSED = re.compile(r"[.!?:;…。！？]['\"”’)\]*_]*$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_SPACES = re.compile(r"[ \t\n]+")
_BEFORE_ANY = frozenset(
    ["a", "an", "the", "of", "and", "or", "than", "with", "from", "into", "her", "his", "their"]
)
_BEFORE_NAMES = frozenset(
    ["on", "in", "at", "to", "by", "for", "as", "its", "my", "your", "our", "each", "every"]
)
"""Words of English after which a sentence goes on: any; the second kind if no sentence begins then."""
_STARTS = frozenset(
    [
        *("The", "A", "An", "He", "She", "It", "They", "We", "I", "You", "There", "This", "That", "These"),
        *("How", "What", "When", "Where", "Why", "Who", "If", "Then", "So", "But", "Find", "Let"),
    ]
)
_OPENS = frozenset("(\"“‘'")
"""What a word may begin with."""


def continues(before: str, after: str, width: int) -> bool:
    """Whether a line goes on with the sentence of the line before it.

    Whoever wraps text puts a word on the next line because it does not fit on this one; lines of lists and
    poems end where there was room. A line that begins with a capital or a number is one of its own: people
    leave the full stop out at the end of a line of a solution.

    Args:
        before: a line without its indentation.
        after: the next line, likewise.
        width: characters of the widest line of the paragraph.
    """
    if is_left_open(before, after):
        return True
    if len(before) < _SHORTEST_LINE or not after or _CLOSED.search(before):
        return False
    if len(_WORD.findall(before)) < _FEWEST_WORDS or not _WORD.search(after):
        return False
    fits = len(before) + 1 + len(after.split(None, 1)[0]) <= width
    return not fits and begins_inside(after)


def begins_inside(line: str) -> bool:
    """Whether a line begins as a sentence does not: with a small letter; the first look, and quick."""
    return line[:1].islower() or (line[:1] in _OPENS and line[1:2].islower())


def is_left_open(before: str, after: str) -> bool:
    """Whether a line ends with a word that never ends a sentence, however short the line is."""
    space = before.rfind(" ")
    last = before[space + 1 :]
    if (last not in _BEFORE_ANY and last not in _BEFORE_NAMES) or space <= 0 or not after:
        return False
    first = after.split(None, 1)[0]
    return (first[0].isalnum() or first[0] in _OPENS) and (last in _BEFORE_ANY or first not in _STARTS)


def unwrapped(text: str) -> str:
    """A wrapped sentence on one line."""
    return _BREAK.sub(" ", text)


def wrapped_like(text: str, source: str, spans: Sequence[Span]) -> str:
    """A line, wrapped as wide and indented as another text is.

    Args:
        text: what is wrapped.
        source: what is to be imitated; if it has one line, so has the result.
        spans: of `text`, in order: no line ends inside one.
    """
    lines = source.split("\n")
    if len(lines) < 2:
        return text
    width = max(map(len, lines))
    indent = lines[1][: len(lines[1]) - len(lines[1].lstrip())]
    done: list[str] = []
    line = ""
    for word in _words(text, spans):
        if line.strip() and len(line) + 1 + len(word) > width:
            done.append(line)
            line = indent + word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*done, line])


def _words(text: str, spans: Sequence[Span]) -> list[str]:
    """What stands between spaces that are in no span."""
    found, position, at = [], 0, 0
    for match in _SPACES.finditer(text):
        while at < len(spans) and spans[at].end <= match.start():
            at += 1
        if at < len(spans) and spans[at].start < match.end():
            continue
        found.append(text[position : match.start()])
        position = match.end()
    found.append(text[position:])
    return [word for word in found if word]
