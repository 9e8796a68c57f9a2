"""What a text is built of beside its words: headings, lists, tables, links, emphasis, JSON, code, figures.

A translation has the same skeleton in another language. Everything is read in one pass over the lines or by
one linear pattern; hostile text costs no more than its length.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from parallelize.core.late_patterns import late_pattern
from parallelize.text.kinds import QUERY, is_code_line, lines_like_code

__all__ = ["Structure", "bare_code", "read_structure", "table_cells", "without_code_lines", "without_figures"]

_FIGURE: Final = late_pattern(
    r"""
      \[asy\](?P<asy>.*?)(?:\[/asy\]|\Z)                             # Asymptote as forums write it
    | <asy>(?P<tag>.*?)(?:</asy>|\Z)
    | \\begin\{(?P<name>asy|tikzpicture|picture|pspicture|axis)\*?\}   # and as LaTeX does
        (?P<body>.*?)(?:\\end\{(?P=name)\*?\}|\Z)
    | \\includegraphics(?:\[[^\]]*\])?\{(?P<file>[^{}]*)\}            # a file
    """,
    re.DOTALL | re.VERBOSE,
)
_STRING: Final = late_pattern(r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'")
_NUMBER: Final = late_pattern(r"\d+(?:\.\d+)?")
_OPERATOR: Final = late_pattern(r"[-=<>+*/^;(){}]")
_HEADING: Final = late_pattern(r"(#{1,6})[ \t]+(?=.*[^\W\d_])")
_BULLET: Final = late_pattern(r"[-*+•◦▪‣·][ \t]+(?=\S)")
_TASK: Final = late_pattern(r"[-*+][ \t]+\[([ xX])\][ \t]")
_NUMBERED: Final = late_pattern(r"\d{1,3}[ \t]?[.)．、）][ \t]*(?=\S)")
_RULE: Final = late_pattern(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?$")
"""The line under the head of a table."""
_CELLS: Final = late_pattern(r"(?<!\\)\|")
_CELL_END: Final = late_pattern(r"&|\\\\|\\hline|\\(?:begin|end)\{[^{}]*\}|(?<!\\)\||\n")
_NUMBER_CELL: Final = late_pattern(
    r"([-+€£¥]?\d[\d.,  '٬٫]*)(?:[%٪]|[^\W\d_]{1,6}\.?(?:/[^\W\d_]{1,4}\.?)?|€|°C?)?"
)
"""A cell that is a number, with its unit in any letters or not."""
_QUOTED: Final = late_pattern(r">+[ \t]+\S")
_LINK: Final = late_pattern(
    r"""
    (!?)(?<!\\)\[[^\[\]\n]{0,400}\](?<!\\\])                          # words, or of an image what it shows
    \(\s{0,8}<?([^()\s<>]{1,400}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?)>?  # the target, brackets in pairs
    [^()\n]{0,100}\)                                                   # a title
    """,
    re.VERBOSE,
)
_FOOTNOTE: Final = late_pattern(r"\[\^[^\]\s]{1,40}\]")
_BOLD: Final = late_pattern(r"(?<!\*)\*\*(?=[^\s*])[^*\n]{1,400}(?<=[^\s*])\*\*(?!\*)")
_ITALIC: Final = late_pattern(
    r"""
    (?<![0-9A-Za-z)*\\]) \* (?=[^\s*])                           # 2*3 and f(x)*y are products
    (?=[^*\n]{0,400}[^\W\d_]{2} | \d+%?\*)                     # there is a word in it, or all is a number
    [^*\n]{1,400} (?<=[^\s*])
    \* (?![0-9A-Za-z(*])
    """,
    re.VERBOSE,
)
_SLANTED: Final = late_pattern(r"(?<![\w\\$*])_(?=[^\W\d_]{2})[^_*$\\\n]{2,400}(?<=[^\s_])_(?![\w*])")
"""The same between underscores."""
_JSON_START: Final = late_pattern(r"\{\s*\"(?=[^\"\n]{1,200}\"\s*:)|\[\s*\{\s*\"")
_JSON_TRIES: Final = 64
"""Places at which a value is tried; a text that has more is a data set."""
_BARE_KEY: Final = late_pattern(r'"[a-z_][\w.-]{0,40}":(?=\s?(?:\d|true|false|null|[\[{"]))')
_FEWEST_KEYS: Final = 2
_LINE_CHARS: Final = 300
"""What is looked at of a line to tell whether it is code."""
_BLOCK: Final = late_pattern(r"^([ \t]*)(?P<line>[^\n]{1,300}[:{])[ \t]*\n\1[ \t]+\S", re.MULTILINE)
"""A line and one below it that stands further in."""
_COMMENT: Final = late_pattern(r"(?<!\S)(?:#|//|--)\s.*$")
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """The skeleton of a text; two texts of the same skeleton have equal fields."""

    headings: tuple[int, ...] = ()
    """Level of each heading, in order."""
    items: int = 0
    """Items of lists, bulleted and numbered."""
    ticks: tuple[bool, ...] = ()
    """Which boxes of a list of tasks (`- [x]`) are ticked, in order."""
    tables: tuple[tuple[int, int], ...] = ()
    """(cells, cells with something in them) of each row of a table."""
    numbers: tuple[str, ...] = ()
    """Digits of the cells of tables that hold a number and no word, in order."""
    links: Counter[str]
    """Targets of links, of images with a `!` before them, and footnotes."""
    bold: int = 0
    italic: int = 0
    json: tuple[Any, ...] = ()
    """Values of JSON with their strings left out, in order."""
    quoted: bool = False
    """Whether a line is quoted by a `>`."""
    indented: bool = False
    """Whether a line stands further in than the line of code before it."""
    code: Counter[str]
    """Lines that can only be code, without comments, strings and spaces."""
    figures: tuple[tuple[str, ...], ...] = ()
    """Numbers of each drawing, or the name of its file, in order."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing but words."""
        return self is _NOTHING or self == _NOTHING


_NOTHING: Final = Structure(links=Counter(), code=Counter())
_SIGNS: Final = late_pattern(r'[#*+•◦▪‣·|\[{\\<;("_](?:(?<!")|:)')
_ITEM: Final = late_pattern(r"[ \t]*[-\d>]")
_ITEM_AFTER: Final = late_pattern(r"\n[ \t]*[-\d>]")
"""A line that may be an item of a list; searched for by the line break before it."""


def without_figures(text: str) -> str:
    """The text with a blank in place of every drawing."""
    return _FIGURE.sub(" ", text) if "asy" in text or "\\" in text else text


def read_structure(text: str) -> Structure:
    """Read the skeleton of a text."""
    if not (
        _SIGNS.search(text)
        or _ITEM.match(text)
        or _ITEM_AFTER.search(text)
        or any(map(_is_code, lines_like_code(text)))
    ):
        return _NOTHING
    figures = tuple(_figures(text))
    if figures:
        text = without_figures(text)
    lines = [line.strip() for line in text.split("\n")]
    trees = tuple(_json_values(text))
    return Structure(
        headings=tuple(len(found[1]) for line in lines if (found := _HEADING.match(line))),
        items=sum(_BULLET.match(line) is not None or _NUMBERED.match(line) is not None for line in lines),
        ticks=tuple(found[1] != " " for line in lines if (found := _TASK.match(line))),
        tables=tuple(_rows(lines)),
        numbers=tuple(_numbers_in_cells(text)),
        links=Counter(_links(text)),
        bold=len(_BOLD.findall(text)) if "**" in text else 0,
        italic=_italics(text),
        json=trees,
        quoted=any(map(_QUOTED.match, lines)),
        indented=_is_indented(text),
        code=Counter(chain(_code_lines(text), _settings(text) if not trees else ())),
        figures=figures,
    )


def _italics(text: str) -> int:
    """Stretches of words in italics."""
    starred = len(_ITALIC.findall(text)) if "*" in text else 0
    return starred + (len(_SLANTED.findall(text)) if "_" in text else 0)


def without_code_lines(text: str) -> str:
    """The text without the lines that can only be code."""
    return "\n".join(line for line in text.split("\n") if not _is_code(line))


def bare_code(code: str) -> str:
    """Code without what may be language in it: comments, strings and spaces."""
    return "".join("".join(_STRING.sub('""', _COMMENT.sub("", line)).split()) for line in code.split("\n"))


def _is_code(line: str) -> bool:
    """Whether a line can only be code; of markup the texts are language."""
    return not line.lstrip().startswith("<") and is_code_line(line[:_LINE_CHARS])


def _figures(text: str) -> Iterator[tuple[str, ...]]:
    if "asy" not in text and "\\" not in text:
        return
    for found in _FIGURE.finditer(text):
        body = found["asy"] or found["tag"] or found["body"]
        if body is None:
            yield ((found["file"] or "").strip(),)
        else:
            code = _STRING.sub(" ", body)
            drawn = "asy" in (found["name"] or "asy")  # in TikZ and the like words stand between braces
            signs = _OPERATOR.findall(code) if drawn else []
            yield tuple(sorted(_NUMBER.findall(code) + signs))


def _rows(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Rows of tables: lines with bars around the line of dashes that makes them a table."""
    for place, line in enumerate(lines):
        if "|" not in line or not _RULE.match(line):
            continue
        start = place
        while start and "|" in lines[start - 1]:
            start -= 1
        end = place + 1
        while end < len(lines) and "|" in lines[end]:
            end += 1
        for row in lines[start:end]:
            cells = _CELLS.split(row.strip().strip("|"))
            yield len(cells), sum(bool(cell.strip()) for cell in cells)


def table_cells(text: str) -> Iterator[str]:
    """The cells of tables in LaTeX and Markdown, and the lines around them."""
    return (cell.strip(" $\t") for cell in _CELL_END.split(text))


def _numbers_in_cells(text: str) -> Iterator[str]:
    """Cells of tables that are a number, without its marks."""
    if "&" not in text and "|" not in text:
        return
    for cell in table_cells(text):
        if (digits := _NUMBER_CELL.fullmatch(cell)) is not None:
            yield "".join(str(int(mark)) for mark in digits[1] if mark.isdecimal())


def _links(text: str) -> Iterator[str]:
    if "[" in text:
        yield from (f"{found[1]}{found[2]}" for found in _LINK.finditer(text))
        yield from _FOOTNOTE.findall(text)


def _json_values(text: str) -> Iterator[Any]:
    end = tries = 0
    for found in _JSON_START.finditer(text) if "{" in text else ():
        if found.start() < end or tries >= _JSON_TRIES:
            continue
        tries += 1
        try:
            value, end = _DECODER.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            continue
        yield _skeleton(value)


def _skeleton(value: Any) -> Any:
    """A value of JSON without its strings, which may be language."""
    if isinstance(value, dict):
        return tuple((key, _skeleton(item)) for key, item in value.items())
    if isinstance(value, list):
        return [_skeleton(item) for item in value]
    return "" if isinstance(value, str) else value


def _code_lines(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        code = [line] if _is_code(line) else QUERY.findall(line) if ";" in line else ()
        yield from (bare for part in code if any(map(str.isalnum, bare := bare_code(part))))


def _settings(text: str) -> Iterator[str]:
    """Keys of JSON with their values where no brace holds them, if there are two: `"retries": 5`."""
    if text.count('"') >= 2 * _FEWEST_KEYS:
        found = _BARE_KEY.findall(text)
        yield from found if len(found) >= _FEWEST_KEYS else ()


def _is_indented(text: str) -> bool:
    return any(_is_code(found["line"]) for found in _BLOCK.finditer(text))
