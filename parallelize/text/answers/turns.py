"""The choice that a response comes to in the end: "first I took it for A, but it is D", "of A and D, D".

The words are in `turns.tsv`. Where letters stand is the caller's to say.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from parallelize.text.answers.phrases import UNSPACED, whole_word
from parallelize.text.answers.retractions import denies
from parallelize.text.answers.tables import codes, rows, split
from parallelize.text.answers.words import is_false, true_words

__all__ = ["called_right", "ends_at_last", "joined_by", "right_words"]

Place = tuple[int, int]
"""Where a letter stands: start and end."""

_FIRST, _BUT, _THEREFORE, _RIGHT = range(4)
_FAR: Final = 300
"""Characters before a choice in which another may have been thought of first."""
_BEHIND_BUT, _BEHIND_THEREFORE = 60, 24
"""Characters from a word that turns to the choice taken."""
_FEW_WORDS: Final = 3
_TAIL: Final = 12
"""Characters that may follow the choice in its sentence: a verb."""
_CALLED: Final = 30
_STOPS: Final = re.compile(r"\n|[.!?؟;](?=\s|$)|[。！？।；]")
_CLAUSE_END: Final = re.compile(r"[\n,、，،;；.!?؟。！？।]")
_EDGES: Final = " \t*_()[]（）「」『』\"'“”„«»:：.,，、`$"
_UN: Final = ("不", "非", "未", "ไม่", "không ", "이 안 ", "not ", "no ")
"""What makes "wrong" of "right" before it."""
_AND, _OR = "と|や|と、|、|vs|과|와|랑", "か|/|soit|sia|ni|이나|나"
"""More of what joins two choices than joins the items of a list."""


@lru_cache(maxsize=256)
def _words(language: str, kind: int) -> re.Pattern[str]:
    words = {word for code in codes(language, "turns.tsv") for word in split(rows("turns.tsv")[code][kind])}
    return re.compile("|".join(map(whole_word, sorted(words, key=len, reverse=True))))


@lru_cache(maxsize=256)
def _joining(language: str) -> re.Pattern[str]:
    """Matches what stands between two choices of which one is taken: "A or B", "AとB"."""
    own = [rows("phrases.tsv")[code] for code in codes(language, "phrases.tsv")]
    both, either = ({word for row in own for word in split(row[column])} for column in (3, 4))
    and_, or_ = ("|".join(map(re.escape, sorted(ways, key=len, reverse=True))) for ways in (both, either))
    return re.compile(
        rf"""
        [)）*_]{{0,3}} ,? \s? (?: (?P<either> {or_} | {_OR} ) | {and_} | {_AND} ) \s?
        (?:[^\W\d_]{{1,6}}\s)? [(（*_]{{0,3}}                                          # an article
        """,
        re.IGNORECASE | re.VERBOSE,
    )


def joined_by(between: str, language: str) -> str:
    """How two choices are named as a pair, by what stands between their letters: `and`, `or`, or empty."""
    found = _joining(language).fullmatch(between)
    return "" if found is None else "or" if found["either"] else "and"


def ends_at_last(window: str, places: Sequence[Place], language: str, *, reconsidered: bool) -> bool:
    """Whether the last of the choices that a response names is the one that it comes to.

    The sentence must end with it, behind "but" or "therefore".

    Args:
        window: the end of the response.
        places: where choices are named in it, in order.
        language: of the response; English is understood beside it.
        reconsidered: only where another was thought of first ("at first I took it for A, but it is D").
    """
    if not places or not _closes(window, places[-1][1], language):
        return False
    start, end = places[-1]
    begin = max((found.end() for found in _STOPS.finditer(window, 0, start)), default=0)
    lower = window.lower() if len(window.lower()) == len(window) else window
    others = [at for at, to in places if window[at:to] != window[start:end]]
    but = _last(_words(language, _BUT), lower, begin, start)
    turned = but >= 0 and start - but <= _BEHIND_BUT and not any(at >= but for at in others)
    if reconsidered:
        first = _words(language, _FIRST).search(lower, max(0, start - _FAR), start)
        turned = turned and first is not None and any(first.end() < at for at in others)
        return turned and not denies(lower[but:start], language)
    hence = _last(_words(language, _THEREFORE), lower, begin, start)
    if hence >= 0 and start - hence <= _BEHIND_THEREFORE and len(lower[hence:start].split()) <= _FEW_WORDS:
        return not any(at >= hence for at in others) and not denies(lower[hence:start], language)
    if lower[begin:start].rstrip(" *_(（").endswith((":", "：")):
        return True
    return turned and any(at >= begin for at in others) and not denies(lower[but:start], language)


def _last(words: re.Pattern[str], lower: str, begin: int, end: int) -> int:
    """Where the last of some words ends; -1 where none stands there."""
    return max((found.end() for found in words.finditer(lower, begin, end)), default=-1)


def _closes(window: str, end: int, language: str) -> bool:
    """Whether no more than a verb follows in the sentence, which denies nothing and is no question."""
    stop = _STOPS.search(window, end)
    tail = window[end : stop.start() if stop is not None else len(window)].strip(_EDGES)
    if len(tail) > _TAIL or len(tail.split()) > 1 or (stop is not None and stop.group() in "?？؟"):
        return False
    return not denies(tail, language) and not is_false(tail, language)


@lru_cache(maxsize=256)
def right_words(language: str) -> tuple[str, ...]:
    """How a language calls a choice that is right."""
    more = (word for code in codes(language, "turns.tsv") for word in split(rows("turns.tsv")[code][_RIGHT]))
    return tuple(dict.fromkeys((*true_words(language), *more)))


def called_right(window: str, place: Place, language: str) -> bool:
    """Whether what stands behind a choice calls it right: "D richtig", "②が正しい", "B가 맞습니다"."""
    rest = re.split(_CLAUSE_END, window[place[1] : place[1] + _CALLED].lower(), maxsplit=1)[0]
    for word in right_words(language):
        at = rest.find(word)
        unspaced = UNSPACED.search(word) is not None
        if at < 0 or len(rest[:at].split()) > _FEW_WORDS or rest[:at].endswith(_UN):
            continue
        whole = unspaced or not (rest[at - 1 : at].isalnum() or rest[at + len(word) :][:1].isalpha())
        if whole and not denies(rest, language):
            return True
    return False
