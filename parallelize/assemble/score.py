"""The story of `score`: responses of models are judged, and the verdicts become one report.

`score`, `evaluate`, `study` and the Python front door judge with one panel over the languages asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.judges import language_judge
from parallelize.assemble.ray_map import spread_by
from parallelize.assemble.reference_metrics import ReferenceMetrics
from parallelize.assemble.response_files import stream_response_files
from parallelize.evaluation.responses import Response, ResponseColumns
from parallelize.evaluation.score_render import row_line
from parallelize.evaluation.score_report import ScoreReport, measure
from parallelize.evaluation.scoring import ResponseVerdict, ScoreOptions, Spread, score_responses
from parallelize.report.score_page import score_page
from parallelize.store.files import atomic_write, written_along
from parallelize.text.thinking import ThinkingTags

if TYPE_CHECKING:
    from parallelize.core.evaluation_recipe import ScoringOptions

__all__ = ["ReferenceMetrics", "ResponseJudge", "ScoreOptions", "score_files", "score_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseJudge:
    """Judges responses, and adds verdicts up to a report that names the identifiers that voted."""

    languages: tuple[str, ...]
    """Languages asked for; the panel tells them from the common ones."""
    options: ScoreOptions = field(default_factory=ScoreOptions)

    def verdicts(
        self, responses: Iterable[Response], *, workers: int | None = None, spread: Spread | None = None
    ) -> Iterator[ResponseVerdict]:
        """Judge every response, in order; see `evaluation.scoring.score_responses`."""
        judge = partial(language_judge, self.languages)
        return score_responses(responses, judge, self.options, workers=workers, spread=spread)

    def report(
        self,
        verdicts: Iterable[ResponseVerdict],
        name: str,
        *,
        notes: Sequence[str] = (),
        metrics: Mapping[str, object] | None = None,
    ) -> ScoreReport:
        """Add verdicts up.

        Args:
            verdicts: of one benchmark, file or model.
        """
        return measure(
            verdicts,
            file=name,
            options=self.options,
            detectors=language_judge(self.languages).signature.split(" ; "),
            metrics=metrics or {},
            notes=notes,
        )


def score_options(chosen: ScoringOptions) -> ScoreOptions:
    """How responses are judged, from what a recipe says of it."""
    tags = ThinkingTags(opening=chosen.think_open, closing=chosen.think_close, opened=chosen.thinking_opened)
    return ScoreOptions(tags=tags, judge_cut=chosen.judge_cut)


def score_files(
    patterns: Sequence[str],
    columns: ResponseColumns,
    options: ScoreOptions,
    *,
    form: str = "auto",
    reference: ReferenceMetrics | None = None,
    runner: str = "here",
    rows: Path | None = None,
    page: Path | None = None,
) -> ScoreReport:
    """Score files of responses; what is written is written whole or not at all.

    Args:
        patterns: files, globs, folders; `{lang}` stands for a language code.
        form: whose files they are, or `auto`.
        runner: who judges: `here` (the machine's cores), `processes:N`, `ray` or `ray:ADDRESS`.
        rows: where each verdict goes, in input order.
        page: where the page with charts and samples goes.

    Raises:
        UsageError: a reference metric or the runner is not known.
        EnvironmentFault: there is no Ray cluster, or its workers are lost again and again.
        InputError: a file or a row is wrong; the message names it.
    """
    wanted = reference or ReferenceMetrics()
    wanted.check()
    files = stream_response_files(patterns, columns, form=form)
    judge = ResponseJudge(languages=files.languages, options=options)
    spreading = spread_by(runner)
    found = judge.verdicts(files.responses, workers=spreading.workers, spread=spreading.spread)
    if rows is not None:
        found = written_along(found, rows, partial(row_line, mixed_share=options.mixed_share))
    if page is None and not wanted.names:  # only what shows texts, or reads them again, keeps verdicts
        return judge.report(found, files.name, notes=files.notes)
    verdicts = list(found)
    report = judge.report(verdicts, files.name, notes=files.notes, metrics=wanted.figures(verdicts, options))
    if page is not None:
        atomic_write(page, score_page(report, verdicts))
    return report
