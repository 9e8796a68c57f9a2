"""Hide spans of a text behind placeholders, and put them back into a reply."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from parallelize.core.late_patterns import late_pattern
from parallelize.core.ports import Placeholders
from parallelize.text.protect.spans import Span, SpanKind, new_span
from parallelize.text.protect.standins import StandIn, find_standins, standins_for

__all__ = ["Masked", "PlaceholderCollision", "Unmasked", "mask_spans", "show", "unmask"]

_APART = frozenset({SpanKind.TAG, SpanKind.CONTROL})
"""Kinds of spans that are no part of a sentence where they stand at an end of it."""

_NO_GLUE = frozenset(["", *" \t\n\r\u00a0([\"'“‘-"])
"""After these, or nothing, a placeholder needs no space before it."""
_LETTERS = {
    Placeholders.X: "XKWVJ",
    Placeholders.M: "MNFHT",
    Placeholders.Q: "QPDBG",
    Placeholders.BRACKET: "[",
}
"""What placeholders of a form may begin with; the first is taken that the text does not use so."""
_NO_SPACES = (False, False)
"""The glue of a placeholder that needs none."""
_NOTHING_HIDDEN = ((), (), (), (), "", "")
"""The fields of `Masked` beside its text where nothing is hidden."""
_WORD = late_pattern(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TAILS = {Placeholders.Q: "Z", Placeholders.BRACKET: "]"}


class PlaceholderCollision(ValueError):
    """A text holds every placeholder of a form already."""


class Masked(NamedTuple):
    """A text whose hidden spans are placeholders and stand-ins."""

    text: str
    originals: tuple[str, ...]
    """What each placeholder stands for, in order."""
    tokens: tuple[str, ...]
    """The placeholders, in order, each once in `text`."""
    glue: tuple[tuple[bool, bool], ...]
    """For each placeholder: whether a space was put before and after it, to be taken away again."""
    standins: tuple[StandIn, ...] = ()
    """What is shown as a number or as marks, in order."""
    head: str = ""
    """What stands before the part that is shown."""
    tail: str = ""
    """What stands after it."""

    @property
    def has_words(self) -> bool:
        """Whether anything of what is shown is language: two letters, or a letter of an unspaced script."""
        rest = self.text
        if self.tokens:
            rest = _token_pattern(self.tokens[0]).sub(" ", rest)
        return _WORD.search(rest) is not None


class Unmasked(NamedTuple):
    """A reply with its placeholders replaced."""

    text: str
    lost: tuple[str, ...]
    """Hidden spans whose placeholder did not come back."""
    added: tuple[str, ...]
    """Placeholders that came back more than once, or that nobody gave."""

    @property
    def exact(self) -> bool:
        """Whether each placeholder came back exactly once."""
        return not self.lost and not self.added


def mask_spans(text: str, spans: Sequence[Span], form: Placeholders) -> Masked:
    """Replace spans by placeholders that do not occur in the text.

    Args:
        text: a segment.
        spans: in order, not overlapping.
        form: the shape of placeholder to use.

    Raises:
        PlaceholderCollision: the text holds every letter of this form already; use another form.
    """
    return _masked(text, spans, {}, form)


def show(text: str, spans: Sequence[Span], form: Placeholders) -> Masked:
    """Replace spans as `mask_spans` does, but by numbers and marks where grammar needs them (`standins`)."""
    standins = {
        span.start: standin
        for span, standin in zip(spans, standins_for(text, spans), strict=True)
        if standin is not None
    }
    masked = _masked(text, spans, standins, form)
    if masked.standins and find_standins(masked.text, masked.standins) is None:
        return _masked(text, spans, {}, form)
    return masked


def _masked(text: str, spans: Sequence[Span], standins: Mapping[int, StandIn], form: Placeholders) -> Masked:
    """Spans replaced by stand-ins, which are found by where a span starts, or else by placeholders."""
    if not spans:
        return new_span(Masked, (text, *_NOTHING_HIDDEN))
    low, high = _outer(text, spans) if spans[0].start == 0 or spans[-1].end == len(text) else (0, len(text))
    hidden: list[str] = []
    shown: list[StandIn] = []
    row = _tokens(text, len(spans) - len(standins), form)
    tokens = iter(row)
    pieces: list[str] = []
    glue: list[tuple[bool, bool]] = []
    position, left = low, ""
    for start, end, _ in spans:
        if start < low or end > high:
            continue
        if position < start:
            pieces.append(text[position:start])
            left = text[start - 1]
        position = end
        if standins and start in standins:
            shown.append(standins[start])
            pieces.append(standins[start].shown)
            left = standins[start].shown[-1]
            continue
        hidden.append(text[start:end])
        # A space keeps placeholders apart from words and from each other; it is taken away again.
        before = left not in _NO_GLUE
        after = end < high and text[end].isalnum() and not _begins(spans, end)
        if before or after:
            glue.append((before, after))
            pieces.append(f"{' ' * before}{next(tokens)}{' ' * after}")
        else:
            glue.append(_NO_SPACES)
            pieces.append(next(tokens))
        left = "X"
    pieces.append(text[position:high])
    originals, tail = tuple(hidden), text[high:]
    shown_text = "".join(pieces)
    return new_span(
        Masked,
        (shown_text, originals, row[: len(hidden)], tuple(glue), tuple(shown), text[:low], tail),
    )


def _begins(spans: Sequence[Span], position: int) -> bool:
    """Whether a span begins at a position."""
    at = bisect_left(spans, (position,))
    return at < len(spans) and spans[at][0] == position


def _outer(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """The part of a text without tags, emoji, footnotes at its ends, and without marks around all of it."""
    low, high = 0, len(text)
    first, last = 0, len(spans) - 1
    while first <= last:
        head, tail = spans[first], spans[last]
        starts, ends = head.start == low, tail.end == high
        if starts and _stands_apart(text, head):
            low, first = head.end, first + 1
        elif ends and _stands_apart(text, tail) and (tail.start == low or not text[tail.start - 1].isalnum()):
            high, last = tail.start, last - 1
        elif ends and text[low : tail.start].rstrip()[-1:] == ":":  # "Total: 3x + 2": only the label is said
            high, last = len(text[: tail.start].rstrip()) - 1, last - 1
        elif starts and ends and first < last and _are_around(text, spans[first : last + 1]):
            low, high, first, last = head.end, tail.start, first + 1, last - 1
        else:
            break
        while low < high and text[low].isspace():
            low += 1
        while high > low and text[high - 1].isspace():
            high -= 1
    return low, high


def _stands_apart(text: str, span: Span) -> bool:
    """Whether a span at an end of a text is no part of its sentence."""
    if span.kind in _APART:
        return True
    body = text[span.start : span.end]
    return (
        (span.kind is SpanKind.UNSPELLED or span.kind is SpanKind.ARITHMETIC)
        and not any(map(str.isalnum, body))
    ) or body.startswith("[^")


def _are_around(text: str, spans: Sequence[Span]) -> bool:
    """Whether the first and the last span are marks of one pair, which stands around the whole text."""
    head, tail = spans[0], spans[-1]
    if head.kind is not SpanKind.MARK or tail.kind is not SpanKind.MARK:
        return False
    return sum(span.kind is SpanKind.MARK for span in spans) == 2


def unmask(reply: str, masked: Masked) -> Unmasked:
    """Put the hidden spans back into a reply.

    A placeholder that came back more than once is replaced each time and counted in `added`; one
    that nobody gave is left as it is and counted. If stand-ins came back otherwise than they were shown, none
    is replaced and all are lost.
    """
    if not masked.tokens and not masked.standins and not masked.head and not masked.tail:
        return new_span(Unmasked, (reply, (), ()))
    again = find_standins(reply, masked.standins) if masked.standins else []
    lost = tuple(standin.original for standin in masked.standins) if again is None else ()
    if masked.tokens and again:
        parts = _cut_at_tokens(reply, masked.tokens[0], again)
    elif masked.tokens:
        parts = _token_pattern(masked.tokens[0]).split(reply)
    else:
        parts = [_replaced(reply, 0, again or [])]
    numbers = _token_numbers(len(masked.tokens))
    found = parts[1::2]
    _restore(parts, masked, numbers)
    text = f"{masked.head}{''.join(parts)}{masked.tail}"
    if found == [*numbers] or (len(found) == len(numbers) and set(found) == numbers.keys()):
        return new_span(Unmasked, (text, lost, ()))
    return _faulty(text, lost, found, masked, numbers)


_Found = list[tuple[int, int, str]]


def _cut_at_tokens(reply: str, example: str, standins: _Found) -> list[str]:
    """A reply cut at its placeholders, their numbers at every second place; stand-ins are replaced."""
    parts: list[str] = []
    position = at = 0
    for match in [*_token_pattern(example).finditer(reply), None]:
        end = len(reply) if match is None else match.start()
        here = at
        while here < len(standins) and standins[here][1] <= end:
            here += 1
        parts.append(_replaced(reply[position:end], position, standins[at:here]))
        at = here
        if match is not None:
            parts.append(match[1])
            position = match.end()
    return parts


def _replaced(text: str, offset: int, standins: _Found) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, original in standins:
        pieces += (text[position : start - offset], original)
        position = end - offset
    return "".join([*pieces, text[position:]])


def _restore(parts: list[str], masked: Masked, numbers: dict[str, int]) -> None:
    """Replace every second part, which are the numbers of placeholders, by what they stand for."""
    originals, glue = masked.originals, masked.glue
    for at in range(1, len(parts), 2):
        number = numbers.get(parts[at])
        if number is None:
            parts[at] = _token_of(parts[at], masked.tokens[0])
            continue
        parts[at] = originals[number]
        if glue[number] is _NO_SPACES:
            continue
        before, after = glue[number]
        if before and parts[at - 1].endswith(" "):
            parts[at - 1] = parts[at - 1][:-1]
        if after and parts[at + 1][:1] == " " and parts[at + 1][1:2].isalnum():
            parts[at + 1] = parts[at + 1][1:]


def _faulty(
    text: str, lost: tuple[str, ...], found: list[str], masked: Masked, numbers: dict[str, int]
) -> Unmasked:
    """What is lost, came back again or was never given."""
    seen = Counter(found)
    unknown = [token for token in seen if token not in numbers]
    again = [token for token, times in seen.items() if token in numbers for _ in range(times - 1)]
    gone = (masked.originals[number] for token, number in numbers.items() if token not in seen)
    return Unmasked(
        text=text,
        lost=(*lost, *gone),
        added=(*(masked.originals[numbers[token]] for token in again), *unknown),
    )


def _tokens(text: str, count: int, form: Placeholders) -> tuple[str, ...]:
    if not count:
        return ()
    tail = _TAILS.get(form, "")
    for letter in _LETTERS[form]:
        if letter not in text or not _token_start(letter).search(text):
            return _token_row(letter, tail, count)
    raise PlaceholderCollision(f"every placeholder of form {form.value} occurs in the text")


@lru_cache(maxsize=4_096)
def _token_row(letter: str, tail: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{number}{tail}" for number in range(1, count + 1))


@lru_cache(maxsize=1_024)
def _token_numbers(count: int) -> dict[str, int]:
    return {str(number + 1): number for number in range(count)}


def _token_of(number: str, example: str) -> str:
    """The placeholder of a number, as another one is written."""
    return example[0] + number + example[len(example.rstrip("]Z")) :]


@lru_cache(maxsize=64)
def _token_start(letter: str) -> re.Pattern[str]:
    """Anything that could look like a placeholder once spans beside it are masked."""
    return re.compile(rf"{re.escape(letter)}\d")


@lru_cache(maxsize=64)
def _token_pattern(example: str) -> re.Pattern[str]:
    letter, tail = example[0], example[-1] if example[-1] == "Z" else ""
    if letter == "[":
        return re.compile(r"\[(\d+)\]")
    return re.compile(rf"{letter}(?<![A-Za-z0-9]{letter})(\d+){tail}(?![A-Za-z0-9])")
