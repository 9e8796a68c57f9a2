"""Counts and distributions of a judged corpus, from per-row facts added up once."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parallelize.core.measures import MEASURES
from parallelize.core.verdicts import Reason, Score, Verdict
from parallelize.core.work import RungWork, Work, add_rungs, total

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
            known = self.rungs.get(rung.rung, RungWork(rung=rung.rung))
            self.rungs[rung.rung] = add_rungs((known, rung))[0]
        self.back_work += back_work
        self.segments += segments
        self.copied += copied
        self.source_words += source_words
        for score in scores:
            if score.value is not None:
                self.values.setdefault(score.measure, array("d")).append(score.value)

    def as_dict(self) -> dict[str, Any]:
        """JSON form; `dropped` = `rows` − `kept`."""
        return {
            "rows_in": self.rows,
            "kept": self.kept,
            "dropped": self.rows - self.kept,
            "reasons": {reason.value: self.reasons[reason] for reason in Reason if self.reasons[reason]},
            "reasons_alone": {reason.value: self.alone[reason] for reason in Reason if self.alone[reason]},
            "reasons_together": {
                " + ".join(reasons): count
                for reasons, count in sorted(self.together.items(), key=lambda i: -i[1])
            },
            "segments": self.segments,
            "copied_segments": self.copied,
            "rungs": {name: rung.won for name, rung in sorted(self.rungs.items()) if rung.won},
            "attempts": {name: rung.as_dict() for name, rung in sorted(self.rungs.items())},
            "work": {
                "forward": total(rung.work for rung in self.rungs.values()).as_dict(),
                "back": self.back_work.as_dict(),
            },
            "source_words": self.source_words,
            "scores": {name: _distribution(self.values[name]) for name in MEASURES if name in self.values},
        }


def _distribution(values: Sequence[float]) -> dict[str, Any]:
    measured = np.asarray(values, dtype=np.float64)
    spread = measured.min() < measured.max()
    counts, edges = np.histogram(measured, bins=20) if spread else (np.empty(0), np.empty(0))
    quantiles: list[float] = np.quantile(measured, QUANTILES).tolist()
    return {
        "measured": len(values),
        "mean": round(float(measured.mean()), 6),
        "min": float(measured.min()),
        "max": float(measured.max()),
        **{f"p{round(q * 100):02d}": round(value, 6) for q, value in zip(QUANTILES, quantiles, strict=True)},
        "histogram": {"counts": [int(n) for n in counts], "edges": [round(float(edge), 6) for edge in edges]},
    }
