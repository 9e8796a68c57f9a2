"""The source of a recipe, opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from parallelize.core.errors import InputError
from parallelize.core.places import cache_root
from parallelize.core.recipe import Recipe
from parallelize.core.shipped import shipped_file
from parallelize.hub.source import HubSource
from parallelize.pipeline.recording import Recorded, usable_records
from parallelize.stages.decontaminate import Decontaminator, decontaminate
from parallelize.stages.evaluation_sets import index_evaluation_set
from parallelize.stages.ingest import (
    Ingestion,
    RejectedRow,
    Roles,
    SourceFormat,
    SourceSpec,
    TextPolicy,
    open_source,
)
from parallelize.store.corpus import CorpusSchema
from parallelize.store.objects import is_address, local_copy

if TYPE_CHECKING:
    from parallelize.core.records import Record

__all__ = ["decontamination_notes", "open_recipe_source", "source_records", "source_rows", "source_warnings"]


_COPIES = cache_root() / "parallelize" / "sources"
"""Copies of sources that object stores hold; each is fetched again when it has changed there."""
SAMPLE = "sample"
"""As a source path: the rows that ship with this package."""


def open_recipe_source(recipe: Recipe) -> Ingestion:
    """Open the source of a recipe.

    Raises:
        InputError: it is missing or cannot be read; the message names the place.
    """
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
            files=local_copy(path, _COPIES) if is_address(path) else None,
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


def source_warnings(source: Ingestion, recorded: Recorded) -> Iterator[str]:
    """What a user must know about a source: language that stays, splits not read, columns of mixed types."""
    yield from map(str, source.describe().notes)
    if source.left_splits:
        yield f"only the split train is read, not {', '.join(source.left_splits)} (--split chooses)"
    staying = [rule.pattern for rule in source.layout.staying() if rule.treatment.value != "keep"]
    if staying:
        yield (
            f"stays in the source language: {', '.join(staying)} (to translate it: --texts "
            f"'{staying[0]}=translate'; `parallelize inspect` says why)"
        )
    for lacking in source.layout.lacking():
        yield f"{lacking}: without it most formats of export have no rows"
    for label in source.layout.language_labels():
        yield f"{label.pattern} says {label.example!r} and stays so in every language"
    mixed = CorpusSchema(recorded.types).mixed
    if mixed:
        yield f"columns of mixed types are JSON text in the corpus: {', '.join(mixed)}"


def source_rows(
    recipe: Recipe, source: Ingestion
) -> tuple[Iterable[Record | RejectedRow], Callable[[], dict[str, Any]]]:
    """Rows of a source without those of the recipe's evaluation sets, and what describes them afterwards.

    Raises:
        InputError: an evaluation set cannot be read.
    """
    options = recipe.decontaminate
    rows: Iterable[Record | RejectedRow] = source
    sets = {}
    for where in options.against:
        name, index = index_evaluation_set(where, hub=HubSource(), n=options.n, share=options.share)
        sets[name] = {**index.describe(), "rows": 0, "left_out": 0}
        rows = _counted(rows, index, sets[name])

    def describe() -> dict[str, Any]:
        return {**source.describe().as_dict(), **({"decontamination": sets} if sets else {})}

    return rows, describe


def source_records(recipe: Recipe) -> Iterator[Record]:
    """The records of a recipe's source that can be used, one after the other.

    Raises:
        InputError: the source or an evaluation set cannot be read.
    """
    rows, _ = source_rows(recipe, open_recipe_source(recipe))
    return usable_records(rows)


def _counted(
    rows: Iterable[Record | RejectedRow], index: Decontaminator, counts: dict[str, Any]
) -> Iterator[Record | RejectedRow]:
    """Rows without those of one evaluation set; how many it looked at and left out goes into `counts`."""
    for row in rows:
        for found in decontaminate((row,), index):
            if not isinstance(row, RejectedRow):
                counts["rows"] += 1
                counts["left_out"] += isinstance(found, RejectedRow)
            yield found


def decontamination_notes(described: Mapping[str, Any]) -> list[str]:
    """What each evaluation set did to a source, 0 rows included, a line each."""
    return [
        f"decontamination against {name}: {found['left_out']:,} of {found['rows']:,} rows left out"
        for name, found in described.get("decontamination", {}).items()
    ]
