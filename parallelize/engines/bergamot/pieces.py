"""Pieces that the embedded engine takes whole.

Its models were trained on single sentences. Measured on the English–Portuguese ones: texts of up to
about 80 vocabulary pieces come through complete, from 100 on the end is lost or turns into a loop,
without a word from the engine. So a text is cut into sentences, and a sentence that may be too long
at a clause or a word boundary.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from parallelize.core.writing import UNSPACED_LETTERS

__all__ = ["MAX_WEIGHT", "Piece", "pieces", "weight"]

MAX_WEIGHT = 70
"""Estimated vocabulary pieces sent at once; leaves room below the 80 that were seen to work."""

_UNIT = re.compile(r"[^\W\d_]+|\d|[^\w\s]|_")
_LETTERS_PER_PIECE = 7
_UNSPACED_LETTER = re.compile(f"[{UNSPACED_LETTERS}]")
_CLAUSE = re.compile(r"[;:,.!?)\]—–][\"'”’)\]]*\s+|[：，、；。！？]\s*")
_SPACE = re.compile(r"\s+")
_LETTER = re.compile(r"[^\W\d_]")
# After these a full stop does not end a sentence, though a capital letter follows.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Sra|Dra|vs|cf|e\.g|i\.e|Eq|Fig|resp|approx)\.$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One call of the engine, or text that is copied."""

    text: str
    separator: str
    """White space that follows it; the pieces' texts and separators joined are the whole text."""
    send: bool
    """False: it has no letters, and is copied (the engine invents text for lone punctuation)."""


def weight(text: str) -> int:
    """Estimate how many vocabulary pieces a text has: one a digit or sign, one or more a word."""
    total = 0
    for unit in _UNIT.findall(text):
        unspaced = len(_UNSPACED_LETTER.findall(unit))
        letters = len(unit) - unspaced
        total += unspaced + (-(-letters // _LETTERS_PER_PIECE))
    return total


def pieces(text: str, sentences: Callable[[str], list[str]]) -> list[Piece]:
    """Cut a text so that every piece is at most `MAX_WEIGHT` heavy.

    Args:
        text: any text. Leading white space becomes a first piece with an empty `text`.
        sentences: sentence segmenter; it gives the sentences in order, stripped.
    """
    found: list[Piece] = []
    lead = len(text) - len(text.lstrip())
    if lead:
        found.append(Piece("", text[:lead], send=False))
    for sentence, separator in _with_gaps(text[lead:], sentences):
        parts = _fitting(sentence)
        found.extend(_piece(*part) for part in parts[:-1])
        found.append(_piece(parts[-1][0], parts[-1][1] + separator))
    return found


def _piece(text: str, separator: str) -> Piece:
    return Piece(text, separator, send=_LETTER.search(text) is not None)


def _with_gaps(text: str, sentences: Callable[[str], list[str]]) -> list[tuple[str, str]]:
    """Sentences with the white space after each, abbreviations mended."""
    found: list[tuple[str, str]] = []
    start = 0
    spans: list[tuple[int, int]] = []
    for sentence in sentences(text):
        at = text.find(sentence, start)
        if at < 0 or text[start:at].strip():  # the segmenter changed the text: take the rest as one
            break
        at += len(sentence) - len(sentence.lstrip())
        start = at + len(sentence.strip())
        if spans and _ABBREVIATION.search(text[slice(*spans[-1])]) and "\n" not in text[spans[-1][1] : at]:
            spans[-1] = (spans[-1][0], start)
        else:
            spans.append((at, start))
    if text[start:].strip():
        spans.append((start + len(text[start:]) - len(text[start:].lstrip()), len(text.rstrip())))
    for index, (begin, end) in enumerate(spans):
        following = spans[index + 1][0] if index + 1 < len(spans) else len(text)
        found.append((text[begin:end], text[end:following]))
    return found


def _fitting(sentence: str) -> list[tuple[str, str]]:
    """Halve a sentence until its parts fit, at the clause boundary nearest the middle if there is one."""
    if weight(sentence) <= MAX_WEIGHT or len(sentence) < 2:
        return [(sentence, "")]
    begin, end = _cut(sentence)
    left, right = _fitting(sentence[:begin]), _fitting(sentence[end:])
    left[-1] = (left[-1][0], left[-1][1] + sentence[begin:end])
    return left + right


def _cut(sentence: str) -> tuple[int, int]:
    """Where the white space (possibly none) between two halves begins and ends."""
    low, high = len(sentence) // 4, 3 * len(sentence) // 4
    middle = len(sentence) / 2
    clauses = [match.end() for match in _CLAUSE.finditer(sentence) if low <= match.end() <= high]
    if clauses:
        end = min(clauses, key=lambda at: abs(at - middle))
        return len(sentence[:end].rstrip()), end
    spaces = [match.span() for match in _SPACE.finditer(sentence)]
    if spaces:
        return min(spaces, key=lambda span: abs(span[0] - middle))
    return len(sentence) // 2, len(sentence) // 2
