"""Marks of Markdown and HTML that stand around words: emphasis, links, images, footnotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from parallelize.text.protect.spans import Span, SpanKind

__all__ = ["CLOSING_LINK", "OPENING_IMAGE", "lost_marks", "marks", "with_tag_pairs"]

_EMPHASIS = re.compile(
    r"""
      (?P<stars>\*{1,3})(?=[^\s*])(?P<starred>[^*\n]{1,400}?)(?<=[^\s*])(?P=stars)(?!\*)      # **bold**
    | (?P<waves>~~)(?=[^\s~])(?P<struck>[^~\n]{1,400}?)(?<=[^\s~])~~                          # ~~struck~~
    | (?<!\w)(?P<lines>_{1,2})(?=[^\s_])(?P<lined>[^_\n]{1,400}?)(?<=[^\s_])(?P=lines)(?!\w)  # _emphasis_
    """,
    re.VERBOSE,
)
CLOSING_LINK = re.compile(
    r"""\]
    (?:
        \([^()\s]{0,400}(?:\([^()\s]{0,100}\)[^()\s]{0,100})?(?:[ ]"[^"\n]{0,100}")?\)   # (target "title")
      | \[[^\[\]\n]{0,80}\]                                                              # [label]
    )
    """,
    re.VERBOSE,
)
"""`](target)` and `][label]`."""
OPENING_IMAGE = "!["
_LINK = re.compile(
    rf"(?P<open>!?\[)(?P<text>[^\[\]\n]{{1,400}})(?P<close>{CLOSING_LINK.pattern})", re.VERBOSE
)
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,40}\]:?")


_INLINE_TAG = re.compile(
    r"<(/?)(b|i|em|strong|u|s|del|ins|mark|span|a|sub|sup|small|font|q|cite)(?![\w-])", re.IGNORECASE
)


def with_tag_pairs(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans given, where an HTML tag around words, such as `<b>`, and its end are marks."""
    found = list(spans)
    opened: tuple[int, str] | None = None
    for index, span in enumerate(found):
        tag = _INLINE_TAG.match(text, span.start) if span.kind is SpanKind.TAG else None
        if tag is None:
            continue
        if not tag[1]:
            opened = (index, tag[2].lower())
        elif opened is not None and opened[1] == tag[2].lower():
            for place in (opened[0], index):
                found[place] = found[place]._replace(kind=SpanKind.MARK)
            opened = None
    return found


def marks(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Marks outside the spans given; of emphasis and links an opening and a closing one.

    Args:
        text: a segment.
        spans: what is hidden anyhow, in order.
    """
    starts = [span.start for span in spans]

    def is_free(position: int) -> bool:
        at = bisect_right(starts, position) - 1
        return at < 0 or position >= spans[at].end

    for opening, closing in _pairs(text):
        if is_free(opening[0]) and is_free(closing[0]) and is_free(opening[1] - 1):
            yield Span(*opening, SpanKind.MARK)
            yield Span(*closing, SpanKind.MARK)
    for match in _FOOTNOTE.finditer(text) if "[^" in text else ():
        yield Span(*match.span(), SpanKind.SHAPE)


def lost_marks(source: str, target: str) -> tuple[str, ...]:
    """Marks of emphasis and links around words of the source that are not around words of the target."""
    if not any(sign in source for sign in "*_~]"):
        return ()
    return tuple((_around_words(source) - _around_words(target)).elements())


def _around_words(text: str) -> Counter[str]:
    """Opening and closing mark of every pair that stands around something."""
    return Counter(
        f"{text[slice(*opening)]}…{text[slice(*closing)]}"
        for opening, closing in _pairs(text)
        if any(map(str.isalnum, text[opening[1] : closing[0]]))
    )


def _pairs(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    if "*" in text or "_" in text or "~~" in text:
        for match in _EMPHASIS.finditer(text):
            group = next(name for name in ("stars", "waves", "lines") if match[name])
            width = len(match[group])
            yield (match.start(), match.start() + width), (match.end() - width, match.end())
    if "](" in text or "][" in text:
        for match in _LINK.finditer(text):
            yield match.span("open"), match.span("close")
