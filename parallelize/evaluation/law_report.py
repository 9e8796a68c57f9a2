"""What `parallelize law` reports: options, figures by model, laws, and why a figure is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parallelize.evaluation.results_table import Model
from parallelize.metrics.scaling_figures import GeneralizationGap, ParallelLeap, ScalingFit
from parallelize.metrics.statistics import Estimate
from parallelize.metrics.transfer import Gain, Transferability, TransferOptions

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
        trained = self.model.trained_languages
        return {
            "model": self.model.name,
            "n": self.model.n,
            "trained_languages": None if trained is None else list(trained),
            "accuracy": self.accuracy.as_dict(),
            "by_language": {code: value.as_dict() for code, value in self.by_language.items()},
            "gains": {code: None if value is None else value.as_dict() for code, value in self.gains.items()},
            "transferability": None if self.transfer is None else self.transfer.as_dict(),
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
        return {
            "source": self.source,
            "base": self.base,
            "level": self.options.level,
            "bootstrap": None
            if self.items is None
            else {"items": self.items, "resamples": self.options.resamples, "seed": self.options.seed},
            "transferability_definition": self.options.transfer.signature(),
            "languages": list(self.languages),
            "benchmarks": list(self.benchmarks),
            "models": [model.as_dict() for model in self.models],
            "laws": [law.as_dict() for law in self.laws],
            "first_parallel_leap": None if self.leap is None else self.leap.as_dict(),
            "monolingual_generalization_gap": None if self.gap is None else self.gap.as_dict(),
            "not_computed": dict(self.not_computed),
            "notes": list(self.notes),
        }
