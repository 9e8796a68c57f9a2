"""The scoring models that a recipe's `[scorers]` describes: COMET, a judge, a solver."""

from __future__ import annotations

import os

from parallelize.assemble.engines import make_generator, named_prompt
from parallelize.core.errors import EnvironmentFault
from parallelize.core.ports import Level, PairScorer
from parallelize.core.recipe_tables import CometOptions, JudgeOptions, ScorerOptions, SolverOptions
from parallelize.core.trust import COMET_PYTHON
from parallelize.engines.comet.scorer import HOW_TO_GET, CometScorer
from parallelize.engines.judge import JudgeScorer
from parallelize.engines.solver import SolverScorer
from parallelize.text.prompts.judging import parse_judge, shipped_judge

__all__ = ["make_pair_scorers"]


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
    prompt = named_prompt(options.prompt, parse_judge, shipped_judge)
    return JudgeScorer(make_generator(options.engine), prompt, level=Level(options.level))
