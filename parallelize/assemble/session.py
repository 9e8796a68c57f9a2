"""A recipe at work in a run directory: its engines, scorers, languages, memory and queues, each made once.

Commands that build, plan, explain or work as one of many open a session and ask it; what none of them needs
is never made, so explaining starts no engine and judging none either.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.assemble.engines import EnginePlace, make_translator
from parallelize.assemble.preflight import language_states
from parallelize.assemble.scorers import default_scorer, make_pair_scorers, scoring_for, scoring_leg
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.engine_options import EngineTable
from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import language
from parallelize.core.measures import measure_versions
from parallelize.core.ports import PairScorer, Translator, alphabet_of
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.recipe import Recipe
from parallelize.core.thresholds import Thresholds
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.queue import SPAN_REQUESTS, Queue
from parallelize.pipeline.ticking import memory_folder, opened_memory
from parallelize.stages.legs import Leg, TranslationPlan
from parallelize.store.languages import BuiltLanguage, MadeFrom
from parallelize.store.run import RunDirectory
from parallelize.text.glossary import Glossary
from parallelize.text.prompts import profile_of_model

if TYPE_CHECKING:
    from parallelize.core.engine_work import EngineWork
    from parallelize.stages.score import Scorer
    from parallelize.store.memory import Memory
__all__ = ["OpenSession", "Session"]


class Session:
    """What a recipe needs, made when it is first asked for and shared from then on."""

    def __init__(self, recipe: Recipe, run: RunDirectory, watcher: BuildWatcher) -> None:
        """Open a session; nothing is made or read yet.

        Args:
            recipe: what is wanted.
            run: where it is done.
            watcher: is told of downloads and of what a person should know.

        Raises:
            InputError: the recipe names no target language.
        """
        if not recipe.langs:
            raise InputError(
                "no target language is given", remedy="name at least one, as in --langs de,fr,ja"
            )
        self.recipe = recipe
        self.run = run
        self.watcher = watcher
        self._translators: dict[str, tuple[EngineTable, Translator]] = {}

    @property
    def memory_folder(self) -> Path:
        """Where the replies of the run are kept on this machine."""
        return memory_folder(self.recipe.run.memory, self.run.memory)

    @cached_property
    def _place(self) -> EnginePlace:
        given = self.recipe.run
        return EnginePlace(
            on_download=self.watcher.download,
            tell=self.watcher.note,
            batches=self.run.batches,
            requests_out=Path(given.requests_out) if given.requests_out else None,
            replies_in=Path(given.replies_in) if given.replies_in else None,
        )

    @property
    def window_segments(self) -> int:
        """Segments under way at once: what the recipe says, or more where an engine answers in batches."""
        wanted = [options.window or 0 for _, options, _ in self.translators()]
        return max([self.recipe.run.window_segments, *wanted])

    @cached_property
    def scorer(self) -> Scorer:
        """What measures translations in this process, made on first use."""
        return default_scorer()

    @cached_property
    def scoring_models(self) -> tuple[PairScorer, ...]:
        """The scoring models of the recipe."""
        return make_pair_scorers(self.recipe.scorers)

    @cached_property
    def languages(self) -> list[LanguageState]:
        """What each target language is translated by. Starts no engine.

        Raises:
            EnvironmentFault: an engine or a model is missing; `LanguagesMissing` where only some lack theirs.
        """
        return language_states(self.recipe, self._language)

    def translator(self, options: EngineTable) -> Translator:
        """The translator of these options: one for each distinct set."""
        key = _key(options)
        if key not in self._translators:
            self._translators[key] = options, make_translator(options, self._place)
        return self._translators[key][1]

    def translators(self) -> Iterator[tuple[str, EngineTable, Translator]]:
        """(name for people, options, translator) of each that was asked for; no two names are alike."""
        taken: set[str] = set()
        for options, translator in self._translators.values():
            name, number = options.title, 2
            while name in taken:
                name, number = f"{options.title}#{number}", number + 1
            taken.add(name)
            yield name, options, translator

    def name_of(self, options: EngineTable) -> str:
        """The name for people of a translator that was asked for."""
        return next(name for name, known, _ in self.translators() if _key(known) == _key(options))

    def check_abilities(self) -> None:
        """Refuse what an engine cannot do, and say what it cannot be told.

        Raises:
            InputError: context for a prompt that shows none, or candidates from an engine that never varies.
        """
        recipe, untold = self.recipe, set()
        self._check_batches()
        for code in recipe.langs:
            if (region := language(code).region) is not None:
                self.watcher.note(
                    f"{code}: the engine is asked for it by name; no gate tells it from the same language "
                    f"outside {region}"
                )
        for code in recipe.langs:
            for options in filter(None, (recipe.engine_for(code), recipe.repair.engine)):
                name, traits = options.title, self.translator(options).traits
                if options.shows_context and not traits.uses_context:
                    raise InputError(
                        f"{name}: context = true, but the prompt profile {options.prompt!r} shows no context",
                        remedy="use a profile with {{ context }}, such as instruct, or remove context",
                    )
                if options.shows_translated_context and not traits.uses_translated_context:
                    raise InputError(
                        f'{name}: context = "both", but the prompt {options.prompt!r} shows no translation',
                        remedy="use one with {{ translated_context }}, such as instruct, or context = true",
                    )
                made_for = profile_of_model(getattr(options, "model", None) or "")
                if made_for and getattr(options, "prompt", made_for) == "instruct":
                    self.watcher.warn(
                        f"{options.title} has a prompt of its own and is asked as an instruction model; "
                        f"--prompt {made_for} (in a recipe: engine.prompt) asks as it was trained"
                    )
                if recipe.repair.candidates > 1 and not traits.samples:
                    raise InputError(
                        f"repair.candidates = {recipe.repair.candidates}, but {name} always answers the same",
                        remedy="remove it, or use an engine that samples (vllm, openai)",
                    )
                if recipe.glossary.get(code) and not traits.uses_glossary:
                    untold.add((code, name))
        for code, name in sorted(untold):
            self.watcher.warn(
                f"{code}: {name} cannot be told of the glossary; it is a gate only, and rows that miss its "
                "terms are dropped"
            )

    def _check_batches(self) -> None:
        """Refuse what goes with batches, or with files of requests, only or not at all.

        Raises:
            InputError: several workers would wait for one batch, or no engine writes requests.
        """
        run = self.recipe.run
        in_batches = [name for name, options, _ in self.translators() if options.window]
        if in_batches and run.runner != "here":
            raise InputError(
                f"{in_batches[0]} answers in batches, and run.runner is {run.runner}",
                remedy="leave the runner out: one process can wait for all batches",
            )
        if (run.requests_out or run.replies_in) and not in_batches:
            raise InputError(
                "requests and replies in files need the engine batch",
                remedy='write name = "batch" under [engine], with the model that will answer',
            )

    def _language(self, code: str) -> LanguageState:
        recipe, source = self.recipe, self.recipe.source.language
        forward = self.translator(recipe.engine_for(code)).fingerprint(LanguagePair(source, code))
        back = repair = None
        if recipe.back_translation.enabled:
            back = self.translator(recipe.back_engine_for(code)).fingerprint(LanguagePair(code, source))
        if recipe.repair.engine is not None:
            repair = self.translator(recipe.repair.engine).fingerprint(LanguagePair(source, code))
        parts = [
            recipe.translation_fingerprint(code),
            forward.digest(),
            back.digest() if back else b"",
            repair.digest() if repair else b"",
            self.scorer.signature.encode(),
            *(model.fingerprint(LanguagePair(source, code)).digest() for model in self.scoring_models),
        ]
        built = BuiltLanguage(
            fingerprint=digest_fields(parts).hex(),
            thresholds=dict(Thresholds.of(recipe.thresholds_for(code))),
            engine=forward,
            back_engine=back,
            repair_engine=repair,
            made_from=MadeFrom(
                recipe=recipe.translation_parts(code),
                scorer=self.scorer.identifiers,
                measures=measure_versions(),
            ),
        )
        return LanguageState(code=code, built=built)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[OpenSession]:
        """Open the memory, a queue for each engine, and the scoring; all end with the context.

        Everything answered is written to the memory on the way out, whatever happened.
        """
        for state in self.languages:  # so that every engine is known
            self.translator(self.recipe.engine_for(state.code))
        async with AsyncExitStack() as stack:
            memory = await stack.enter_async_context(
                opened_memory(self.recipe.run.memory, self.run.memory, self.watcher.warn)
            )

            async def queue(engine: Any, *, gpus: int = 1, span: int | None = None) -> Queue[Any]:
                stack.push_async_callback(engine.aclose)
                made: Queue[Any] = Queue(engine, memory, gpus=gpus, span=span or SPAN_REQUESTS)
                return await stack.enter_async_context(made)

            queues = {
                name: await queue(engine, gpus=options.gpus, span=options.span)
                for name, options, engine in self.translators()
            }
            for model in self.scoring_models:
                queues[model.measure] = await queue(model)
            scoring = scoring_for(self.recipe, self.scorer)
            stack.callback(scoring.close)
            yield OpenSession(session=self, memory=memory, queues=queues, scoring=scoring)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session whose queues are open."""

    session: Session
    memory: Memory
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
            forward=self._leg(recipe.engine_for(code), languages),
            back=self._leg(recipe.back_engine_for(code), languages.back)
            if recipe.back_translation.enabled
            else None,
            repair=self._leg(repair, languages) if repair else None,
            scoring=self.scoring,
            thresholds=Thresholds.of(recipe.thresholds_for(code)),
            attempts=recipe.repair.attempts,
            candidates=recipe.repair.candidates,
            segment_chars=recipe.segment.max_chars,
            glossary=Glossary.of(language(languages.source), recipe.glossary.get(code, {})),
            scorers=tuple(
                scoring_leg(model, self.queues[model.measure].ask, languages)
                for model in self.session.scoring_models
            ),
        )

    def _leg(self, options: EngineTable, languages: LanguagePair) -> Leg:
        translator = self.session.translator(options)
        return Leg(
            traits=translator.traits,
            fingerprint=translator.fingerprint(languages).digest(),
            ask=self.queues[self.session.name_of(options)].ask,
            alphabet=alphabet_of(translator, languages),
            context=options.shows_context and translator.traits.uses_context,
            translated_context=options.shows_translated_context and translator.traits.uses_translated_context,
        )


def _key(options: EngineTable) -> str:
    return canonical_json(options.model_dump(mode="json"))
