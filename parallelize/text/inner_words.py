r"""Words inside of protected spans: `\text{…}` in formulas, remarks in code, attributes of tags.

Engines never see protected spans, so that what is said in them is translated by itself and put back where it
stood; everything around it stays, sign by sign, and that is checked afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from parallelize.text.kinds import is_code_line
from parallelize.text.protect import Span, SpanKind, find_spans

__all__ = ["InnerKind", "InnerPhrase", "Remark", "inner_phrases", "remarks", "with_inner_words"]


class InnerKind(StrEnum):
    """Where words stand that belong to no sentence around them."""

    FORMULAS = "formulas"
    r"""`\text{…}` and its like in formulas; not in boxes and indices, which are values and names."""
    COMMENTS = "comments"
    """Comments and docstrings in code."""
    ATTRIBUTES = "attributes"
    """Alternative texts, titles and labels in tags of HTML."""


class InnerPhrase(NamedTuple):
    """Where a phrase stands in a text."""

    start: int
    end: int
    kind: InnerKind


_IN_FORMULA: Final = re.compile(
    r"(?P<index>[_^]\s?\{?\s?)?\\(?:text|mbox|textrm|textbf|textit)\s?"
    r"\{(?P<words>(?:[^{}$\\]|\$[^{}$]{1,80}\$(?!\w)){2,300})\}"
)
_SAID: Final = re.compile(r"\$[^$]*\$|\s*(?P<words>[^$]*[^$\s])")
"""A formula of a text that stands in a formula, or the words before and after it."""
_BOX: Final = re.compile(r"\\f?boxed\s?\{|\\fbox\s?\{")
_BRACE: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_ATTRIBUTE: Final = re.compile(
    r"""
    \s (?: alt | title | placeholder | aria-label | aria-description | summary ) =
    (?: " \s* (?P<double>[^"<>]{2,300}?) \s* "
      | ' \s* (?P<single>[^'<>]{2,300}?) \s* ' )
    """,
    re.VERBOSE,
)
_REMARK: Final = re.compile(
    r"""
      (?P<opening>\"\"\"|'''|/\*+|/-+)                        # a docstring, a block comment of C or Lean
    | (?P<line>(?:^|(?<=[\s;{}(),]))(?:\#|//|--)[ \t]+)       # to the end of the line
    """,
    re.VERBOSE | re.MULTILINE,
)
_CLOSING: Final = {"/*": "*/", "/-": "-/"}
_DOCTEST: Final = re.compile(r"^[ \t]*>>>\s", re.MULTILINE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_TWO_WORDS: Final = re.compile(r"[^\W\d_]{2,}[,;:]?\s+[^\W\d_]{2,}")
_IDENTIFIER: Final = re.compile(r"\w_\w|[a-z][A-Z]|\w\(")
_DIRECTIVE: Final = re.compile(r"(?:type|noqa|pylint|eslint|pragma|fmt|mypy|yapf|nolint)\b", re.IGNORECASE)
_NO_WORD_TEXT: Final = """
    mm cm dm km kg mg lb lbs oz ft yd mi mph kph kmh hr hrs min mins sec secs ms ml cl dl gal psi pa kpa hz
    khz mhz ev mol rad deg bpm kb mb gb tb kw kwh usd eur gbp cal kcal amp mod gcd lcm hcf sin cos tan cot
    csc arcsin arccos arctan sinh cosh tanh log ln lg exp max sup inf lim det dim rank tr ker im re arg
    argmax argmin span proj cis var cov pr std sgn sign diag vol ord char aut hom end id res adj softmax
    sigmoid relu st nd rd th lhs rhs iff wlog qed
"""
_NO_WORDS: Final = frozenset(_NO_WORD_TEXT.split())
"""Signs of units and names of functions: no words of a language."""
_SHORT_WORDS: Final = frozenset(
    ("if", "or", "is", "of", "to", "on", "an", "as", "by", "be", "no", "at", "so", "we")
)
"""Words of two letters."""
_FORBIDDEN: Final[Mapping[InnerKind, frozenset[str]]] = {
    InnerKind.FORMULAS: frozenset("$\\{}&#%^_~\n\r<>"),
    InnerKind.ATTRIBUTES: frozenset("\"'<>\n\r"),
    InnerKind.COMMENTS: frozenset("\r"),
}
"""Signs that end what a phrase stands in, or mean something there."""
_NOUNS_IN_CAPITALS: Final = frozenset(("de", "lb"))
"""Languages in which a capital may be that of a noun."""
_ARTICLES: Final[Mapping[str, frozenset[str]]] = {
    "pt": frozenset(("o", "a", "os", "as")),
    "gl": frozenset(("o", "a", "os", "as")),
    "es": frozenset(("el", "la", "los", "las")),
    "ca": frozenset(("el", "la", "els", "les")),
    "fr": frozenset(("le", "la", "les")),
    "it": frozenset(("il", "lo", "la", "i", "gli", "le")),
}
"""What small engines put before a noun that stands alone."""
_TWICE: Final = re.compile(r"(\w+),? \1", re.IGNORECASE)
_STOPS: Final = (".", "。", "।")
_ENDS: Final = ('"""', "'''", "*/", "-/", "```", "~~~")
_SIGNS: Final[Mapping[InnerKind, tuple[str, ...]]] = {
    InnerKind.FORMULAS: (r"\text", r"\mbox"),
    InnerKind.ATTRIBUTES: ("alt=", "title=", "placeholder=", "aria-", "summary="),
    InnerKind.COMMENTS: ("#", "//", "--", '"""', "'''", "/*", "/-"),
}
"""One of these stands in every text that has a phrase of the kind."""


def inner_phrases(text: str, kinds: Collection[InnerKind], *, boxes: bool = False) -> tuple[InnerPhrase, ...]:
    """Phrases of a language inside of protected spans, in order.

    Args:
        text: any text; what is code as a whole counts as one span.
        kinds: which to look for.
        boxes: whether also in final answers, because those of the row are words that are translated.
    """
    wanted = {kind for kind in kinds if any(sign in text for sign in _SIGNS[kind])}
    if not wanted:
        return ()
    found: list[InnerPhrase] = []
    for span in find_spans(text):
        if span.kind is SpanKind.MATH and InnerKind.FORMULAS in wanted:
            found += _in_formula(text, span, boxes=boxes)
        elif span.kind is SpanKind.TAG and InnerKind.ATTRIBUTES in wanted:
            found += _in_tag(text, span)
        elif span.kind is SpanKind.CODE and InnerKind.COMMENTS in wanted:
            for start, end, _ in remarks(text, span.start, span.end):
                found.append(InnerPhrase(start, end, InnerKind.COMMENTS))
    return tuple(found)


def _in_formula(text: str, span: Span, *, boxes: bool) -> Iterator[InnerPhrase]:
    closed = () if boxes else tuple(_boxes(text, span))
    for match in _IN_FORMULA.finditer(text, span.start, span.end):
        boxed = any(low < match.start("words") < high for low, high in closed)
        if match["index"] is not None or boxed:
            continue
        for said in _SAID.finditer(text, *match.span("words")):
            if said["words"] is not None and _is_language(said["words"]):
                yield InnerPhrase(*said.span("words"), InnerKind.FORMULAS)


def _boxes(text: str, span: Span) -> Iterator[tuple[int, int]]:
    """Where boxes stand; one that is in another is not named."""
    at = span.start
    while (opening := _BOX.search(text, at, span.end)) is not None:
        depth, at = 1, opening.end()
        for brace in _BRACE.finditer(text, at, span.end):
            depth += {"{": 1, "}": -1}.get(brace.group(), 0)
            if not depth:
                break
        at = brace.end() if not depth else span.end
        yield opening.start(), at


def _in_tag(text: str, span: Span) -> Iterator[InnerPhrase]:
    for match in _ATTRIBUTE.finditer(text, span.start, span.end):
        name = "double" if match["double"] is not None else "single"
        if _is_language(match[name]):
            yield InnerPhrase(*match.span(name), InnerKind.ATTRIBUTES)


class Remark(NamedTuple):
    """Where code says something to its reader."""

    start: int
    end: int
    block: bool
    """Whether it is a docstring or a block comment; else the end of a line."""


def remarks(text: str, start: int = 0, end: int | None = None) -> Iterator[Remark]:
    """What code says to its reader: comments and docstrings of two words or more.

    Args:
        text: that has code.
        start: where the code begins.
        end: behind it; None: the end of the text.
    """
    at, limit, open_ended = start, len(text) if end is None else end, set[str]()
    while (match := _REMARK.search(text, at, limit)) is not None:
        at = match.end()
        opening = match["opening"]
        if opening is None:
            line = text.find("\n", at, limit)
            last = limit if line < 0 else line
            first = text.rfind("\n", start, match.start()) + 1
            if _is_remark(text[at:last], text[max(first, start) : match.start()]):
                yield _trimmed(text, at, last, block=False)
                at = last
            continue
        closing = _CLOSING.get(opening[:2], opening)
        last = -1 if closing in open_ended else text.find(closing, at, limit)
        if last < 0:
            open_ended.add(closing)
            continue
        example = _DOCTEST.search(text, at, last)
        said = _trimmed(text, at, last if example is None else example.start(), block=True)
        if _TWO_WORDS.search(text, said.start, said.end) and not is_code_line(text[said.start : said.end]):
            yield said
        at = last + len(closing)


def _is_remark(said: str, before: str) -> bool:
    """Whether what stands behind a sign of comments is one: no string is open, and it reads as words."""
    if before.count('"') % 2 or before.count("'") % 2 or before.count("`") % 2:
        return False
    plain = said.strip()
    if _TWO_WORDS.search(plain) is None or _DIRECTIVE.match(plain) or is_code_line(plain):
        return False
    return plain.rstrip()[-1:] not in ";{" and " = " not in plain


def _trimmed(text: str, start: int, end: int, *, block: bool) -> Remark:
    inside = text[start:end]
    return Remark(start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip()), block)


def _is_language(phrase: str) -> bool:
    """Whether a phrase has a word that is neither the sign of a unit nor the name of a function or thing."""
    if _IDENTIFIER.search(phrase):
        return False
    return any(map(_is_word, _WORD.findall(phrase)))


def _is_word(word: str) -> bool:
    low = word.lower()
    if low in _NO_WORDS or word.isupper():
        return False
    return len(word) > 2 or low in _SHORT_WORDS or (len(word) > 1 and not word.isascii())


def with_inner_words(
    text: str, phrases: Iterable[InnerPhrase], new: Mapping[str, str], *, language: str = ""
) -> str:
    """A text with other words in its phrases; a phrase whose new words would change what is around it stays.

    Args:
        text: with protected spans.
        phrases: of `inner_phrases`, or some of them.
        new: what is to stand there, by what stands there now.
        language: code of the new words; empty: not known.
    """
    pieces, at = [], 0
    for start, end, kind in sorted(phrases):
        said = text[start:end]
        put = _set_as(said, new.get(said, said), language.partition("-")[0])
        pieces += [text[at:start], put if _fits(said, put, kind) else said]
        at = end
    made = "".join([*pieces, text[at:]])
    kept = [span.kind for span in find_spans(made)] == [span.kind for span in find_spans(text)]
    return made if kept else text


def _set_as(said: str, new: str, language: str) -> str:
    """Words without the stop, capital, article and echo that engines give to whatever stands alone."""
    put = new.strip()
    if not said.endswith(_STOPS) and put.endswith(_STOPS) and put[:-1].strip(". "):
        put = put[:-1]
    if not said.endswith(",") and put.endswith(",") and put[:-1].strip(" ,"):
        put = put[:-1]
    if _WORD.fullmatch(said):
        if (echo := _TWICE.fullmatch(put)) is not None:
            put = echo[1]
        article, _, noun = put.partition(" ")
        if article.lower() in _ARTICLES.get(language, ()) and _WORD.fullmatch(noun):
            put = noun[:1].upper() + noun[1:] if said[:1].isupper() else noun
    small = said[:1].islower() and not any(word[:1].isupper() for word in said.split())
    if small and language not in _NOUNS_IN_CAPITALS and put[:1].isupper() and not put[1:2].isupper():
        put = put[:1].lower() + put[1:]
    return put


def _fits(said: str, put: str, kind: InnerKind) -> bool:
    if not put or not _FORBIDDEN[kind].isdisjoint(put) or said.count("\n") != put.count("\n"):
        return False
    return kind is not InnerKind.COMMENTS or all(put.count(end) == said.count(end) for end in _ENDS)
