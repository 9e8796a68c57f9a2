"""The files of an evaluation: reports of its responses, tables, card and manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.assemble.model_results import write_results
from parallelize.assemble.response_files import read_responses
from parallelize.assemble.score import ResponseJudge
from parallelize.core.evaluation_recipe import EvaluationRecipe, ScoringOptions
from parallelize.core.provenance import public_name
from parallelize.evaluation.results import card_facts, item_lines, results_csv
from parallelize.evaluation.score_render import score_markdown
from parallelize.evaluation.score_report import ScoreReport
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions
from parallelize.report.card import render_evaluation_card
from parallelize.report.score_page import score_page
from parallelize.store.files import atomic_write
from parallelize.store.json_files import write_json
from parallelize.store.results import EvaluationManifest
from parallelize.store.run import RunDirectory
from parallelize.text.thinking import ThinkingTags

if TYPE_CHECKING:
    from parallelize.core.engine_work import EngineWork
__all__ = [
    "score_options",
    "score_responses_file",
    "write_card",
    "write_measurements",
]


def score_responses_file(root: Path, recipe: EvaluationRecipe) -> dict[str, ScoreReport]:
    """Score `responses.jsonl` and write what was found; returns one report for each benchmark."""
    options = score_options(recipe.scoring)
    judge = ResponseJudge(languages=tuple(sorted(recipe.langs)), options=options)
    verdicts = list(judge.verdicts(read_responses(root / "responses.jsonl")))
    reports, several = {}, len(recipe.benchmarks) > 1
    for benchmark in recipe.benchmarks:
        mine: list[ResponseVerdict] = [v for v in verdicts if v.response.source == benchmark.name]
        report = judge.report(mine, f"{recipe.model_name} on {benchmark.name}")
        reports[benchmark.name] = report
        stem = f"report-{benchmark.name}" if several else "report"
        atomic_write(root / f"{stem}.md", score_markdown(report))
        atomic_write(root / f"{stem}.html", score_page(report, mine))
    trained = recipe.trained_languages
    atomic_write(root / "results.csv", results_csv(reports, recipe.model_name, trained))
    atomic_write(root / "items.jsonl", b"".join(item_lines(verdicts, trained)))
    write_results(root, recipe.model_name, verdicts, reports, options)
    return reports


def score_options(chosen: ScoringOptions) -> ScoreOptions:
    """How responses are judged, from what a recipe says of it."""
    tags = ThinkingTags(opening=chosen.think_open, closing=chosen.think_close, opened=chosen.thinking_opened)
    return ScoreOptions(tags=tags, judge_cut=chosen.judge_cut)


def write_card(
    root: Path, recipe: EvaluationRecipe, reports: Mapping[str, ScoreReport], manifest: EvaluationManifest
) -> None:
    """Write `README.md`, the card of the evaluation."""
    known = manifest.model.fingerprint
    sampling = {key: str(value) for key, value in known.sampling.items()}
    facts = card_facts(
        reports,
        name=f"Evaluation of {manifest.model.name}",
        model={"id": known.model, "revision": known.revision},
        benchmarks={
            item.name: {
                "dataset": public_name(item.path),
                "revision": _revision(manifest.benchmarks[item.name]),
            }
            for item in recipe.benchmarks
        },
        settings={
            "samples for each problem": str(recipe.samples),
            **sampling,
            "prompt": f"{recipe.prompt.style}, instruction: {recipe.prompt.instruction}",
            "prompts sha256": str(manifest.prompts["sha256"]),
        },
        created_with=manifest.created_with,
    )
    atomic_write(root / "README.md", render_evaluation_card(facts))


def _revision(languages: Mapping[str, Any]) -> str | None:
    """The commits of a Hub dataset that were read, whatever name it was asked by; None for files."""
    parts = [part for item in languages.values() for part in item.get("levels", {"": item}).values()]
    return ", ".join(dict.fromkeys(part["revision"] for part in parts if part.get("revision"))) or None


def write_measurements(folder: RunDirectory, work: EngineWork) -> None:
    """Speed of the last run that asked the model; beside the results, never in them."""
    whole, busy = work.total, work.busy_seconds
    if not whole.work.calls:
        return
    tokens = whole.work.output_tokens or 0
    write_json(
        folder.measurements,
        {
            "replies": whole.work.calls,
            "from_memory": whole.from_memory,
            "input_tokens": whole.work.input_tokens or 0,
            "cached_tokens": whole.cached_tokens,
            "output_tokens": tokens,
            "busy_seconds": round(busy, 3),
            "output_tokens_per_second": round(tokens / busy, 1) if busy else None,
        },
    )
