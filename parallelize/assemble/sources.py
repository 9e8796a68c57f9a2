"""The source of a recipe, opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from parallelize.core.errors import InputError
from parallelize.core.recipe import Recipe
from parallelize.core.shipped import shipped_file

if TYPE_CHECKING:
    from parallelize.core.records import Record
    from parallelize.stages.ingest import Ingestion, RejectedRow

__all__ = ["open_recipe_source", "source_rows"]


SAMPLE = "sample"
"""As a source path: the rows that ship with this package."""


def open_recipe_source(recipe: Recipe) -> Ingestion:
    """Open the source of a recipe.

    Raises:
        InputError: it is missing or cannot be read; the message names the place.
    """
    from parallelize.hub.source import HubSource
    from parallelize.stages.ingest import Roles, SourceFormat, SourceSpec, TextPolicy, open_source

    source = recipe.source
    if source.path is None:
        raise InputError(
            "no source is given",
            remedy="name one with --source FILE_OR_DATASET, or in the recipe: [source] path",
        )
    path = str(shipped_file("samples/reasoning.jsonl")) if source.path == SAMPLE else source.path
    return open_source(
        SourceSpec(
            path_or_id=path,
            config=source.config,
            split=source.split,
            revision=source.revision,
            limit=source.limit,
            roles=Roles(
                problem=source.problem,
                solution=source.solution,
                answer=source.answer,
                messages=source.messages,
            ),
            policy=TextPolicy(treatments=recipe.texts),
            id_column=source.id,
            format=SourceFormat(source.format) if source.format else None,
            columns=source.columns,
            delimiter=source.delimiter,
            name=source.name,
            language=source.language,
            keep_language_tasks=source.language_tasks == "keep",
        ),
        hub=HubSource(),
    )


def source_rows(
    recipe: Recipe, source: Ingestion
) -> tuple[Iterable[Record | RejectedRow], Callable[[], dict[str, Any]]]:
    """Rows of a source without those of the recipe's evaluation sets, and what describes them afterwards.

    Raises:
        InputError: an evaluation set cannot be read.
    """
    from parallelize.hub.source import HubSource
    from parallelize.stages.decontaminate import decontaminate
    from parallelize.stages.evaluation_sets import index_evaluation_set

    options = recipe.decontaminate
    rows: Iterable[Record | RejectedRow] = source
    sets = {}
    for where in options.against:
        name, index = index_evaluation_set(where, hub=HubSource(), n=options.n, share=options.share)
        sets[name] = index.describe()
        rows = decontaminate(rows, index)

    def describe() -> dict[str, Any]:
        return {**source.describe().as_dict(), **({"decontamination": sets} if sets else {})}

    return rows, describe
