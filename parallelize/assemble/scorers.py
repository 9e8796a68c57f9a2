"""The scorers that build, judge, audit and evaluation share."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from parallelize.core.recipe import Recipe

if TYPE_CHECKING:
    from parallelize.stages.score import Scorer

__all__ = ["default_scorer", "scoring_processes", "translation_scorer"]

_CORES_EACH = 4
_MOST_PROCESSES = 8


@cache
def default_scorer() -> Scorer:
    """The scorer that build, judge, audit and evaluation share."""
    from parallelize.identifiers.panel import default_panel
    from parallelize.stages.score import Scorer

    return Scorer(default_panel())


@cache
def translation_scorer() -> Scorer:
    """The scorer of translations by people and other programs: formulas are compared by content."""
    from parallelize.identifiers.panel import default_panel
    from parallelize.stages.score import Scorer

    return Scorer(default_panel(), exact_spans=False)


def scoring_processes(recipe: Recipe) -> int:
    """Processes that score beside this one; 0: it scores itself.

    Without a word in the recipe: one for every four cores, at most eight, where a model answers that
    does not need these cores; engines that compute on them have as many processes as there are cores.
    """
    if recipe.run.scoring_processes is not None:
        return recipe.run.scoring_processes
    if not any(recipe.engine_for(code).name in {"vllm", "openai"} for code in recipe.langs):
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_MOST_PROCESSES, cores // _CORES_EACH)
