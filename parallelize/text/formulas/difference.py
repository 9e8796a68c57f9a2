r"""Compare the formulas of a text with those of its translation by what they say, not by how they are set.

`protect.span_difference` asks for the same spans, sign by sign: right for text whose spans were masked and
put back. People who translate also move a full stop out of a formula, write `\(x\)` for `$x$`, join two
formulas, translate `\text{if}`, say a variable once more, or turn `$9$` into a word. None of that is a
fault here; a formula, link, code span or marker that is missing, new or changed is.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, pairwise
from typing import Final

from parallelize.text.formulas.notation import RELATIONS, language_tokens, tokens
from parallelize.text.protect import SpanDifference, SpanKind, find_spans
from parallelize.text.structure import bare_code

__all__ = ["formula_difference"]

_ROOT = re.compile(r"\bsquare roots? of\b", re.IGNORECASE)
_OPERATORS = frozenset(["+", "-", "*", "/", "(", ")", "%"])
_TURNED = {"<": ">", ">": "<", r"\le": r"\ge", r"\ge": r"\le"}
_EXCHANGED = 0.5
"""Largest share of neighbouring signs that are no neighbours where clauses or sides were exchanged."""
_SHORTEST_LIST = 4
"""Letters of the shortest list; fewer may be a product or the name of a figure."""
_PLAIN_WORD = re.compile(r"[^\W\d_\u00b2\u00b3\u00b9\u2070-\u209c]{2,}")
_NUMBER = re.compile(r"[-+−$€£¥\\%°\d.,\s{}()]*")

_AND = re.compile(
    r"""
    (?<=[\w)\]}]) [ ] [iyeouaиіжv] [ ]
    (?= [\w(\[{|−-]+ (?: [ ]?[-+−*/·^][ ]?[\w(]+ ){0,4} [ ]?[=<>≤≥≠∈] )  # a relation begins: x + 2 =
    """,
    re.VERBOSE,
)
"""A conjunction of one letter between two formulas that no dollar divides: Polish "x² = 9 i x ≠ 3"."""
_SAID_OF_IMAGE = re.compile(r"\b(?:alt|title)\s?=\s?(?:\"[^\"<>]{0,200}\"|'[^'<>]{0,200}')")
"""Language within a tag."""

_NOTHING = SpanDifference(lost=(), added=())

_BOUND = r"(?:[^\[\]()$;,]|\{,\}|\\[,;]){1,20}"
_INTERVAL = re.compile(
    rf"(?P<begin>[\[\](]|\\langle\b) (?P<bounds>{_BOUND}[;,]{_BOUND}) (?P<end>[\[\])]|\\rangle\b)", re.VERBOSE
)
_BEGINS = {"]": "(", r"\langle": "["}
_ENDS = {"[": ")", r"\rangle": "]"}
"""Brackets of intervals in French and Polish schools."""


def formula_difference(source: str, target: str) -> SpanDifference:
    """Protected spans that are missing from or new in the target, by content.

    Numbers alone and plain arithmetic without an equals sign are left to the comparison of numbers.

    Args:
        source: source text without its drawings.
        target: its translation without its drawings.
    """
    if not find_spans(source) and not find_spans(target):
        return _NOTHING
    ours, theirs = _contents(source), _contents(target)
    if not ours and not theirs:
        return _NOTHING
    lost, added = ours - theirs, theirs - ours
    if lost and _bag(lost) == _bag(added) and _reads_on(lost, added):  # joined, taken apart, sides exchanged
        return _NOTHING
    lost, added = _not_said(lost, target), _not_said(added, source)
    if bool(lost) != bool(added):  # on one side only: nothing was changed into something else
        sure = _turned(lost, source, target) | _cut(lost, theirs - ours)
        lost, added = _not_in_words(lost, target) | sure, _not_in_words(added, source, arithmetic=True)
    return SpanDifference(
        lost=tuple("".join(item) for item in lost.elements()),
        added=tuple("".join(item) for item in added.elements()),
    )


def _not_said(spans: Counter[tuple[str, ...]], other: str) -> Counter[tuple[str, ...]]:
    """Leave out spans that the other text says too: within another formula, or in plain text."""
    if not spans:
        return spans
    # "\\text{AB}" says what "AB" says, though words in it are language.
    said = "\x1f".join(["", *tokens(other), "", *language_tokens(other), ""])
    return Counter(
        {content: count for content, count in spans.items() if "\x1f".join(["", *content, ""]) not in said}
    )


def _cut(lost: Counter[tuple[str, ...]], added: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Relations of which the target has a new formula that ends earlier: `x = 13 - 4` for `x = 13 - 4y`."""
    return Counter(
        {
            content: count
            for content, count in lost.items()
            for end in range(2, len(content))
            if content[:end] in added and RELATIONS & set(content[:end]) and not _leaves(content[end:], added)
        }
    )


def _leaves(rest: tuple[str, ...], added: Counter[tuple[str, ...]]) -> bool:
    """Whether what a formula ends before is a formula of its own, or has a relation of its own."""
    return rest in added or not RELATIONS.isdisjoint(rest)


def _turned(spans: Counter[tuple[str, ...]], own: str, other: str) -> Counter[tuple[str, ...]]:
    r"""Relations that the other text says the other way round: "$x \le 3$" and "x ≥ 3" in plain text."""
    found: Counter[tuple[str, ...]] = Counter()
    for content, count in spans.items():
        around = Counter([tuple(_TURNED.get(token, token) for token in content)])
        if content not in around and not _not_said(around, other) and _not_said(around, own):
            found[content] = count
    return found


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
        if token in RELATIONS:
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


def _reads_on(lost: Counter[tuple[str, ...]], added: Counter[tuple[str, ...]]) -> bool:
    """Whether formulas of the same signs have most of them side by side: `x = 2 + 3` and `2 + 3 = x`.

    `1/6` has the signs of `6/1`, and `x > 10`, `y < 20` those of `x < 10`, `y > 20`.
    """
    if lost.total() != added.total():
        return True
    if _joined(lost) != _joined(added):
        return False
    ours, theirs = (Counter(chain.from_iterable(map(pairwise, side.elements()))) for side in (lost, added))
    return (ours - theirs).total() <= _EXCHANGED * ours.total()


def _joined(spans: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """What stands on both sides of each fraction bar and power: `x/3` is no `3/x`."""
    return Counter(
        content[place - 1 : place + 2]
        for content in spans.elements()
        for place, token in enumerate(content)
        if token in ("/", "^")
    )


def _bag(spans: Counter[tuple[str, ...]]) -> Counter[str]:
    return Counter(token for content in spans.elements() for token in content)


_QUOTES: Final = frozenset(
    [r"\glqq", r"\grqq", r"\glq", r"\grq", r"\flqq", r"\frqq", r"\og", r"\fg", r"\lq", r"\rq"]
)
"""Commands of quotation marks, which every language has otherwise."""
_STYLES: Final = {r"\textit{": r"\emph{", r"\textsl{": r"\emph{"}
"""Commands that set words apart alike."""


def _contents(text: str) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for span in find_spans(text):
        piece = text[span.start : span.end]
        if span.kind is SpanKind.VALUE or piece.removesuffix("{}") in _QUOTES:
            continue
        piece = _STYLES.get(piece, piece)
        if piece.startswith("$ ") and "\\" not in piece and text[: span.start].rstrip()[-1:].isdecimal():
            continue  # 7 $ et 7 $: two amounts of money
        if span.kind in (SpanKind.MATH, SpanKind.MARKER, SpanKind.CALCULATOR, SpanKind.ARITHMETIC):
            *others, last = _AND.split(piece) if "$" not in piece and "\\" not in piece else (piece,)
            found.update(content for other in others if (content := _formula(other)))
            content = _formula(last)
        elif span.kind is SpanKind.CODE:
            content = (bare_code(piece),)
        else:
            content = ("".join(_SAID_OF_IMAGE.sub("", piece).split()),)
        if content:
            found[content] += 1
    return found


def _in_brackets(interval: re.Match[str]) -> str:
    """An interval with round and square brackets: ]0;1] is (0;1]."""
    begin, end = interval["begin"], interval["end"]
    return f"{_BEGINS.get(begin, begin)}{interval['bounds']}{_ENDS.get(end, end)}"


def _formula(piece: str) -> tuple[str, ...]:
    if "]" in piece or "[" in piece or "angle" in piece:
        piece = _INTERVAL.sub(_in_brackets, piece)
    if "\\" not in piece and "$" not in piece and "#" not in piece:
        if "=" not in piece:
            return ()  # 1/2 or 4 x 400 in running text: people write it in words
        piece = _PLAIN_WORD.sub(" ", piece)
    kept = tokens(piece)
    bare = "".join(kept)
    if _NUMBER.fullmatch(bare) or (kept[0] in RELATIONS and len(kept) == 1):
        return ()
    if not any(token[-1].isalnum() for token in kept):
        return ()
    return kept
