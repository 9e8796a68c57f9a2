"""Was a sentence left out? Two alignments of the sentences compete: one with a gap and one without.

After Gale and Church, "A Program for Aligning Sentences in Bilingual Corpora" (Computational Linguistics
19, 1993): sentences of a translation follow those of the source, one for one, or two for one and the like,
and the length of each is in proportion. Numbers are a second witness: a number of a sentence is expected in
its translation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add
from types import MappingProxyType
from typing import Final

__all__ = ["Sentence", "omission_evidence"]

VARIANCE: Final = 6.8
"""Variance of the target's characters for each character of source, in units of the squared ratio (Gale and
Church 1993, section 3.2)."""
FORMULA_VARIANCE: Final = 20.0
"""The same where formulas were taken out of both texts: the words around them are fewer and freer."""
CLAUSE_VARIANCE: Final = 8.0
"""The same in scripts without full stops, where it is unsure where a sentence ends: the robust variance of
whole texts is 6 in MSVAMP Thai and 2 to 3 in languages with full stops."""
_NUMBER_COST: Final = 3.0
"""Nats for a number on one side only: about one in twenty numbers of human translations has no partner."""
_QUESTION_COST: Final = 1.5
"""Nats for a question whose translation is none: "Find …" and "How many …?" stand for one another."""
_SHAPES: Final = MappingProxyType(
    {(1, 1): 0.0, (1, 2): 2.0, (2, 1): 2.0, (2, 2): 3.5, (1, 3): 4.5, (3, 1): 4.5}
)
"""Nats for source sentences that became so many of the target, after Gale and Church's table 5."""
_CLAUSES: Final = MappingProxyType(
    {(size, count): cost for size, cost in ((1, 0.0), (2, 2.0), (3, 4.5)) for count in range(1, 20)}
)
"""The same where the target is cut at its spaces, and any number of pieces may make a sentence."""
_FURTHER: Final = 1.0
"""Nats for each sentence of a gap after its first."""
_LINEAR_FROM: Final = 4.0
"""Standard deviations from which the cost of a length grows linearly: one outlier is no proof."""
LONGEST: Final = 60
"""Sentences of the longest text that is aligned."""
_NEVER: Final = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What is compared of one sentence."""

    characters: int
    numbers: tuple[object, ...] = ()
    """Values in digits, of three and more."""
    asks: bool = False
    """Whether it ends in a question mark."""


def omission_evidence(
    source: Sequence[Sentence],
    target: Sequence[Sentence],
    ratio: float,
    *,
    clauses: bool = False,
    variance: float = VARIANCE,
    merged: float = 0.0,
) -> tuple[float, int, int] | None:
    """How much better the translation is explained with a gap in it than without, in nats.

    Args:
        source: sentences of the source.
        target: sentences of the target.
        ratio: expected characters of target per character of source.
        clauses: whether the target is cut at its spaces instead of into sentences.
        variance: of a length, see `VARIANCE`.
        merged: further nats for each sentence that was joined to the one before it, in texts with full stops.

    Returns:
        (nats, first sentence of the source that is missing, sentence after the last); None for fewer than two
        source sentences, no target, or more than `LONGEST` sentences.
    """
    if len(source) < 2 or not target or len(source) > LONGEST or len(target) > 2 * LONGEST:
        return None
    shapes = _CLAUSES if clauses else _dearer(merged)
    aligner = _Aligner(source, target, ratio, shapes, variance, questions=not clauses)
    before, after = aligner.forward(), aligner.backward()
    whole = before[len(source)][len(target)]
    best, gap = _NEVER, (0, 0)
    for start in range(len(source)):
        for end in range(start + 1, len(source) + 1):
            if (start, end) == (0, len(source)):
                continue
            further = _FURTHER * (end - start - 1)
            cost = further + min(map(add, before[start], after[end]))
            if cost < best:
                best, gap = cost, (start, end)
    if best == _NEVER:
        return None
    return min(whole - best, _MOST), *gap


_MOST: Final = 50.0
"""Nats reported where there is no alignment without a gap."""


def _dearer(merged: float) -> Mapping[tuple[int, int], float]:
    return {(size, count): cost + merged * max(0, size - count) for (size, count), cost in _SHAPES.items()}


class _Aligner:
    """Costs of the best alignments of the beginnings and of the ends of two texts."""

    def __init__(
        self,
        source: Sequence[Sentence],
        target: Sequence[Sentence],
        ratio: float,
        shapes: Mapping[tuple[int, int], float],
        variance: float,
        *,
        questions: bool,
    ) -> None:
        self.ratio, self.variance = ratio, variance
        self.shapes = tuple((a, b, cost) for (a, b), cost in shapes.items())
        self.asks = any(item.asks for item in target) or questions
        labels: dict[object, int] = {}
        """Values by the number that stands for each: whole numbers are faster to compare than fractions."""
        self.source, self.target = (
            [tuple(labels.setdefault(value, len(labels)) for value in item.numbers) for item in side]
            for side in (source, target)
        )
        self.source_sizes, self.target_sizes = (
            tuple(accumulate((item.characters for item in side), initial=0)) for side in (source, target)
        )
        self.source_asks, self.target_asks = (
            tuple(accumulate((item.asks for item in side), initial=0)) for side in (source, target)
        )
        self.costs: dict[tuple[int, int, int, int], float] = {}

    def forward(self) -> list[list[float]]:
        """`[i][j]`: cost of the first i source sentences with the first j target sentences."""
        n, m = len(self.source), len(self.target)
        table = [[_NEVER] * (m + 1) for _ in range(n + 1)]
        table[0][0] = 0.0
        for i in range(1, n + 1):
            for j in range(1, m + 1):
                best = _NEVER
                for a, b, cost in self.shapes:
                    if a <= i and b <= j:
                        so_far = table[i - a][j - b] + cost
                        if so_far < best:  # no bead costs less than nothing
                            best = min(best, so_far + self._bead(i - a, i, j - b, j))
                table[i][j] = best
        return table

    def backward(self) -> list[list[float]]:
        """`[i][j]`: cost of the source from sentence i with the target from sentence j."""
        n, m = len(self.source), len(self.target)
        table = [[_NEVER] * (m + 1) for _ in range(n + 1)]
        table[n][m] = 0.0
        for i in range(n - 1, -1, -1):
            for j in range(m - 1, -1, -1):
                best = _NEVER
                for a, b, cost in self.shapes:
                    if i + a <= n and j + b <= m:
                        so_far = table[i + a][j + b] + cost
                        if so_far < best:
                            best = min(best, so_far + self._bead(i, i + a, j, j + b))
                table[i][j] = best
        return table

    def _bead(self, i: int, i_end: int, j: int, j_end: int) -> float:
        """Cost in nats of some sentences of the target being the translation of some of the source."""
        key = (i, i_end, j, j_end)
        cost = self.costs.get(key)
        if cost is None:
            cost = self.costs[key] = self._cost(i, i_end, j, j_end)
        return cost

    def _cost(self, i: int, i_end: int, j: int, j_end: int) -> float:
        length = max(1, self.source_sizes[i_end] - self.source_sizes[i])
        surplus = self.target_sizes[j_end] - self.target_sizes[j] - self.ratio * length
        deviations = abs(surplus) / (self.ratio * math.sqrt(self.variance * length))
        beyond = max(0.0, deviations - _LINEAR_FROM)
        inside = min(deviations, _LINEAR_FROM)
        cost = inside * inside / 2 + _LINEAR_FROM / 2 * beyond
        cost += _NUMBER_COST * _without_partner(self.source[i:i_end], self.target[j:j_end])
        if self.asks:
            asked = self.source_asks[i_end] > self.source_asks[i]
            if asked != (self.target_asks[j_end] > self.target_asks[j]):
                cost += _QUESTION_COST
        return cost


def _without_partner(source: Sequence[tuple[int, ...]], target: Sequence[tuple[int, ...]]) -> int:
    """How many numbers are on one side only."""
    waiting: dict[int, int] = {}
    count = 0
    for numbers in source:
        for number in numbers:
            waiting[number] = waiting.get(number, 0) + 1
            count += 1
    for numbers in target:
        for number in numbers:
            if waiting.get(number):
                waiting[number] -= 1
                count -= 1
            else:
                count += 1
    return count
