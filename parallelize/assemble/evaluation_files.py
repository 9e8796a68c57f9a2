"""The files of an evaluation, made of the replies in its memory: responses, scores, tables and pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from parallelize.assemble.judged_results import judge_into, write_pages
from parallelize.assemble.response_files import read_responses
from parallelize.assemble.score import ResponseJudge, score_options
from parallelize.core.errors import EngineFault
from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.evaluation.asking import Sample
from parallelize.evaluation.result_files import item_lines, response_line, results_csv
from parallelize.evaluation.score_report import ScoreReport
from parallelize.store.files import atomic_write, replace_file, storage_errors, temporary_beside
from parallelize.store.memory import Memory
from parallelize.store.result_manifests import EVALUATION

__all__ = ["write_responses", "write_scores"]


def write_responses(samples: Sequence[Sample], replies: Path, root: Path, model: str) -> dict[str, int]:
    """Write `responses.jsonl`, in place of all that was made of earlier ones.

    Args:
        replies: the memory that has the reply to each.

    Returns:
        How often each finish reason occurred.

    Raises:
        EngineFault: a reply is not in the memory.
        StorageFault: the disk failed.
    """
    path = root / "responses.jsonl"
    finishes: Counter[str] = Counter()
    with closing(Memory(replies)) as memory, storage_errors(path), temporary_beside(path) as temporary:
        _remove_results(root)
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


def _remove_results(root: Path) -> None:
    """Take away the manifest and the pages of an earlier run: no file may speak of other responses."""
    with storage_errors(root):
        for path in [root / EVALUATION, *root.glob("report*.md"), *root.glob("report*.html")]:
            path.unlink(missing_ok=True)


def write_scores(root: Path, recipe: EvaluationRecipe) -> dict[str, ScoreReport]:
    """Score `responses.jsonl` and write what was found; returns one report for each benchmark."""
    judge = ResponseJudge(languages=tuple(sorted(recipe.langs)), options=score_options(recipe.scoring))
    found = judge_into(
        root,
        recipe.model_name,
        read_responses(root / "responses.jsonl"),
        judge,
        benchmarks=[benchmark.name for benchmark in recipe.benchmarks],
        title=lambda name: f"{recipe.model_name} on {name}",
    )
    for name, item in found.items():
        stem = f"report-{name}" if len(recipe.benchmarks) > 1 else "report"
        write_pages(root, stem, item)
    reports = {name: item.report for name, item in found.items()}
    trained = recipe.trained_languages
    atomic_write(root / "results.csv", results_csv(reports, recipe.model_name, trained))
    verdicts = [verdict for item in found.values() for verdict in item.verdicts]
    atomic_write(root / "items.jsonl", b"".join(item_lines(verdicts, trained)))
    return reports
