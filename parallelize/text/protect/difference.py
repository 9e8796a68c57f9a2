"""Compare the protected spans of two texts, sign by sign."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from parallelize.text.protect.finding import find_spans
from parallelize.text.protect.spans import SpanKind

__all__ = ["SpanDifference", "span_difference"]

_FREE = frozenset({SpanKind.ARITHMETIC, SpanKind.VALUE})
"""What is not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanDifference:
    """Protected spans of one text against another, as multisets after white-space normalisation."""

    lost: tuple[str, ...]
    """In the source, not in the target."""
    added: tuple[str, ...]
    """In the target, not in the source."""

    @property
    def count(self) -> int:
        """How many spans are lost or added, together."""
        return len(self.lost) + len(self.added)


def span_difference(source: str, target: str) -> SpanDifference:
    """Compare the protected spans of two texts, order aside."""
    found, again = _compared(source), _compared(target)
    if found == again:
        return SpanDifference(lost=(), added=())
    ours, theirs = _normalised(found), _normalised(again)
    return SpanDifference(lost=tuple((ours - theirs).elements()), added=tuple((theirs - ours).elements()))


def _compared(text: str) -> list[str]:
    """Spans without arithmetic, of which it depends on the words around it where it begins."""
    return [text[start:end] for start, end, kind in find_spans(text) if kind not in _FREE]


def _normalised(spans: list[str]) -> Counter[str]:
    """Spans without white space, counted."""
    return Counter("".join(span.split()) for span in spans)
