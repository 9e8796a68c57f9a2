"""The source of a recipe, opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parallelize.core.errors import InputError
from parallelize.core.recipe import Recipe
from parallelize.core.shipped import shipped_file

if TYPE_CHECKING:
    from parallelize.stages.ingest import Ingestion

__all__ = ["open_recipe_source"]


SAMPLE = "sample"
"""As a source path: the rows that ship with this package."""


def open_recipe_source(recipe: Recipe) -> Ingestion:
    """Open the source of a recipe.

    Raises:
        InputError: it is missing or cannot be read; the message names the place.
    """
    from parallelize.hub.source import HubSource
    from parallelize.stages.ingest import Roles, SourceFormat, SourceSpec, open_source

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
            id_column=source.id,
            format=SourceFormat(source.format) if source.format else None,
            columns=source.columns,
            delimiter=source.delimiter,
            name=source.name,
            language=source.language,
        ),
        hub=HubSource(),
    )
