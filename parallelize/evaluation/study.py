"""A study: models, benchmarks and languages side by side, and every comparison that is asked of them.

Accuracy of a model is the mean over benchmarks of its mean over languages, unless one is named. Differences
of two models are over the cells that both have, paired by items where both have them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parallelize.core.errors import InputError
from parallelize.core.messages import first_few
from parallelize.core.study_recipe import PARADIGMS, StudyModelOptions, StudyRecipe
from parallelize.evaluation.law import measure_law
from parallelize.evaluation.law_report import LawOptions, LawReport
from parallelize.evaluation.results_table import ResultsTable
from parallelize.evaluation.study_figures import (
    Difference,
    DifferenceKind,
    LanguageDistance,
    LawGroup,
    RankCorrelation,
    StudyReport,
)
from parallelize.evaluation.study_results import (
    QUANTITIES,
    CellKey,
    ModelResults,
    Quantity,
    mean_gap,
    results_table,
)
from parallelize.evaluation.typology import distance, language_type
from parallelize.metrics.statistics import Estimate, percentile_interval
from parallelize.metrics.transfer import TransferOptions

__all__ = ["measure_study"]

_FEWEST = 4
"""Languages (or points) below which a correlation of ranks says nothing."""


def measure_study(recipe: StudyRecipe, results: Sequence[ModelResults]) -> StudyReport:
    """Compute every comparison of a study from the results of its models.

    A figure that the results cannot support is left out, and its reason kept in `not_computed`.
    """
    study = _ResultsOfModels(recipe=recipe, results={one.model.name: one for one in results}, not_computed={})
    keys = list(dict.fromkeys(key for one in results for key in one.cells))
    return StudyReport(
        recipe=recipe,
        models=[one.model for one in results],
        cells={(one.model.name, *key): cell for one in results for key, cell in one.cells.items()},
        benchmarks=tuple(dict.fromkeys(benchmark for benchmark, _ in keys)),
        languages=_pivot_first([code for _, code in keys], recipe.pivot),
        laws=list(study.laws()),
        differences=list(study.differences()),
        distances=list(study.distances([code for _, code in keys])),
        correlations=list(study.correlations()),
        not_computed=dict(study.not_computed),
        notes=list(_notes(results, keys)),
    )


def _pivot_first(codes: Sequence[str], pivot: str) -> tuple[str, ...]:
    found = dict.fromkeys(codes)
    return tuple(sorted(found, key=lambda code: (code != pivot, code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _ResultsOfModels:
    """Results of a study, and what could not be computed so far."""

    recipe: StudyRecipe
    results: Mapping[str, ModelResults]
    not_computed: dict[str, str]

    def made_from(self, base: str | None) -> list[StudyModelOptions]:
        """The models that were made from a base, in the order of the recipe."""
        return [one.model for one in self.results.values() if one.model.base == base]

    def laws(self) -> Iterator[LawGroup]:
        """Transfer, law, leap and gap of each base's models, by paradigm."""
        for base in dict.fromkeys(one.model.base for one in self.results.values()):
            for paradigm in PARADIGMS:
                models = [one for one in self.made_from(base) if one.paradigm == paradigm and one.trained]
                if not models:
                    continue
                name = f"{base or 'no base'}, {paradigm}"
                members = [*([self.results[base]] if base else []), *(self.results[m.name] for m in models)]
                report = self._law(f"law/{name}", members, base)
                if report is not None:
                    yield LawGroup(base=base, paradigm=paradigm, report=report)

    def _law(self, name: str, members: Sequence[ModelResults], base: str | None) -> LawReport | None:
        recipe = self.recipe
        options = LawOptions(
            base=base,
            level=recipe.level,
            seed=recipe.seed,
            resamples=recipe.resamples,
            transfer=TransferOptions(
                denominator=recipe.transfer.denominator,
                pivot=recipe.pivot,
                average=recipe.transfer.average,
                scale=recipe.transfer.scale,
                skip_zero_base=recipe.transfer.skip_zero_base,
            ),
        )
        try:
            table = results_table(members, "accuracy")
            if table is None:
                self.not_computed[name] = "its models have no benchmark and language in common"
                return None
            return measure_law(table, options)
        except InputError as error:
            self.not_computed[name] = error.message
            return None

    def differences(self) -> Iterator[Difference]:
        """Every pair of models that tells something by itself."""
        for one in self.results.values():
            if one.model.base is not None:
                yield from self._pair("training", one.model, self.results[one.model.base].model)
        models = [one.model for one in self.results.values()]
        for model in models:
            for other in models:
                kind = _contrast(model, other, self.recipe.pivot)
                if kind is not None:
                    yield from self._pair(kind, model, other)

    def _pair(
        self, kind: DifferenceKind, model: StudyModelOptions, other: StudyModelOptions
    ) -> Iterator[Difference]:
        """The difference of two models in every quantity, over all cells and by benchmark."""
        for quantity in QUANTITIES:
            table = self._table((model.name, other.name), quantity)
            if table is None:
                continue
            drawn = table.resampled(self.recipe.resamples, self.recipe.seed)
            whole: list[tuple[str | None, str | None]] = [(None, None)]
            whole += [(name, None) for name in table.benchmarks if len(table.benchmarks) > 1]
            whole += [(name, code) for code, name in table.cells]
            for benchmark, code in whole:
                weights = table.weights(benchmark=benchmark, language=code)
                interval = None
                if drawn is not None:
                    samples = (drawn[:, 0] - drawn[:, 1]) @ weights
                    interval = percentile_interval(samples, self.recipe.level)
                value = float((table.accuracy[0] - table.accuracy[1]) @ weights)
                yield Difference(
                    kind=kind,
                    model=model.name,
                    other=other.name,
                    quantity=quantity,
                    benchmark=benchmark,
                    language=code,
                    before=float(table.accuracy[1] @ weights),
                    after=float(table.accuracy[0] @ weights),
                    difference=Estimate(value=value, interval=interval),
                )

    def _table(self, names: tuple[str, str], quantity: Quantity) -> ResultsTable | None:
        try:
            return results_table([self.results[name] for name in names], quantity)
        except InputError as error:
            self.not_computed[f"{names[0]} against {names[1]}, {quantity}"] = error.message
            return None

    def distances(self, codes: Sequence[str]) -> Iterator[LanguageDistance]:
        """Each language's features, its distance from the pivot, and how far models fall behind there."""
        pivot = self.recipe.pivot
        for code in _pivot_first(codes, pivot):
            gaps = [gap for one in self.results.values() if (gap := _gap(one, code, pivot)) is not None]
            yield LanguageDistance(
                language=code,
                features=language_type(code),
                from_pivot=distance(pivot, code),
                mean_gap=float(np.mean(gaps)) if gaps else None,
                models=len(gaps),
            )

    def correlations(self) -> Iterator[RankCorrelation]:
        """Of each model: does distance go with the gap to the pivot, and off-target with accuracy?"""
        pivot = self.recipe.pivot
        for name, one in self.results.items():
            codes = dict.fromkeys(code for _, code in one.cells)
            far = [
                (away, gap)
                for code in codes
                if code != pivot
                and (away := distance(pivot, code)) is not None
                and (gap := _gap(one, code, pivot)) is not None
            ]
            yield _correlation(name, "distance from the pivot", "gap to the pivot", far)
            both = [
                (off, right)
                for cell in one.cells.values()
                if (off := cell.share("off-target")) is not None
                and (right := cell.share("accuracy")) is not None
            ]
            yield _correlation(name, "off-target rate", "accuracy", both)


