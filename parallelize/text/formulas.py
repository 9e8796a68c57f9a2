r"""Compare the formulas of a text with those of its translation by what they say, not by how they are set.

`protect.span_difference` asks for the same spans, sign by sign: right for text whose spans were masked and
put back. People who translate also move a full stop out of a formula, write `\(x\)` for `$x$`, join two
formulas, translate `\text{if}`, say a variable once more, or turn `$9$` into a word. None of that is a
fault here; a formula, link, code span or marker that is missing, new or changed is.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

import regex

from parallelize.text.protect import SpanDifference, SpanKind, find_spans

__all__ = ["formula_difference"]

_DELIMITERS = re.compile(r"\$+|\\[()\[\]]|\\(?:begin|end)\{(?:equation|align|gather|displaymath|math)\*?\}")
_TEXT = re.compile(r"\\(?:text|mbox|textbf|textit|textrm|mathrm|operatorname|emph)\s*\{(?P<text>[^{}]*)\}")
_SPACING = re.compile(
    r"\\[,;:!> ~]|\\q?quad\b|\\(?:left|right|[bB]igg?[lr]?|displaystyle|limits)\b\.?|[~&]|\\\\|\s+"
)
_GROUPING = re.compile(r"(?<=\d)(?:\{,\}|,|\{\.\}|\\,)(?=\d{3}(?!\d))")
_ALIASES = {
    r"\dfrac": r"\frac",
    r"\tfrac": r"\frac",
    r"\leq": r"\le",
    r"\leqslant": r"\le",
    r"\geq": r"\ge",
    r"\geqslant": r"\ge",
    r"\neq": r"\ne",
    r"\cdots": r"\dots",
    r"\ldots": r"\dots",
    r"\rightarrow": r"\to",
    r"\ast": "*",
    r"\lbrace": r"\{",
    r"\rbrace": r"\}",
    r"\mid": "|",
    r"\vert": "|",
    r"\colon": ":",
    "×": r"\times",
    "÷": r"\div",
    "·": r"\cdot",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "π": r"\pi",
    "√": r"\sqrt",
    "∞": r"\infty",
    "−": "-",
    "：": ":",
    "（": "(",
    "）": ")",
    "，": ",",
    "＝": "=",
    # Functions as babel names them for Spanish, Portuguese and Russian.
    r"\sen": r"\sin",
    r"\arcsen": r"\arcsin",
    r"\tg": r"\tan",
    r"\arctg": r"\arctan",
    r"\ctg": r"\cot",
    r"\cotg": r"\cot",
    r"\cosec": r"\csc",
}
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|(?<=[_^])\d|(?<=frac)\d|\d+(?:\.\d+)?|[^\W\d_]|[^\s]")
"""One digit is a subscript, an exponent or a numerator: \\log_264 is \\log_2 64, \\frac58 is \\frac{5}{8}."""
_OVER = re.compile(r"\{([^{}]*)\\over(?![A-Za-z])([^{}]*)\}")
_ORDINAL = re.compile(r"\^\s*\{?\s*\\(?:text|mathrm|textrm|mbox)\s*\{[^{}]*\}\s*\}?")
_RELATIONS = frozenset(["=", "<", ">", r"\le", r"\ge", r"\in", r"\ne", r"\equiv"])
_ROOT = re.compile(r"\bsquare roots? of\b", re.IGNORECASE)
_OPERATORS = frozenset(["+", "-", "*", "/", "(", ")", "%", r"\times", r"\div", r"\cdot"])
_SHORTEST_LIST = 4
"""Letters of the shortest list; fewer may be a product or the name of a figure."""
_SILENT = frozenset([*".,;:!?。、，；：？！{}$'\"`", r"\triangle", r"\angle", r"\square", r"\text"])
_WORDS = regex.compile(
    r"(?<![\\A-Za-z])(?:[A-Za-z]*[a-z][A-Za-z]{3,}|[A-Z][a-z]{3,})|[[\p{L}\p{M}\p{Cf}]--[A-Za-z\p{Greek}]]+",
    regex.V1,
)
"""Language in a formula: words of four letters or more and letters of other scripts, but not Greek."""
_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"[-+−$€£¥\\%°\d.,\s{}()]*")
_DRAWING = re.compile(r"\[asy\].*?(?:\[/asy\]|\Z)", re.DOTALL)


def formula_difference(source: str, target: str) -> SpanDifference:
    """Protected spans that are missing from or new in the target, by content.

    Numbers alone and plain arithmetic without an equals sign are left to the comparison of numbers.
    """
    source, target = _DRAWING.sub(" ", source), _DRAWING.sub(" ", target)
    ours, theirs = _contents(source), _contents(target)
    lost, added = ours - theirs, theirs - ours
    if lost and _bag(lost) == _bag(added):  # joined or taken apart
        return SpanDifference(lost=(), added=())
    lost, added = _not_said(lost, target), _not_said(added, source)
    if bool(lost) != bool(added):  # on one side only: nothing was changed into something else
        lost, added = _not_in_words(lost, target), _not_in_words(added, source, arithmetic=True)
    return SpanDifference(
        lost=tuple("".join(item) for item in lost.elements()),
        added=tuple("".join(item) for item in added.elements()),
    )


def _not_said(spans: Counter[tuple[str, ...]], other: str) -> Counter[tuple[str, ...]]:
    """Leave out spans that the other text says too: within another formula, or in plain text."""
    if not spans:
        return spans
    # "\\text{AB}" says what "AB" says, though words in it are language.
    said = "\x1f".join(["", *_tokens(other), "", *_tokens(_TEXT.sub(r"\g<text>", other)), ""])
    return Counter(
        {content: count for content, count in spans.items() if "\x1f".join(["", *content, ""]) not in said}
    )


def _not_in_words(
    spans: Counter[tuple[str, ...]], other: str, *, arithmetic: bool = False
) -> Counter[tuple[str, ...]]:
    """Leave out relations whose sides the other text says, and lists it takes together or apart.

    "$d = 2r$" is "the distance $d$ is $2r$", "$n > 1$" is "$n$ greater than 1", "$A,B,C$, and $D$" is
    "$A, B, C, D$", "$\\sqrt{t} > 2$" is "the square root of $t$ is greater than 2". With `arithmetic`,
    "4 + 5 = 9" is "4 plus 5 is 9".
    """
    other = _ROOT.sub(r" \\sqrt ", other)
    return Counter(
        {
            content: count
            for content, count in spans.items()
            if not (parts := _parts(content, arithmetic=arithmetic)) or _not_said(Counter(parts), other)
        }
    )


def _parts(content: tuple[str, ...], *, arithmetic: bool) -> list[tuple[str, ...]]:
    """The sides of a relation (of arithmetic, its numbers); the letters of a list of letters; else none."""
    if all(len(token) == 1 and token.isalpha() for token in content):
        return [(token,) for token in content] if len(content) >= _SHORTEST_LIST else []
    parts: list[tuple[str, ...]] = []
    start = 0
    for index, token in enumerate(content):
        if token in _RELATIONS:
            parts.append(content[start:index])
            start = index + 1
    if not parts:
        return []
    parts.append(content[start:])
    if not all(parts):
        return []
    if arithmetic and all(token in _OPERATORS or token[0].isdigit() for part in parts for token in part):
        return [(token,) for part in parts for token in part if token not in _OPERATORS]
    return parts


def _bag(spans: Counter[tuple[str, ...]]) -> Counter[str]:
    return Counter(token for content in spans.elements() for token in content)


@lru_cache(maxsize=4096)
def _contents(text: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for span in find_spans(text):
        piece = text[span.start : span.end]
        if piece.startswith("$ ") and "\\" not in piece and text[: span.start].rstrip()[-1:].isdecimal():
            continue  # 7 $ et 7 $: two amounts of money
        if span.kind in (SpanKind.MATH, SpanKind.MARKER, SpanKind.CALCULATOR, SpanKind.ARITHMETIC):
            content = _formula(piece)
        else:
            content = ("".join(piece.split()),)
        if content:
            found[content] += 1
    return found


def _formula(piece: str) -> tuple[str, ...]:
    if "\\" not in piece and "$" not in piece and "#" not in piece:
        if "=" not in piece:
            return ()  # 1/2 or 4 x 400 in running text: people write it in words
        piece = _PLAIN_WORD.sub(" ", piece)
    kept = _tokens(piece)
    bare = "".join(kept)
    if _NUMBER.fullmatch(bare) or not any(token[-1].isalnum() for token in kept) or kept == (r"\le",):
        return ()
    return kept


@lru_cache(maxsize=4096)
def _tokens(piece: str) -> tuple[str, ...]:
    """What is written, sign by sign, without delimiters, spacing, language and punctuation."""
    piece = _OVER.sub(r"\\frac{\1}{\2}", piece) if "\\over" in piece else piece
    bare = _WORDS.sub(" ", _TEXT.sub(" ", _ORDINAL.sub(" ", _DELIMITERS.sub(" ", piece))))
    bare = _SPACING.sub(" ", _GROUPING.sub("", bare))
    tokens = [_ALIASES.get(token, token) for token in _TOKEN.findall(bare)]
    kept = [token for token in tokens if token not in _SILENT]
    while kept and (kept[-1] in {"^", "_"} or (kept[-1] == "-" and "^" not in kept[-2:])):
        kept.pop()  # what stood there was language, as in n^{\text{th}} and n\text{-gon}
    return tuple(kept)
