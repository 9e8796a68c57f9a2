"""The units of a recorded run, as a worker opens them on its machine."""

from __future__ import annotations

from pathlib import Path

from parallelize.assemble.recording import load_run_recipe
from parallelize.assemble.sampling import open_sampling
from parallelize.assemble.session import Session
from parallelize.assemble.translating import TranslationWork
from parallelize.assemble.unit_work import UnitWork, other_engine
from parallelize.assemble.watching import BuildWatcher
from parallelize.pipeline.recording import load_recorded
from parallelize.store.json_files import read_json
from parallelize.store.languages import read_languages
from parallelize.store.run import RunDirectory

__all__ = ["open_worker"]


def open_worker(root: Path, watcher: BuildWatcher) -> UnitWork:
    """The units of a recorded run, a build's or an evaluation's.

    Raises:
        InputError: the run is not recorded, or this machine's engines are not those of its owner.
        EnvironmentFault: an engine or a model is missing here.
    """
    run = RunDirectory(root)
    run.require()
    if "benchmarks" in read_json(run.recipe):
        return open_sampling(run, watcher)
    session = Session(load_run_recipe(run), run, watcher)
    recorded = load_recorded(run)
    asked = read_languages(run.asked)
    for state in session.languages:
        wanted = asked.get(state.code)
        if wanted is None or wanted.fingerprint != state.built.fingerprint:
            raise other_engine(state.code)
    return TranslationWork(session=session, chunks=recorded.chunks)
