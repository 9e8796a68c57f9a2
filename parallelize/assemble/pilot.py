"""A pilot: a real build of some rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parallelize.assemble.abilities import check_abilities
from parallelize.assemble.measuring import measure_pilot
from parallelize.assemble.pilot_plan import scaled_up
from parallelize.assemble.plan_rows import PlanOptions, RowSample
from parallelize.assemble.publishing import finish
from parallelize.assemble.session import Session
from parallelize.assemble.translating import translate_here
from parallelize.pipeline.recording import record_source
from parallelize.stages.plan_figures import BuildPlan
from parallelize.store.json_files import write_json
from parallelize.store.run import RunDirectory

__all__ = ["run_pilot"]


def run_pilot(
    session: Session, source: Mapping[str, Any], sample: RowSample, asked: PlanOptions
) -> BuildPlan:
    """Build the sample in `<run>/pilot`, on the run's memory, and scale up what it took.

    The first row warms the engines up: they load with it, and their speed is taken from the others.

    Raises:
        EnvironmentFault: no engine can run here.
        InputError: an engine cannot do what the recipe asks.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    recipe, pilot = session.recipe, RunDirectory(session.run.pilot)
    memory = str(session.memory_folder.resolve())
    small = recipe.model_copy(
        update={"run": recipe.run.model_copy(update={"memory": memory, "chunk_rows": 1})}
    )
    session = Session(small, pilot, session.watcher)
    states = session.languages
    check_abilities(session)
    with pilot.locked():
        kept = record_source(pilot, sample.records, lambda: dict(source), chunk_rows=1)
        write_json(pilot.recipe, small.model_dump(mode="json"))
        cells = sum(len(state.unfinished(pilot, kept.chunks[1:])) for state in states)
        done = translate_here(session, kept.chunks, warm_up=1)
        finish(pilot, small, kept, states)
        measured = measure_pilot(pilot, done.engines, done.cpu_seconds, cells)
        return scaled_up(session, kept, sample, asked, measured)
