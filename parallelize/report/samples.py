"""Which rows a report shows: some of each kind at random, and those on both sides of each gate."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parallelize.core.measure import Direction
from parallelize.core.measures import MEASURES
from parallelize.report.judged import JudgedRows

__all__ = ["Choice", "choose_rows"]

_KEPT, _DROPPED, _NEAR = 30, 12, 4
"""Rows taken at random of the kept ones, of each reason, and nearest to a threshold on each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A row that the report shows, and what it is an example of."""

    row: int
    """Its place in the order of the records, from 0."""
    why: tuple[str, ...]
    """`kept`, reasons, `just kept: MEASURE`, `just dropped: MEASURE`: what it is an example of."""


def choose_rows(rows: JudgedRows, thresholds: Mapping[str, float | None]) -> list[Choice]:
    """Choose examples of one language, the most telling first: each kind has one before any has two.

    The choice rests on ids alone: the same run gives the same rows, and an id that is taken at random in one
    language is taken in every language where its fate is the same.

    Args:
        thresholds: bound of each measure; None where the gate is off.
    """
    fates = rows.fates
    kinds: dict[str, list[int]] = {"kept": _at_random(np.flatnonzero(fates.kept), rows.keys, _KEPT)}
    for reason in fates.reasons:
        kinds[reason] = _at_random(np.flatnonzero(fates.dropped_for(reason)), rows.keys, _DROPPED)
    for name, bound in thresholds.items():
        if bound is not None and name in rows.scores:
            for side, found in _near(rows, name, bound):
                kinds[f"just {side}: {name}"] = found
    why: dict[int, list[str]] = {}
    for kind, row in _in_turn(kinds):
        why.setdefault(row, []).append(kind)
    return [Choice(row=row, why=tuple(kinds)) for row, kinds in why.items()]


def _at_random(candidates: npt.NDArray[np.int64], keys: npt.NDArray[np.uint64], count: int) -> list[int]:
    """The candidates with the smallest keys."""
    chosen: list[int] = candidates[np.argsort(keys[candidates], kind="stable")[:count]].tolist()
    return chosen


def _near(rows: JudgedRows, name: str, bound: float) -> Iterator[tuple[str, list[int]]]:
    """Kept and dropped rows nearest to a threshold. A kept row without any fault is near to nothing."""
    values = rows.scores[name]
    at_least = MEASURES[name].direction is Direction.AT_LEAST
    inside = values >= bound if at_least else values <= bound
    outside = ~np.isnan(values) & ~inside
    tried = inside & rows.fates.kept & (np.isfinite(values) if at_least else values > 0)
    for side, chosen in (("kept", tried), ("dropped", outside)):
        places = np.flatnonzero(chosen)
        order = np.argsort(np.abs(values[places] - bound), kind="stable")[:_NEAR]
        yield side, [int(row) for row in places[order]]


def _in_turn(kinds: Mapping[str, Iterable[int]]) -> Iterator[tuple[str, int]]:
    for group in itertools.zip_longest(*kinds.values()):
        for kind, row in zip(kinds, group, strict=True):
            if row is not None:
                yield kind, row
