"""Rows that overlap an evaluation set: found by shared runs of words, dropped with the evidence.

The rule is that of GPT-3 (Brown et al. 2020, arXiv 2005.14165, appendix C): a row is contaminated where it
shares a run of `n` words with an evaluation row, case and punctuation aside. There n is the fifth percentile
of the evaluation rows' lengths, at least 8 and at most 13; here a row of 8 to n − 1 words is looked for as a
whole, and a shorter one must be equal to a whole text. On request, a second rule in the manner of Tülu 3
(arXiv 2411.15124, section on decontamination) finds rows that were edited lightly: it drops what shares runs
of 8 words that cover a given share of an evaluation row.

GPT-3 leaves out runs that occur in more than ten training documents, because they are phrases of the trade
("where m and n are relatively prime positive integers"). One pass over the source cannot count that, so runs
that occur in more than one evaluation row are left out instead, and those of the phrase
just quoted (but neither in a row that consists mostly of such runs, as variants of one problem do). So are
runs with fewer than four words of letters, which every table of numbers and every formula shares.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from parallelize.core.errors import InputError
from parallelize.core.records import Record, Role
from parallelize.stages.ingest.spec import RejectedRow, RejectReason
from parallelize.stages.word_runs import (
    Hashes,
    RunIndex,
    Vocabulary,
    exact_key,
    known_runs,
    normalised_words,
    run_hashes,
)

__all__ = ["Decontaminator", "Overlap", "OverlapRule", "decontaminate", "evaluation_texts"]

SHORTEST_RUN: Final = 8
"""Words; GPT-3's lower bound for n."""
_LETTERED_WORDS: Final = 4
_EVIDENCE_WORDS: Final = 40
_EXACT_SLACK: Final = 4
"""A text so many times longer than the longest evaluation row is not equal to one, whatever its dress."""


class OverlapRule(StrEnum):
    """What an evaluation row and a source row have in common."""

    RUN = "run"
    """A run of n words (or the whole of a shorter evaluation row)."""
    SHARE = "share"
    """Runs of 8 words that cover a large share of the evaluation row."""
    EXACT = "exact"
    """The whole text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Why a row counts as contaminated."""

    label: str
    """The evaluation row, as its label names it."""
    rule: OverlapRule
    words: str
    """The shared words as they were compared; the first 40 of them."""
    share: float | None = None
    """Share of the evaluation row's words that are covered, in (0, 1]; for `SHARE` only."""

    def __str__(self) -> str:
        shared = "" if self.share is None else f" ({self.share:.0%} of it)"
        return f"overlaps evaluation row {self.label}{shared}: {self.words}"


