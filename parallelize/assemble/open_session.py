"""A session at work: its memory open, a queue for each engine, and what decides how rows are translated."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parallelize.assemble.binding import bound_scorer, bound_translator
from parallelize.assemble.scorers import scoring_for
from parallelize.assemble.session import Session
from parallelize.core.engine_options import EngineOptions
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.pipeline.open_memory import opened_memory
from parallelize.pipeline.queue import Queue, enter_queue
from parallelize.stages.ingest import TextPolicy
from parallelize.stages.translation_plan import BoundTranslator, TranslationPlan
from parallelize.text.glossary import Glossary

if TYPE_CHECKING:
    from parallelize.core.engine_work import EngineWork

__all__ = ["OpenSession", "working"]


@asynccontextmanager
async def working(session: Session) -> AsyncIterator[OpenSession]:
    """Open the memory, a queue for each engine, and the scoring; all end with the context.

    Everything answered is written to the memory on the way out, whatever happened.
    """
    for state in session.languages:  # so that every engine is known
        session.translators.of(session.recipe.engine_for(state.code))
    async with AsyncExitStack() as stack:
        memory = await stack.enter_async_context(
            opened_memory(session.recipe.run.memory, session.run.memory, session.watcher.warn)
        )

        queues = {
            name: await enter_queue(stack, engine, memory, gpus=options.gpus, span=options.span)
            for name, options, engine in session.translators.made()
        }
        for model in session.scoring_models:
            queues[model.measure] = await enter_queue(stack, model, memory)
        scoring = scoring_for(session.recipe, session.scorer)
        stack.callback(scoring.close)
        yield OpenSession(session=session, queues=queues, scoring=scoring)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session whose queues are open."""

    session: Session
    queues: dict[str, Queue[Any]]
    """By name of the engine; scoring models by their measure."""
    scoring: Any

    @property
    def work(self) -> dict[str, EngineWork]:
        """What each engine has done so far."""
        return {name: queue.work for name, queue in self.queues.items()}

    def begin_counting(self) -> None:
        """Forget what was done so far: engines are warm now."""
        for queue in self.queues.values():
            queue.take_work()

    def plan(self, code: str) -> TranslationPlan:
        """What decides how rows are translated into a language."""
        recipe, repair = self.session.recipe, self.session.recipe.repair.engine
        languages = LanguagePair(recipe.source.language, code)
        return TranslationPlan(
            languages=languages,
            forward=self._bound(recipe.engine_for(code), languages),
            back=self._bound(recipe.back_engine_for(code), languages.back)
            if recipe.back_translation.enabled
            else None,
            again=recipe.translates_again(code),
            repair=self._bound(repair, languages) if repair else None,
            scoring=self.scoring,
            thresholds=recipe.gates_for(code),
            attempts=recipe.repair.attempts,
            candidates=recipe.repair.candidates,
            segment_chars=recipe.segment.max_chars,
            glossary=Glossary.of(language(languages.source), recipe.glossary.get(code, {})),
            scorers=tuple(
                bound_scorer(model, self.queues[model.measure].ask, languages)
                for model in self.session.scoring_models
            ),
            inner=TextPolicy(treatments=recipe.texts).inner,
        )

    def _bound(self, options: EngineOptions, languages: LanguagePair) -> BoundTranslator:
        translators = self.session.translators
        ask = self.queues[translators.name_of(options)].ask
        return bound_translator(translators.of(options), ask, languages, options)
