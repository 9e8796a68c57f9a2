"""The figures of a scaling law as values: the fit with its band, the leap, the gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parallelize.metrics.power_law import Space
from parallelize.metrics.statistics import Estimate, Interval

__all__ = ["Basis", "CurvePoint", "GeneralizationGap", "ParallelLeap", "ScalingFit"]

Basis = Literal["combined", "items", "scatter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The fitted law at one n, with the interval of its mean there."""

    n: float
    """Number of training languages."""
    accuracy: float
    """α·n^β."""
    interval: Interval
    """Of α·n^β, not of a new observation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingFit:
    """A fitted law acc(n) = α·n^β. There is no such object without intervals."""

    space: Space
    """Where squares were minimised: "accuracy" (non-linear), or "log" (a line through logarithms)."""
    basis: Basis
    """Where the intervals come from; see the module."""
    alpha: float
    """Accuracy that the law gives at n = 1."""
    alpha_interval: Interval
    beta: float
    """Exponent: doubling n multiplies accuracy by 2^β."""
    beta_interval: Interval
    r_squared: float | None
    """1 - residual/total sum of squares in `space`; `None` when all points are equal."""
    points: int
    """Models fitted."""
    lack_of_fit_p: float | None
    """Chance, under item noise alone, of a scatter at least as large; `None` without items."""
    resamples: int | None
    """Bootstrap resamples in which the fit exists; `None` for basis "scatter"."""
    curve: tuple[CurvePoint, ...]
    """The law with its band, for plots."""

    def at(self, n: float) -> float:
        """Accuracy that the law gives for `n` training languages."""
        return float(self.alpha * n**self.beta)

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "space": self.space,
            "basis": self.basis,
            "alpha": self.alpha,
            "alpha_interval": self.alpha_interval.as_dict(),
            "beta": self.beta,
            "beta_interval": self.beta_interval.as_dict(),
            "r_squared": self.r_squared,
            "points": self.points,
            "lack_of_fit_p": self.lack_of_fit_p,
            "resamples": self.resamples,
            "curve": [
                {"n": point.n, "accuracy": point.accuracy, "interval": point.interval.as_dict()}
                for point in self.curve
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelLeap:
    """First-Parallel Leap: mean accuracy at n = 2 minus mean accuracy at n = 1."""

    leap: Estimate
    """In accuracy, -1..1; without an interval where there are neither items nor a law."""
    basis: Basis | None
    """Where the interval comes from; `None` for no interval."""
    monolingual: float
    """Mean accuracy of the models with one training language."""
    bilingual: float
    """Mean accuracy of the models with two training languages."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "leap": self.leap.as_dict(),
            "basis": self.basis,
            "monolingual": self.monolingual,
            "bilingual": self.bilingual,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralizationGap:
    """Monolingual Generalization Gap: the law fitted to n > 1, taken at n = 1, minus what was observed."""

    gap: float
    """Positive when the monolingual model is worse than the law foretells."""
    gap_interval: Interval
    predicted: float
    """α of the law fitted without the monolingual models."""
    observed: float
    """Mean accuracy of the monolingual models."""
    fit: ScalingFit
    """That law."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "gap": self.gap,
            "gap_interval": self.gap_interval.as_dict(),
            "predicted": self.predicted,
            "observed": self.observed,
            "fit": self.fit.as_dict(),
        }
