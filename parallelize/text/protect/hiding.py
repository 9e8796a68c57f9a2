"""Find all that an engine of small vocabulary must not see: what is protected, and what it cannot spell.

Engines that are shown the protected spans need none of this: they read a formula as well as a word. A small
model turns `<`, `^`, `#` and Greek letters into nothing, and lone letters into words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from parallelize.text.protect.comparisons import comparisons
from parallelize.text.protect.finding import find_spans
from parallelize.text.protect.marks import marks, with_tag_pairs
from parallelize.text.protect.names import names
from parallelize.text.protect.plain_math import expressions, variables
from parallelize.text.protect.shapes import AMOUNT_OF_MONEY, DRIVE_PATH, shapes
from parallelize.text.protect.spans import Span, SpanKind

__all__ = ["Spelling", "hidden_spans", "respelled"]

_UNSAFE = frozenset("#<@^{}~\\`")
"""Signs of ASCII that small vocabularies lack; assumed of an engine that does not tell."""
_TYPOGRAPHY = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2026": "...",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
}
"""Signs of print, and how a typewriter writes them."""
_PRINTED = re.compile("[" + "".join(_TYPOGRAPHY) + "]")
_DASH = re.compile(r"(?<=\w)\u2014(?=\w)")
_TRANSPARENT = frozenset({SpanKind.ARITHMETIC, SpanKind.TEMPLATE})
"""Spans that may be part of something longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """What an engine can read and write: the language of a text, and the signs of its vocabulary."""

    language: str
    """Code of the language that the text is in."""
    names: bool = False
    """Whether proper names are hidden too: English ones, for a language in the same script."""
    alphabet: frozenset[str] | None = None
    """Every character in its vocabulary; None: it does not tell, and letters of any language pass."""

    def spells(self, sign: str) -> bool:
        """Whether a character can be shown."""
        if sign.isspace():
            return True
        if self.alphabet is not None:
            return sign in self.alphabet
        if sign.isascii():
            return sign not in _UNSAFE
        return sign.isalpha() or sign in _TYPOGRAPHY or unicodedata.category(sign) in {"Mn", "Mc", "Po"}


@lru_cache(maxsize=256)  # the attempts at a segment ask about the same text
def hidden_spans(text: str, spelling: Spelling) -> tuple[Span, ...]:
    """Spans that are not shown, in order, none overlapping another; the protected ones are among them."""
    found = list(find_spans(text))
    for start, end in list(_gaps(text, found)):
        found += (Span(*part, SpanKind.SHAPE) for part in shapes(text, start, end))
        found += (Span(*part, SpanKind.EXPRESSION) for part in expressions(text, start, end))
        if spelling.language == "en":
            found += (Span(*part, SpanKind.EXPRESSION) for part in comparisons(text, start, end))
        found += (Span(*part, SpanKind.EXPRESSION) for part in variables(text, start, end, spelling.language))
        found += (Span(*match.span(), SpanKind.MONEY) for match in AMOUNT_OF_MONEY.finditer(text, start, end))
    if ":\\" in text:
        found += (Span(*match.span(), SpanKind.SHAPE) for match in DRIVE_PATH.finditer(text))
    found = with_tag_pairs(text, _united(found))
    if spelling.names:
        found = _united([*found, *(Span(*part, SpanKind.NAME) for part in names(text))])
    found = _united([*found, *marks(text, found)])
    return tuple(_united([*found, *_unspelled(text, found, spelling)]))


def respelled(text: str, spelling: Spelling) -> str:
    """A text with quotation marks, dashes and spaces of print as a typewriter has them, where it must be."""
    if not _PRINTED.search(text):
        return text
    text = _DASH.sub(" - ", text)
    return _PRINTED.sub(lambda sign: sign[0] if _known(sign[0], spelling) else _TYPOGRAPHY[sign[0]], text)


def _known(sign: str, spelling: Spelling) -> bool:
    return spelling.alphabet is not None and sign in spelling.alphabet


def _gaps(text: str, spans: list[Span]) -> Iterator[tuple[int, int]]:
    """Ranges between spans that are parts of nothing longer."""
    position = 0
    for span in spans:
        if span.kind in _TRANSPARENT:
            continue
        if position < span.start:
            yield position, span.start
        position = span.end
    if position < len(text):
        yield position, len(text)


def _united(spans: list[Span]) -> list[Span]:
    """Spans that overlap as one; the longest says of which kind it is."""
    spans.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in spans:
        if kept and span.start < kept[-1].end:
            last = kept[-1]
            longer = last if last.end - last.start >= span.end - span.start else span
            kept[-1] = Span(last.start, max(last.end, span.end), longer.kind)
        else:
            kept.append(span)
    return kept


def _unspelled(text: str, spans: list[Span], spelling: Spelling) -> Iterator[Span]:
    """Words and signs outside spans that the engine cannot spell."""
    lacking = {sign for sign in set(text) if not spelling.spells(sign) and sign not in _TYPOGRAPHY}
    if not lacking:
        return
    pattern = _lacking_pattern("".join(sorted(lacking)))
    position = 0
    for span in [*spans, Span(len(text), len(text), SpanKind.MARK)]:
        for match in pattern.finditer(text, position, span.start):
            yield Span(*match.span(), SpanKind.UNSPELLED)
        position = max(position, span.end)


@lru_cache(maxsize=256)
def _lacking_pattern(signs: str) -> re.Pattern[str]:
    """A word with one of these signs in it, or a run of such signs."""
    lacking = re.escape(signs)
    return re.compile(
        rf"""
        (?: [^\W\d_] | ['’-](?=[^\W\d_]) )*
        [{lacking}]
        (?: [{lacking}] | [^\W\d_] | ['’-](?=[^\W\d_]) )*
        """,
        re.VERBOSE,
    )
