"""What engines took, as `measurements.json` has it, and what that cost."""

from __future__ import annotations

from collections.abc import Mapping

from parallelize.core.engine_work import EngineWork
from parallelize.core.recipe import Recipe
from parallelize.store.json_files import parse_object
from parallelize.store.measurements import EngineFigures, Measurements, write_measurements
from parallelize.store.run import RunDirectory

__all__ = ["engine_figures", "measure_build", "work_cost"]


def measure_build(
    run: RunDirectory, recipe: Recipe, seconds: Mapping[str, float], work: Mapping[str, EngineWork]
) -> None:
    """Write what the last build that did engine work took; beside the corpus, never in it."""
    if not work and run.measurements.is_file():
        return
    costs = [work_cost(recipe, name, item) for name, item in work.items()]
    measured = Measurements(
        stages={name: round(value, 3) for name, value in seconds.items()},
        engines={name: engine_figures(item) for name, item in work.items()},
        cost=round(sum(filter(None, costs)), 6) if any(cost is not None for cost in costs) else None,
    )
    write_measurements(run, measured)


def engine_figures(work: EngineWork) -> EngineFigures:
    """What an engine did, as `measurements.json` has it."""
    return parse_object(work.as_dict(), EngineFigures, where="the work of an engine")


def work_cost(recipe: Recipe, name: str, work: EngineWork) -> float | None:
    """What an engine's work cost at the recipe's prices; None without prices.

    Args:
        recipe: has the prices.
        name: of the engine, which may ask for a share of them only.
        work: what it did.
    """
    whole = work.total.work
    cost = recipe.prices.cost(
        gpu_hours=work.gpu_hours, input_tokens=whole.input_tokens, output_tokens=whole.output_tokens
    )
    tables = [recipe.engine, *recipe.engines.values(), recipe.repair.engine, recipe.back_translation.engine]
    shares = {table.title: table.paid_share for table in tables if table is not None}
    return None if cost is None else cost * shares.get(name.partition("#")[0], 1.0)
