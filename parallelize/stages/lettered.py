"""Questions with choices: the prompt with a letter before each, and the letter of the right one."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Final

from parallelize.store.row_texts import RowTexts

__all__ = ["Counting", "arranged", "letter_of", "lettered"]

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTER: Final = re.compile(r"(?:[Oo]ption\s+|[Cc]hoice\s+)?[\W_]*([A-Za-z])[\W_]*")
"""A letter as golds write it: `C`, `(c)`, `C.`, `Option C`."""


def lettered(texts: RowTexts) -> str:
    """The problem with its choices below, lettered unless they are; the problem alone without any."""
    if not texts.choices:
        return texts.problem or ""
    pairs = list(zip(_LETTERS, texts.choices, strict=False))
    marked = all(re.match(rf"\(?{letter}[).:]", choice) for letter, choice in pairs)
    lines = [choice if marked else f"{letter}. {choice}" for letter, choice in pairs]
    return "\n".join([texts.problem or "", "", *lines])


def letter_of(texts: RowTexts, *, from_one: bool = False) -> str | None:
    """The letter of the right choice; None where the answer says none.

    Args:
        texts: the answer is the name of a choice, its text, a letter, or an index.
        from_one: indices count from 1; see `Counting`.
    """
    answer = (texts.answer or "").strip()
    count = min(len(texts.choices), len(_LETTERS))
    if not answer or not count:
        return None
    for known in (texts.labels[:count], texts.choices[:count]):
        if answer in known:
            return _LETTERS[known.index(answer)]
    letter = _LETTER.fullmatch(answer)
    if letter is not None and letter[1].upper() in _LETTERS[:count]:
        return letter[1].upper()
    place = int(answer) - from_one if answer.isdecimal() and len(answer) < 4 else -1
    return _LETTERS[place] if 0 <= place < count else None


def arranged(texts: RowTexts, row_id: str) -> RowTexts:
    """The same with its choices in an order of the row's own, where the right one has a column of its own.

    Of `Correct Answer`, `Incorrect Answer 1`, … the first is right in every row: in that order each letter
    would be A. One id has one order in all languages. Lists, choices with names and choices that an answer
    names by letter or index stay as they are.
    """
    places = texts.places.get("choices", ())
    listed = texts.labels or any(place.endswith("]") for place in places)
    if listed or len(places) != len(texts.choices) or (texts.answer or "").strip() not in texts.choices:
        return texts
    order = sorted(
        range(len(places)), key=lambda which: hashlib.sha256(f"{row_id}\0{places[which]}".encode()).digest()
    )
    return replace(
        texts,
        choices=tuple(texts.choices[which] for which in order),
        places={**texts.places, "choices": tuple(places[which] for which in order)},
    )


class Counting:
    """Whether a data set counts its choices from 1: one row cannot tell, all of them can."""

    def __init__(self) -> None:
        self._zero = self._beyond = False

    def see(self, texts: RowTexts) -> None:
        """Look at the answer of a row."""
        answer = (texts.answer or "").strip()
        if texts.choices and answer.isdecimal() and answer not in (*texts.labels, *texts.choices):
            self._zero |= int(answer) == 0
            self._beyond |= int(answer) == len(texts.choices)

    @property
    def from_one(self) -> bool:
        """True where an answer is as high as there are choices, and none is 0."""
        return self._beyond and not self._zero
