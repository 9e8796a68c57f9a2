"""Responses of one model, judged into its folder: `verdicts.jsonl`, `scores.json`, reports by benchmark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parallelize.assemble.response_files import read_response_files
from parallelize.assemble.score import ResponseJudge, score_options
from parallelize.core.evaluation_recipe import ScoringOptions
from parallelize.core.study_recipe import StudyModelOptions
from parallelize.evaluation.responses import Response, ResponseColumns
from parallelize.evaluation.score_render import row_line, score_markdown
from parallelize.evaluation.score_report import ScoreReport
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.report.score_page import score_page
from parallelize.store.files import atomic_write
from parallelize.store.json_files import write_json

__all__ = ["JudgedBenchmark", "judge_given", "judge_into", "write_pages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBenchmark:
    """The responses to one benchmark with what was found of them."""

    verdicts: Sequence[ResponseVerdict]
    report: ScoreReport


def judge_into(
    folder: Path,
    model: str,
    responses: Iterable[Response],
    judge: ResponseJudge,
    *,
    benchmarks: Sequence[str] = (),
    title: Callable[[str], str] = str,
    notes: Sequence[str] = (),
) -> dict[str, JudgedBenchmark]:
    """Judge responses and write what was found; returns it by benchmark, which a response's source names.

    Args:
        responses: of any benchmarks, in any order.
        benchmarks: those that were asked, and their order; by default those of the responses.
    """
    verdicts = list(judge.verdicts(responses))
    by_benchmark: dict[str, list[ResponseVerdict]] = {name: [] for name in benchmarks}
    for verdict in verdicts:
        by_benchmark.setdefault(verdict.response.source, []).append(verdict)
    found = {
        name: JudgedBenchmark(verdicts=mine, report=judge.report(mine, title(name), notes=notes))
        for name, mine in by_benchmark.items()
    }
    lines = (row_line(verdict, mixed_share=judge.options.mixed_share) for verdict in verdicts)
    atomic_write(folder / "verdicts.jsonl", b"".join(lines))
    scores = {name: item.report.as_dict() for name, item in found.items()}
    write_json(folder / "scores.json", {"model": model, "benchmarks": scores})
    return found


def write_pages(folder: Path, stem: str, judged: JudgedBenchmark) -> None:
    """Write the report on a benchmark for people: `STEM.md` and `STEM.html`."""
    atomic_write(folder / f"{stem}.md", score_markdown(judged.report))
    atomic_write(folder / f"{stem}.html", score_page(judged.report, judged.verdicts))


def judge_given(model: StudyModelOptions, folder: Path, scoring: ScoringOptions) -> None:
    """Score responses that are there already; they are read anew each time, so that no score is stale.

    Raises:
        InputError: a file is missing or unreadable; the message names it.
    """
    files = read_response_files(model.responses, ResponseColumns(constants={"model": model.name}))
    judge = ResponseJudge(languages=files.languages, options=score_options(scoring))
    judge_into(folder, model.name, files.responses, judge, notes=files.notes)
