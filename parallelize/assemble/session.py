"""A recipe at work in a run directory: its engines, scorers, languages, memory and queues, each made once.

Commands that build, plan, explain or work as one of many open a session and ask it; what none of them needs
is never made, so explaining starts no engine and judging none either.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.language_states import session_languages
from parallelize.assemble.scorers import default_scorer
from parallelize.assemble.scoring_models import make_pair_scorers
from parallelize.assemble.translators import Translators
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import InputError
from parallelize.core.ports import PairScorer
from parallelize.core.recipe import Recipe
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.open_memory import memory_folder
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.stages.score import Scorer

__all__ = ["Session"]


class Session:
    """What a recipe needs, made when it is first asked for and shared from then on."""

    def __init__(self, recipe: Recipe, run: RunDirectory, watcher: BuildWatcher) -> None:
        """Open a session; nothing is made or read yet.

        Args:
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

    @property
    def memory_folder(self) -> Path:
        """Where the replies of the run are kept on this machine."""
        return memory_folder(self.recipe.run.memory, self.run.memory)

    @cached_property
    def translators(self) -> Translators:
        """The engines that translate, each made when it is first asked for."""
        return Translators(self.recipe, self.run.batches, self.watcher)

    @property
    def window_segments(self) -> int:
        """Segments under way at once: what the recipe says, or more where an engine answers in batches."""
        wanted = [options.window or 0 for _, options, _ in self.translators.made()]
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
        return session_languages(self)
