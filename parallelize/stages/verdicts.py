"""Verdicts over many rows at once, from columns of scores: those that `Thresholds.judge` gives row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from parallelize.core.measure import Direction
from parallelize.core.measures import MEASURES
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Reason, Score
from parallelize.store.coverage import KEPT
from parallelize.store.people import PersonMark, said_by_people
from parallelize.store.translated_columns import FlatScores, list_of

__all__ = ["VerdictColumns", "judge_columns"]

_TABLE = tuple(MEASURES.values())
_PEOPLE = 63
"""The bit of what people found wrong; the lower ones are measures."""
_AT_MOST = np.array([measure.direction is Direction.AT_MOST for measure in _TABLE])
_CLOSED = np.array([measure.fail_closed for measure in _TABLE])


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictColumns:
    """Which rows are kept, and what the others failed."""

    scores: FlatScores
    kept: npt.NDArray[np.bool_]
    failed: npt.NDArray[np.int64]
    """Places among the scores of those that are out of bounds: by rows, in each row as in `MEASURES`."""
    kind: npt.NDArray[np.int64]
    """For each row which of `kinds` it is."""
    kinds: tuple[tuple[Reason, ...], ...]
    """Reasons of rows that fail the same measures; none for kept rows. Two may have the same reasons."""
    people: Mapping[int, Sequence[PersonMark]] = field(default_factory=dict)
    """What people said of rows, by place."""

    def counted(self) -> Iterator[tuple[tuple[Reason, ...], int]]:
        """(reasons, rows) of each kind of dropped rows, in order of their first row."""
        _, first, _, counts = np.unique(self.kind, return_index=True, return_inverse=True, return_counts=True)
        for place in np.argsort(first):
            if reasons := self.kinds[self.kind[first[place]]]:
                yield reasons, int(counts[place])

    def fates(self) -> pa.StringArray:
        """For each row `kept`, or its reasons joined by `+`."""
        said = ["+".join(reasons) or KEPT for reasons in self.kinds]
        return pa.array(said, pa.string()).take(pa.array(self.kind))

    def reasons(self) -> pa.ListArray:
        """The reasons of each dropped row."""
        said = pa.array(
            [[reason.value for reason in reasons] for reasons in self.kinds], pa.list_(pa.string())
        )
        return said.take(pa.array(self.kind[~self.kept]))

    def evidence(self) -> pa.ListArray:
        """What was seen in each dropped row, measure by measure."""
        scores, failed = self.scores, self.failed
        places = pa.array(failed)
        said = [
            f"{_score(measure, value if there else None).seen} {where} {seen}".strip()
            for measure, value, there, where, seen in zip(
                scores.measure[failed].tolist(),
                scores.value[failed].tolist(),
                scores.measured[failed].tolist(),
                scores.where.take(places).to_pylist(),
                scores.evidence.take(places).to_pylist(),
                strict=True,
            )
        ]
        counts = np.bincount(scores.row[failed], minlength=scores.rows)[~self.kept]
        found = list_of(counts, pa.array(said, pa.string()))
        if not self.people:
            return found
        rows = np.flatnonzero(~self.kept).tolist()
        both = [
            [*seen, *said_by_people(self.people.get(row, ()))]
            for row, seen in zip(rows, found.to_pylist(), strict=True)
        ]
        return pa.array(both, pa.list_(pa.string()))


def judge_columns(
    scores: FlatScores, thresholds: Thresholds, people: Mapping[int, Sequence[PersonMark]] | None = None
) -> VerdictColumns:
    """Judge rows as `Thresholds.judge` and `People.verdict` judge each of them.

    Args:
        scores: of the rows.
        thresholds: bound of each measure.
        people: what people said of rows, by place; their word goes before the gates'.
    """
    people = people or {}
    given = [thresholds[item.name] for item in _TABLE]
    bounds = np.array([np.nan if bound is None else bound for bound in given], dtype=np.float64)
    bounded = np.array([bound is not None for bound in given])
    measure, value = scores.measure, scores.value
    bound = bounds[measure]
    # Written as "not inside", so that a NaN fails.
    inside = np.where(_AT_MOST[measure], value <= bound, value >= bound)
    fails = bounded[measure] & np.where(scores.measured, ~inside, _CLOSED[measure])
    failed = np.flatnonzero(fails)
    failed = failed[np.lexsort((measure[failed], scores.row[failed]))]
    masks = np.zeros(scores.rows, dtype=np.uint64)
    np.bitwise_or.at(
        masks, scores.row[failed], np.left_shift(np.uint64(1), measure[failed].astype(np.uint64))
    )
    if people:
        praised = {place for place, marks in people.items() if all(mark.good for mark in marks)}
        good, wrong = (np.array(sorted(places), dtype=int) for places in (praised, people.keys() - praised))
        masks[good] = 0
        masks[wrong] |= np.uint64(1 << _PEOPLE)
        failed = failed[~np.isin(scores.row[failed], good)]
    found, kind = np.unique(masks, return_inverse=True)
    return VerdictColumns(
        scores=scores,
        kept=masks == 0,
        failed=failed,
        kind=kind,
        kinds=tuple(_reasons(int(mask)) for mask in found),
        people=people,
    )


@lru_cache(maxsize=4096)
def _reasons(mask: int) -> tuple[Reason, ...]:
    """Reasons of the measures whose bits are set, each once, in the order of `MEASURES`."""
    reasons = dict.fromkeys(item.reason for place, item in enumerate(_TABLE) if mask >> place & 1)
    return (*reasons, Reason.PEOPLE) if mask >> _PEOPLE else tuple(reasons)


def _score(measure: int, value: float | None) -> Score:
    return Score(measure=_TABLE[measure].name, value=value)
