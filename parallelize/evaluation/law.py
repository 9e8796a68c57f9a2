"""How reasoning transfers between languages: everything `parallelize law` computes from a results table.

Accuracy of a model is the mean over benchmarks of its mean over languages, unless a benchmark or language is
named. The law is fitted to models with n ≥ 1 training languages, the base model left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from parallelize.core.errors import InputError
from parallelize.evaluation.law_report import ALL_BENCHMARKS, LawOptions, LawReport, ModelResult, NamedFit
from parallelize.evaluation.results_table import Model, ResultsTable
from parallelize.metrics.power_law import Space
from parallelize.metrics.scaling import first_parallel_leap, fit_scaling_law, generalization_gap
from parallelize.metrics.scaling_figures import Basis, GeneralizationGap, ParallelLeap
from parallelize.metrics.statistics import Estimate, check_level, percentile_interval, t_quantile
from parallelize.metrics.transfer import Gain, Resamples, relative_gains, transferability

__all__ = ["measure_law"]

Array = NDArray[np.float64]
Result = TypeVar("Result")

_FEW_ITEMS = 30
"""Below this many items a percentile interval is visibly too short (Hesterberg 2015, arXiv 1411.5279)."""
_FEW_DEGREES = 2
"""Up to here the t quantile is more than twice the normal one, and the report says why intervals are long."""
_SMALL_P = 0.05
"""Where the report says that item noise does not explain the scatter; the usual convention."""


def measure_law(table: ResultsTable, options: LawOptions | None = None) -> LawReport:
    """Compute gains, transferability, scaling law, leap and gap from a results table.

    A figure that the table cannot support is left out and its reason kept in `not_computed`.

    Raises:
        InputError: the base model is not in the table or cannot be told; the level is no share; or nothing
            at all can be computed.
    """
    study = _Study.of(table, options or LawOptions())
    models = tuple(study.model_result(index) for index in range(len(table.models)))
    laws = study.laws()
    leap = study.attempt("leap", study.leap)
    gap = study.attempt("gap", study.gap)
    if not laws and leap is None and all(model.transfer is None for model in models):
        reasons = "\n".join(f"  {name}: {reason}" for name, reason in study.not_computed.items())
        raise InputError(
            f"{table.source}: nothing can be computed from this table:\n{reasons}",
            remedy="add a base model (n = 0) and trained models, better with 7 different n",
        )
    return LawReport(
        source=table.source,
        options=study.options,
        base=None if study.base is None else table.models[study.base].name,
        items=table.items,
        languages=table.languages,
        benchmarks=table.benchmarks,
        models=models,
        laws=laws,
        leap=leap,
        gap=gap,
        not_computed=dict(study.not_computed),
        notes=_notes(table, models, laws, gap, study.zero_cells()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _ZeroCells:
    """Where no relative gain exists, as `sw × aime`."""

    observed: tuple[str, ...]
    """The base model has no right answer there."""
    resampled: tuple[str, ...]
    """It has so few that some resamples of the items have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Study:
    """A table with its resamples and what could not be computed so far."""

    table: ResultsTable
    options: LawOptions
    base: int | None
    resampled: Array | None
    """Shape (resamples, models, cells)."""
    not_computed: dict[str, str]

    @classmethod
    def of(cls, table: ResultsTable, options: LawOptions) -> _Study:
        check_level(options.level)
        if options.resamples < 100:
            raise InputError(
                f"{options.resamples} resamples are too few for an interval", remedy="use 1000 or more"
            )
        return cls(
            table=table,
            options=options,
            base=_base_model(table, options.base),
            resampled=table.resampled(options.resamples, options.seed),
            not_computed={},
        )

    def attempt(self, name: str, compute: Callable[[], Result]) -> Result | None:
        """The computed figure, or `None` with its reason noted."""
        try:
            return compute()
        except InputError as error:
            self.not_computed[name] = error.message
            return None

    def estimate(self, model: int, weights: Array) -> Estimate:
        """Weighted mean of a model's cells."""
        interval = None
        if self.resampled is not None:
            interval = percentile_interval(self.resampled[:, model] @ weights, self.options.level)
        return Estimate(value=float(self.table.accuracy[model] @ weights), interval=interval)

    def model_result(self, index: int) -> ModelResult:
        model = self.table.models[index]
        gains: Mapping[str, Gain | None] = {}
        transfer = None
        if self.base is None:
            self.not_computed["transfer"] = "the table has no base model (n = 0), and --base names none"
        elif index != self.base:
            base, trained = self._accuracies(self.base), self._accuracies(index)
            resampled = self._cell_resamples(index)
            gains = relative_gains(
                base,
                trained,
                skip_zero_base=True,  # what needs a base of 0 is left out, and the note names it
                resampled=resampled,
                level=self.options.level,
            )
            transfer = self.attempt(
                f"transfer/{model.name}",
                lambda: transferability(
                    base,
                    trained,
                    _known_languages(model),
                    options=self.options.transfer,
                    resampled=resampled,
                    level=self.options.level,
                ),
            )
        return ModelResult(
            model=model,
            accuracy=self.estimate(index, self.table.weights()),
            by_language={
                code: self.estimate(index, self.table.weights(language=code)) for code in self.table.languages
            },
            gains=gains,
            transfer=transfer,
        )

    def _accuracies(self, model: int) -> dict[tuple[str, str], float]:
        return dict(zip(self.table.cells, self.table.accuracy[model].tolist(), strict=True))

    def _cell_resamples(self, model: int) -> tuple[Resamples, Resamples] | None:
        if self.resampled is None or self.base is None:
            return None
        base, trained = (
            {cell: self.resampled[:, row, column] for column, cell in enumerate(self.table.cells)}
            for row in (self.base, model)
        )
        return base, trained

    def zero_cells(self) -> _ZeroCells:
        """Cells in which the base model's accuracy is 0, in the table or in a resample of its items."""
        if self.base is None:
            return _ZeroCells(observed=(), resampled=())
        observed = self.table.accuracy[self.base] <= 0
        sometimes = np.zeros_like(observed)
        if self.resampled is not None:
            sometimes = (self.resampled[:, self.base] <= 0).any(axis=0) & ~observed
        names = [f"{language} × {benchmark}" for language, benchmark in self.table.cells]
        return _ZeroCells(
            observed=tuple(name for name, zero in zip(names, observed, strict=True) if zero),
            resampled=tuple(name for name, zero in zip(names, sometimes, strict=True) if zero),
        )

    @property
    def trained(self) -> list[int]:
        """Rows of the models that the law is about."""
        return [index for index, model in enumerate(self.table.models) if model.n >= 1 and index != self.base]

    def _points(self, weights: Array) -> tuple[list[int], list[float], Array | None]:
        """n, accuracy and resampled accuracies (resamples, models) of the trained models."""
        rows = self.trained
        resampled = None if self.resampled is None else self.resampled[:, rows] @ weights
        n = [self.table.models[row].n for row in rows]
        return n, (self.table.accuracy[rows] @ weights).tolist(), resampled

    def laws(self) -> tuple[NamedFit, ...]:
        """Over all benchmarks in both spaces and on every basis; by benchmark the main one."""
        bases: list[Basis] = ["scatter"] if self.resampled is None else ["combined", "items", "scatter"]
        laws = [self._law("law", basis) for basis in bases]
        if "law" in self.not_computed:  # what forbids it forbids the others
            return ()
        laws += [self._law("law/log", basis, "log") for basis in bases]
        if len(self.table.benchmarks) > 1:
            laws += [self._law(f"law/{name}", bases[0], benchmark=name) for name in self.table.benchmarks]
        return tuple(law for law in laws if law is not None)

    def _law(
        self, name: str, basis: Basis, space: Space = "accuracy", *, benchmark: str | None = None
    ) -> NamedFit | None:
        n, accuracy, resampled = self._points(self.table.weights(benchmark=benchmark))
        fit = self.attempt(
            name,
            lambda: fit_scaling_law(
                n, accuracy, space=space, level=self.options.level, resampled=resampled, basis=basis
            ),
        )
        return None if fit is None else NamedFit(quantity=benchmark or ALL_BENCHMARKS, fit=fit)

    def leap(self) -> ParallelLeap:
        n, accuracy, resampled = self._points(self.table.weights())
        return first_parallel_leap(n, accuracy, level=self.options.level, resampled=resampled)

    def gap(self) -> GeneralizationGap:
        n, accuracy, resampled = self._points(self.table.weights())
        return generalization_gap(n, accuracy, level=self.options.level, resampled=resampled)


