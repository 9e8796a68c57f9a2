"""Runs of words as numbers: what two texts have in common is found by sorted hashes, 16 bytes a run."""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import regex

__all__ = ["Hashes", "RunIndex", "Vocabulary", "exact_key", "known_runs", "normalised_words", "run_hashes"]

Hashes = npt.NDArray[np.uint64]

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_ASCII_WORD: Final = re.compile(r"[a-z0-9]+")
_UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD: Final = regex.compile(rf"[{_UNSPACED}]\p{{M}}*|[^\W_{_UNSPACED}]+", regex.VERSION1)
_NOT_EXACT: Final = re.compile(r"\s+|\\[()\[\]]|[$'\"‘’“”`]")


def normalised_words(text: str) -> list[str]:
    """Words of a text for comparison: NFKC, lower case, punctuation and signs gone.

    Numbers are words. In scripts without spaces (Han, kana, Thai, Lao, Khmer, Burmese) each letter is one.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    found: list[str] = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return found


def exact_key(text: str) -> str:
    """A short text for equality: signs of mathematics stay, so that x + 1 is not x − 1."""
    key = _NOT_EXACT.sub("", unicodedata.normalize("NFKC", text).casefold())
    return key.strip(".,:;!?。！？، ")


class Vocabulary:
    """Numbers for the words of the evaluation set; every other word is 0, and no run has it in it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._lettered: dict[str, bool] = {}

    def add(self, words: Iterable[str]) -> None:
        """Give numbers to words that have none."""
        for word in words:
            if word not in self._numbers:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                self._numbers[word] = int.from_bytes(digest) | 1
                letters = sum(c.isalpha() for c in word)
                self._lettered[word] = letters >= 2 or (letters == 1 and not word.isascii())

    def numbers(self, words: Sequence[str]) -> Hashes:
        """The number of each word, 0 for one that is not known."""
        get = self._numbers.get
        return np.fromiter(map(get, words, itertools.repeat(0)), dtype=np.uint64, count=len(words))

    def lettered(self, words: Sequence[str]) -> npt.NDArray[np.int64]:
        """1 for each word that has letters enough to be more than a sign or a variable, else 0."""
        return np.fromiter((self._lettered[word] for word in words), dtype=np.int64, count=len(words))

    def __len__(self) -> int:
        return len(self._numbers)


def run_hashes(numbers: Hashes, n: int) -> Hashes:
    """A 64-bit polynomial hash of every run of n words.

    Words have random 64-bit numbers, so two different runs collide with a chance of about 2**-63: a million
    runs of an evaluation set and a billion of a source meet by chance once in ten thousand such builds.
    """
    count = len(numbers) - n + 1
    found = numbers[:count].copy()
    for offset in range(1, n):
        found *= _MULTIPLIER
        found += numbers[offset : offset + count]
    return found


def known_runs(numbers: Hashes, n: int) -> npt.NDArray[np.intp]:
    """Starts of the runs that consist of known words only."""
    if len(numbers) < n:
        return np.empty(0, dtype=np.intp)
    unknown = np.concatenate(([0], np.cumsum(numbers == 0)))
    return np.flatnonzero(unknown[n:] == unknown[:-n])


class RunIndex:
    """Runs of one length: sorted hashes, and the evaluation row and place of each. 16 bytes a run."""

    def __init__(self, n: int, hashes: Hashes, rows: npt.NDArray[np.uint32], starts: npt.NDArray[np.uint32]):
        self.n = n
        order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[order]
        self._rows = rows[order]
        self._starts = starts[order]

    def __len__(self) -> int:
        return len(self._hashes)

    def matches(self, numbers: Hashes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Starts of the shared runs in the text, and where their hash begins in the index."""
        starts = known_runs(numbers, self.n)
        if not len(starts) or not len(self._hashes):
            return starts[:0], starts[:0]
        hashes = run_hashes(numbers, self.n)[starts]
        at = np.searchsorted(self._hashes, hashes)
        hit = self._hashes[np.minimum(at, len(self._hashes) - 1)] == hashes
        return starts[hit], at[hit]

    def row(self, at: int) -> int:
        """The first evaluation row with the run at this place of the index."""
        return int(self._rows[at])

    def places(self, at: int) -> Iterator[tuple[int, int]]:
        """(row, start) of every evaluation row that has the run at this place of the index."""
        end = int(np.searchsorted(self._hashes, self._hashes[at], side="right"))
        for index in range(at, end):
            yield int(self._rows[index]), int(self._starts[index])
