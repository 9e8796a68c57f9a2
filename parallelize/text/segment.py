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
    r"[.!?…。！？।۔؟](?:(?<=[.!?…])[\"'”’)\]»]*[ \t\n]+(?=[^a-z\s])"
    r"|(?<=[。！？।۔])[”」』）]*[ \t\n]*(?=\S)|(?<=؟)[ \t\n]+(?=\S))"
)
"""It begins with one set of characters, by which the search skips through what is between the ends."""
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|cf|al|approx|resp|No|Nos|Fig|Eq|Eqs|Sec|Ch|Vol|Thm|Lem"
    r"|Prop|Cor|Def|Ex|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|a\.m|p\.m|U\.S)|(?:^|\s)[A-Z])\.$"
)
_CLAUSE_END = re.compile(
    r"[,;:，；：、،—–][ \t\n]*(?=\S)|(?<=\w) (?=(?:and|but|because|so|then|which|where|if) )"
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
    kept = [part for part in ranges if part[0] < part[1]]
    if not kept:
        return (Segment("", text, False),) if text else ()
    found = [] if kept[0][0] == 0 else [Segment("", text[: kept[0][0]], False)]
    followings = [*[start for start, _ in kept[1:]], len(text)]
    index, count = 0, len(spans)
    for (start, end), following in zip(kept, followings, strict=True):
        send = False
        position = start
        while index < count:
            low, high, _ = spans[index]
            if low >= end:
                break
            index += 1
            if low < start:
                continue
            if not send and position < low:
                send = _WORD.search(text, position, low) is not None
            position = high
        send = send or (position < end and _WORD.search(text, position, end) is not None)
        found.append(new_span(Segment, (text[start:end], text[end:following], send)))
    return tuple(found)


def _lines(text: str, spans: tuple[Span, ...]) -> list[_Range]:
    """Ranges of lines without their line break, cut only outside spans; think tags stand alone."""
    controls = [span for span in spans if span[2] is _CONTROL]
    if controls and any(_stands_alone(text, span) for span in controls):
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
        cuts.append((start, found))
        start = found + 1
        found = text.find("\n", start)
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
    return cuts


def _trim(text: str, part: _Range) -> _Range:
    start, end = part
    if start < end and not text[start].isspace() and not text[end - 1].isspace():
        return part
    body = text[start:end].rstrip()
    end = start + len(body)
    return end - len(body.lstrip()), end


class _TranslatedLine(NamedTuple):
    """The part of a line that is translated, without its prefix."""

    begin: int
    """Where the line begins, its prefix included."""
    start: int
    end: int
    plain: bool
    """Whether it is running text: no list item, heading or table."""


def _single_lines(text: str, spans: tuple[Span, ...], lines: list[_Range]) -> Iterator[_Range]:
    """Each line, list item and table cell; lines that continue a sentence are one piece with it."""
    found = [line for part in lines if (line := _line(text, spans, part)) is not None]
    runs: list[_Run] = []
    at = 0
    while at < len(found):
        begin, start, end, _ = found[at]
        if text[start] == "|" and _TABLE_ROW.match(text, begin, end):
            yield from _cells(text, spans, (start, end))
            at += 1
            continue
        last = at
        if at + 1 < len(found) and text[end] == "\n":
            following = found[at + 1][1]
            if begins_inside(text[following : following + 2]) or is_left_open(
                text[start:end], text[following : following + 40]
            ):
                if not runs:  # few texts are wrapped by hand
                    runs = _runs(text, found, spans)
                last = _last_of_sentence(text, found, at, runs[at])
        yield start, found[last].end
        at = last + 1


def _line(text: str, spans: tuple[Span, ...], part: _Range) -> _TranslatedLine | None:
    """A line without its list marker, heading sign and outer white space; None if nothing is left."""
    start, end = part
    if start == end:
        return None
    head, first = start, text[start]
    marked = False
    if first in _PREFIX_SIGNS or text[start + 1 : start + 2] in {".", ")"}:
        span = bisect_left(spans, (start,))
        limit = min(end, spans[span][0]) if span < len(spans) else end
        prefix = _PREFIX.match(text, start, limit)
        if prefix is not None and prefix.end() > start:
            head = prefix.end()
            first = text[head : head + 1]
            marked = not text[start:head].isspace()
    tail = end
    if first.isspace() or text[end - 1].isspace():
        head, tail = _trim(text, (head, end))
        first = text[head : head + 1]
    if head >= tail:
        return None
    return new_span(_TranslatedLine, (start, head, tail, not marked and first != "|"))


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
    after: _TranslatedLine | None = None
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        width = line.end - line.begin
        goes_on = (
            after is not None
            and after.plain
            and apart.isdisjoint((line.start, after.start))
            and text.count("\n", line.end, after.start) == 1
        )
        run = _Run(run.last, max(run.width, width)) if goes_on else _Run(index, width)
        runs.append(run)
        after = line
    runs.reverse()
    return runs


def _last_of_sentence(text: str, lines: list[_TranslatedLine], first: int, run: _Run) -> int:
    """Index of the last line that continues, without a gap, what a line begins."""
    if text[lines[first].begin : lines[first].start].lstrip()[:1] == "#":
        return first
    for index in range(first, run.last):
        line, after = lines[index], lines[index + 1]
        room = run.width - (line.start - line.begin)
        if not continues(text[line.start : line.end], text[after.start : after.end], room):
            return index
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
