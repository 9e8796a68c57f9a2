"""What `parallelize law` reports: options, figures by model, laws, and why a figure is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parallelize.evaluation.results_table import Model
from parallelize.metrics.scaling_figures import GeneralizationGap, ParallelLeap, ScalingFit
from parallelize.metrics.statistics import Estimate
from parallelize.metrics.transfer import Gain, Transferability, TransferOptions
from parallelize.store.json_files import as_json

__all__ = ["ALL_BENCHMARKS", "LawOptions", "LawReport", "ModelResult", "NamedFit"]

ALL_BENCHMARKS = "all benchmarks"
"""Name of the law over the mean of all benchmarks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawOptions:
    """What the user can choose."""

    base: str | None = None
    """Base model of relative gains; by default the model without training languages."""
    level: float = 0.95
    """Nominal coverage of all intervals, in (0, 1)."""
    seed: int = 0
    """Of the bootstrap."""
    resamples: int = 2000
    """Bootstrap resamples; used for item-level tables only."""
    transfer: TransferOptions = field(default_factory=TransferOptions)
    """Definition of the transferability index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelResult:
    """Accuracy of one model over languages, and its gains over the base model."""

    model: Model
    accuracy: Estimate
    """Mean over benchmarks of the mean over languages."""
    by_language: Mapping[str, Estimate]
    """Mean over benchmarks, by language."""
    gains: Mapping[str, Gain | None]
    """Relative gain by language; empty for the base model and without one."""
    transfer: Transferability | None
    """`None` where `LawReport.not_computed` has "transfer/<model>", and for the base model."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {
            "model": self.model.name,
            "n": self.model.n,
            "trained_languages": self.model.trained_languages,
            "accuracy": self.accuracy,
            "by_language": self.by_language,
            "gains": self.gains,
            "transferability": self.transfer,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFit:
    """A law and the accuracies that it was fitted to."""

    quantity: str
    """`ALL_BENCHMARKS`, or one benchmark."""
    fit: ScalingFit

    def as_dict(self) -> dict[str, object]:
        """JSON form: the fit, with its quantity."""
        return {"quantity": self.quantity, **self.fit.as_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LawReport:
    """The parallel scaling law fitted to a table of results, as `measure_law` found it."""

    source: str
    """Name of the table's file."""
    options: LawOptions
    base: str | None
    """Base model; `None` when the table has none."""
    items: int | None
    """Items of an item-level table; `None` for plain accuracies, which have no bootstrap."""
    languages: tuple[str, ...]
    benchmarks: tuple[str, ...]
    models: tuple[ModelResult, ...]
    laws: tuple[NamedFit, ...]
    """The first is the one to quote: all benchmarks, non-linear, combined where the table has items."""
    leap: ParallelLeap | None
    gap: GeneralizationGap | None
    not_computed: Mapping[str, str]
    """Why a figure is missing: "law", "law/<benchmark>", "leap", "gap", "transfer", "transfer/<model>"."""
    notes: tuple[str, ...]
    """What a reader must know to read the figures."""

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        report = {
            "source": self.source,
            "base": self.base,
            "level": self.options.level,
            "bootstrap": None
            if self.items is None
            else {"items": self.items, "resamples": self.options.resamples, "seed": self.options.seed},
            "transferability_definition": self.options.transfer.signature(),
            "languages": self.languages,
            "benchmarks": self.benchmarks,
            "models": self.models,
            "laws": self.laws,
            "first_parallel_leap": self.leap,
            "monolingual_generalization_gap": self.gap,
            "not_computed": self.not_computed,
            "notes": self.notes,
        }
        found: dict[str, object] = as_json(report)
        return found
