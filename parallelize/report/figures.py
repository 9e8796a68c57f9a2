"""What a report counts beyond `summary.json`: distributions in common bins, faults, coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from parallelize.core.languages import named_language
from parallelize.core.measure import Direction, Kind
from parallelize.core.measures import MEASURES
from parallelize.report.charts import Distribution
from parallelize.report.judged import JudgedRows
from parallelize.store.coverage import KEPT, Coverage, Fates
from parallelize.store.summary import Spread

__all__ = ["CoverageFigures", "ScoreFigures", "coverage_figures"]

_BINS = 40


@dataclass(slots=True)
class ScoreFigures:
    """Distributions of every measure, gathered language by language."""

    edges: dict[str, list[float]]
    """Edges of the bins by measure, the same for all languages; only measures that vary."""
    distributions: dict[str, list[Distribution]] = field(default_factory=dict)
    faults: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    """(rows above 0, rows measured) by measure that counts, and language."""

    @classmethod
    def over(
        cls,
        scores: Mapping[str, Mapping[str, Spread]],
        thresholds: Mapping[str, Mapping[str, float | None]],
    ) -> ScoreFigures:
        """Choose the bins.

        Args:
            scores: of the summary, by language and measure.
            thresholds: by language and measure.
        """
        edges = {}
        for name in MEASURES:
            found = [part[name] for part in scores.values() if name in part]
            if not found or MEASURES[name].kind is Kind.COUNT:
                continue
            low, high = min(d.p05 for d in found), max(d.p95 for d in found)
            # Rows far out go into the outer bins; the threshold is always on the axis.
            span = high - low
            bounds = [float(bound) for part in thresholds.values() if (bound := part.get(name)) is not None]
            low = min([max(min(d.min for d in found), low - span), *bounds])
            high = max([min(max(d.max for d in found), high + span), *bounds])
            if high > low:
                edges[name] = [float(edge) for edge in np.linspace(low, high, _BINS + 1)]
        return cls(edges=edges)

    def add(self, code: str, rows: JudgedRows, thresholds: Mapping[str, float | None]) -> None:
        """Add one language's judged rows to the distributions and counts of faults."""
        for name, values in rows.scores.items():
            measured = ~np.isnan(values)
            if MEASURES[name].kind is Kind.COUNT:
                found = (int((values > 0).sum()), int(measured.sum()))
                self.faults.setdefault(name, {})[code] = found
            elif name in self.edges and measured.any():
                edges = np.asarray(self.edges[name])
                inside = np.clip(values, edges[0], edges[-1])
                mine = rows.fates.kept
                kept, _ = np.histogram(inside[measured & mine], edges)
                dropped, _ = np.histogram(inside[measured & ~mine], edges)
                self.distributions.setdefault(name, []).append(
                    Distribution(
                        label=named_language(code),
                        kept=kept.tolist(),
                        dropped=dropped.tolist(),
                        threshold=thresholds.get(name),
                    )
                )

    def at_least(self, name: str) -> bool:
        """Whether the good side of a measure's threshold is above it."""
        return MEASURES[name].direction is Direction.AT_LEAST


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFigures:
    """The matrix of ids and languages, summed up."""

    kept_in: Sequence[int]
    """Ids that were kept in 0, 1, 2, … languages."""
    both: Mapping[str, Mapping[str, int]]
    """Ids that two languages kept; of a language with itself, the ids it kept."""
    only_missing: Mapping[str, int]
    """Ids that every other language kept."""
    missing: Mapping[str, Mapping[str, int]]
    """By language: why its cells are missing, by all reasons of a row together."""


def coverage_figures(coverage: Coverage) -> CoverageFigures:
    """Sum up a coverage table."""
    codes = list(coverage.fates)
    kept = [coverage.fates[code].kept for code in codes]
    per_id = np.sum(kept, axis=0)
    both = [[int((one & other).sum()) for other in kept] for one in kept]
    return CoverageFigures(
        kept_in=np.bincount(per_id, minlength=len(codes) + 1).tolist(),
        both={a: dict(zip(codes, both[i], strict=True)) for i, a in enumerate(codes)},
        only_missing={
            code: int(((per_id == len(codes) - 1) & ~kept[i]).sum()) for i, code in enumerate(codes)
        },
        missing={code: _missing(coverage.fates[code]) for code in codes},
    )


def _missing(fates: Fates) -> dict[str, int]:
    found = {fate: count for fate, count in fates.counts().items() if fate != KEPT}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
