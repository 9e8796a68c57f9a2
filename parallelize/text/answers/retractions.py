"""Answers that are taken back, refused, checked or denied, by the words of `retractions.tsv`."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from parallelize.text.answers.phrases import UNSPACED, whole_word
from parallelize.text.answers.tables import codes, rows, split

_TAKEN_BACK, _REFUSED, _CHECKED, _DENIED = range(4)
_FAR: Final = 2_000
"""Characters behind an answer in which it may be taken back."""
_SHORTEST: Final = 4
_PIECE: Final = 4
"""Letters of a piece of a word."""
_LONGEST_REFUSAL: Final = 600
_DENYING: Final = 24
"""Characters before a box in which it may be denied: "not $\\boxed{6}$"."""
_STOPS: Final = re.compile(r"(?<=[.!?。！？।\n])\s*")
_BETWEEN: Final = re.compile(r"[\s.,:;!?…。，、：；！-]*")
_OPENED: Final = re.compile(r"[\s*_$:(（]*\Z")


@lru_cache(maxsize=512)
def _words(language: str, kind: int) -> tuple[str, ...]:
    own = codes(language, "retractions.tsv")
    return tuple(dict.fromkeys(word for code in own for word in split(rows("retractions.tsv")[code][kind])))


@lru_cache(maxsize=512)
def _pieces(language: str, kind: int) -> tuple[str, ...]:
    """Few pieces of words, of which every word has one: what most texts lack is sooner seen of them."""
    found: list[str] = []
    words: Sequence[str] = _words(language, kind)
    while words:
        starts = ((word, range(max(1, len(word) - _PIECE + 1))) for word in words)
        counts = Counter(piece for word, at in starts for piece in {word[one : one + _PIECE] for one in at})
        found.append(max(counts, key=lambda piece: (counts[piece], piece)))
        words = [word for word in words if found[-1] not in word]
    return tuple(found)


def _says(lower: str, language: str, kind: int) -> bool:
    """Whether a text in small letters has any of the words."""
    return any(map(lower.__contains__, _pieces(language, kind))) and any(
        map(lower.__contains__, _words(language, kind))
    )


@lru_cache(maxsize=256)
def _pattern(language: str, kind: int) -> re.Pattern[str]:
    words = sorted(_words(language, kind), key=len, reverse=True)
    return re.compile("|".join(map(whole_word, words)))


def _lower(text: str) -> str:
    """In small letters of the same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def correction_start(text: str, end: int, language: str) -> int:
    """Where what corrects an answer begins, behind the last word that takes one back; -1 where none does.

    Args:
        text: a response.
        end: where the answer ends in it.
        language: of the response; English is understood beside it.
    """
    window = _lower(text[end : end + _FAR])
    if len(window) < _SHORTEST or not _says(window, language, _TAKEN_BACK):
        return -1
    ends = [match.end() for match in _pattern(language, _TAKEN_BACK).finditer(window)]
    between = _BETWEEN.match(window, ends[-1]) if ends else None
    return -1 if between is None else end + between.end()


def refuses(text: str, language: str) -> bool:
    """Whether a short response says that it gives no answer; a number in it is none."""
    if len(text) > _LONGEST_REFUSAL:
        return False
    lower = _lower(text).replace("’", "'")
    return _says(lower, language, _REFUSED)


def check_start(text: str, begin: int, language: str) -> int:
    """Where the check of an answer begins ("To check: 9 + 3 = 12"), else the end of the text.

    Args:
        text: a response.
        begin: where its last part begins.
        language: of the response.
    """
    window = _lower(text[begin:])
    if not _says(window, language, _CHECKED):
        return len(text)
    starts = _pattern(language, _CHECKED)
    for stop in _STOPS.finditer(window):
        sign = starts.match(window, stop.end())
        if sign is not None and "=" in window[sign.end() :]:
            return begin + stop.end()
    return len(text)


def is_denied(text: str, start: int, language: str) -> bool:
    """Whether what begins at a place is denied by the word before it: "not \\boxed{6}"."""
    before = _OPENED.sub("", _lower(text[max(0, start - _DENYING) : start]))
    return any(
        before.endswith(word) and (UNSPACED.search(word) or not before[: -len(word)][-1:].isalnum())
        for word in _words(language, _DENIED)
    )


def denies(text: str, language: str) -> bool:
    """Whether a clause has a word that denies."""
    return _pattern(language, _DENIED).search(_lower(text)) is not None
