"""What is marked in the texts of a sample: formulas, what was lost or added, words that came back otherwise.

A marked text is a list of runs: a string where nothing is marked, else `[kinds, string]`, where `kinds` has
one letter for each mark (`MARKS`). Joined, the strings are the text, except that a control character is a run
of its own whose string is its name, and that a run says how much of the middle of a long text is left out.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from parallelize.core.language_pair import LanguagePair
from parallelize.metrics.pair import Pair
from parallelize.metrics.values import number_difference
from parallelize.report.page import CONTROLS, control_name
from parallelize.text.numerals import read_numbers
from parallelize.text.protect import SpanKind, find_spans, span_difference

__all__ = ["MARKS", "MarkedTexts", "Run", "mark_texts", "suspect_spans"]

MARKS = {
    "p": "protected: formula, code, link, tag, arithmetic",
    "l": "lost: a protected span or number of the source that the target lacks",
    "a": "added: a protected span or number that the source lacks",
    "d": "differs between the source and the text translated back",
    "c": "control character, shown by its name",
    "e": "left out here; the corpus has the whole text",
}
"""Letter of each mark, and what it says."""
Run = str | list[str]
_HEAD, _TAIL = 3_000, 1_200
"""Characters shown of a long text: its beginning, and its end, where answers are."""
_COMPARED_WORDS = 1_500
_WORD = re.compile(r"\w+|[^\w\s]")


class _Mark(NamedTuple):
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedTexts:
    """One text of a row on its three sides, as runs."""

    source: list[Run]
    target: list[Run]
    back: list[Run] | None
    """None: not translated back."""


def mark_texts(source: str, target: str, back: str | None, languages: LanguagePair) -> MarkedTexts:
    """Mark a text, its translation, and the translation's translation.

    Args:
        source: the source text.
        target: its translation.
        back: the target translated back; None if it was not.
        languages: of `source` (and `back`) and of `target`.
    """
    ours, theirs = _protected(source), _protected(target)
    spans = span_difference(source, target)
    missing, added = number_difference(Pair.of(source, target, languages))
    ours += _found_spans(source, spans.lost, "l") + _found_numbers(source, missing, languages.source, "l")
    theirs += _found_spans(target, spans.added, "a") + _found_numbers(target, added, languages.target, "a")
    came_back = None
    if back is not None:
        before, after = _different_words(source, back)
        ours += before
        came_back = _runs(back, _protected(back) + after)
    return MarkedTexts(source=_runs(source, ours), target=_runs(target, theirs), back=came_back)


def suspect_spans(source: str, target: str, languages: LanguagePair) -> list[tuple[int, int]]:
    """Where a translation has what its source has not: spans that a reader should look at first.

    Returns:
        (start, end) in characters of `target`: formulas and numbers that were added, and control characters.
    """
    _, added = number_difference(Pair.of(source, target, languages))
    marks = _found_spans(target, span_difference(source, target).added, "a")
    marks += _found_numbers(target, added, languages.target, "a")
    marks += [_Mark(found.start(), found.end(), "c") for found in CONTROLS.finditer(target)]
    return sorted((mark.start, mark.end) for mark in marks)


def _protected(text: str) -> list[_Mark]:
    return [_Mark(span.start, span.end, "p") for span in find_spans(text)]


def _found_spans(text: str, wanted: Sequence[str], kind: str) -> list[_Mark]:
    """Where spans of a difference stand; of equal ones the first are taken."""
    left = Counter(wanted)
    found = []
    for span in find_spans(text) if left else ():
        content = "".join(text[span.start : span.end].split())
        if span.kind is not SpanKind.ARITHMETIC and left[content] > 0:
            left[content] -= 1
            found.append(_Mark(span.start, span.end, kind))
    return found


def _found_numbers(text: str, wanted: Sequence[Fraction], language: str, kind: str) -> list[_Mark]:
    left = Counter(wanted)
    found = []
    for number in read_numbers(text, language) if left else ():
        value = next((value for value in number.readings if left[value] > 0), None)
        if value is not None:
            left[value] -= 1
            found.append(_Mark(number.start, number.end, kind))
    return found


def _different_words(source: str, back: str) -> tuple[list[_Mark], list[_Mark]]:
    """Words of each text that the other does not have in that place; case does not count."""
    ours, theirs = list(_WORD.finditer(source)), list(_WORD.finditer(back))
    ours, theirs = ours[:_COMPARED_WORDS], theirs[:_COMPARED_WORDS]
    matcher = difflib.SequenceMatcher(
        None, [word.group().casefold() for word in ours], [word.group().casefold() for word in theirs]
    )
    before, after = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            before += _stretch(ours[a:b])
            after += _stretch(theirs[c:d])
    return before, after


def _stretch(words: Sequence[re.Match[str]]) -> list[_Mark]:
    return [_Mark(words[0].start(), words[-1].end(), "d")] if words else []


def _runs(text: str, marks: Iterable[_Mark]) -> list[Run]:
    """The text cut at every edge of a mark."""
    found = [*marks, *(_Mark(match.start(), match.end(), "c") for match in CONTROLS.finditer(text))]
    if len(text) > _HEAD + _TAIL:
        found.append(_Mark(_HEAD, len(text) - _TAIL, "e"))
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for mark in found:
        opening.setdefault(mark.start, []).append(mark.kind)
        closing.setdefault(mark.end, []).append(mark.kind)
    edges = sorted({0, len(text), *opening, *closing})
    runs: list[Run] = []
    active: Counter[str] = Counter()
    left_out = 0
    for start, end in itertools.pairwise(edges):
        active.subtract(closing.get(start, ()))
        active.update(opening.get(start, ()))
        kinds = "".join(kind for kind in MARKS if active[kind] > 0)
        if "e" in kinds:
            left_out += end - start
            if end == len(text) - _TAIL:
                runs.append(["e", f"[… {left_out:,} characters …]"])
            continue
        piece = text[start:end]
        shown = control_name(piece) if "c" in kinds else piece
        runs.append([kinds, shown] if kinds else shown)
    return runs