class Decontaminator:
    """An index of an evaluation set. Its size depends on that set only, never on what is checked."""

    def __init__(self, texts: Mapping[str, str], *, n: int, share: float | None) -> None:
        """Index texts by their labels; `from_rows` is the way to make one."""
        self.n = n
        self.share = share
        self._labels: list[str] = []
        self._lengths: list[int] = []
        self._exact: dict[bytes, int] = {}
        self._longest_exact = _EXACT_SLACK * max(map(len, texts))
        self._vocabulary = Vocabulary()
        self.ignored_runs = 0
        """Runs left out because they are common or have too few words of letters."""
        lengths: dict[int, dict[int, list[str]]] = defaultdict(dict)
        shares: dict[int, list[str]] = {}
        for text, label in texts.items():
            words = normalised_words(text)
            row = len(self._labels)
            self._labels.append(label)
            self._lengths.append(len(words))
            if key := exact_key(text):
                self._exact.setdefault(_digest(key), row)
            self._vocabulary.add(words)
            if len(words) >= SHORTEST_RUN:
                lengths[min(n, len(words))][row] = words
            if share is not None and len(words) >= SHORTEST_RUN:
                shares[row] = words
        self._runs = [self._index(length, rows) for length, rows in sorted(lengths.items())]
        self._shares = self._index(SHORTEST_RUN, shares, common=True) if shares else None

    @classmethod
    def from_rows(
        cls, rows: Iterable[tuple[str, str]], *, n: int = 13, share: float | None = None
    ) -> Decontaminator:
        """Index an evaluation set.

        Args:
            rows: (label, text) of each evaluation row; equal texts count once, under their first label.
            n: words of a run that contaminates; at least 8.
            share: also drop a row that covers at least this share of an evaluation row's words with shared
                runs of 8 words, in (0, 1]. None: do not.

        Raises:
            InputError: a number is out of its range, or there is no text in any row.
        """
        if n < SHORTEST_RUN or (share is not None and not 0 < share <= 1):
            raise InputError(
                f"decontamination with n={n}, share={share}", remedy="n is 8 or more, share in (0, 1]"
            )
        texts: dict[str, str] = {}
        seen: set[bytes] = set()
        for label, text in rows:
            digest = _digest(" ".join(text.split()).casefold())
            if text.strip() and digest not in seen:
                seen.add(digest)
                texts.setdefault(text, label)
        if not texts:
            raise InputError(
                "the evaluation set has no text", remedy="name the column of its problems, or another file"
            )
        return cls(texts, n=n, share=share)

    def describe(self) -> dict[str, Any]:
        """Facts for a manifest or report: rule, sizes, and what was left out."""
        return {
            "rule": "shared run of words (GPT-3, arXiv 2005.14165, appendix C)",
            "n": self.n,
            "share": self.share,
            "evaluation_rows": len(self._labels),
            "runs": sum(len(runs) for runs in self._runs),
            "ignored_runs": self.ignored_runs,
            "rows_by_equality_only": sum(length < SHORTEST_RUN for length in self._lengths),
        }

    def check(self, texts: Iterable[str]) -> Overlap | None:
        """The first overlap of any of a row's texts with the evaluation set, or None."""
        for text in texts:
            if (row := self._equal_row(text)) is not None:
                words = " ".join(normalised_words(text)[:_EVIDENCE_WORDS])
                return Overlap(label=self._labels[row], rule=OverlapRule.EXACT, words=words)
            found = self._check_runs(text)
            if found is not None:
                return found
        return None

    def _equal_row(self, text: str) -> int | None:
        if len(text) > self._longest_exact:
            return None
        return self._exact.get(_digest(exact_key(text)))

    def _check_runs(self, text: str) -> Overlap | None:
        words = normalised_words(text)
        numbers = self._vocabulary.numbers(words)
        for runs in self._runs:
            starts, at = runs.matches(numbers)
            if len(starts):
                start = int(starts[0])
                return Overlap(
                    label=self._labels[runs.row(int(at[0]))],
                    rule=OverlapRule.RUN,
                    words=" ".join(words[start : start + runs.n]),
                )
        return self._check_share(numbers, words) if self._shares is not None else None

    def _check_share(self, numbers: Hashes, words: Sequence[str]) -> Overlap | None:
        runs = self._shares
        if runs is None or self.share is None:
            return None
        covered: dict[int, set[int]] = defaultdict(set)
        first: dict[int, int] = {}
        for start, at in zip(*runs.matches(numbers), strict=True):
            for row, place in runs.places(int(at)):
                covered[row].update(range(place, place + runs.n))
                first.setdefault(row, int(start))
        if not covered:
            return None
        row = max(covered, key=lambda one: (len(covered[one]) / self._lengths[one], -one))
        share = len(covered[row]) / self._lengths[row]
        if share < self.share:
            return None
        return Overlap(
            label=self._labels[row],
            rule=OverlapRule.SHARE,
            words=" ".join(words[first[row] : first[row] + runs.n]),
            share=share,
        )

    def _index(self, n: int, rows: Mapping[int, Sequence[str]], *, common: bool = False) -> RunIndex:
        """Index runs of n words, with or without those that are common."""
        hashes, owners, starts = [], [], []
        for row, words in rows.items():
            found = run_hashes(self._vocabulary.numbers(words), n)
            letters = np.concatenate(([0], np.cumsum(self._vocabulary.lettered(words))))
            usable = np.flatnonzero(letters[n:] - letters[:-n] >= _LETTERED_WORDS)
            self.ignored_runs += len(found) - len(usable)
            hashes.append(found[usable])
            owners.append(np.full(len(usable), row, dtype=np.uint32))
            starts.append(usable.astype(np.uint32))
        every, owner, start = np.concatenate(hashes), np.concatenate(owners), np.concatenate(starts)
        if not common:
            rare = _evidence(hashes, self._stock(n))
            self.ignored_runs += int(len(every) - rare.sum())
            every, owner, start = every[rare], owner[rare], start[rare]
        return RunIndex(n, every, owner, start)

    def _stock(self, n: int) -> Hashes:
        found = [np.empty(0, dtype=np.uint64)]
        for sentence in _stock_sentences():
            numbers = self._vocabulary.numbers(sentence)
            starts = known_runs(numbers, n)
            if len(starts):
                found.append(run_hashes(numbers, n)[starts])
        return np.concatenate(found)


def _evidence(hashes: Sequence[Hashes], stock: Hashes) -> npt.NDArray[np.bool_]:
    """Which runs of all rows, joined, are evidence: neither common nor stock; or all if few are."""
    values, counts = np.unique(np.concatenate([np.unique(row) for row in hashes]), return_counts=True)
    common = np.concatenate((values[counts > 1], stock))
    found = []
    for row in hashes:
        rare = ~np.isin(row, common)
        found.append(rare if 2 * rare.sum() >= len(row) else np.ones(len(row), dtype=np.bool_))
    return np.concatenate(found)


def _stock_sentences() -> Iterator[list[str]]:
    """How competitions ask for the sum of a fraction's parts: thirteen words and more that say nothing."""
    for verb, way, letters, ask in itertools.product(
        ("written", "expressed"),
        ("as", "as frac", "in the form", "in the form frac"),
        (("m", "n"), ("p", "q"), ("a", "b")),
        ("find", "compute", "what is", "find the value of"),
    ):
        a, b = letters
        primes = f"{a} {b} where {a} and {b} are relatively prime positive integers"
        yield f"can be {verb} {way} {primes} {ask} {a} {b}".split()


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def evaluation_texts(rows: Iterable[Record | RejectedRow], *, name: str) -> Iterator[tuple[str, str]]:
    """(label, text) of what each row of an opened evaluation set asks, for `Decontaminator.from_rows`.

    Args:
        rows: what ingest gives; rejected rows have no text.
        name: of the set; labels are `name:id`.
    """
    for row in rows:
        if not isinstance(row, Record):
            continue
        for item in row.texts:
            if item.role is Role.PROBLEM or item.speaker == "user":
                yield f"{name}:{row.id}", item.text


def decontaminate(
    rows: Iterable[Record | RejectedRow], decontaminator: Decontaminator
) -> Iterator[Record | RejectedRow]:
    """Let rows through in order; one that overlaps becomes a rejected row with the evidence."""
    for row in rows:
        if isinstance(row, Record):
            overlap = decontaminator.check(item.text for item in row.texts)
            if overlap is not None:
                yield RejectedRow(
                    id=row.id, reason=RejectReason.CONTAMINATED, detail=str(overlap), row=row.row
                )
                continue
        yield row
