"""A recipe at work in a run directory: its engines, scorers, languages, memory and queues, each made once.

Commands that build, plan, explain or work as one of many open a session and ask it; what none of them needs
is never made, so explaining starts no engine and judging none either.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.engines import EnginePlace, make_translator
from parallelize.assemble.preflight import language_states
from parallelize.assemble.scorers import default_scorer, make_pair_scorers
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.engine_options import EngineTable
from parallelize.core.errors import InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.measures import measure_versions
from parallelize.core.ports import PairScorer, Translator
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.recipe import Recipe
from parallelize.core.thresholds import Thresholds
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.ticking import memory_folder
from parallelize.store.languages import BuiltLanguage, MadeFrom
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.stages.score import Scorer

__all__ = ["Session"]


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


def _key(options: EngineTable) -> str:
    return canonical_json(options.model_dump(mode="json"))
