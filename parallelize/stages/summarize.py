"""Counts and distributions of a judged corpus, from per-row facts added up once."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from parallelize.core.measures import MEASURES
from parallelize.core.verdicts import Reason, Score, Verdict
from parallelize.core.work import RungWork, Work, add_rungs, total
from parallelize.stages.verdicts import VerdictColumns
from parallelize.store.summary import AttemptFigures, Histogram, LanguageFigures, Spread, WorkFigures
from parallelize.store.translated_columns import TranslatedColumns

__all__ = ["QUANTILES", "LanguageSummary"]

_NO_WORK = Work()
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


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
    values: dict[str, array[float]] = field(default_factory=dict)

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
                self.values.setdefault(score.measure, array("d")).append(score.value)

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
            self.values.setdefault(name, array("d")).frombytes(values.tobytes())

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
            scores={name: _spread(self.values[name]) for name in MEASURES if name in self.values},
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


def _spread(values: Sequence[float]) -> Spread:
    measured = np.asarray(values, dtype=np.float64)
    varies = measured.min() < measured.max()
    counts, edges = np.histogram(measured, bins=20) if varies else (np.empty(0), np.empty(0))
    p05, p25, p50, p75, p95 = (round(value, 6) for value in np.quantile(measured, QUANTILES).tolist())
    return Spread(
        measured=len(values),
        mean=round(float(measured.mean()), 6),
        min=float(measured.min()),
        p05=p05,
        p25=p25,
        p50=p50,
        p75=p75,
        p95=p95,
        max=float(measured.max()),
        histogram=Histogram(
            counts=tuple(int(n) for n in counts), edges=tuple(round(float(edge), 6) for edge in edges)
        ),
    )
