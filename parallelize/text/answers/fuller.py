"""What a guessed answer is in full, where the gold answer says that it is a list or a time of day."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from parallelize.text.answers.compound import read_collection
from parallelize.text.answers.extraction import AnswerSource, FinalAnswer
from parallelize.text.answers.moments import last_date, read_date, read_time
from parallelize.text.answers.phrases import list_words
from parallelize.text.numerals import read_numbers

__all__ = ["fuller_answers"]

_WINDOW: Final = 400
"""Characters before and behind a guessed answer that may belong to it."""
_COMMA: Final = re.compile(r"[$)]?\s*[,;،、，]\s*(?:[A-Za-z]\s*=\s*)?[$(]?")
_CLOCK: Final = re.compile(r"(?<![\d:.,])(?:[01]?\d|2[0-4])\s?[:.h]\s?[0-5]\d(?![\d:.,]?\d)")


def fuller_answers(text: str, found: FinalAnswer, gold: str, language: str) -> Iterator[str]:
    """Lists and times that a found number is a part of, as the gold answer asks for them.

    Args:
        text: a response.
        found: its answer by an announcement or as its last number.
        gold: what is right.
        language: of the response.
    """
    is_list, is_time, is_date = _asked_for(gold)
    if is_date:
        date = last_date(text[max(0, found.start - _WINDOW) : found.end + _WINDOW], language)
        if date is not None:
            yield date
    if is_list:
        yield from _list_around(text, found, language)
    if is_time and found.source is AnswerSource.LAST_NUMBER:
        clocks = list(_CLOCK.finditer(text, max(0, found.start - _WINDOW), found.end + 1))
        if clocks and clocks[-1].end() >= found.end:
            yield clocks[-1][0].replace(".", ":")


@lru_cache(maxsize=4_096)  # samples of an item have one gold
def _asked_for(gold: str) -> tuple[bool, bool, bool]:
    """Whether a gold answer is a bare list, a time of day, a date."""
    wanted = read_collection(gold, "en")
    is_list = wanted is not None and wanted.brackets == "{}"
    return is_list, read_time(gold) is not None, read_date(gold, "en") is not None


def _list_around(text: str, found: FinalAnswer, language: str) -> Iterator[str]:
    """The longest list that begins with an announced number, or ends with the last of the text."""
    begin = found.start if found.source is AnswerSource.PHRASE else max(0, found.start - _WINDOW)
    window = text[begin : found.end + (_WINDOW if found.source is AnswerSource.PHRASE else 0)]
    numbers = read_numbers(window, language)
    joined = [_joins(window[one.end : other.start], language) for one, other in pairwise(numbers)]
    if not numbers or not any(joined):
        return
    if found.source is AnswerSource.PHRASE:
        last = joined.index(False) if False in joined else len(joined)
        if last and numbers[0].start == 0:
            yield window[: numbers[last].end]
    elif joined[-1]:
        first = len(joined) - joined[::-1].index(False) if False in joined else 0
        yield window[numbers[first].start :]


def _joins(between: str, language: str) -> bool:
    """Whether nothing but a comma or the word for "and" stands between two numbers."""
    return bool(_COMMA.fullmatch(between) or list_words(language).fullmatch(between))
