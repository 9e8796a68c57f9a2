"""A build, and judging one again: engines, sources, stages and files of a recipe, put together."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.report import write_report
from parallelize.assemble.scorers import default_scorer
from parallelize.assemble.sources import open_recipe_source, source_rows
from parallelize.assemble.states import (
    Engines,
    check_abilities,
    known_languages,
    language_state,
    require_earlier,
    require_published,
    with_earlier_languages,
)
from parallelize.assemble.translating import Desk, translate
from parallelize.assemble.versions import package_versions
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import InputError
from parallelize.core.recipe import Recipe, data_fields, parse_recipe
from parallelize.store.json_files import parse_object
from parallelize.store.languages import read_languages, write_languages
from parallelize.store.manifest import Manifest
from parallelize.store.measurements import EngineFigures, Measurements, write_measurements
from parallelize.store.run import RunDirectory, read_json, write_json
from parallelize.store.summary import Summary

if TYPE_CHECKING:
    from parallelize.core.engine_work import EngineWork
    from parallelize.pipeline.finishing import LanguageState
    from parallelize.pipeline.recording import Recorded
    from parallelize.stages.ingest import Ingestion

__all__ = [
    "BuildWatcher",
    "build",
    "check_same_run",
    "engine_figures",
    "finish",
    "judge_run",
    "load_run_recipe",
    "measure_build",
    "record",
    "work_cost",
]


def load_run_recipe(run: RunDirectory) -> Recipe:
    """The resolved recipe of a run.

    Raises:
        InputError: the folder is no run.
    """
    run.require()
    return parse_recipe(read_json(run.recipe), where=str(run.recipe))


def build(recipe: Recipe, root: Path, watcher: BuildWatcher) -> Summary:
    """Build, or go on building, the corpus of a recipe in a run directory. Returns the summary.

    Raises:
        InputError: the source or the recipe is wrong.
        EnvironmentFault: an engine, a model or disk space is missing; what was done is kept.
        RunLocked: another process works on this run.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    if not recipe.langs:
        raise InputError("no target language is given", remedy="name at least one, as in --langs de,fr,ja")
    if (template := _card_template(recipe)) is not None:
        from parallelize.report.card import check_template

        check_template(template)  # now, not after hours of work
    run = RunDirectory(root)
    seconds: dict[str, float] = {}
    with run.locked():
        engines, scorer = Engines(watcher), default_scorer()
        # Before work, so that what is missing is said early.
        states = [language_state(recipe, code, engines, scorer) for code in recipe.langs]
        check_abilities(recipe, engines, watcher)
        with _timed(seconds, "ingest"):
            source = open_recipe_source(recipe)
            watcher.note(source.layout.explain())
            check_same_run(run, recipe)
            recorded = record(run, recipe, source)
            require_earlier(run, recorded, states)
        for warning in source_warnings(source, recorded):
            watcher.warn(warning)
        write_json(run.recipe, recipe.model_dump(mode="json"))
        _note_asked(run, states)
        desk = Desk(run=run, recipe=recipe, engines=engines, scorer=scorer, watcher=watcher)
        with _timed(seconds, "translate"):
            done = translate(desk, recorded.chunks, states)
        languages = with_earlier_languages(run, recorded, states, watcher)
        with _timed(seconds, "judge and write"):
            summary = finish(run, recipe, recorded, languages)
        measure_build(run, recipe, seconds, done.engines)
        write_report(run)
        return summary


def source_warnings(source: Ingestion, recorded: Recorded) -> Iterator[str]:
    """What a user must know about a source: language that stays, splits not read, columns of mixed types."""
    from parallelize.store.corpus import CorpusSchema

    yield from map(str, source.describe().notes)
    if source.left_splits:
        yield f"only the split train is read, not {', '.join(source.left_splits)} (--split chooses)"
    staying = [rule.pattern for rule in source.layout.staying() if rule.treatment.value != "keep"]
    if staying:
        yield (
            f"stays in the source language: {', '.join(staying)} (to translate it: --texts "
            f"'{staying[0]}=translate'; `parallelize inspect` says why)"
        )
    mixed = CorpusSchema(recorded.types).mixed
    if mixed:
        yield f"columns of mixed types are JSON text in the corpus: {', '.join(mixed)}"


