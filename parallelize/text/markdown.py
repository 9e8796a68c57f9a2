"""Markdown with data in it: one escaper and one writer of tables for reports, cards and terminals.

The escapes follow the CommonMark 0.31 and GitHub Flavored Markdown specifications: ASCII punctuation may
be escaped by a backslash anywhere outside code, and raw HTML starts with `<`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["code", "escape", "fenced", "markdown_table"]

_PUNCTUATION = re.compile(r"([\\`*_\[\]|~$])")
_LINE_START = re.compile(r"^(\d+(?=[.)](?:\s|$))|[#+=\-])")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and the invisible ones that change the order or meaning of what is read."""
_BARE_PIPE = re.compile(r"(?<!\\)((?:\\\\)*)\|")


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, on one line, also inside a table cell."""
    line = " ".join(_HIDDEN.sub("", text.replace("\t", " ")).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Without this, GitHub and the Hub turn a bare address into a link.
    line = _PUNCTUATION.sub(r"\\\1", line).replace("://", "&#58;//")
    return _LINE_START.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", line)


def code(value: object) -> str:
    """Return a code span; a value with backticks gets a longer fence, a pipe is escaped for tables."""
    text = " ".join(_HIDDEN.sub("", str(value)).split())
    if not text:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text.replace('|', chr(92) + '|')}{space}{fence}"


def fenced(value: object, language: str = "") -> str:
    """Return a fenced code block whose fence is longer than any run of backticks in the value."""
    text = "\n".join(_HIDDEN.sub("", line) for line in str(value).splitlines())
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    label = re.sub(r"[^a-z0-9]", "", language)
    return f"{fence}{label}\n{text}\n{fence}"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An aligned Markdown table that reads well in a terminal too: text in the first column, then numbers.

    Args:
        head: names of the columns.
        rows: cells of our own, or escaped ones; a pipe or a line break in them does not leave its cell.
    """
    body = [[_cell(item) for item in row] for row in rows]
    widths = [max(3, *(len(row[i]) for row in [list(head), *body])) for i in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (list(head), rule, *body))


def _cell(value: object) -> str:
    return _BARE_PIPE.sub(r"\1\|", " ".join(str(value).splitlines()))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    placed = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(placed)} |"
