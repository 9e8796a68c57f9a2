"""What a build will take: measured on a pilot of real rows, or estimated where no engine can run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.build import check_same_run, record
from parallelize.assemble.pilot import Asked, Sample, run_pilot
from parallelize.assemble.plan_estimate import estimate
from parallelize.assemble.sources import open_recipe_source
from parallelize.assemble.tokenizer import open_tokenizer
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import EnvironmentFault, InputError, RunLocked, StorageFault
from parallelize.core.recipe import Recipe
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.core.records import Record
    from parallelize.pipeline.recording import Recorded
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
    follows finds its replies there. Done again, it asks for nothing twice.

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
        RunLocked: another process works on this run.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    if not recipe.langs:
        raise InputError("no target language is given", remedy="name at least one, as in --langs de,fr,ja")
    asked = Asked(gpus=tuple(gpus), count_tokens=open_tokenizer(tokenizer) if tokenizer else None)
    run = RunDirectory(root)
    with run.locked():
        check_same_run(run, recipe)
        source = open_recipe_source(recipe)
        watcher.note(source.mapping.explain())
        recorded = record(run, recipe, source)
        for note in source.describe().notes:
            watcher.warn(str(note))
        if use_engine:
            try:
                return run_pilot(run, recipe, recorded, watcher, _sample(recorded, rows), asked)
            except (StorageFault, RunLocked):
                raise
            except EnvironmentFault as fault:
                watcher.warn(f"no engine could run: {fault}")
        return estimate(recipe, _sample(recorded, max(rows, _ESTIMATED_ROWS)), asked)


def _sample(recorded: Recorded, count: int) -> Sample:
    from parallelize.stages.planning import stratified_sample
    from parallelize.store.tables import read_records

    sizes = [_size(item) for chunk in recorded.chunks for item in read_records(chunk.path)]
    wanted = stratified_sample(sizes, count)
    taken: dict[int, Record] = {}
    first = 0
    for chunk in recorded.chunks:
        inside = [index for index in wanted if first <= index < first + chunk.rows]
        if inside:
            records = read_records(chunk.path)
            taken.update({index: records[index - first] for index in inside})
        first += chunk.rows
    return Sample(
        records=tuple(taken[index] for index in wanted),
        sizes=tuple(sizes[index] for index in wanted),
        total_size=sum(sizes),
        rows=len(sizes),
    )


def _size(item: Record) -> int:
    return max(1, sum(len(part.text) for part in item.fields))
