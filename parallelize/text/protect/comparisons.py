"""Comparisons of named things as programs write them amid prose: `score >= 60`, `age<18`, `year % 4 == 0`.

A name is a word that stands directly behind a word which opens a clause ("if score >= 60") or is written
together with its sign. "The number of boys > 5" has none: its words are language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parallelize.text.protect.notation import NUMBER

__all__ = ["comparisons"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_]\w*)*(?:\[[^\[\]\n]{0,30}\]|\([^()\n]{0,30}\))?"
_OPERAND = rf"""(?:-?{NUMBER}(?:[A-Za-z]\b)?%?|{_NAME}|"[^"\n]{{0,40}}"|'[^'\n]{{0,40}}')"""
_TERM = rf"{_OPERAND}(?:[ ]?(?:%|//|\*\*|[-+*/])[ ]?{_OPERAND}){{0,3}}"
_SIGN = r"(?:<=|>=|==|!=)"
_GLUED = re.compile(
    rf"(?<![\w.<>'’-]){_NAME}(?:{_SIGN}|[<>]){_OPERAND}(?:(?:{_SIGN}|[<>]){_OPERAND}){{0,2}}(?![\w>])"
)
_OPENS = r"""
    \A | [(\[:;,"'] | (?<![\w-])(?i:
        if|iff|when|whenever|while|where|whether|until|unless|and|or|not|that|is|because|since|so|then|as|check|checks
      | test|assert|ensure|requires?|satisf(?:y|ies)|condition|rule|expression|case|means|returns?)
"""
_FOLLOWS = r"""
    [ ]*
    (?: \Z | [)\].,;:?!"']
      | (?:and|or|then|is|are|holds?|must|should|but|before|after|to|we|it|you|the|returns?|fails?)\b
    )
"""
_COMPARED = rf"(?:{_TERM}(?:[ ]{_SIGN}[ ]{_TERM}){{1,3}}|{_NAME}(?:[ ][<>][ ]{_NAME}){{1,2}})"
_JOINS = r"[ ](?:&&|\|\|)[ ]"
_SPACED = re.compile(
    rf"""
    (?:{_OPENS}) [ ]* (?P<all>
        (?!(?:and|or|not|is|the|a|an)[ ])
        (?: {_COMPARED} (?: {_JOINS} !? (?: {_COMPARED} | {_NAME} ) ){{0,4}}
          | !? {_NAME} (?: {_JOINS} !? (?: {_COMPARED} | {_NAME} ) ){{1,4}} )
    ) (?={_FOLLOWS})
    """,
    re.VERBOSE,
)
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w+(?![\w(])")


def comparisons(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Ranges of comparisons of names between two positions of an English text."""
    if not _may_compare(text):
        return
    names: set[str] = set()
    for pattern, group in ((_GLUED, 0), (_SPACED, "all")):
        for found in pattern.finditer(text, start, end):
            names.update(_NAMES.findall(found[group]))
            yield found.span(group)
    if names:
        known = "|".join(map(re.escape, sorted(names)))
        again = rf"(?<![\w.])(?:{known})[ ]?(?:{_SIGN}|[<>])[ ]?{_OPERAND}(?!\w)"
        yield from (found.span() for found in re.finditer(again, text[:end]) if found.start() >= start)


def _may_compare(text: str) -> bool:
    return "<" in text or ">" in text or "==" in text or "!=" in text or "&&" in text
