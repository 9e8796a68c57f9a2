"""What a plan looks at: sizes of all rows of a source, and a sample of rows of every size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parallelize.assemble.sources import source_rows
from parallelize.core.errors import InputError
from parallelize.core.recipe import Recipe
from parallelize.pipeline.recording import usable_records
from parallelize.stages.pilot_figures import Scale
from parallelize.stages.plan_figures import BuildPlan, EngineSpeed, LanguagePlan
from parallelize.stages.planning import stratified_sample

if TYPE_CHECKING:
    from parallelize.core.records import Record
    from parallelize.stages.ingest import Ingestion

__all__ = ["PlanOptions", "RowSample", "plan_of_rows", "row_sizes", "sample_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """What a plan is to say."""

    gpus: tuple[int, ...]
    """Numbers of GPUs to give times for."""
    count_tokens: Callable[[str], int] | None
    """Tokens of a text by a tokenizer that the user named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSample:
    """A sample with rows of every size, beside figures of all rows."""

    records: tuple[Record, ...]
    scale: Scale
    """How many characters they have, of how many in all rows."""


def row_sizes(recipe: Recipe, source: Ingestion) -> tuple[list[int], Callable[[], dict[str, Any]]]:
    """Characters of each row, and what describes the source."""
    rows, describe = source_rows(recipe, source)
    sizes = [max(1, sum(len(part.text) for part in item.to_translate())) for item in usable_records(rows)]
    if not sizes:
        raise InputError("the source has no usable row", remedy="check the file and the column mapping")
    return sizes, describe


def sample_rows(recipe: Recipe, source: Ingestion, sizes: Sequence[int], count: int) -> RowSample:
    """Rows of every size, read in another pass: only they are held."""
    chosen = stratified_sample(sizes, count)
    wanted, last = set(chosen), max(chosen)
    rows, _ = source_rows(recipe, source)
    taken = {
        index: item
        for index, item in enumerate(itertools.islice(usable_records(rows), last + 1))
        if index in wanted
    }
    return RowSample(
        records=tuple(taken[index] for index in chosen),
        scale=Scale(sizes=tuple(sizes[index] for index in chosen), total_size=sum(sizes), rows=len(sizes)),
    )


def plan_of_rows(
    basis: str,
    recipe: Recipe,
    sample: RowSample,
    asked: PlanOptions,
    languages: Iterable[LanguagePlan],
    engines: Iterable[EngineSpeed],
    notes: Iterable[str],
) -> BuildPlan:
    """A plan for all rows, from figures of a sample; `basis` is what they rest on."""
    return BuildPlan(
        basis=basis,
        rows=sample.scale.rows,
        characters=sample.scale.total_size,
        sampled_rows=len(sample.records),
        languages=tuple(languages),
        engines=tuple(engines),
        prices=recipe.prices,
        gpus=asked.gpus,
        notes=tuple(notes),
    )