def _contrast(model: StudyModelOptions, other: StudyModelOptions, pivot: str) -> DifferenceKind | None:
    """What comparing a model with another tells, apart from the training itself."""
    if model.name == other.name or model.base != other.base or model.base is None:
        return None
    if model.paradigm != other.paradigm or model.note != other.note:
        same = set(model.trained) == set(other.trained)
        later = PARADIGMS.index(model.paradigm) > PARADIGMS.index(other.paradigm)
        later |= model.paradigm == other.paradigm and other.note is None
        return "paradigm" if same and later else None
    rows, fewer = model.training_rows, other.training_rows
    if set(fewer) != {pivot} or pivot not in rows or len(rows) < 2:
        return None
    if sum(rows.values()) == fewer[pivot]:
        return "fixed budget"
    return "growing budget" if rows[pivot] == fewer[pivot] else None


def _gap(one: ModelResults, code: str, pivot: str) -> float | None:
    """Accuracy in the pivot minus accuracy in a language, mean over the benchmarks that have both."""
    names = dict.fromkeys(name for name, _ in one.cells)
    return mean_gap([one.cells.get((name, tag)) for tag in (pivot, code)] for name in names)


def _correlation(model: str, of: str, against: str, pairs: Sequence[tuple[float, float]]) -> RankCorrelation:
    """Spearman's correlation with ties at their mean rank; None for too few points or none that differ."""
    found: float | None = None
    if len(pairs) >= _FEWEST:
        first, second = (_ranked([pair[side] for pair in pairs]) for side in (0, 1))
        if np.ptp(first) and np.ptp(second):
            found = float(np.corrcoef(first, second)[0, 1])
    return RankCorrelation(model=model, of=of, against=against, value=found, points=len(pairs))


def _ranked(values: Sequence[float]) -> np.ndarray:
    found = np.asarray(values)
    below = (found[None, :] < found[:, None]).sum(axis=1)
    return np.asarray(below + (found[None, :] == found[:, None]).sum(axis=1) / 2)


def _notes(results: Sequence[ModelResults], keys: Sequence[CellKey]) -> Iterator[str]:
    for one in results:
        missing = [f"{code} × {benchmark}" for benchmark, code in keys if (benchmark, code) not in one.cells]
        if missing:
            yield (
                f"{one.model.name} has no result for {first_few(missing, 6)}; what compares it with others "
                "uses the cells that they share."
            )
        if one.answers is None:
            yield f"{one.model.name} has plain figures without items, so differences have no interval."
