"""What thresholds find: recall and precision for each kind of bad row, by all measures and by each alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parallelize.core.measures import MEASURES
from parallelize.core.rates import Rate
from parallelize.core.thresholds import Thresholds
from parallelize.core.trees import JsonObject
from parallelize.core.verdicts import Score

__all__ = ["Finding", "findings"]

ALL = "all"
"""Stands for every kind, or for every measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How one measure, or all of them, treats one kind of bad row."""

    kind: str
    """Name of the damage or label; `all` for all bad rows."""
    measure: str
    """`all` for a verdict by every measure."""
    recall: Rate
    """Bad rows of this kind that are dropped, of all of them."""
    precision: Rate
    """Dropped rows that are bad, among the dropped ones of these bad rows and the good rows. It depends on
    how many of each there are: here, as many as were given."""

    @property
    def of_all(self) -> bool:
        """Whether it is about all bad rows together."""
        return self.kind == ALL

    @property
    def by_all(self) -> bool:
        """Whether it is about the verdict by every measure."""
        return self.measure == ALL

    def as_dict(self) -> JsonObject:
        """Recall and precision of a measure on one kind of fault, as JSON."""
        return {
            "kind": self.kind,
            "measure": self.measure,
            "recall": self.recall.as_dict(),
            "precision": self.precision.as_dict(),
        }


def findings(
    good: Sequence[Sequence[Score]],
    bad: Iterable[tuple[str, Sequence[Score]]],
    thresholds: Thresholds,
) -> tuple[Finding, ...]:
    """Judge good and bad rows.

    Args:
        good: scores of good rows that had no part in choosing the thresholds.
        bad: (kind, scores) of bad rows.
        thresholds: what they are judged by.

    Returns:
        For each kind, and for all together: the finding of all measures, then of each measure that drops
        a row of the kind, most first.
    """
    good_by = _dropped_by([thresholds.judge(scores).failed for scores in good])
    kinds: dict[str, list[tuple[Score, ...]]] = {}
    for kind, scores in bad:
        failed = thresholds.judge(scores).failed
        kinds.setdefault(kind, []).append(failed)
        kinds.setdefault(ALL, []).append(failed)
    if ALL in kinds:
        kinds[ALL] = kinds.pop(ALL)  # last
    found: list[Finding] = []
    for kind, rows in kinds.items():
        bad_by = _dropped_by(rows)
        measures = sorted((name for name in MEASURES if bad_by.get(name)), key=lambda name: -bad_by[name])
        for measure in (ALL, *measures):
            count = bad_by.get(measure, 0)
            found.append(
                Finding(
                    kind=kind,
                    measure=measure,
                    recall=Rate(count=count, total=len(rows)),
                    precision=Rate(count=count, total=count + good_by.get(measure, 0)),
                )
            )
    return tuple(found)


def _dropped_by(rows: Sequence[Sequence[Score]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for failed in rows:
        names = {score.measure for score in failed}
        for name in (*names, *((ALL,) if names else ())):
            counts[name] = counts.get(name, 0) + 1
    return counts