def _base_model(table: ResultsTable, wanted: str | None) -> int | None:
    names = [model.name for model in table.models]
    if wanted is not None:
        if wanted not in names:
            raise InputError(
                f"{table.source}: no model is called {wanted!r}", remedy=f"it has {', '.join(names)}"
            )
        return names.index(wanted)
    untrained = [index for index, model in enumerate(table.models) if model.n == 0]
    if len(untrained) > 1:
        raise InputError(
            f"{table.source}: {len(untrained)} models have no training languages: "
            f"{', '.join(names[index] for index in untrained)}",
            remedy="say with --base which one is the base of the others",
        )
    return untrained[0] if untrained else None


def _known_languages(model: Model) -> tuple[str, ...]:
    if model.trained_languages is None:
        raise InputError(
            "the table says how many languages it was trained on, not which",
            remedy="add a column trained_languages",
        )
    return model.trained_languages


def _law_notes(laws: Sequence[NamedFit]) -> Iterator[str]:
    """What the scatter of the points says, and how much it can say."""
    scattered = dict.fromkeys(law.quantity for law in laws if (law.fit.lack_of_fit_p or 1.0) < _SMALL_P)
    if scattered:
        yield (
            f"Points scatter around the law more than item noise explains (p < {_SMALL_P}), by training "
            f"noise or because another law holds: {', '.join(scattered)}. Intervals by items alone are "
            "too short."
        )
    main = [law.fit for law in laws if law.quantity == ALL_BENCHMARKS and law.fit.space == "accuracy"]
    degrees = main[0].points - 2 if main else 0
    if 0 < degrees <= _FEW_DEGREES:
        quantile = t_quantile((1 + main[0].beta_interval.level) / 2, degrees)
        yield (
            f"{main[0].points} models leave {degrees} degree{'s' * (degrees > 1)} of freedom to tell "
            f"training noise, so intervals are {quantile:.1f} standard errors wide to each side. "
            "More models, or several runs at the same n, make them shorter."
        )
    by = {fit.basis: fit.beta_interval.width for fit in main}
    if by.get("combined", 1.0) < by.get("items", 0.0):
        yield (
            "The points happen to lie closer to the law than item noise lets expect. The combined interval "
            "of β is for once shorter than the one by items: read the longer."
        )


