"""What a build will take: measured on a pilot of real rows, or estimated where no engine can run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.pilot import run_pilot
from parallelize.assemble.plan_estimate import estimate
from parallelize.assemble.plan_rows import PlanOptions, row_sizes, sample_rows
from parallelize.assemble.recording import require_same_source
from parallelize.assemble.session import Session
from parallelize.assemble.sources import open_recipe_source
from parallelize.assemble.tokenizer import open_tokenizer
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import EnvironmentFault, RunLocked, StorageFault
from parallelize.core.recipe import Recipe
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
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
    asked = PlanOptions(gpus=tuple(gpus), count_tokens=open_tokenizer(tokenizer) if tokenizer else None)
    require_same_source(session.run, recipe)
    source = open_recipe_source(recipe)
    watcher.note(source.layout.explain())
    sizes, describe = row_sizes(recipe, source)
    for note in source.describe().notes:
        watcher.warn(str(note))
    if use_engine and _in_batches(recipe):
        watcher.warn("an engine that answers in batches is not asked for a pilot, which would take hours")
    elif use_engine:
        try:
            sample = sample_rows(recipe, source, sizes, rows)
            return run_pilot(session, describe(), sample, asked)
        except (StorageFault, RunLocked):
            raise
        except EnvironmentFault as fault:
            watcher.warn(f"no engine could run: {fault}")
    return estimate(recipe, sample_rows(recipe, source, sizes, max(rows, _ESTIMATED_ROWS)), asked)


def _in_batches(recipe: Recipe) -> bool:
    engines = [recipe.back_translation.engine, recipe.repair.engine]
    return any(
        options is not None and options.name == "batch"
        for options in (*engines, *(recipe.engine_for(code) for code in recipe.langs))
    )
