"""What a study reports: cells, laws by base, differences of models, distances of languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from parallelize.core.study_recipe import StudyModelOptions, StudyRecipe
from parallelize.core.version import __version__
from parallelize.evaluation.law_report import LawReport
from parallelize.evaluation.study_results import Quantity, StudyCell
from parallelize.evaluation.typology import LanguageType
from parallelize.metrics.statistics import Estimate
from parallelize.store.json_files import as_json, fields_of

__all__ = [
    "STUDY_SCHEMA",
    "Difference",
    "DifferenceKind",
    "LanguageDistance",
    "LawGroup",
    "RankCorrelation",
    "StudyReport",
]

STUDY_SCHEMA = "parallelize-study-1"
DifferenceKind = Literal["training", "fixed budget", "growing budget", "paradigm"]
"""A model against its base; more languages in as many rows; more languages in more rows; another way to
train on the same languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawGroup:
    """Transfer, law, leap and gap of the models of one base and paradigm."""

    base: str | None
    paradigm: str
    report: LawReport

    @property
    def name(self) -> str:
        """What a heading calls the group."""
        return f"{self.paradigm} of {self.base}" if self.base else self.paradigm

    def as_dict(self) -> dict[str, object]:
        """JSON form: the group, and its report."""
        return {"base": self.base, "paradigm": self.paradigm, "law": self.report}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One model minus another in one quantity."""

    kind: DifferenceKind
    model: str
    other: str
    quantity: Quantity
    benchmark: str | None
    """None for all that both have."""
    language: str | None
    before: float
    """Of the other."""
    after: float
    """Of the model."""
    difference: Estimate

    @property
    def worse(self) -> bool:
        """Whether the model does worse, and not by chance where that can be told."""
        sign = 1 if self.quantity == "off-target" else -1
        ends = self.difference.interval
        least = self.difference.value * sign if ends is None else min(ends.low * sign, ends.high * sign)
        return least > 0

    def as_dict(self) -> dict[str, object]:
        """JSON form of every field."""
        return {**fields_of(self), "worse": self.worse}


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageDistance:
    """A language, how far it is from the pivot, and how far models fall behind in it."""

    language: str
    features: LanguageType | None
    from_pivot: float | None
    """Share of features that differ."""
    mean_gap: float | None
    """Accuracy in the pivot minus accuracy here, mean over models."""
    models: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RankCorrelation:
    """Spearman's correlation of two figures over the cells or languages of one model."""

    model: str
    of: str
    against: str
    value: float | None
    """None for fewer than four points, or for points that do not differ."""
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyReport:
    """Everything that a study found, with its recipe."""

    recipe: StudyRecipe
    models: Sequence[StudyModelOptions]
    cells: Mapping[tuple[str, str, str], StudyCell]
    """By model, benchmark and language."""
    benchmarks: tuple[str, ...]
    languages: tuple[str, ...]
    """The pivot first."""
    laws: Sequence[LawGroup]
    differences: Sequence[Difference]
    distances: Sequence[LanguageDistance]
    correlations: Sequence[RankCorrelation]
    not_computed: Mapping[str, str]
    notes: Sequence[str]

    def chance(self, benchmark: str) -> float:
        """Accuracy of guessing on a benchmark: as the recipe says, else as its items do, else 0."""
        said = self.recipe.chance.get(benchmark)
        if said is not None:
            return said
        known = [
            cell.chance
            for (_, name, _), cell in self.cells.items()
            if name == benchmark and cell.chance is not None
        ]
        return max(known, default=0.0)

    def near_chance(self, model: str, benchmark: str, language: str) -> bool:
        """Whether an accuracy cannot be told from chance; benchmarks without choices have a chance of 0."""
        cell = self.cells.get((model, benchmark, language))
        if cell is None or cell.accuracy is None or cell.accuracy.value is None:
            return False
        found = cell.accuracy
        low = found.value if found.interval is None else found.interval.low
        return low is not None and low <= self.chance(benchmark) + self.recipe.near_chance

    def as_dict(self) -> dict[str, object]:
        """The whole report as JSON."""
        report = {
            "schema": STUDY_SCHEMA,
            "parallelize": __version__,
            "title": self.recipe.title,
            "recipe": self.recipe.model_dump(mode="json", exclude={"memory"}),
            "benchmarks": self.benchmarks,
            "languages": self.languages,
            "cells": [
                {
                    "model": model,
                    "benchmark": benchmark,
                    "language": language,
                    "near_chance": self.near_chance(model, benchmark, language),
                    **cell.as_dict(),
                }
                for (model, benchmark, language), cell in self.cells.items()
            ],
            "laws": self.laws,
            "differences": self.differences,
            "distances": self.distances,
            "correlations": self.correlations,
            "not_computed": self.not_computed,
            "notes": self.notes,
        }
        found: dict[str, object] = as_json(report)
        return found