def _notes(
    table: ResultsTable,
    models: Sequence[ModelResult],
    laws: Sequence[NamedFit],
    gap: GeneralizationGap | None,
    zero: _ZeroCells,
) -> tuple[str, ...]:
    notes = []
    if table.answers is None:
        notes.append(
            "The table has plain accuracies. Intervals of the law, the leap and the gap (basis scatter) come "
            "from the scatter of the points around the law. When all models answer the same items, luck with "
            "the items moves all points together and is not in the scatter: the interval of α is then too "
            "short, those of β, leap and gap are not. Accuracies, gains and transferability have no "
            "interval; item-level results give one."
        )
    else:
        notes.append(
            "Intervals of the law, the leap and the gap (combined) hold item noise and training noise "
            "together: luck with items that all models share by a bootstrap over items, what each model has "
            "by itself by the scatter of the points around the law. Intervals by items alone take the models "
            "as they are; those of accuracies, gains and transferability are by items."
        )
        few = [name for name, one in table.answers.items() if len(one.values) < _FEW_ITEMS]
        if few:
            notes.append(f"Fewer than {_FEW_ITEMS} items, so intervals are too short: {', '.join(few)}.")
    notes += _law_notes(laws)
    if gap is not None and not gap.gap_interval.contains(0):
        notes.append(
            "The monolingual models do not lie on the law of the others, and pull the law over all models."
        )
    unbounded = [
        model.model.name
        for model in models
        if table.answers is not None and model.transfer and model.transfer.index.interval is None
    ]
    if unbounded and zero.resampled:
        notes.append(
            f"The base accuracy of {', '.join(zero.resampled)} is so near 0 that it is 0 in some resamples "
            f"of the items, where no relative gain exists: the transferability index of "
            f"{', '.join(unbounded)} "
            "has no interval. More items there would give one."
        )
    elif unbounded:
        notes.append(
            "The denominator of the transferability index is not clearly above 0, so the index has no "
            f"interval and can be anything: {', '.join(unbounded)}."
        )
    if zero.observed:
        notes.append(
            f"{len(zero.observed)} cells with a base accuracy of 0 are left out of relative gains "
            f"({', '.join(zero.observed)}); law, leap and gap need no base and keep them."
        )
    return tuple(notes)
