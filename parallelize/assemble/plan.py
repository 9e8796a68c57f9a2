"""What a build will take: measured on a pilot of real rows, or estimated where no engine can run."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.assemble.build import check_same_run
from parallelize.assemble.pilot import Asked, RowSample, run_pilot
from parallelize.assemble.plan_estimate import estimate
from parallelize.assemble.session import Session
from parallelize.assemble.sources import open_recipe_source, source_rows
from parallelize.assemble.tokenizer import open_tokenizer
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import EnvironmentFault, InputError, RunLocked, StorageFault
from parallelize.core.recipe import Recipe
from parallelize.pipeline.recording import usable_records
from parallelize.stages.planning import stratified_sample
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.stages.ingest import Ingestion
    from parallelize.stages.plan_figures import BuildPlan

__all__ = ["plan"]

_ESTIMATED_ROWS = 1_000
"""Rows looked at where no engine runs: cutting them costs little."""


def plan(
    recipe: Recipe,
    root: Path,
    watcher: BuildWatcher,
    *,
    rows: int = 32,
    gpus: Sequence[int] = (1, 8),
    use_engine: bool = True,
    tokenizer: str | None = None,
) -> BuildPlan:
    """Say what a build of this recipe in this run directory will take.

    The pilot is a real build of some rows in `<root>/pilot`, on the memory of the run, so a build that
    follows finds its replies there. Done again, it asks for nothing twice. Nothing else of the run is
    touched. The source is read twice.

    Args:
        recipe: of the build.
        root: its run directory.
        watcher: is told how the pilot goes.
        rows: of the pilot, 1 or more.
        gpus: numbers of GPUs to give times for.
        use_engine: False for an estimate without any engine.
        tokenizer: folder or model id; counts tokens of sources, and of prompts in an estimate.

    Raises:
        InputError: the source or the recipe is wrong.
        RunLocked: another process makes this pilot.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    session = Session(recipe, RunDirectory(root), watcher)
    asked = Asked(gpus=tuple(gpus), count_tokens=open_tokenizer(tokenizer) if tokenizer else None)
    check_same_run(session.run, recipe)
    source = open_recipe_source(recipe)
    watcher.note(source.layout.explain())
    sizes, describe = _sizes(recipe, source)
    for note in source.describe().notes:
        watcher.warn(str(note))
    if use_engine and _in_batches(recipe):
        watcher.warn("an engine that answers in batches is not asked for a pilot, which would take hours")
    elif use_engine:
        try:
            sample = _sample(recipe, source, sizes, rows)
            return run_pilot(session, describe(), sample, asked)
        except (StorageFault, RunLocked):
            raise
        except EnvironmentFault as fault:
            watcher.warn(f"no engine could run: {fault}")
    return estimate(recipe, _sample(recipe, source, sizes, max(rows, _ESTIMATED_ROWS)), asked)


def _in_batches(recipe: Recipe) -> bool:
    engines = [recipe.back_translation.engine, recipe.repair.engine]
    return any(
        options is not None and options.name == "batch"
        for options in (*engines, *(recipe.engine_for(code) for code in recipe.langs))
    )


def _sizes(recipe: Recipe, source: Ingestion) -> tuple[list[int], Callable[[], dict[str, Any]]]:
    """Characters of each row, and what describes the source."""
    rows, describe = source_rows(recipe, source)
    sizes = [max(1, sum(len(part.text) for part in item.to_translate())) for item in usable_records(rows)]
    if not sizes:
        raise InputError("the source has no usable row", remedy="check the file and the column mapping")
    return sizes, describe


def _sample(recipe: Recipe, source: Ingestion, sizes: Sequence[int], count: int) -> RowSample:
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
        sizes=tuple(sizes[index] for index in chosen),
        total_size=sum(sizes),
        rows=len(sizes),
    )
