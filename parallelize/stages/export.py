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
import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from parallelize.core.errors import InputError

__all__ = ["Mix", "Repeat", "choose_ids", "order_key", "plan_mixes"]


class Repeat(StrEnum):
    """How often an id occurs in a mix of fixed size."""

    ONCE = "once"
    """In one language, dealt evenly; a larger mix keeps the language of every id it does not give away."""
    EVERY_LANGUAGE = "every-language"
    """In every language of the mix; the ids of a larger mix are the first of a smaller one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """One training set: its languages and, for each id, those it appears in."""

    languages: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]
    """The languages of each id, in the order of `languages`; ids in the order of the file."""

    @property
    def size(self) -> int:
        """Number of languages; names the file."""
        return len(self.languages)

    @property
    def rows(self) -> int:
        """Rows in all languages together."""
        return sum(map(len, self.parts.values()))

    def rows_by_language(self) -> dict[str, int]:
        """Rows of each language, in order."""
        counts = dict.fromkeys(self.languages, 0)
        for codes in self.parts.values():
            for code in codes:
                counts[code] += 1
        return counts


def order_key(identifier: str, seed: int) -> bytes:
    """Where an id stands among all others: a hash of seed and id, so that the order of rows is no matter."""
    return hashlib.blake2b(f"{seed}\0{identifier}".encode(), digest_size=16).digest()


def choose_ids(ids: Iterable[str], count: int | None, *, seed: int) -> list[str]:
    """Take the first ids by `order_key`, in that order.

    A smaller count gives a beginning of what a larger one gives. Memory is that of the ids taken.

    Args:
        ids: each once, in any order.
        count: how many; None for all.
        seed: another seed, another choice.
    """
    keyed = ((order_key(one, seed), one) for one in ids)
    taken = sorted(keyed) if count is None else heapq.nsmallest(count, keyed)
    return [one for _, one in taken]


def plan_mixes(
    ids: Sequence[str],
    languages: Sequence[str],
    *,
    rows: int | None = None,
    rows_per_language: int | None = None,
    repeat: Repeat = Repeat.ONCE,
    nested: bool = True,
) -> list[Mix]:
    """Plan the mixes of 1, 2, … languages (`nested`), or only that of all of them.

    Args:
        ids: complete in all languages, in the order of `choose_ids`.
        languages: the first is in every mix; each mix adds the next.
        rows: rows of every mix. Exclusive with `rows_per_language`; neither means all ids per language.
        rows_per_language: rows of every language of every mix.
        repeat: how often an id occurs where `rows` is given.
        nested: False gives one mix, of all languages.

    Raises:
        InputError: there are too few ids, or fewer rows than languages.
    """
    if rows is not None and rows_per_language is not None:
        raise InputError("both rows and rows per language are given", remedy="give one of them")
    wanted = rows if rows is not None else rows_per_language if rows_per_language is not None else len(ids)
    if not ids:
        raise InputError(
            f"no id can be used in all of {', '.join(languages)}",
            remedy="see why in brackets above; fewer languages or another format may help",
        )
    if wanted > len(ids):
        raise InputError(
            f"{wanted} ids are asked for, and {len(ids)} are complete in {', '.join(languages)}",
            remedy=f"ask for at most {len(ids)}, or for fewer languages",
        )
    if rows is not None and rows < len(languages):
        raise InputError(f"{rows} rows cannot hold {len(languages)} languages", remedy="ask for more rows")
    taken = list(islice(ids, wanted))
    sizes = range(1, len(languages) + 1) if nested else [len(languages)]
    if rows is None:
        plans = {size: {one: tuple(languages[:size]) for one in taken} for size in sizes}
    elif repeat is Repeat.EVERY_LANGUAGE:
        plans = {size: _repeated(taken, languages[:size]) for size in sizes}
    else:
        dealt = dict(enumerate(_dealt(taken, languages), start=1))
        plans = {size: dealt[size] for size in sizes}
    return [Mix(languages=tuple(languages[:size]), parts=plans[size]) for size in sizes]


def _repeated(ids: Sequence[str], languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """As many ids as fill the rows in all languages; the last id has what is left."""
    whole, rest = divmod(len(ids), len(languages))
    parts = dict.fromkeys(ids[:whole], tuple(languages))
    if rest:
        parts[ids[whole]] = tuple(languages[:rest])
    return parts


def _dealt(ids: Sequence[str], languages: Sequence[str]) -> Iterator[dict[str, tuple[str, ...]]]:
    """One language for each id; every further language takes the last ids of all before it.

    So that shares stay equal (to within one row), an id changes its language only to the new one.
    """
    held: list[list[int]] = [list(range(len(ids)))]
    for size in range(1, len(languages) + 1):
        if size > 1:
            share, rest = divmod(len(ids), size)
            quotas = [share + (index < rest) for index in range(size)]
            moved = sorted(one for own, quota in zip(held, quotas, strict=False) for one in own[quota:])
            held = [own[:quota] for own, quota in zip(held, quotas, strict=False)] + [moved]
        owner = {one: code for own, code in zip(held, languages, strict=False) for one in own}
        yield {one: (owner[index],) for index, one in enumerate(ids)}
