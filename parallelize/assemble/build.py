"""The story of `build`: record the source, translate what is missing, judge, write, report."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.abilities import check_abilities
from parallelize.assemble.handing_out import hand_out, leave_to_workers
from parallelize.assemble.measuring import measure_build
from parallelize.assemble.publishing import card_template, finish, write_report
from parallelize.assemble.run_languages import note_asked, require_earlier, with_earlier_languages
from parallelize.assemble.session import Session
from parallelize.assemble.sources import (
    decontamination_notes,
    open_recipe_source,
    source_rows,
    source_warnings,
)
from parallelize.assemble.translating import TranslationWork, translate, warn_of_errors
from parallelize.assemble.unit_work import WorkDone
from parallelize.assemble.watching import BuildWatcher
from parallelize.assemble.work import take_receipts
from parallelize.core.errors import InputError
from parallelize.core.recipe import Recipe, parse_recipe
from parallelize.core.recipe_fields import data_fields
from parallelize.pipeline.recording import Recorded, record_source
from parallelize.report.card import check_template
from parallelize.store.run import RunDirectory, read_json, write_json
from parallelize.store.summary import Summary

if TYPE_CHECKING:
    from parallelize.stages.ingest import Ingestion

__all__ = ["BuildWatcher", "build", "check_same_run"]


def build(recipe: Recipe, root: Path, watcher: BuildWatcher) -> Summary:
    """Build, or go on building, the corpus of a recipe in a run directory. Returns the summary.

    Raises:
        InputError: the source or the recipe is wrong.
        EnvironmentFault: an engine, a model or disk space is missing; what was done is kept.
        RunLocked: another process works on this run.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    session = Session(recipe, RunDirectory(root), watcher)
    if (template := card_template(recipe)) is not None:
        check_template(template)  # now, not after hours of work
    run = session.run
    seconds: dict[str, float] = {}
    with run.locked():
        states = session.languages  # before work, so that what is missing is said early
        check_abilities(session)
        with run.without_workers(), _timed(seconds, "ingest"):
            recorded = _record(session)
        with _timed(seconds, "translate"):
            done = _translate(session, recorded)
        with run.without_workers():
            languages = with_earlier_languages(run, recorded, states, watcher)
            with _timed(seconds, "judge and write"):
                summary = finish(run, recipe, recorded, languages)
            measure_build(run, recipe, seconds, {**done.engines, **take_receipts(run)})
            write_report(run)
        return summary


def _translate(session: Session, recorded: Recorded) -> WorkDone:
    """Translate what is missing: here, or by workers.

    Raises:
        LeftToWorkers: the recipe leaves it to `parallelize work`, and something is missing still.
    """
    runner = session.recipe.run.runner
    if runner == "here":
        return translate(session, recorded.chunks)
    work = TranslationWork(session=session, chunks=recorded.chunks)
    if runner == "none":
        leave_to_workers(work)
        return WorkDone(engines={})
    done = hand_out(work, runner)
    warn_of_errors(session, done.errors)
    return done


def _record(session: Session) -> Recorded:
    """Put the rows of the source into the run, evaluation sets kept out, and keep the recipe."""
    run, recipe, watcher = session.run, session.recipe, session.watcher
    source: Ingestion = open_recipe_source(recipe)
    watcher.note(source.layout.explain())
    check_same_run(run, recipe)
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


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.monotonic()
    try:
        yield
    finally:
        seconds[name] = time.monotonic() - start


def check_same_run(run: RunDirectory, recipe: Recipe) -> None:
    """Refuse to mix two sources in one run directory by accident."""
    if not run.recipe.is_file():
        return
    before = parse_recipe(read_json(run.recipe), where=str(run.recipe))
    ours, theirs = data_fields(recipe.source), data_fields(before.source)
    if (ours["path"], ours["split"], ours["config"]) != (theirs["path"], theirs["split"], theirs["config"]):
        raise InputError(
            f"{run.root} holds a build of {theirs['path']}, not of {ours['path']}",
            remedy="give another --out, or remove that folder",
        )
