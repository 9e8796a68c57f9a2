"""What a protected span is: where it stands in its text, and of which kind it is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Span", "SpanKind", "new_span", "without_overlap"]


class SpanKind(StrEnum):
    """What a protected span is."""

    MATH = "math"
    CODE = "code"
    URL = "url"
    TAG = "tag"
    CALCULATOR = "calculator"
    """A calculator mark of GSM8K, with the arithmetic before it and the number after it."""
    ARITHMETIC = "arithmetic"
    """Arithmetic and symbols in plain text: `3 + 4 = 7`, `20√3 ≈ 34.6`, `✓`."""
    TEMPLATE = "template"
    CONTROL = "control"
    MARKER = "marker"
    VALUE = "value"
    """One word as the value of a setting: it is copied, but another word may stand there."""
    EXPRESSION = "expression"
    """Plain-text mathematics and names of variables; hidden from engines that cannot spell it."""
    MONEY = "money"
    """A number with the sign of a currency; hidden likewise."""
    SHAPE = "shape"
    """A placeholder, path, identifier, handle or number with its unit; hidden likewise."""
    MARK = "mark"
    """Signs that belong to the words around them, such as the stars of `**bold**`; hidden likewise."""
    NAME = "name"
    """A proper name; hidden where an engine changed it."""
    UNSPELLED = "unspelled"
    """A word or sign that an engine's vocabulary lacks."""


class Span(NamedTuple):
    """Where a protected piece `text[start:end]` lies, and what it is."""

    start: int
    end: int
    kind: SpanKind

    def overlaps(self, other: Span) -> bool:
        """Whether a character belongs to both."""
        return self.start < other.end and other.start < self.end


new_span = tuple.__new__
"""`new_span(Span, (start, end, kind))` is `Span(start, end, kind)` in a third of the time."""


def without_overlap(spans: list[Span]) -> list[Span]:
    """Of spans that overlap, the one that starts first; of those, the longest. In order."""
    spans.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    end = 0
    for span in spans:
        if span.start >= end:
            kept.append(span)
            end = span.end
    return kept
