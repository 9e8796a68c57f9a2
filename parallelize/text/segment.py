"""Cut a text into the pieces that are translated, so that joining them gives the text back, byte for byte.

A piece never begins or ends inside a protected span. Line breaks, indentation, list markers, heading
signs and table bars are not part of any piece: they are separators, which no engine ever sees.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from parallelize.text.protect import Span, SpanKind, find_spans
from parallelize.text.protect.spans import new_span
from parallelize.text.thinking import is_thinking_mark
from parallelize.text.wrapping import begins_inside, continues, is_left_open

__all__ = ["Segment", "join", "sentences", "split", "split_smaller"]


class Segment(NamedTuple):
    """One piece of a text and what follows it."""

    text: str
    separator: str
    """Exactly what stands between this piece and the next (or the end); never sent."""
    send: bool
    """False when nothing outside its protected spans is language: it is copied."""


_CONTROL = SpanKind.CONTROL
_ALONE = frozenset({SpanKind.CONTROL, SpanKind.MARKER, SpanKind.CODE})
"""Kinds of spans that are no part of the line before them."""
_Range = tuple[int, int]

_PREFIX = re.compile(r"[ \t\u00a0]*(?:(?:[-*+•·–]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)]|#{1,6}|>)[ \t]+)*")
_PREFIX_SIGNS = frozenset(" \t\u00a0-*+•·–(#>0123456789")
_TABLE_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_WORD = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_END = re.compile(
    r"""
    [.!?…。！？।۔؟]
    (?: (?<=[.!?…]) ["'”’)\]»]* [ \t\n]+ (?=[^a-z\s])            # a small letter goes on
      | (?<=[。！？।۔]) [”」』）]* [ \t\n]* (?=\S)                  # no space need follow
      | (?<=؟) [ \t\n]+ (?=\S) )                                 # Arabic has no capitals
    """,
    re.VERBOSE,
)
"""It begins with one set of characters, by which the search skips through what is between the ends."""
_ABBREVIATION = re.compile(
    r"""
    (?: \b (?: Mr | Mrs | Ms | Dr | Prof | St | Jr | Sr                                # titles
             | vs | etc | e\.g | i\.e | cf | al | approx | resp
             | No | Nos | Fig | Eq | Eqs | Sec | Ch | Vol | Thm | Lem | Prop | Cor | Def | Ex
             | Jan | Feb | Mar | Apr | Jun | Jul | Aug | Sep | Sept | Oct | Nov | Dec
             | a\.m | p\.m | U\.S )
      | (?:^|\s) [A-Z] )                                                               # an initial
    \. $
    """,
    re.VERBOSE,
)
_CLAUSE_END = re.compile(
    r"""
    [,;:，；：、،—–] [ \t\n]* (?=\S)
    | (?<=\w) [ ] (?= (?: and | but | because | so | then | which | where | if ) [ ] )
    """,
    re.VERBOSE,
)


def join(segments: Iterable[Segment]) -> str:
    """Put segments and separators back together: the inverse of `split`."""
    return "".join(piece for segment in segments for piece in (segment.text, segment.separator))


def split(text: str, *, segment_chars: int, multiline: bool) -> tuple[Segment, ...]:
    """Cut a text into segments.

    Args:
        text: one field of a record.
        segment_chars: pieces are packed up to about this many characters; a single sentence, or a
            protected span, may be longer.
        multiline: whether a piece may span several lines. If not, each line, list item and table cell is
            a piece of its own, but for lines that continue a sentence, which stay with it.

    Returns:
        Segments with `join(split(text)) == text`. Empty text gives no segment. Text before the first
        piece is the separator of an empty first segment.
    """
    if not text:
        return ()
    spans = find_spans(text)
    lines = _lines(text, spans)
    pieces = (
        _packed_lines(text, spans, lines, segment_chars) if multiline else _single_lines(text, spans, lines)
    )
    ranges: list[_Range] = []
    for piece in pieces:
        if piece[1] - piece[0] <= segment_chars:
            ranges.append(piece)
        else:
            ranges += _packed_sentences(text, spans, piece, segment_chars)
    return _segments(text, spans, ranges)


def split_smaller(text: str) -> tuple[Segment, ...]:
    """Cut a piece at its lines, else its sentences, else at a clause near its middle, if there is any."""
    spans = find_spans(text)
    whole = (0, len(text))
    for ends in (
        list(_single_lines(text, spans, _lines(text, spans))),
        list(_sentence_ranges(text, spans, whole)),
        _halves(text, spans),
    ):
        trimmed = [_trim(text, part) for part in ends]
        if len([1 for start, end in trimmed if start < end]) > 1:
            return _segments(text, spans, trimmed)
    return _segments(text, spans, [whole])


def sentences(text: str) -> tuple[str, ...]:
    """Cut a text after each sentence; the white space stays with the sentence before it."""
    return tuple(text[start:end] for start, end in _sentence_ranges(text, find_spans(text), (0, len(text))))


def _segments(text: str, spans: tuple[Span, ...], ranges: list[_Range]) -> tuple[Segment, ...]:
    found: list[Segment] = []
    following = len(text)
    for start, end in reversed(ranges):
        if start < end:
            send = _has_words(text, spans, start, end)
            found.append(new_span(Segment, (text[start:end], text[end:following], send)))
            following = start
    if following:
        found.append(Segment("", text[:following], False))
    return tuple(reversed(found))


def _has_words(text: str, spans: tuple[Span, ...], start: int, end: int) -> bool:
    """Whether anything outside spans is language, between two positions."""
    while (word := _WORD.search(text, start, end)) is not None:
        at = bisect_left(spans, (word.end(),)) - 1
        if at < 0 or spans[at][1] <= word.start():
            return True
        low, high, _ = spans[at]
        if word.start() < low and _WORD.search(text, start, low):
            return True
        start = high
    return False


def _lines(text: str, spans: tuple[Span, ...]) -> list[_Range]:
    """Ranges of lines that are not empty, without line breaks, cut only outside spans, and of think tags."""
    if [span for span in spans if span[2] is _CONTROL and _stands_alone(text, span)]:
        return _lines_and_tags(text, spans)
    cuts: list[_Range] = []
    start, index, count = 0, 0, len(spans)
    found = text.find("\n")
    while found >= 0:
        while index < count and spans[index][1] <= found:
            index += 1
        if index < count and spans[index][0] <= found:
            found = text.find("\n", spans[index][1])
            continue
        if start < found:
            cuts.append((start, found))
        start = found + 1
        found = text.find("\n", start)
    if start < len(text):
        cuts.append((start, len(text)))
    return cuts


def _stands_alone(text: str, span: Span) -> bool:
    """Whether a control token is a mark of thinking or begins or ends a message of a chat."""
    mark = text[span.start : span.end]
    return mark.startswith("<|") or is_thinking_mark(mark)


def _lines_and_tags(text: str, spans: tuple[Span, ...]) -> list[_Range]:
    """The same for a text with think tags, each of which is a piece of its own."""
    cuts: list[_Range] = []
    start = position = 0
    for low, high, kind in spans:
        while (found := text.find("\n", position, low)) >= 0:
            cuts.append((start, found))
            start = position = found + 1
        if kind is _CONTROL and _stands_alone(text, Span(low, high, kind)):
            cuts += [(start, low), (low, high)]
            start = high
        position = high
    while (found := text.find("\n", position)) >= 0:
        cuts.append((start, found))
        start = position = found + 1
    cuts.append((start, len(text)))
    return [(start, end) for start, end in cuts if start < end]


def _trim(text: str, part: _Range) -> _Range:
    start, end = part
    if start < end and not text[start].isspace() and not text[end - 1].isspace():
        return part
    body = text[start:end].rstrip()
    end = start + len(body)
    return end - len(body.lstrip()), end


_TranslatedLine = tuple[int, int, int]
"""Where a line begins, and between which positions it is translated, which is without its prefix."""


def _single_lines(text: str, spans: tuple[Span, ...], lines: list[_Range]) -> Iterator[_Range]:
    """Each line, list item and table cell; lines that continue a sentence are one piece with it."""
    found = [line for part in lines if (line := _line(text, spans, part)) is not None]
    runs: list[_Run] = []
    at = 0
    while at < len(found):
        begin, start, end = found[at]
        if text[start] == "|" and _TABLE_ROW.match(text, begin, end):
            yield from _cells(text, spans, (start, end))
            at += 1
            continue
        last = at
        if at + 1 < len(found) and text[end] == "\n":
            following = found[at + 1][1]
            if begins_inside(text[following : following + 2]) or (
                text[end - 1].isalpha() and is_left_open(text[start:end], text[following : following + 40])
            ):
                if not runs:  # few texts are wrapped by hand
                    runs = _runs(text, found, spans)
                last = _last_of_sentence(text, found, at, runs[at])
        yield start, found[last][2]
        at = last + 1


def _line(text: str, spans: tuple[Span, ...], part: _Range) -> _TranslatedLine | None:
    """A line without its list marker, heading sign and outer white space; None if nothing is left."""
    begin, end = part
    start, first = begin, text[begin]
    if first in _PREFIX_SIGNS or text[begin + 1 : begin + 2] in {".", ")"}:
        span = bisect_left(spans, (begin,))
        limit = min(end, spans[span][0]) if span < len(spans) else end
        prefix = _PREFIX.match(text, begin, limit)
        if prefix is not None and prefix.end() > begin:
            start = prefix.end()
            first = text[start : start + 1]
    if spans:
        start = _behind_key(text, spans, start, end)
        first = text[start : start + 1]
    if first.isspace() or text[end - 1].isspace():
        start, end = _trim(text, (start, end))
    return (begin, start, end) if start < end else None


def _behind_key(text: str, spans: tuple[Span, ...], start: int, end: int) -> int:
    """Where the value of a setting begins, if its key begins a line and something follows."""
    at = bisect_left(spans, (start,))
    if at < len(spans) and spans[at][0] == start and spans[at][2] is SpanKind.CODE:
        behind = spans[at][1]
        if text[behind - 1] in ":=" and text[behind:end].strip():
            return behind
    return start


class _Run(NamedTuple):
    """Lines of running text without a gap between them, seen from one of them."""

    last: int
    """Index of the last one."""
    width: int
    """Characters of the widest from this one on."""


def _runs(text: str, lines: list[_TranslatedLine], spans: tuple[Span, ...]) -> list[_Run]:
    """The run that each line begins, from the last to the first, so that no line is looked at twice."""
    apart = {start for start, _, kind in spans if kind in _ALONE}
    runs: list[_Run] = []
    run = _Run(len(lines), 0)
    after = -1  # where the line after it is translated from, if it is running text
    for index in range(len(lines) - 1, -1, -1):
        begin, start, end = lines[index]
        goes_on = after >= 0 and apart.isdisjoint((start, after)) and text.count("\n", end, after) == 1
        run = _Run(run.last, max(run.width, end - begin)) if goes_on else _Run(index, end - begin)
        runs.append(run)
        after = start if text[start] != "|" and not text[begin:start].strip() else -1
    runs.reverse()
    return runs


def _last_of_sentence(text: str, lines: list[_TranslatedLine], first: int, run: _Run) -> int:
    """Index of the last line that continues, without a gap, what a line begins."""
    begin, start, end = lines[first]
    if text[begin:start].lstrip()[:1] == "#":
        return first
    for index in range(first + 1, run.last + 1):
        room = run.width - (start - begin)
        before = text[start:end]
        begin, start, end = lines[index]
        if not continues(before, text[start:end], room):
            return index - 1
    return run.last


def _cells(text: str, spans: tuple[Span, ...], row: _Range) -> Iterator[_Range]:
    start = row[0]
    for match in re.compile(r"\|").finditer(text, *row):
        if not _inside(spans, match.start()):
            yield _trim(text, (start, match.start()))
            start = match.end()
    yield _trim(text, (start, row[1]))


def _packed_lines(
    text: str, spans: tuple[Span, ...], lines: list[_Range], segment_chars: int
) -> Iterator[_Range]:
    """Join neighbouring lines up to the limit; code blocks, think tags and `#### n` lines stand alone."""
    alone = {span.start for span in spans if span.kind in _ALONE}
    whole = {(span.start, span.end) for span in spans}
    current: _Range | None = None
    for line in lines:
        start, end = _trim(text, line)
        if start == end:
            continue
        by_itself = start in alone and (start, end) in whole
        if current is not None and not by_itself and end - current[0] <= segment_chars:
            current = (current[0], end)
            continue
        if current is not None:
            yield current
        current = None if by_itself else (start, end)
        if by_itself:
            yield start, end
    if current is not None:
        yield current


def _packed_sentences(
    text: str, spans: tuple[Span, ...], piece: _Range, segment_chars: int
) -> Iterator[_Range]:
    current: _Range | None = None
    for low, high in _sentence_ranges(text, spans, piece):
        if current is not None and high - current[0] > segment_chars:
            yield _trim(text, current)
            current = None
        current = (low if current is None else current[0], high)
    if current is not None:
        yield _trim(text, current)


def _inside(spans: tuple[Span, ...], position: int) -> bool:
    index = bisect_left(spans, (position + 1,)) - 1
    return index >= 0 and position < spans[index].end


def _sentence_ranges(text: str, spans: tuple[Span, ...], piece: _Range) -> Iterator[_Range]:
    start = piece[0]
    for match in _SENTENCE_END.finditer(text, *piece):
        if _inside(spans, match.start()) or _inside(spans, match.end() - 1):
            continue
        if text[match.start()] == "." and _ABBREVIATION.search(
            text[max(start, match.start() - 8) : match.start() + 1]
        ):
            continue
        yield start, match.end()
        start = match.end()
    if start < piece[1]:
        yield start, piece[1]


def _halves(text: str, spans: tuple[Span, ...]) -> list[_Range]:
    middle = len(text) / 2
    ends = [match.end() for match in _CLAUSE_END.finditer(text) if not _inside(spans, match.start())]
    ends = [end for end in ends if 0 < end < len(text) and not _inside(spans, end - 1)]
    if not ends:
        return [(0, len(text))]
    cut = min(ends, key=lambda end: abs(end - middle))
    return [(0, cut), (cut, len(text))]
