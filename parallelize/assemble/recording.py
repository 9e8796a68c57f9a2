"""What a run records before any engine works: the rows of its source, its recipe, who translates what."""

from __future__ import annotations

from parallelize.assemble.run_languages import note_asked, require_earlier
from parallelize.assemble.session import Session
from parallelize.assemble.sources import (
    decontamination_notes,
    open_recipe_source,
    source_rows,
    source_warnings,
)
from parallelize.core.errors import InputError
from parallelize.core.recipe import Recipe, parse_recipe
from parallelize.core.recipe_fields import data_fields
from parallelize.pipeline.recording import Recorded, record_source
from parallelize.store.json_files import read_json, write_json
from parallelize.store.run import RunDirectory

__all__ = ["load_run_recipe", "record", "require_same_source"]


def record(session: Session) -> Recorded:
    """Put the rows of the source into the run, evaluation sets kept out, and keep the recipe.

    Raises:
        InputError: the source cannot be read, or the run holds rows of another one.
        StorageFault: what an earlier language was made of is missing.
    """
    run, recipe, watcher = session.run, session.recipe, session.watcher
    source = open_recipe_source(recipe)
    watcher.note(source.layout.explain())
    require_same_source(run, recipe)
    rows, describe = source_rows(recipe, source)
    recorded = record_source(
        run, rows, describe, chunk_rows=recipe.run.chunk_rows, arrow_schema=source.arrow_schema()
    )
    require_earlier(run, recorded, session.languages)
    for line in decontamination_notes(describe()):
        watcher.note(line)
    for warning in source_warnings(source, recorded):
        watcher.warn(warning)
    write_json(run.recipe, recipe.model_dump(mode="json"))
    note_asked(run, session.languages)
    return recorded


def load_run_recipe(run: RunDirectory) -> Recipe:
    """The resolved recipe of a run.

    Raises:
        InputError: the folder is no run.
    """
    run.require()
    return parse_recipe(read_json(run.recipe), where=str(run.recipe))


def require_same_source(run: RunDirectory, recipe: Recipe) -> None:
    """Refuse to mix two sources in one run directory by accident.

    Raises:
        InputError: the directory holds a build of another source.
    """
    if not run.recipe.is_file():
        return
    before = load_run_recipe(run)
    ours, theirs = data_fields(recipe.source), data_fields(before.source)
    if (ours["path"], ours["split"], ours["config"]) != (theirs["path"], theirs["split"], theirs["config"]):
        raise InputError(
            f"{run.root} holds a build of {theirs['path']}, not of {ours['path']}",
            remedy="give another --out, or remove that folder",
        )
