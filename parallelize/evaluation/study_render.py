"""What the report of a study says in sentences, and its picture."""

from __future__ import annotations

from collections.abc import Iterator

from parallelize.core.languages import named_language
from parallelize.evaluation.law_render import law_sentences
from parallelize.evaluation.plots import PlotPoint, curve_chart
from parallelize.evaluation.study_figures import LawGroup, RankCorrelation, StudyReport
from parallelize.evaluation.study_tables import model_table, worse_sentences
from parallelize.text.figure_tables import figure_markdown, percent

__all__ = ["correlation_sentences", "group_sentences", "off_target_chart", "study_summary"]

_MOST_NAMED = 40
"""Points that can have their language beside them; of more, the tooltip says it."""


def study_summary(report: StudyReport) -> str:
    """The figures of each model, and what they say in sentences: the report at a glance, as Markdown."""
    laws = (line for group in report.laws for line in group_sentences(group))
    sentences = [*worse_sentences(report), *laws, *correlation_sentences(report)]
    return "\n".join([figure_markdown(model_table(report), level=2) + "\n", *sentences])


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
            label=f"{model}, {benchmark}, {named_language(code)}, off-target {percent(off)}",
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
