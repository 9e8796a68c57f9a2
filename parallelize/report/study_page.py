"""The report of a study, as a page without a script and as Markdown: the same sections in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from parallelize.core.version import __version__
from parallelize.evaluation.law_render import accuracy_chart, law_chart
from parallelize.evaluation.plots import CHART_STYLE
from parallelize.evaluation.study_figures import StudyReport
from parallelize.evaluation.study_render import correlation_sentences, group_sentences, off_target_chart
from parallelize.evaluation.study_tables import (
    contrast_table,
    distance_table,
    gap_table,
    heat_maps,
    model_table,
    price_table,
    training_tables,
    worse_sentences,
)
from parallelize.report.page import fill, render_page
from parallelize.store.files import atomic_write
from parallelize.text.figure_tables import FigureTable, figure_markdown, shown_cell
from parallelize.text.markdown import escape

__all__ = ["study_markdown", "study_page", "write_study_pages"]

_FIRST = 3
"""Sentences above everything else."""
_BUDGETS = ("fixed budget", "growing budget")
"""Contrasts of rows: more languages in as many rows, or in more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSection:
    """A part of the report under a heading, or folded away in one."""

    anchor: str
    title: str
    lines: Sequence[str] = ()
    charts: Sequence[Markup] = ()
    """Shown on the page only."""
    tables: Sequence[FigureTable] = ()
    folded: Sequence[PageSection] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.lines or self.charts or self.tables or self.folded)


def write_study_pages(folder: Path, report: StudyReport) -> None:
    """Write a study for people: `study.md` and `study.html`."""
    atomic_write(folder / "study.md", study_markdown(report))
    atomic_write(folder / "study.html", study_page(report))


def study_markdown(report: StudyReport) -> str:
    """Every table and sentence of the report."""
    parts = [f"# {escape(report.recipe.title)}", escape(_counted(report))]
    for section in _sections(report):
        parts += _markdown(section, level=2)
    return "\n\n".join(parts) + "\n"


def _markdown(section: PageSection, *, level: int) -> Iterator[str]:
    headed = [table.title for table in section.tables] == [section.title] and not section.lines
    if not headed and (section.lines or section.tables or section.folded):
        yield f"{'#' * level} {escape(section.title)}"
    if section.lines:
        yield "\n".join(f"- {escape(line)}" for line in section.lines)
    for table in section.tables:
        yield figure_markdown(table, level=level + (not headed))
    for part in section.folded:
        yield from _markdown(part, level=level + 1)


def _counted(report: StudyReport) -> str:
    return (
        f"{len(report.models)} models, {len(report.benchmarks)} benchmarks "
        f"({', '.join(report.benchmarks)}), {len(report.languages)} languages; pivot {report.recipe.pivot}."
    )


def study_page(report: StudyReport) -> str:
    """The page as HTML text."""
    recipe = report.recipe
    values = {
        "title": recipe.title,
        "verdicts": _training_lines(report)[:_FIRST],
        "counted": _counted(report),
        "sections": [section for section in _sections(report) if not section.empty],
        "version": __version__,
        "level": f"{100 * recipe.level:g} %",
        "shown": shown_cell,
    }
    return render_page(title=recipe.title, body=fill("study.html.jinja", values), styles=[CHART_STYLE])


def _training_lines(report: StudyReport) -> list[str]:
    """What got worse by training, in sentences; empty where nothing is beside its base."""
    compared = any(True for _ in training_tables(report))
    return list(worse_sentences(report)) or (["Nothing got worse beyond chance."] if compared else [])


def _sections(report: StudyReport) -> Iterator[PageSection]:
    gap, price = gap_table(report), price_table(report)
    yield PageSection(anchor="models", title="Models", tables=[model_table(report)])
    yield PageSection(
        anchor="figures",
        title="Accuracy and language",
        tables=[*heat_maps(report), *([gap] if gap else [])],
        folded=[
            PageSection(anchor=f"on-{index}", title=f"On {name}", tables=list(heat_maps(report, name)))
            for index, name in enumerate(report.benchmarks)
            if len(report.benchmarks) > 1
        ],
    )
    yield PageSection(
        anchor="off-target",
        title="Off-target against accuracy",
        lines=list(correlation_sentences(report)),
        charts=_charts(off_target_chart(report)),
    )
    tables = list(training_tables(report))
    yield PageSection(
        anchor="training",
        title="What training changed",
        lines=_training_lines(report),
        folded=[
            PageSection(anchor=f"pair-{index}", title=table.title, tables=[table])
            for index, table in enumerate(tables)
        ],
    )
    for index, group in enumerate(report.laws):
        yield PageSection(
            anchor=f"law-{index}",
            title=f"Transfer and law: {group.name}",
            lines=list(group_sentences(group)),
            charts=_charts(law_chart(group.report), accuracy_chart(group.report)),
            folded=[PageSection(anchor=f"law-notes-{index}", title="Notes", lines=group.report.notes)],
        )
    for kinds, anchor, title in (
        (_BUDGETS, "budget", "Contrasts at a constant budget"),
        (("paradigm",), "paradigms", "Paradigms side by side"),
    ):
        contrast = contrast_table(report, kinds, title)
        yield PageSection(anchor=anchor, title=title, tables=[contrast] if contrast else [])
    yield PageSection(anchor="distance", title="Distance of languages", tables=[distance_table(report)])
    yield PageSection(anchor="price", title="Price of a language", tables=[price] if price else [])
    missing = [f"{name}: {why}" for name, why in report.not_computed.items()]
    yield PageSection(
        anchor="notes",
        title="Settings and notes",
        lines=[*_settings(report), *report.notes, *report.recipe.sources],
        folded=[PageSection(anchor="missing", title="Not computed", lines=missing)] if missing else [],
    )


def _charts(*charts: str | None) -> list[Markup]:
    return [Markup(chart) for chart in charts if chart]  # noqa: S704 - escaped where they are drawn


def _settings(report: StudyReport) -> Iterator[str]:
    recipe, transfer = report.recipe, report.recipe.transfer
    yield (
        f"Intervals {100 * recipe.level:g} %, {recipe.resamples} resamples of items, seed {recipe.seed}; "
        "those of the law, the leap and the gap hold item noise and training noise."
    )
    zero = "left out" if transfer.skip_zero_base else "refused"
    yield (
        f"Transferability index: denominator {transfer.denominator}, {transfer.average}, scale "
        f"{transfer.scale}, cells with a base of 0 {zero}."
    )
    asked = {
        "samples": recipe.samples,
        "limit": recipe.limit,
        **(recipe.engine or {}),
        **(recipe.prompt or {}),
    }
    yield "Asked: " + ", ".join(f"{key} {value}" for key, value in asked.items() if value is not None) + "."
