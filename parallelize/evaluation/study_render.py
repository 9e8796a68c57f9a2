"""The report of a study as Markdown, and its pictures."""

from __future__ import annotations

from collections.abc import Iterator

from parallelize.core.languages import named_language
from parallelize.evaluation.law_render import law_sentences
from parallelize.evaluation.plots import PlotPoint, curve_chart
from parallelize.evaluation.study_figures import LawGroup, RankCorrelation, StudyReport
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
from parallelize.text.figure_tables import FigureTable, figure_markdown
from parallelize.text.markdown import escape

__all__ = [
    "BUDGETS",
    "correlation_sentences",
    "group_sentences",
    "off_target_chart",
    "study_markdown",
    "study_summary",
]

_MOST_NAMED = 40
"""Points that can have their language beside them; of more, the tooltip says it."""
BUDGETS = ("fixed budget", "growing budget")
"""Contrasts of rows: more languages in as many rows, or in more."""


def study_markdown(report: StudyReport) -> str:
    """Every table of the report, with its sentences."""
    parts = [f"# {escape(report.recipe.title)}", figure_markdown(model_table(report), level=2)]
    parts += [_tables("Figures by model and language", list(heat_maps(report)))]
    if len(report.benchmarks) > 1:
        parts += [_tables(f"On {name}", list(heat_maps(report, name))) for name in report.benchmarks]
    gap = gap_table(report)
    parts += [figure_markdown(gap, level=2)] if gap else []
    worse = list(worse_sentences(report))
    if worse:
        parts.append(_list("What got worse", worse))
    parts.append(_tables("What training changed", list(training_tables(report))))
    parts += [_list(f"Law: {group.name}", list(group_sentences(group))) for group in report.laws]
    sides = ((BUDGETS, "Contrasts at a constant budget"), (("paradigm",), "Paradigms side by side"))
    for kinds, title in sides:
        table = contrast_table(report, kinds, title)
        parts += [figure_markdown(table, level=2)] if table else []
    parts.append(_list("What goes with what", list(correlation_sentences(report))))
    parts.append(figure_markdown(distance_table(report), level=2))
    price = price_table(report)
    parts += [figure_markdown(price, level=2)] if price else []
    missing = [f"{name}: {why}" for name, why in report.not_computed.items()]
    parts.append(_list("Not computed", missing))
    parts.append(_list("Notes", [*report.notes, *report.recipe.sources]))
    return "\n\n".join(part for part in parts if part) + "\n"


def study_summary(report: StudyReport) -> str:
    """The figures of each model, and what they say in sentences: the report at a glance, as Markdown."""
    laws = (line for group in report.laws for line in group_sentences(group))
    sentences = [*worse_sentences(report), *laws, *correlation_sentences(report)]
    return "\n".join([figure_markdown(model_table(report), level=2) + "\n", *sentences])


def _tables(title: str, tables: list[FigureTable]) -> str:
    if not tables:
        return ""
    return "\n\n".join([f"## {escape(title)}", *(figure_markdown(table) for table in tables)])


def _list(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return "\n".join([f"## {escape(title)}", "", *(f"- {escape(line)}" for line in lines)])


def group_sentences(group: LawGroup) -> Iterator[str]:
    """What the models of one base say of the law and of transfer."""
    yield from law_sentences(group.report)
    for model in group.report.models:
        found = model.transfer
        if found is not None:
            ends = found.index.interval
            interval = "" if ends is None else f" [{ends.low:.2f}, {ends.high:.2f}]"
            yield (
                f"{model.model.name}: transferability index {found.index.value:.2f}{interval} "
                f"({found.signature}), relative gain {found.untrained_gain:+.3f} in languages not trained "
                f"on, {found.denominator_gain:+.3f} in {', '.join(found.denominator_languages)}."
            )
    for name, why in group.report.not_computed.items():
        yield f"{name} is not computed: {why}."


def correlation_sentences(report: StudyReport) -> Iterator[str]:
    """The rank correlations that could be computed, in words."""
    for one in report.correlations:
        if one.value is not None:
            yield (
                f"{one.model}: {one.of} and {one.against} correlate with {one.value:+.2f} "
                f"(Spearman, {one.points} points){_reading(one)}."
            )


def _reading(one: RankCorrelation) -> str:
    if abs(one.value or 0.0) < 0.3:
        return ": little to see"
    return f": the more {one.of}, the {'more' if (one.value or 0) > 0 else 'less'} {one.against}"


def off_target_chart(report: StudyReport) -> str | None:
    """Off-target rate against accuracy: a point for each model, benchmark and language; None without any."""
    models = [model.name for model in report.models]
    points = [
        PlotPoint(
            x=off,
            y=right,
            label=f"{model}, {benchmark}, {named_language(code)}, off-target {100 * off:.1f} %",
            name=code if len(report.cells) <= _MOST_NAMED else "",
            series=models.index(model),
        )
        for (model, benchmark, code), cell in report.cells.items()
        if (off := cell.share("off-target")) is not None and (right := cell.share("accuracy")) is not None
    ]
    if not points:
        return None
    return curve_chart(
        title="Off-target against accuracy",
        x_label="off-target responses",
        y_label="accuracy",
        points=points,
        x_percent=True,
        legend=models,
    )
