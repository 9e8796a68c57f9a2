"""The scorers that build, judge, audit and evaluation share."""

from __future__ import annotations

from functools import cache

from parallelize.core.processes import usable_cores
from parallelize.core.recipe import Recipe
from parallelize.identifiers.panel import default_panel
from parallelize.pipeline.scoring import ScoringHere, ScoringProcesses
from parallelize.stages.score import Scorer

__all__ = ["default_scorer", "scoring_for", "scoring_processes", "translation_scorer"]

_CORES_EACH = 4
_MOST_PROCESSES = 8


@cache
def default_scorer() -> Scorer:
    """The scorer that build, judge, audit and evaluation share."""
    return Scorer(default_panel())


@cache
def translation_scorer(measures: tuple[str, ...] = ()) -> Scorer:
    """The scorer of translations by people and other programs: formulas are compared by content."""
    return Scorer(default_panel(), exact_spans=False, measures=measures)


def scoring_processes(recipe: Recipe) -> int:
    """Processes that score beside this one; 0: it scores itself.

    Without a word in the recipe: one for every four cores, at most eight, where a model answers that
    does not need these cores; engines that compute on them have as many processes as there are cores.
    """
    if recipe.run.scoring_processes is not None:
        return recipe.run.scoring_processes
    if not any(recipe.engine_for(code).name in {"vllm", "openai"} for code in recipe.langs):
        return 0
    return min(_MOST_PROCESSES, usable_cores() // _CORES_EACH)


def scoring_for(recipe: Recipe, scorer: Scorer) -> ScoringHere | ScoringProcesses:
    """Where the replies of a build are scored: in this process, or in others beside it."""
    processes = scoring_processes(recipe)
    return ScoringProcesses(default_scorer, processes) if processes else ScoringHere(scorer)
