"""Nested language mixes: which ids, in which languages, in which order. No file and no text is touched here.

A study of how reasoning transfers trains on 1 ⊂ 2 ⊂ … languages and changes nothing else. What stays the
same is a choice, so there are two ways to count:

- a fixed number of rows per language: the same ids in every language, so that the mix of k languages has k
  times as many rows as the mix of one;
- a fixed number of rows: the mixes are equally large. Either every id occurs once, and its language is dealt
  (same problems in every mix, none seen twice), or every id occurs in all languages of the mix (truly
  parallel, with fewer problems in the larger mixes).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from parallelize.core.errors import InputError

__all__ = ["IdOrder", "Mix", "Repeat", "plan_mixes"]

_KEY_BYTES = 16


class Repeat(StrEnum):
    """How often an id occurs in a mix of fixed size."""

    ONCE = "once"
    """In one language, dealt evenly; a larger mix keeps the language of every id it does not give away."""
    EVERY_LANGUAGE = "every-language"
    """In every language of the mix; the ids of a larger mix are the first of a smaller one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """One training set: its languages and, for each id by its place in the order, those it appears in."""

    languages: tuple[str, ...]
    whole: int
    """How many ids, the first in order, appear in every language."""
    rest: int = 0
    """In how many languages, the first of them, the id after those appears."""
    dealt: npt.NDArray[np.int32] | None = None
    """Where each id appears in one language alone: the number of that language; `whole` is 0 then."""

    @property
    def size(self) -> int:
        """Number of languages; names the file."""
        return len(self.languages)

    @property
    def ids(self) -> int:
        """How many ids are in it: the first of the order."""
        return self.whole + bool(self.rest) if self.dealt is None else len(self.dealt)

    @property
    def rows(self) -> int:
        """Rows in all languages together."""
        return self.whole * self.size + self.rest if self.dealt is None else len(self.dealt)

    def languages_of(self, place: int) -> tuple[str, ...]:
        """The languages of an id, in the order of `languages`; none where it is not in this mix."""
        if self.dealt is not None:
            return (self.languages[self.dealt[place]],) if place < len(self.dealt) else ()
        if place < self.whole:
            return self.languages
        return self.languages[: self.rest] if place == self.whole else ()

    def rows_by_language(self) -> dict[str, int]:
        """Rows of each language, in order."""
        if self.dealt is not None:
            counts = np.bincount(self.dealt, minlength=self.size).tolist()
        else:
            counts = [self.whole + (number < self.rest) for number in range(self.size)]
        return dict(zip(self.languages, counts, strict=True))


class IdOrder:
    """The order of ids: by a hash of seed and id, so that the order in which they come is no matter.

    A beginning of it is a choice, and a smaller one is a beginning of a larger one. Memory is 16 bytes an id.

    Args:
        ids: each once, in any order.
        seed: another seed, another order.
    """

    def __init__(self, ids: Iterable[str], *, seed: int) -> None:
        self._seed = seed
        self._keys = np.sort(self._hashed(ids))

    def __len__(self) -> int:
        return len(self._keys)

    def places(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """Where each id stands, from 0; -1 for one that is not in the order."""
        keys = self._hashed(ids)
        found = np.searchsorted(self._keys, keys)
        there = found < len(self._keys)
        there[there] = self._keys[found[there]] == keys[there]
        return np.where(there, found, -1)

    def _hashed(self, ids: Iterable[str]) -> npt.NDArray[np.bytes_]:
        keys = bytearray()
        for one in ids:
            keys += hashlib.blake2b(f"{self._seed}\0{one}".encode(), digest_size=_KEY_BYTES).digest()
        return np.frombuffer(keys, dtype=f"S{_KEY_BYTES}")


def plan_mixes(
    ids: int,
    languages: Sequence[str],
    *,
    rows: int | None = None,
    rows_per_language: int | None = None,
    repeat: Repeat = Repeat.ONCE,
    nested: bool = True,
    why: str = "",
) -> list[Mix]:
    """Plan the mixes of 1, 2, … languages (`nested`), or only that of all of them.

    Args:
        ids: how many are complete in all languages.
        languages: the first is in every mix; each mix adds the next.
        rows: rows of every mix. Exclusive with `rows_per_language`; neither means all ids per language.
        rows_per_language: rows of every language of every mix.
        repeat: how often an id occurs where `rows` is given.
        nested: False gives one mix, of all languages.
        why: what to say behind the number of ids where it is too small.

    Raises:
        InputError: there are too few ids, or fewer rows than languages.
    """
    if rows is not None and rows_per_language is not None:
        raise InputError("both rows and rows per language are given", remedy="give one of them")
    wanted = rows if rows is not None else rows_per_language if rows_per_language is not None else ids
    if wanted > ids:
        raise InputError(
            f"{wanted} ids are asked for, and {ids} are complete in {', '.join(languages)}{why}",
            remedy=f"ask for at most {ids}, or for fewer languages",
        )
    if rows is not None and rows < len(languages):
        raise InputError(f"{rows} rows cannot hold {len(languages)} languages", remedy="ask for more rows")
    mixes = [Mix(languages=tuple(languages[:size]), whole=wanted) for size in range(1, len(languages) + 1)]
    if rows is not None and repeat is Repeat.EVERY_LANGUAGE:
        mixes = [replace(mix, whole=rows // mix.size, rest=rows % mix.size) for mix in mixes]
    elif rows is not None:
        dealt = _dealt(rows, len(languages))
        mixes = [replace(mix, whole=0, dealt=owner) for mix, owner in zip(mixes, dealt, strict=True)]
    return mixes if nested else mixes[-1:]


def _dealt(ids: int, languages: int) -> Iterator[npt.NDArray[np.int32]]:
    """One language for each id; every further language takes the last ids of all before it.

    So that shares stay equal (to within one row), an id changes its language only to the new one.
    """
    owner = np.zeros(ids, dtype=np.int32)
    for size in range(1, languages + 1):
        share, rest = divmod(ids, size)
        for number in range(size - 1):
            held = np.flatnonzero(owner == number)
            owner[held[share + (number < rest) :]] = size - 1
        yield owner.copy()
