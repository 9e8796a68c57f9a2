"""Everyday words that neighbours do not share: what tells Danish from Norwegian where identifiers cannot.

`neighbour_words.tsv` has them by family. A text is a neighbour's where it has at least two of its words and
hardly one of its own; names say nothing, so that only words in small letters are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from parallelize.core.tables import shipped_lines
from parallelize.metrics.function_words import function_words, words
from parallelize.metrics.neighbours import fold_group

__all__ = ["may_have_neighbour", "words_ahead", "words_of_neighbour"]

_FEWEST: Final = 2
"""Different words of a neighbour from which a text may be the neighbour's."""
_LEAD: Final = 4
"""How many times as many as of its own language: of a quotation and its frame the frame wins."""
_LONGEST: Final = 5_000
"""Characters that are looked at."""
_AFFIXED: Final = 3
"""Letters of the longest word whose beginning or end says nothing."""
_REMEMBERED: Final = 1 << 14
"""Words whose marks are remembered for a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _MarkedWords:
    """What some languages of a family have and another has not."""

    words: frozenset[str]
    inside: tuple[str, ...]
    """What stands inside words."""
    begins: tuple[str, ...]
    ends: tuple[str, ...]

    @classmethod
    def of(cls, items: frozenset[str]) -> _MarkedWords:
        """Sort the items of the table by what they are."""
        parts = sorted(item for item in items if item[0] in "+-" or item[-1] == "-")
        return cls(
            words=items.difference(parts),
            inside=tuple(item[1:] for item in parts if item[0] == "+"),
            begins=tuple(item[:-1] for item in parts if item[-1] == "-"),
            ends=tuple(item[1:] for item in parts if item[0] == "-"),
        )

    def found(self, spoken: Iterable[str]) -> list[str]:
        """The words of a text that have a mark."""
        return [word for word in spoken if self.marks(word)]

    def marks(self, word: str) -> bool:
        """Whether a word has a mark."""
        if word in self.words:
            return True
        if len(word) > _AFFIXED and (word.endswith(self.ends) or word.startswith(self.begins)):
            return True
        return any(map(word.__contains__, self.inside))


@lru_cache(maxsize=1)
def _families() -> Mapping[str, Mapping[str, frozenset[str]]]:
    """For each language the marks of its families by language, its own among them."""
    families: list[dict[str, frozenset[str]]] = []
    for codes, *marks in shipped_lines(__package__, "neighbour_words.tsv"):
        if not marks:  # the name of a family
            families.append(defaultdict(frozenset))
        for code in codes.split() if marks else ():
            families[-1][fold_group(code)] |= frozenset(marks[0].split()) | function_words(code)
    found: dict[str, dict[str, frozenset[str]]] = defaultdict(lambda: defaultdict(frozenset))
    for family in families:
        for code in family:
            for other, known in family.items():
                found[code][other] |= known
    return found


@lru_cache(maxsize=256)
def _pairs(group: str) -> Mapping[str, tuple[_MarkedWords, _MarkedWords]]:
    """The neighbours of a group, each with the marks that only it has and those that only the group has."""
    family = _families().get(group, {})
    own = family.get(group, frozenset())
    return {
        code: (_MarkedWords.of(marks - own), _MarkedWords.of(own - marks))
        for code, marks in family.items()
        if code != group
    }


class _MarksOfAny:
    """The marks of all neighbours of a group, and the words without any; texts are made of the same words."""

    def __init__(self, group: str) -> None:
        family = _families().get(group, {})
        self._marks = _MarkedWords.of(frozenset().union(*family.values()) - family.get(group, frozenset()))
        self._without: set[str] = set()

    def found(self, spoken: Iterable[str]) -> list[str]:
        """The words of a text that have a mark."""
        if self._without.issuperset(spoken):  # as of most texts
            return []
        if len(self._without) >= _REMEMBERED:
            self._without.clear()
        marked = []
        for word in spoken:
            if word in self._without:
                continue
            if self._marks.marks(word):
                marked.append(word)
            else:
                self._without.add(word)
        return marked


_of_any = lru_cache(maxsize=256)(_MarksOfAny)


def may_have_neighbour(text: str, expected: str) -> bool:
    """The quick look before `words_of_neighbour`: whether a text has marks of any neighbour."""
    group = fold_group(expected)
    return bool(_pairs(group)) and len(set(_of_any(group).found(words(text)))) >= _FEWEST


def words_of_neighbour(text: str, expected: str) -> tuple[str, list[str]] | None:
    """The neighbour of a language whose words a text has instead, and these words; None where there is none.

    Args:
        text: prose.
        expected: code of the language that it should be in.
    """
    group = fold_group(expected)
    pairs = _pairs(group)
    if not pairs:
        return None
    spoken = _small_words(text)
    marked = _of_any(group).found(spoken)
    best: tuple[str, list[str]] | None = None
    for code, (theirs, ours) in pairs.items():
        found = theirs.found(marked)
        if len(set(found)) < _FEWEST or (best is not None and len(found) <= len(best[1])):
            continue
        if len(found) >= _LEAD * len(ours.found(spoken)):
            best = code, found
    return best


def words_ahead(text: str, expected: str, other: str) -> int | None:
    """Words of a text that only a neighbour has, less those that only the expected language has.

    None where the two are in no family of the table.
    """
    pair = _pairs(fold_group(expected)).get(fold_group(other))
    if pair is None:
        return None
    spoken = _small_words(text)
    theirs, ours = (len(marks.found(spoken)) for marks in pair)
    return theirs - ours


@lru_cache(maxsize=16)
def _small_words(text: str) -> tuple[str, ...]:
    """Words without capitals, which names have."""
    return words(" ".join([piece for piece in text[:_LONGEST].split() if piece == piece.lower()]))
