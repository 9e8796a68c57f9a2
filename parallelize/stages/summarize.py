"""Counts and distributions of a judged corpus, from per-row facts added up once."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parallelize.core.measures import MEASURES
from parallelize.core.verdicts import Reason, Score, Verdict
from parallelize.core.work import RungWork, Work, add_rungs, total
from parallelize.stages.verdicts import VerdictColumns
from parallelize.store.summary import AttemptFigures, Histogram, LanguageFigures, Spread, WorkFigures
from parallelize.store.translated_columns import TranslatedColumns

__all__ = ["QUANTILES", "LanguageSummary"]

_NO_WORK = Work()
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_WAITING = 16_384
"""Values that wait at least before they are counted."""
_ALIKE = 1e-9
"""Of the largest value: values that differ by less, as those of one sum in another order do, have no bins."""


@dataclass(slots=True)
class CountedValues:
    """Values of one measure, equal ones counted: counts and rounded figures have few different ones."""

    distinct: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Ascending."""
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    waiting: array[float] = field(default_factory=lambda: array("d"))
    """Values that are not among the others yet."""

    def add(self, values: Iterable[float]) -> None:
        """Take more values of the measure into account."""
        self.waiting.extend(values)
        if len(self.waiting) > max(_WAITING, len(self.distinct)):
            self.fold()

    def fold(self) -> None:
        """Count the values that wait."""
        values = np.concatenate([self.distinct, np.frombuffer(self.waiting)])
        weights = np.concatenate([self.counts, np.ones(len(self.waiting), dtype=np.int64)])
        self.distinct, places = np.unique(values, return_inverse=True)
        self.counts = np.bincount(places, weights=weights).astype(np.int64)
        self.waiting = array("d")

    def spread(self) -> Spread:
        """The distribution of the values so far, of which there must be one."""
        self.fold()
        values, counts = self.distinct, self.counts
        ends = np.cumsum(counts)
        measured = int(ends[-1])
        is_wide = values[-1] - values[0] > _ALIKE * max(1, abs(values[-1]))
        bins, edges = np.histogram(values, bins=20, weights=counts) if is_wide else (values[:0],) * 2
        p05, p25, p50, p75, p95 = (round(_at(share * (measured - 1), values, ends), 6) for share in QUANTILES)
        return Spread(
            measured=measured,
            mean=round(float(values @ counts) / measured, 6),
            min=float(values[0]),
            p05=p05,
            p25=p25,
            p50=p50,
            p75=p75,
            p95=p95,
            max=float(values[-1]),
            histogram=Histogram(
                counts=tuple(int(n) for n in bins), edges=tuple(round(float(edge), 6) for edge in edges)
            ),
        )


def _at(place: float, values: npt.NDArray[np.float64], ends: npt.NDArray[np.int64]) -> float:
    """The value at a place between two of all values in order, as `numpy.quantile` finds it."""
    before = int(place)
    low, high = values[np.searchsorted(ends, (before, min(before + 1, int(ends[-1]) - 1)), side="right")]
    share = place - before
    return float(low + (high - low) * share if share < 0.5 else high - (high - low) * (1 - share))


@dataclass(slots=True)
class LanguageSummary:
    """What happened to the rows of one language."""

    rows: int = 0
    kept: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    """Rows that each reason is among the reasons of."""
    alone: Counter[Reason] = field(default_factory=Counter)
    """Rows that a reason dropped by itself."""
    together: Counter[tuple[Reason, ...]] = field(default_factory=Counter)
    """Rows for each combination of reasons."""
    rungs: dict[str, RungWork] = field(default_factory=dict)
    back_work: Work = field(default_factory=Work)
    segments: int = 0
    copied: int = 0
    source_words: int = 0
    read_by_people: int = 0
    values: defaultdict[str, CountedValues] = field(default_factory=lambda: defaultdict(CountedValues))

    def add(
        self,
        verdict: Verdict,
        scores: Sequence[Score],
        *,
        rungs: Sequence[RungWork] = (),
        back_work: Work = _NO_WORK,
        segments: int,
        copied: int,
        source_words: int,
        by_people: bool = False,
    ) -> None:
        """Take one row into account."""
        self.rows += 1
        self.kept += verdict.kept
        self.reasons.update(verdict.reasons)
        if verdict.reasons:
            self.together[verdict.reasons] += 1
        if len(verdict.reasons) == 1:
            self.alone[verdict.reasons[0]] += 1
        for rung in rungs:
            self._add_rung(rung)
        self.back_work += back_work
        self.segments += segments
        self.copied += copied
        self.source_words += source_words
        self.read_by_people += by_people
        for score in scores:
            if score.value is not None:
                self.values[score.measure].add((score.value,))

    def add_columns(self, rows: TranslatedColumns, verdicts: VerdictColumns) -> None:
        """Take many rows into account at once, as `add` takes each of them."""
        self.rows += len(rows)
        self.kept += int(verdicts.kept.sum())
        for reasons, count in verdicts.counted():
            self.reasons.update(dict.fromkeys(reasons, count))
            self.together[reasons] += count
            if len(reasons) == 1:
                self.alone[reasons[0]] += count
        for rung in rows.rung_work():
            self._add_rung(rung)
        self.back_work += rows.back_work()
        self.segments += rows.total("segments")
        self.copied += rows.total("copied")
        self.source_words += rows.total("source_words")
        self.read_by_people += len(verdicts.people)
        for name, values in rows.scores.by_measure():
            self.values[name].add(values)

    def _add_rung(self, rung: RungWork) -> None:
        known = self.rungs.get(rung.rung, RungWork(rung=rung.rung))
        self.rungs[rung.rung] = add_rungs((known, rung))[0]

    def figures(self) -> LanguageFigures:
        """The counts and distributions so far, as `summary.json` has them."""
        return LanguageFigures(
            rows_in=self.rows,
            kept=self.kept,
            dropped=self.rows - self.kept,
            reasons={reason.value: self.reasons[reason] for reason in Reason if self.reasons[reason]},
            reasons_alone={reason.value: self.alone[reason] for reason in Reason if self.alone[reason]},
            reasons_together={
                " + ".join(reasons): count
                for reasons, count in sorted(self.together.items(), key=lambda i: -i[1])
            },
            segments=self.segments,
            copied_segments=self.copied,
            rungs={name: rung.won for name, rung in sorted(self.rungs.items()) if rung.won},
            attempts={name: _attempt(rung) for name, rung in sorted(self.rungs.items())},
            work=WorkFigures(forward=total(rung.work for rung in self.rungs.values()), back=self.back_work),
            source_words=self.source_words,
            read_by_people=self.read_by_people,
            scores={name: self.values[name].spread() for name in MEASURES if name in self.values},
        )


def _attempt(rung: RungWork) -> AttemptFigures:
    return AttemptFigures(
        tried=rung.tried,
        passed=rung.passed,
        won=rung.won,
        calls=rung.work.calls,
        source_words=rung.work.source_words,
        input_tokens=rung.work.input_tokens,
        output_tokens=rung.work.output_tokens,
    )
