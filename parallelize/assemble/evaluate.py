"""An evaluation: problems of benchmarks to a model, its responses scored, and the files of both.

DIR/
  recipe.json       the evaluation as it was asked for
  memory/           every reply, at its address
  responses.jsonl   one line for each response, in a fixed order
  verdicts.jsonl    what was found about each of them
  scores.json, report.md, report.html (report-<benchmark>.* where there are several)
  results.csv, items.jsonl   for `parallelize law`
  README.md         a card
  evaluation.json   the manifest, written last: its existence means complete
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from parallelize.assemble.benchmarks import BenchmarkProblems, load_benchmark, load_examples
from parallelize.assemble.engines import make_generator
from parallelize.assemble.evaluation_files import (
    MANIFEST,
    evaluation_manifest,
    finish_evaluation,
    score_responses_file,
    write_card,
    write_measurements,
)
from parallelize.assemble.interrupts import interruptible
from parallelize.core.errors import EngineFault, InputError
from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.core.provenance import EngineFingerprint
from parallelize.evaluation.asking import Asker, Asking, Sample
from parallelize.evaluation.profiles import read_profile
from parallelize.evaluation.results import response_line, results_markdown
from parallelize.hub.source import HubSource
from parallelize.pipeline.sampling import Sampling, sample_model
from parallelize.store.files import replace_file, storage_errors, temporary_beside
from parallelize.store.memory import Memory
from parallelize.store.run import RunDirectory, read_json, write_json

if TYPE_CHECKING:
    from parallelize.core.ports import Generator
    from parallelize.core.sources import RowSource
__all__ = ["Evaluation", "EvaluationWatcher", "evaluate", "prepare"]


class EvaluationWatcher(Protocol):
    """Is told how an evaluation goes. All calls come from one thread."""

    def note(self, text: str) -> None:
        """Something a person may want to know."""

    def warn(self, text: str) -> None:
        """Something a person must know."""

    def expect(self, code: str, total: int, done: int) -> None:
        """A language begins: responses in all, and how many the memory holds."""

    def reply(self, code: str, tokens: int) -> None:
        """A response came, of so many tokens."""


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
        recipe: what is wanted.
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


def evaluate(evaluation: Evaluation, root: Path, watcher: EvaluationWatcher) -> tuple[dict[str, Any], str]:
    """Get every response that is not there yet, score all, and write the files.

    Returns:
        The manifest, and a table of the figures as Markdown.

    Raises:
        InputError: the folder holds the results of another model.
        EnvironmentFault: the engine or the disk failed; what was answered is kept.
        RunLocked: another process works in this folder.
        Interrupted: SIGINT or SIGTERM; what was answered is kept.
    """
    recipe = evaluation.recipe
    folder = RunDirectory(root)
    with folder.locked():
        generator = make_generator(recipe.engine)
        fingerprint = generator.fingerprint()
        _refuse_other_model(root, fingerprint)
        write_json(folder.recipe, recipe.model_dump(mode="json"))
        for note in (note for item in evaluation.benchmarks for note in item.notes):
            watcher.warn(note)
        memory = Memory(Path(recipe.memory) if recipe.memory else folder.memory)
        samples = list(evaluation.samples(fingerprint.digest()))
        sampling = _sample(samples, generator, memory, recipe, watcher)
        for path in memory.damaged:
            watcher.warn(f"a memory file was damaged and set aside: {path}; its replies were made again")
        if sampling.errors:
            raise EngineFault(
                f"{sampling.errors} of {len(samples)} requests failed; the others are kept in "
                + "\n  ".join([str(memory.root), *sampling.listed]),
                remedy="run the same command again: it asks only what failed",
            )
        _remove_results(root)
        finishes = _write_responses(samples, memory, root, recipe.model_name)
        memory.close()
        reports = score_responses_file(root, recipe)
        manifest = evaluation_manifest(
            recipe, evaluation.benchmarks, evaluation.asking, fingerprint, finishes
        )
        write_card(root, reports, manifest)
        write_measurements(folder, sampling.work)
        return finish_evaluation(root, manifest), results_markdown(reports, recipe.model_name)


def _refuse_other_model(root: Path, fingerprint: EngineFingerprint) -> None:
    path = root / MANIFEST
    if not path.is_file():
        return
    known = read_json(path)["model"]
    if known["fingerprint_sha256"] != fingerprint.digest().hex():
        raise InputError(
            f"{root} holds the results of {known['name']} with other sampling, or of another model",
            remedy="give another --out (evaluations can share one --memory)",
        )


def _remove_results(root: Path) -> None:
    """Take away the manifest and the pages of an earlier run: no file may speak of other responses."""
    with storage_errors(root):
        for path in [root / MANIFEST, *root.glob("report*.md"), *root.glob("report*.html")]:
            path.unlink(missing_ok=True)


def _sample(
    samples: Sequence[Sample],
    generator: Generator,
    memory: Memory,
    recipe: EvaluationRecipe,
    watcher: EvaluationWatcher,
) -> Sampling:
    wanted: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for sample in samples:
        wanted[sample.question.language] += 1
        there[sample.question.language] += memory.get(sample.part, sample.address) is not None
    for code in recipe.langs:
        watcher.expect(code, wanted[code], there[code])

    async def work() -> Sampling:
        try:
            return await sample_model(
                samples,
                generator,
                memory,
                think_open=recipe.scoring.think_open,
                think_close=recipe.scoring.think_close,
                on_reply=lambda sample, tokens: watcher.reply(sample.question.language, tokens),
            )
        finally:
            await generator.aclose()

    done: Sampling = interruptible(memory.root, work())
    return done


def _write_responses(samples: Sequence[Sample], memory: Memory, root: Path, model: str) -> dict[str, int]:
    """Write `responses.jsonl` from the memory; returns how often each finish reason occurred."""
    path = root / "responses.jsonl"
    finishes: Counter[str] = Counter()
    with storage_errors(path), temporary_beside(path) as temporary:
        with temporary.open("wb") as handle:
            for sample in samples:
                reply = memory.get(sample.part, sample.address)
                if reply is None:
                    raise EngineFault(
                        f"the reply to {sample.question.id} is not in the memory {memory.root} any more",
                        remedy="run the same command again",
                    )
                finishes[reply.finish.value] += 1
                handle.write(response_line(sample, reply, model))
        replace_file(temporary, path)
    return dict(sorted(finishes.items()))
