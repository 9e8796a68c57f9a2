"""The story of `build`: record the source, translate what is missing, judge, write, report."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from parallelize.assemble.abilities import check_abilities
from parallelize.assemble.measuring import measure_build
from parallelize.assemble.publishing import check_card, finish, write_report
from parallelize.assemble.recording import record
from parallelize.assemble.run_languages import with_earlier_languages
from parallelize.assemble.session import Session
from parallelize.assemble.translating import translate
from parallelize.assemble.unit_work import take_receipts
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.recipe import Recipe
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Summary

__all__ = ["build"]


def build(recipe: Recipe, root: Path, watcher: BuildWatcher) -> Summary:
    """Build, or go on building, the corpus of a recipe in a run directory. Returns the summary.

    Raises:
        InputError: the source or the recipe is wrong.
        EnvironmentFault: an engine, a model or disk space is missing; what was done is kept.
        LeftToWorkers: the recipe leaves the translating to `parallelize work`, and some is missing still.
        RunLocked: another process works on this run.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    session = Session(recipe, RunDirectory(root), watcher)
    check_card(recipe)
    run = session.run
    seconds: dict[str, float] = {}
    with run.locked():
        states = session.languages  # before work, so that what is missing is said early
        check_abilities(session)
        with run.without_workers(), _timed(seconds, "ingest"):
            recorded = record(session)
        with _timed(seconds, "translate"):
            done = translate(session, recorded.chunks)
        with run.without_workers():
            languages = with_earlier_languages(run, recorded, states, watcher)
            with _timed(seconds, "judge and write"):
                summary = finish(run, recipe, recorded, languages)
            measure_build(run, recipe, seconds, {**done.engines, **take_receipts(run)})
            write_report(run)
        return summary


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.monotonic()
    try:
        yield
    finally:
        seconds[name] = time.monotonic() - start