def _note_asked(run: RunDirectory, states: Sequence[LanguageState]) -> None:
    """Write what each language is translated by, for `--explain` of a later build."""
    before = read_languages(run.asked)
    write_languages(run.asked, {**before, **{state.code: state.built for state in states}})


def judge_run(root: Path, overrides: Mapping[str, float | None]) -> Summary:
    """Judge a run again with other thresholds, and write its corpus and its report anew. Returns the summary.

    Args:
        root: the run directory.
        overrides: measure → threshold, None to switch the gate off. The manifest records them; the run's
            recipe stays, so the next build judges by it again.

    Raises:
        InputError: no run, or an unknown measure.
        StorageFault: something that the corpus is made of is missing or damaged; the corpus is as it was.
    """
    from parallelize.pipeline.recording import load_recorded

    run = RunDirectory(root)
    run.require()
    with run.locked():
        recipe = load_run_recipe(run)
        thresholds = {name: False if value is None else value for name, value in overrides.items()}
        data = recipe.model_dump(mode="json")
        data["gates"]["thresholds"].update(thresholds)
        for table in data["gates"]["by_language"].values():  # an override goes before a language's own
            for name in thresholds:
                table.pop(name, None)
        recipe = parse_recipe(data, where="--threshold")
        recorded = load_recorded(run)
        languages = known_languages(run, recipe)
        require_published(run, languages)
        summary = finish(run, recipe, recorded, languages)
        write_report(run)
        return summary


def record(run: RunDirectory, recipe: Recipe, source: Ingestion) -> Recorded:
    """Put the rows of a source into a run, evaluation sets kept out.

    Raises:
        InputError: there is no usable row, or an evaluation set cannot be read.
    """
    from parallelize.pipeline.recording import record_source

    rows, describe = source_rows(recipe, source)
    return record_source(
        run, rows, describe, chunk_rows=recipe.run.chunk_rows, arrow_schema=source.arrow_schema()
    )


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
    remedy = "remove it, and run the build again with your own recipe"
    before = parse_recipe(read_json(run.recipe, remedy=remedy), where=str(run.recipe))
    ours, theirs = data_fields(recipe.source), data_fields(before.source)
    if (ours["path"], ours["split"], ours["config"]) != (theirs["path"], theirs["split"], theirs["config"]):
        raise InputError(
            f"{run.root} holds a build of {theirs['path']}, not of {ours['path']}",
            remedy="give another --out, or remove that folder",
        )


def finish(
    run: RunDirectory, recipe: Recipe, recorded: Recorded, languages: Sequence[LanguageState]
) -> Summary:
    """Judge the rows of a run and write its corpus."""
    from parallelize.pipeline.finishing import finish_corpus
    from parallelize.report.card import render_dataset_card

    def card(manifest: Manifest, summary: Summary) -> str:
        return render_dataset_card(manifest, summary, template=_card_template(recipe))

    return finish_corpus(run, recipe, recorded, languages, render_card=card, versions=package_versions())


def _card_template(recipe: Recipe) -> Path | None:
    return Path(recipe.corpus.card) if recipe.corpus.card else None


def measure_build(
    run: RunDirectory, recipe: Recipe, seconds: Mapping[str, float], work: Mapping[str, EngineWork]
) -> None:
    """Write what the last build that did engine work took; beside the corpus, never in it."""
    if not work and run.measurements.is_file():
        return
    costs = [work_cost(recipe, item) for item in work.values()]
    measured = Measurements(
        stages={name: round(value, 3) for name, value in seconds.items()},
        engines={name: engine_figures(item) for name, item in work.items()},
        cost=round(sum(filter(None, costs)), 6) if any(cost is not None for cost in costs) else None,
    )
    write_measurements(run, measured)


def engine_figures(work: EngineWork) -> EngineFigures:
    """What an engine did, as `measurements.json` has it."""
    return parse_object(work.as_dict(), EngineFigures, where="the work of an engine")


def work_cost(recipe: Recipe, work: EngineWork) -> float | None:
    """What an engine's work cost at the recipe's prices; None without prices."""
    whole = work.total.work
    return recipe.prices.cost(
        gpu_hours=work.gpu_hours, input_tokens=whole.input_tokens, output_tokens=whole.output_tokens
    )
