"""The scorers that build, judge, audit and evaluation share."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from parallelize.assemble.engines import make_generator
from parallelize.core.errors import EnvironmentFault, InputError
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import Level, PairScorer
from parallelize.core.processes import usable_cores
from parallelize.core.recipe import Recipe
from parallelize.core.recipe_tables import CometOptions, JudgeOptions, ScorerOptions, SolverOptions
from parallelize.core.trust import COMET_PYTHON
from parallelize.engines.comet.scorer import HOW_TO_GET, CometScorer
from parallelize.engines.judge import JudgeScorer
from parallelize.engines.solver import SolverScorer
from parallelize.identifiers.panel import default_panel
from parallelize.pipeline.scoring import ScoringHere, ScoringProcesses
from parallelize.stages.legs import Ask, ScoringLeg
from parallelize.stages.score import Scorer
from parallelize.text.prompts.judging import parse_judge, shipped_judge

__all__ = [
    "default_scorer",
    "make_pair_scorers",
    "scoring_for",
    "scoring_leg",
    "scoring_processes",
    "translation_scorer",
]

_CORES_EACH = 4
_MOST_PROCESSES = 8


@cache
def default_scorer() -> Scorer:
    """The scorer that build, judge, audit and evaluation share."""
    return Scorer(default_panel())


@cache
def translation_scorer(measures: tuple[str, ...] = ()) -> Scorer:
    """The scorer of translations by people and other programs: formulas are compared by content.

    Args:
        measures: see `Scorer`.
    """
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


def scoring_leg(scorer: PairScorer, ask: Ask, languages: LanguagePair) -> ScoringLeg:
    """A scoring model as a stage asks it about a pair of languages."""
    return ScoringLeg(
        measure=scorer.measure,
        level=scorer.level,
        fingerprint=scorer.fingerprint(languages).digest(),
        ask=ask,
        samples=scorer.samples,
    )


def make_pair_scorers(options: ScorerOptions) -> tuple[PairScorer, ...]:
    """Make the scoring models that `[scorers]` describes; each starts with its first request.

    Raises:
        InputError: a prompt file cannot be read.
        EnvironmentFault: something that they need is not installed.
    """
    found: list[PairScorer] = []
    if options.comet is not None:
        found.append(_comet(options.comet))
    if options.judge is not None:
        found.append(_judge(options.judge))
    if options.solver is not None:
        found.append(_solver(options.solver))
    return tuple(found)


def _comet(options: CometOptions) -> PairScorer:
    python = options.python or os.environ.get(COMET_PYTHON)
    if not python:
        raise EnvironmentFault(
            "[scorers.comet] needs the Python of an environment with unbabel-comet, and "
            f"{COMET_PYTHON} is not set",
            remedy=HOW_TO_GET,
        )
    return CometScorer(options.model_copy(update={"python": python}))


def _solver(options: SolverOptions) -> PairScorer:
    generator = make_generator(options.engine)
    return SolverScorer(generator, samples=options.samples, max_output_tokens=options.max_output_tokens)


def _judge(options: JudgeOptions) -> PairScorer:
    if options.prompt.endswith(".toml"):
        path = Path(options.prompt)
        try:
            prompt = parse_judge(path.read_text(encoding="utf-8"), name=path.stem)
        except OSError as error:
            raise InputError(f"the prompt file {path} cannot be read: {error.strerror}") from error
    else:
        prompt = shipped_judge(options.prompt)
    return JudgeScorer(make_generator(options.engine), prompt, level=Level(options.level))
