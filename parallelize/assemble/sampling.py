"""The sampling of an evaluation: here, by workers, or as one of the workers."""

from __future__ import annotations

from parallelize.assemble.dispatch import do_units
from parallelize.assemble.evaluation_plan import prepare
from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.sampling_work import SamplingWork
from parallelize.assemble.unit_work import WorkDone, other_engine
from parallelize.assemble.watching import WorkWatcher
from parallelize.core.errors import EngineFault
from parallelize.core.evaluation_recipe import parse_evaluation
from parallelize.pipeline.sampling import Sampling
from parallelize.store.json_files import read_json, write_json
from parallelize.store.run import RunDirectory

__all__ = ["open_sampling", "sample"]


def sample(work: SamplingWork) -> WorkDone:
    """Get the responses that are missing: here, or by workers.

    Raises:
        LeftToWorkers: the recipe leaves it to `parallelize work`, and something is missing still.
        EnvironmentFault: requests, the model or the disk failed; what was answered is kept.
        Interrupted: SIGINT or SIGTERM; what was answered is kept.
    """
    runner = work.evaluation.recipe.runner
    if runner != "here":  # workers look whether their model is the same
        write_json(work.run.asked, {"model": work.generator.fingerprint().digest().hex()})
    done = do_units(work, runner, lambda: _here(work))
    if done.errors:
        raise EngineFault(
            f"{done.errors} of {len(work.samples)} requests failed; the others are kept in "
            + "\n  ".join([str(work.memory_folder), *done.listed]),
            remedy="run the same command again: it asks only what failed",
        )
    return done


def _here(work: SamplingWork) -> WorkDone:
    work.expect()
    sampling: Sampling = interruptible(work.memory_folder, work.sample_all())
    return WorkDone(engines={"": sampling.work}, errors=sampling.errors, listed=sampling.listed)


def open_sampling(run: RunDirectory, watcher: WorkWatcher) -> SamplingWork:
    """The units of an evaluation that another process records and finishes.

    Raises:
        InputError: it is not recorded, or this machine's model is not that of its owner.
        EnvironmentFault: the model or a benchmark is missing here.
    """
    recipe = parse_evaluation(read_json(run.recipe), where=str(run.recipe))
    work = SamplingWork(prepare(recipe), run, watcher)
    asked = read_json(run.asked) if run.asked.is_file() else {}
    if asked.get("model") != work.generator.fingerprint().digest().hex():
        raise other_engine(recipe.model_name)
    return work
