"""The engine work of a build: plans, queues and the memory of a recipe, put together."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.scorers import default_scorer, scoring_leg, scoring_processes
from parallelize.assemble.states import Engines, gpus_of
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.engine_work import EngineWork
from parallelize.core.languages import language
from parallelize.core.recipe import Recipe
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.pipeline.finishing import LanguageState
    from parallelize.pipeline.queue import Queue
    from parallelize.pipeline.translating import RecordChunk
    from parallelize.stages.legs import Leg, Scoring, TranslationPlan
    from parallelize.stages.score import Scorer
    from parallelize.store.memory import Memory

__all__ = ["Desk", "WorkDone", "memory_folder", "translate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What engine work is done with."""

    run: RunDirectory
    recipe: Recipe
    engines: Engines
    scorer: Scorer
    watcher: BuildWatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDone:
    """What it took."""

    engines: dict[str, EngineWork]
    """By name of the engine; empty if there was nothing to do."""
    cpu_seconds: float
    """Of this process, after the warm-up: cutting, asking, what is scored here, engines that work in it."""


def memory_folder(run: RunDirectory, recipe: Recipe) -> Path:
    """Where the replies of a run are kept."""
    return Path(recipe.run.memory) if recipe.run.memory else run.memory


def translate(
    desk: Desk,
    chunks: Sequence[RecordChunk],
    states: Sequence[LanguageState],
    *,
    warm_up: int = 0,
) -> WorkDone:
    """Translate the chunks that are not translated yet.

    Args:
        desk: what to work with.
        chunks: of records.
        states: languages.
        warm_up: so many chunks are translated first and their work is not counted: engines load with
            their first requests.

    Raises:
        EnvironmentFault: an engine or the disk failed; what was done is kept.
        Interrupted: SIGINT or SIGTERM; what was done is kept.
    """
    todo = []
    for state in states:
        rows = sum(chunk.rows for chunk in chunks)
        missing = sum(chunk.rows for chunk in chunks if not state.finished(desk.run, chunk))
        desk.watcher.expect(state.code, rows, rows - missing)
        if missing:
            todo.append(state)
    if not todo:
        return WorkDone(engines={}, cpu_seconds=0.0)
    done: WorkDone = interruptible(desk.run.root, _translate(desk, chunks, todo, warm_up))
    return done


async def _translate(
    desk: Desk, chunks: Sequence[RecordChunk], states: Sequence[LanguageState], warm_up: int
) -> WorkDone:
    from parallelize.pipeline.translating import translate_chunks
    from parallelize.store.memory import Memory

    memory = Memory(memory_folder(desk.run, desk.recipe))
    errors = 0
    async with _queues(desk, memory) as queues, _scoring(desk) as scoring:
        plans = [(_plan(desk, state.code, queues, scoring), state.fingerprint) for state in states]

        async def go(part: Sequence[RecordChunk]) -> int:
            return await translate_chunks(
                desk.run,
                part,
                plans,
                memory,
                window_segments=desk.recipe.run.window_segments,
                on_row=desk.watcher.row,
            )

        if warm_up:
            errors += await go(chunks[:warm_up])
            for queue in queues.values():
                queue.take_work()
        names = desk.engines.names()
        work = {names.get(key, key): queue.work for key, queue in queues.items()}
        desk.watcher.working(work)
        before = time.process_time()
        errors += await go(chunks[warm_up:])
        cpu_seconds = time.process_time() - before
    memory.close()
    for path in memory.damaged:
        desk.watcher.warn(f"a memory file was damaged and set aside: {path}; its replies were made again")
    if errors:
        desk.watcher.warn(f"{errors} rows had engine errors that may pass; the same command tries them again")
    return WorkDone(engines=work, cpu_seconds=cpu_seconds)


@asynccontextmanager
async def _queues(desk: Desk, memory: Memory) -> AsyncIterator[dict[str, Queue[Any]]]:
    """Of engines by their key, of scoring models by their measure; engines end with them."""
    from parallelize.pipeline.queue import SPAN_REQUESTS, Queue

    async with AsyncExitStack() as stack:

        async def queue(engine: Any, options: Any = None) -> Queue[Any]:
            stack.push_async_callback(engine.aclose)
            span = getattr(options, "lookahead", SPAN_REQUESTS)
            gpus = 1 if options is None else gpus_of(options)
            return await stack.enter_async_context(Queue(engine, memory, gpus=gpus, span=span))

        found = {key: await queue(engine, options) for key, options, engine in desk.engines.items()}
        for scorer in desk.engines.scorers(desk.recipe):
            found[scorer.measure] = await queue(scorer)
        yield found


@asynccontextmanager
async def _scoring(desk: Desk) -> AsyncIterator[Scoring]:
    from parallelize.pipeline.scoring import ScoringHere, ScoringProcesses

    processes = scoring_processes(desk.recipe)
    scoring = ScoringProcesses(default_scorer, processes) if processes else ScoringHere(desk.scorer)
    try:
        yield scoring
    finally:
        scoring.close()


def _plan(desk: Desk, code: str, queues: dict[str, Queue[Any]], scoring: Scoring) -> TranslationPlan:
    from parallelize.core.ports import alphabet_of
    from parallelize.core.thresholds import Thresholds
    from parallelize.stages.legs import Leg, TranslationPlan
    from parallelize.text.glossary import Glossary

    recipe, source = desk.recipe, desk.recipe.source.language

    def leg(options: Any, from_: str, to: str) -> Leg:
        key, translator = desk.engines.get(options)
        return Leg(
            traits=translator.traits,
            fingerprint=translator.fingerprint(from_, to).digest(),
            ask=queues[key].ask,
            alphabet=alphabet_of(translator, from_, to),
            context=getattr(options, "context", False) and translator.traits.uses_context,
        )

    back = recipe.back_translation.enabled
    repair = recipe.repair.engine
    return TranslationPlan(
        source_language=source,
        target_language=code,
        forward=leg(recipe.engine_for(code), source, code),
        back=leg(recipe.back_engine_for(code), code, source) if back else None,
        repair=leg(repair, source, code) if repair else None,
        scoring=scoring,
        thresholds=Thresholds.of(recipe.gates.thresholds_for(code)),
        attempts=recipe.repair.attempts,
        candidates=recipe.repair.candidates,
        segment_chars=recipe.segment.max_chars,
        glossary=Glossary.of(language(source), recipe.glossary.get(code, {})),
        scorers=tuple(
            scoring_leg(scorer, queues[scorer.measure].ask, source, code)
            for scorer in desk.engines.scorers(recipe)
        ),
    )
