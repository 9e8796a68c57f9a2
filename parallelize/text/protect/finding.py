"""Find the protected spans of a text, and what is left of it without them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from parallelize.text.kinds import QUERY
from parallelize.text.protect.blocks import code_blocks, has_code_line, json_values
from parallelize.text.protect.scanner import DRAWING, DRAWING_END, Scanner
from parallelize.text.protect.settings import settings
from parallelize.text.protect.spans import Span, SpanKind, without_overlap
from parallelize.text.protect.symbols import symbol_runs
from parallelize.text.thinking import thinking_marks
from parallelize.text.tool_calls import steps_of_agents

__all__ = ["find_spans", "prose", "readable_prose"]

_ADDRESS_SIGN = r"[\x00-\x08\x0e-\x1b!#-&(-;=?-\[\]_a-z~\x7f]"
"""A sign of ASCII that is no space, quote, bracket of another kind, or sign that no address has."""
_WEB = rf"(?:https?|ftp)://{_ADDRESS_SIGN}+|www\.{_ADDRESS_SIGN}{{3,}}"
_WEB_ADDRESS = re.compile(_WEB)
_ADDRESS = re.compile(rf"{_WEB}|(?<![\w.+-])[\w.+-]{{1,64}}@[\w-]{{1,63}}\.[\w.-]{{2,63}}")
"""The same, or an e-mail address."""
_TRAILING = ".,;:!?)]}*_"
"""Punctuation after an address that is no part of it."""


@lru_cache(maxsize=2048)  # masking asks about a text, and prose and comparison once it is answered
def find_spans(text: str) -> tuple[Span, ...]:
    """Return the protected spans of a text, in order, none overlapping another.

    Linear in the length of the text for ordinary text; look-ahead is bounded (4,000 characters for
    a brace group, 20,000 for a formula), so hostile text costs at most that much for each opener.
    """
    scanner = Scanner(text)
    scanner.scan()
    found, extra = scanner.found, scanner.closing
    if marks := thinking_marks(text):
        extra += [Span(start, end, SpanKind.CONTROL) for start, end in marks]
    lines, colon = "\n" in text, ":" in text
    if lines and colon and "Action" in text:
        kinds = (SpanKind.CONTROL, SpanKind.CODE)
        extra += [Span(start, end, kinds[is_call]) for start, end, is_call in steps_of_agents(text)]
    if "@" in text:
        extra += _addresses(text, _ADDRESS)
    elif (colon and "://" in text) or "www." in text:
        extra += _addresses(text, _WEB_ADDRESS)
    told = list(settings(text)) if lines else []
    if has_code_line(text):
        extra += (block for block in code_blocks(text, found) if not any(map(block.overlaps, told)))
    extra += told
    if '"' in text:
        extra += json_values(text)
    if not text.isascii():
        extra += symbol_runs(text)
    return tuple(without_overlap([*found, *extra]) if extra else found)


def _addresses(text: str, pattern: re.Pattern[str]) -> Iterator[Span]:
    for match in pattern.finditer(text):
        yield Span(match.start(), match.start() + len(match.group().rstrip(_TRAILING)), SpanKind.URL)


def prose(text: str) -> str:
    """Return the text without its protected spans, each replaced by one space."""
    spans = find_spans(text)
    if not spans:
        return text
    pieces = []
    position = 0
    for span in spans:
        pieces.append(text[position : span.start])
        position = span.end
    pieces.append(text[position:])
    return " ".join(pieces)


def readable_prose(text: str) -> str:
    """`prose` of a text as people read it: no drawing that was never closed, no query amid a sentence."""
    if text.rfind(DRAWING) > text.rfind(DRAWING_END):
        text = text[: text.rindex(DRAWING)]
    return prose(QUERY.sub(" ", text) if ";" in text else text)
