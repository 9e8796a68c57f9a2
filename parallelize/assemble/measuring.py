"""What engines took, as `measurements.json` has it, and what that cost."""

from __future__ import annotations

from collections.abc import Mapping

from parallelize.assemble.unit_work import WorkDone, take_receipts
from parallelize.core.engine_work import EngineWork
from parallelize.core.recipe import Recipe
from parallelize.store.json_files import parse_object, write_json
from parallelize.store.measurements import EngineFigures, Measurements, read_measurements, write_measurements
from parallelize.store.run import RunDirectory

__all__ = ["engine_figures", "measure_build", "measure_evaluation", "measure_pilot", "work_cost"]


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


def measure_evaluation(folder: RunDirectory, done: WorkDone) -> None:
    """Speed of the last run that asked the model; beside the results, never in them."""
    work = EngineWork.together([*done.engines.values(), *take_receipts(folder).values()])
    whole, busy = work.total, work.busy_seconds
    if not whole.work.calls:
        return
    tokens = whole.work.output_tokens or 0
    write_json(
        folder.measurements,
        {
            "replies": whole.work.calls,
            "from_memory": whole.from_memory,
            "input_tokens": whole.work.input_tokens or 0,
            "cached_tokens": whole.cached_tokens,
            "output_tokens": tokens,
            "busy_seconds": round(busy, 3),
            "output_tokens_per_second": round(tokens / busy, 1) if busy else None,
        },
    )


def measure_pilot(
    pilot: RunDirectory, engines: Mapping[str, EngineWork], cpu_seconds: float, rows: int
) -> Measurements:
    """Add what a pilot measured to what earlier ones did: one that asks nothing new has no speed.

    Args:
        cpu_seconds: of this process, for `rows`.
        rows: translated now, in all languages.
    """
    known = read_measurements(pilot) or Measurements()
    new = {name: engine_figures(work) for name, work in engines.items() if work.busy_seconds}
    cpu = cpu_seconds / rows if new and rows else known.cpu_seconds_per_row
    measured = Measurements(engines={**known.engines, **new}, cpu_seconds_per_row=cpu)
    write_measurements(pilot, measured)
    return measured


def engine_figures(work: EngineWork) -> EngineFigures:
    """What an engine did, as `measurements.json` has it."""
    return parse_object(work.as_dict(), EngineFigures, where="the work of an engine")


def work_cost(recipe: Recipe, name: str, work: EngineWork) -> float | None:
    """What an engine's work cost at the recipe's prices; None without prices.

    Args:
        name: of the engine, which may ask for a share of them only.
    """
    whole = work.total.work
    cost = recipe.prices.cost(
        gpu_hours=work.gpu_hours, input_tokens=whole.input_tokens, output_tokens=whole.output_tokens
    )
    tables = [recipe.engine, *recipe.engines.values(), recipe.repair.engine, recipe.back_translation.engine]
    shares = {table.title: table.paid_share for table in tables if table is not None}
    return None if cost is None else cost * shares.get(name.partition("#")[0], 1.0)
