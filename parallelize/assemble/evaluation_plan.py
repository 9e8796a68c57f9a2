"""What an evaluation asks, read from its benchmarks before any model is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parallelize.assemble.benchmarks import BenchmarkProblems, load_benchmark, load_examples
from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.evaluation.asking import Asker, Asking, Sample
from parallelize.evaluation.profiles import read_profile
from parallelize.hub.source import HubSource

if TYPE_CHECKING:
    from parallelize.core.sources import RowSource

__all__ = ["Evaluation", "prepare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What is to be asked, before any model is there."""

    recipe: EvaluationRecipe
    benchmarks: Sequence[BenchmarkProblems]
    asking: Asking

    def samples(self, fingerprint: bytes) -> Iterator[Sample]:
        """Every response that is wanted, in the order of the responses file."""
        asker = Asker(self.asking, fingerprint, seed=self.recipe.engine.seed)
        for benchmark in self.benchmarks:
            for code in self.recipe.langs:
                for question in benchmark.questions[code]:
                    yield from asker.samples(question, self.recipe.samples)


def prepare(recipe: EvaluationRecipe, *, hub: RowSource | None = None) -> Evaluation:
    """Read the benchmarks and examples of a recipe.

    Args:
        hub: where datasets are found; by default the Hugging Face Hub.

    Raises:
        InputError: a benchmark lacks a language or gold answers, or cannot be read.
        EnvironmentFault: the Hub cannot be reached.
    """
    place = hub or HubSource()
    prompt = recipe.prompt
    benchmarks = [
        load_benchmark(
            item, recipe.langs, limit=recipe.limit, prompt_language=prompt.prompt_language, hub=place
        )
        for item in recipe.benchmarks
    ]
    examples = {}
    if prompt.shots and prompt.examples is not None:
        examples = load_examples(prompt.examples, recipe.langs, prompt.shots, hub=place)
    asking = Asking(
        chat=prompt.style == "chat",
        instruction=prompt.instruction,
        boxed=prompt.boxed,
        opening=prompt.opening,
        thinking=prompt.thinking,
        think_open=recipe.scoring.think_open,
        template_arguments=prompt.template_arguments,
        examples=examples,
        profile=None if prompt.profile is None else read_profile(prompt.profile),
        english=prompt.english,
    )
    return Evaluation(recipe=recipe, benchmarks=benchmarks, asking=asking)
