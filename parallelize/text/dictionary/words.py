"""Tell words of a language from letters that are none.

Of a dictionary the sorted hashes of its words are kept, 8 bytes a word: 7 MB for Portuguese, where the words
themselves would take 90. It is read when it is first asked, in about a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from parallelize.core.tables import shipped_lines, shipped_rows
from parallelize.text.numerals import read_numbers

__all__ = ["Dictionary", "dictionary", "tried_dictionary"]

_NOTHING = "-"
_MEASURED = 2
"""Place of the cell that says whether a language is measured, behind its code."""
_SHORTEST_BASE = 3
"""Letters that must be left of a word without its ending."""
_SHORTEST_PART = 4
"""Letters of the shortest part of a compound."""
_LONGEST_COMPOUND = 80
"""Letters of the longest word that is cut in two at every place: a decoder's loop may have a million."""
_ACCENTED = {"a": "áâ", "e": "éê", "i": "í", "o": "óô", "u": "ú"}
"""What a vowel may have been before an ending took its accent: rápida, rapidamente."""


class _Change(NamedTuple):
    """How a word of a language is made of one that may be in the dictionary."""

    letters: re.Pattern[str]
    were: str


class Dictionary:
    """All words of a language that are known."""

    def __init__(self, language: str, name: str, *, compounds: bool = False) -> None:
        """Read nothing yet.

        Args:
            language: its code in the tables.
            name: what `simplemma` calls its dictionary.
            compounds: whether two words written together are one.
        """
        self._language, self._name, self._compounds = language, name, compounds
        rows = [row for row in shipped_lines(__package__, "words.tsv") if row[0] == language]
        self._ours = frozenset(word for _, _, words in rows for word in words.split())
        self._derived = _changes(language, "derived")
        self._spelled = _changes(language, "spelled")

    def unknown(self, words: Iterable[str]) -> list[str]:
        """Those of some words, all in small letters, that are none of the language."""
        asked = list(words)
        missing = [word for word, there in zip(asked, self.has(asked), strict=True) if not there]
        return [word for word in missing if not self._is_made(word)]

    @cached_property
    def _hashes(self) -> NDArray[np.int64]:
        """Hashes of all its words in small letters, sorted. They are others in every process."""
        from simplemma.strategies.dictionaries import StreamDictionaryFactory  # a stream takes 5 MB

        words = StreamDictionaryFactory().get_dictionary(self._name)
        hashes = np.fromiter((hash(word.lower()) for word in words), np.int64, len(words))
        hashes.sort()
        return hashes

    def has(self, words: Sequence[str]) -> list[bool]:
        """Whether each of some words, all in small letters, is in the dictionary as it stands."""
        hashes = np.fromiter(map(hash, words), np.int64, len(words))
        nearest = self._hashes.take(self._hashes.searchsorted(hashes), mode="clip")
        found: list[bool] = (nearest == hashes).tolist()
        return found

    def _is_made(self, word: str) -> bool:
        """Whether a word that is not in the dictionary is among ours, a number, or made of a known word."""
        forms = list(dict.fromkeys(self._forms(word)))
        return (
            not self._ours.isdisjoint(forms)
            or any(self.has(forms))
            or (self._compounds and self._is_compound(word))
            or bool(read_numbers(word, self._language))
        )

    def _is_compound(self, word: str) -> bool:
        """Whether a word is two known ones written together, the first maybe with an s behind it."""
        if len(word) > _LONGEST_COMPOUND:
            return False
        cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
        heads = [word[:cut] for cut in cuts]
        tails = [word[cut:] for cut in cuts]
        first, bare, second = (
            self.has(heads),
            self.has([head.removesuffix("s") for head in heads]),
            self.has(tails),
        )
        return any((whole or short) and tail for whole, short, tail in zip(first, bare, second, strict=True))

    def _forms(self, word: str) -> Iterator[str]:
        """The word, what it may be derived from, and other spellings of each."""
        for form in (word, *self._bases(word)):
            yield form
            yield from _before(form, self._spelled)

    def _bases(self, word: str) -> Iterator[str]:
        """What a word may be derived from, with and without an accent."""
        for base in _before(word, self._derived):
            if len(base) >= _SHORTEST_BASE:
                yield base
                for place, letter in enumerate(base):
                    for accented in _ACCENTED.get(letter, ""):
                        yield base[:place] + accented + base[place + 1 :]


def _before(word: str, changes: Iterable[_Change]) -> Iterator[str]:
    """What a word was before each change that it may have gone through."""
    for change in changes:
        for match in change.letters.finditer(word):
            yield word[: match.start()] + match.expand(change.were) + word[match.end() :]


def _changes(language: str, kind: str) -> tuple[_Change, ...]:
    return tuple(
        _Change(re.compile(letters), "" if were == _NOTHING else were)
        for code, of_kind, letters, were in shipped_lines(__package__, "changes.tsv")
        if (code, of_kind) == (language, kind)
    )


@cache
def dictionary(language: str) -> Dictionary | None:
    """The dictionary of a language; None where it lacks too many words to tell (`languages.tsv`)."""
    rows = shipped_rows(__package__, "languages.tsv")
    code = language.partition("-")[0]
    return tried_dictionary(code) if code in rows and rows[code][_MEASURED] == "yes" else None


def tried_dictionary(code: str) -> Dictionary:
    """The dictionary of any language of the table, also of one that lacks too many words."""
    name, compounds, *_ = shipped_rows(__package__, "languages.tsv")[code]
    return Dictionary(code, name, compounds=compounds == "compounds")
