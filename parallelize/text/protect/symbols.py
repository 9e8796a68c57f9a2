"""Symbols that are letters of no language, with the numbers and signs they are written among."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parallelize.core.late_patterns import late_pattern
from parallelize.text.protect.notation import NUMBER
from parallelize.text.protect.spans import Span, SpanKind

__all__ = ["symbol_runs"]

_SYMBOLS = (
    r"\u00b1-\u00b3\u00b9"  # ± ² ³ ¹
    r"\u00bc-\u00be\u2150-\u218f"  # ¼ ½ ¾ ⅓ Ⅷ
    r"\u00d7\u00f7\u2030\u2032-\u2034\u2044"  # × ÷ ‰ ′ ″ ⁄
    r"\u2070-\u209f"  # superscripts and subscripts
    r"\u2190-\u23ff\u27f0-\u27ff\u2900-\u2bff"  # arrows, operators, technical signs
    r"\u25a0-\u27bf\ufe0f\U0001f000-\U0001faff"  # shapes, check marks, emoji
)
_SYMBOL = re.compile(f"[{_SYMBOLS}]")
_LETTER = r"[A-Za-zα-ωΑ-Ω]"
_BETWEEN = r"[-+*/=<>^×÷·−±≈≡≠≤≥→⇒∈√]"
_RUN = late_pattern(
    rf"""
    (?:(?:
        [£€¥]?{NUMBER}
      | [{_SYMBOLS}−·]
      | [-+*/=<>^_|!%°()\[\]]
      | (?:sin|cos|tan|log|ln|mod|max|min|exp|gcd|lcm)\b
      | (?<![^\W\d_]){_LETTER}(?![A-Za-z\u00c0-\u024f])     # a letter by itself
    )[ ]?)+
    """,
    re.VERBOSE,
)
_RUN_HEAD = late_pattern(rf"(?:{_LETTER} (?!{_BETWEEN})|[-)\]%!*_|]|/+ )+")
"""What a run may begin with though it belongs to the words before it."""
_RUN_TAIL = late_pattern(rf"(?:(?<!{_BETWEEN}) {_LETTER}|[-(\[*_|/+ ])+$")
"""What a run may end in though it belongs to the words after it."""


def symbol_runs(text: str) -> Iterator[Span]:
    """Every run of numbers, signs and single letters that has a symbol in it, line by line."""
    end = 0
    for symbol in _SYMBOL.finditer(text):
        if symbol.start() < end:
            continue
        low = text.rfind("\n", 0, symbol.start()) + 1
        end = text.find("\n", symbol.start())
        end = len(text) if end < 0 else end
        yield from _runs_of_line(text, low, end)


def _runs_of_line(text: str, low: int, high: int) -> Iterator[Span]:
    for match in _RUN.finditer(text, low, high):
        run = match.group()
        if not _SYMBOL.search(run):
            continue
        lead = _RUN_HEAD.match(run)
        head = lead.end() if lead else 0
        body = _RUN_TAIL.sub("", run[head:])
        if body.startswith("(") and ")" not in body:
            head, body = head + 1, body[1:]
        if body.endswith(")") and "(" not in body:
            body = body[:-1]
        if _SYMBOL.search(body):
            yield Span(match.start() + head, match.start() + head + len(body), SpanKind.ARITHMETIC)
