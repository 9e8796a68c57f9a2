"""Metrics of published evaluations, wanted beside ours, with what they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parallelize.assemble.judges import first_label, likely_labels
from parallelize.core.errors import UsageError
from parallelize.evaluation.reference import REFERENCE_METRICS, ReferenceTools, reference_metrics
from parallelize.evaluation.reference_lcb import read_lcb_words
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions

__all__ = ["ReferenceMetrics"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceMetrics:
    """Metrics of published evaluations that are wanted beside ours, and the files that they need."""

    names: tuple[str, ...] = ()
    """Of `evaluation.reference.REFERENCE_METRICS`."""
    lcb_words: Path | None = None
    """English words of the Language Confusion Benchmark."""
    fasttext_model: Path | None = None
    """By default the installed `lid.176.ftz`."""

    def check(self) -> None:
        """Refuse a metric that is not known, before anything is read.

        Raises:
            UsageError: one of the names is no metric.
        """
        unknown = [name for name in self.names if name not in REFERENCE_METRICS]
        if unknown:
            known = ", ".join(REFERENCE_METRICS)
            raise UsageError(f"unknown metric {unknown[0]!r}", remedy=f"known are {known}")

    def figures(self, verdicts: Sequence[ResponseVerdict], options: ScoreOptions) -> dict[str, object]:
        """The figures by metric; none are wanted: nothing is loaded.

        Raises:
            InputError: the list of words or the model cannot be read.
        """
        if not self.names:
            return {}
        top, detect = first_label(self.fasttext_model), likely_labels()
        tools = ReferenceTools(
            top=top,
            detect=detect,
            identifiers=(top.signature, detect.signature),
            words=read_lcb_words(self.lcb_words) if self.lcb_words is not None else None,
            tags=options.tags,
        )
        return reference_metrics(self.names, verdicts, tools)
