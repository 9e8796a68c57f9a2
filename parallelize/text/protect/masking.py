"""Hide spans of a text behind placeholders, and put them back into a reply."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from parallelize.core.ports import Placeholders
from parallelize.text.protect.spans import Span

__all__ = ["Masked", "Unmasked", "mask_spans", "unmask"]

_NO_GLUE = frozenset(" \t\n\r\u00a0([\"'“‘-")
"""After these a placeholder needs no space before it."""
_LETTERS = {
    Placeholders.X: "XKWVJ",
    Placeholders.M: "MNFHT",
    Placeholders.Q: "QPDBG",
    Placeholders.BRACKET: "[",
}
"""What placeholders of a form may begin with; the first is taken that the text does not use so."""
_TAILS = {Placeholders.Q: "Z", Placeholders.BRACKET: "]"}


class Masked(NamedTuple):
    """A text whose protected spans are placeholders."""

    text: str
    originals: tuple[str, ...]
    """What each placeholder stands for, in order."""
    tokens: tuple[str, ...]
    """The placeholders, in order, each once in `text`."""
    glue: tuple[tuple[bool, bool], ...]
    """For each placeholder: whether a space was put before and after it, to be taken away again."""


class Unmasked(NamedTuple):
    """A reply with its placeholders replaced."""

    text: str
    lost: tuple[str, ...]
    """Protected spans whose placeholder did not come back."""
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
        ValueError: the text holds every letter of this form already; use another form.
    """
    if not spans:
        return Masked(text=text, originals=(), tokens=(), glue=())
    tokens = _tokens(text, len(spans), form)
    originals, gaps = [], []
    position = 0
    for start, end, _ in spans:
        gaps.append(text[position:start])
        originals.append(text[start:end])
        position = end
    gaps.append(text[position:])
    left = gaps[0]
    pieces = [left]
    glue: list[tuple[bool, bool]] = []
    for token, right in zip(tokens, gaps[1:], strict=True):
        # A space keeps placeholders apart from words and from each other; it is taken away again.
        before = left[-1] not in _NO_GLUE if left else bool(glue)
        after = right[:1].isalnum()
        glue.append((before, after))
        if before or after:
            pieces += (" " if before else "", token, " " if after else "", right)
        else:
            pieces += (token, right)
        left = right
    return Masked("".join(pieces), tuple(originals), tokens, tuple(glue))


def unmask(reply: str, masked: Masked) -> Unmasked:
    """Put the protected spans back into a reply.

    A placeholder that came back more than once is replaced each time and counted in `added`; one
    that nobody gave is left as it is and counted.
    """
    if not masked.tokens:
        return Unmasked(text=reply, lost=(), added=())
    parts = _token_pattern(masked.tokens[0]).split(reply)
    numbers = _token_numbers(len(masked.tokens))
    found = parts[1::2]
    _restore(parts, masked, numbers)
    text = "".join(parts)
    if found == list(numbers) or (len(found) == len(numbers) and set(found) == numbers.keys()):
        return Unmasked(text, (), ())
    return _faulty(text, found, masked, numbers)


def _restore(parts: list[str], masked: Masked, numbers: dict[str, int]) -> None:
    """Replace every second part, which are the numbers of placeholders, by what they stand for."""
    for at in range(1, len(parts), 2):
        number = numbers.get(parts[at])
        if number is None:
            parts[at] = _token_of(parts[at], masked.tokens[0])
            continue
        parts[at] = masked.originals[number]
        before, after = masked.glue[number]
        if before and parts[at - 1].endswith(" "):
            parts[at - 1] = parts[at - 1][:-1]
        if after and parts[at + 1][:1] == " " and parts[at + 1][1:2].isalnum():
            parts[at + 1] = parts[at + 1][1:]


def _faulty(text: str, found: list[str], masked: Masked, numbers: dict[str, int]) -> Unmasked:
    """What is lost, came back again or was never given."""
    seen = Counter(found)
    unknown = [token for token in seen if token not in numbers]
    again = [token for token, times in seen.items() if token in numbers for _ in range(times - 1)]
    return Unmasked(
        text=text,
        lost=tuple(masked.originals[number] for token, number in numbers.items() if token not in seen),
        added=(*(masked.originals[numbers[token]] for token in again), *unknown),
    )


def _tokens(text: str, count: int, form: Placeholders) -> tuple[str, ...]:
    tail = _TAILS.get(form, "")
    for letter in _LETTERS[form]:
        if letter not in text or not _token_start(letter).search(text):
            return _token_row(letter, tail, count)
    raise ValueError(f"every placeholder of form {form.value} occurs in the text")


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


def _token_pattern(example: str) -> re.Pattern[str]:
    return _pattern_of(example[0], example[-1] if example[-1] == "Z" else "")


@lru_cache(maxsize=64)
def _pattern_of(letter: str, tail: str) -> re.Pattern[str]:
    if letter == "[":
        return re.compile(r"\[(\d+)\]")
    return re.compile(rf"{letter}(?<![A-Za-z0-9]{letter})(\d+){tail}(?![A-Za-z0-9])")
