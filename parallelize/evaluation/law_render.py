"""A `LawReport` as Markdown tables and as charts."""

from __future__ import annotations

from collections.abc import Iterator

from parallelize.evaluation.heat_chart import heat_chart
from parallelize.evaluation.law_report import ALL_BENCHMARKS, LawReport, ModelResult
from parallelize.evaluation.plots import BarSeries, Curve, CurveSample, PlotPoint, bar_chart, curve_chart
from parallelize.metrics.scaling_figures import ScalingFit
from parallelize.metrics.statistics import Estimate, Interval
from parallelize.text.markdown import escape, markdown_table

__all__ = ["accuracy_chart", "law_chart", "law_markdown", "law_sentences", "written_points"]

_MOST_SERIES = 4
_BASIS = {
    "combined": "items and training",
    "items": "items alone (bootstrap)",
    "scatter": "scatter of the models (t)",
}
_SPACE = {"accuracy": "non-linear", "log": "logarithms"}


def law_markdown(report: LawReport) -> str:
    """All figures as Markdown tables, shares in per cent, intervals in brackets."""
    parts = [f"# Cross-lingual transfer: {escape(report.source)}", _heading_facts(report)]
    parts.append(_section("Accuracy", _accuracy_table(report)))
    if any(model.gains for model in report.models):
        parts.append(_section(f"Relative gain ΔR over {escape(report.base or '')}", _gain_table(report)))
    if any(model.transfer for model in report.models):
        parts.append(_section("Multilingual Transferability Index", _transfer_table(report)))
    sentences = list(law_sentences(report))
    if sentences:
        parts.append(_section("In words", "\n".join(f"- {sentence}" for sentence in sentences)))
    if report.laws:
        parts.append(_section("Parallel scaling law acc(n) = α·n^β", _law_table(report)))
    if report.leap or report.gap:
        parts.append(_section("First-Parallel Leap, Monolingual Generalization Gap", _leap_table(report)))
    if report.not_computed:
        lines = [f"- {escape(name)}: {escape(why)}" for name, why in report.not_computed.items()]
        parts.append(_section("Not computed", "\n".join(lines)))
    parts.append(_section("Notes", "\n".join(f"- {note}" for note in report.notes)))
    return "\n\n".join(parts) + "\n"


def law_chart(report: LawReport) -> str | None:
    """The law over all benchmarks with its band, as SVG; `None` when no law could be fitted."""
    main = next((law.fit for law in report.laws if law.quantity == ALL_BENCHMARKS), None)
    if main is None:
        return None
    curves = [_curve(main, f"law, {report.options.level * 100:g} % band", dashed=False)]
    if report.gap is not None:
        curves.append(_curve(report.gap.fit, "law of n > 1", dashed=True))
        curves.append(_step("gap", report.gap.gap, (1, report.gap.observed), (1, report.gap.predicted)))
    if report.leap is not None:
        leap = report.leap
        curves.append(_step("leap", leap.leap.value, (1, leap.monolingual), (2, leap.bilingual)))
    points = [
        PlotPoint(
            x=model.model.n,
            y=model.accuracy.value,
            label=f"{model.model.name}, n = {model.model.n}",
            interval=model.accuracy.interval,
            name=model.model.name,
        )
        for model in report.models
        if model.model.n >= 1 and model.model.name != report.base
    ]
    return curve_chart(
        title="Parallel scaling law",
        x_label="training languages n",
        y_label=f"accuracy, mean of {_count(len(report.languages), 'language')}"
        f" and {_count(len(report.benchmarks), 'benchmark')}",
        points=points,
        curves=curves,
    )


def _step(what: str, size: float, start: tuple[float, float], end: tuple[float, float]) -> Curve:
    """The First-Parallel Leap or the generalization gap, drawn from one accuracy to another."""
    samples = [CurveSample(x=x, y=y, interval=None) for x, y in (start, end)]
    return Curve(label=f"{what}: {size * 100:+.1f} points", samples=samples, dashed=True)


def law_sentences(report: LawReport) -> Iterator[str]:
    """The law, the leap and the gap as sentences that a reader can quote."""
    main = next((law.fit for law in report.laws if law.quantity == ALL_BENCHMARKS), None)
    if main is not None:
        low, high = 2**main.beta_interval.low, 2**main.beta_interval.high
        yield (
            f"Each doubling of languages: accuracy × {2**main.beta:.2f} [{low:.2f}, {high:.2f}] "
            f"(interval by {_BASIS[main.basis]}){_verdict(low > 1, high < 1, 'growth', 'decline')}."
        )
    if report.leap is not None:
        leap = report.leap
        ends = leap.leap.interval
        yield (
            f"The first parallel language adds {written_points(leap.leap.value, ends)} percentage points: "
            f"{leap.monolingual * 100:.1f} % with one language, {leap.bilingual * 100:.1f} % with two"
            f"{'' if ends is None else _verdict(ends.low > 0, ends.high < 0, 'a gain', 'a loss')}."
        )
    if report.gap is not None:
        gap, ends = report.gap, report.gap.gap_interval
        yield (
            f"The law of the others foretells {gap.predicted * 100:.1f} % for one language, "
            f"{gap.observed * 100:.1f} % were observed: "
            f"a gap of {written_points(gap.gap, ends)} percentage points"
            f"{_verdict(ends.low > 0, ends.high < 0, 'a shortfall', 'an excess')}."
        )


def _verdict(above: bool, below: bool, more: str, less: str) -> str:
    """What an interval says, as the end of a sentence."""
    if above or below:
        return f": {more if above else less}"
    return f": neither {more} nor {less} is shown"


def accuracy_chart(report: LawReport) -> str:
    """Accuracy by language of every model as SVG: bars, or a heat map of more models than bars can tell."""
    models = report.models
    if len(models) > _MOST_SERIES:
        return heat_chart(
            title=f"Accuracy by language, %, mean of {_count(len(report.benchmarks), 'benchmark')}",
            groups=report.languages,
            rows=[(one.model.name, [one.by_language[code] for code in report.languages]) for one in models],
        )
    return bar_chart(
        title="Accuracy by language",
        y_label=f"accuracy, mean of {_count(len(report.benchmarks), 'benchmark')}",
        groups=report.languages,
        series=[
            BarSeries(label=model.model.name, values=[model.by_language[code] for code in report.languages])
            for model in models
        ],
    )


def _curve(fit: ScalingFit, what: str, *, dashed: bool) -> Curve:
    return Curve(
        label=f"{what}: {fit.alpha:.3f}·n^{fit.beta:.3f}",
        samples=[
            CurveSample(x=point.n, y=point.accuracy, interval=None if dashed else _drawn(point.interval))
            for point in fit.curve
        ],
        dashed=dashed,
    )


def _drawn(interval: Interval) -> Interval:
    """The part of an interval that an accuracy can have: three models give a band of many times that."""
    return Interval(low=min(1.0, interval.low), high=min(1.0, interval.high), level=interval.level)


def _heading_facts(report: LawReport) -> str:
    facts = [
        f"base model: {escape(report.base) if report.base else 'none'}",
        _count(len(report.languages), "language"),
        f"benchmarks: {escape(', '.join(report.benchmarks))}",
        f"intervals: {report.options.level * 100:g} %",
    ]
    if report.items is not None:
        facts.append(
            f"{_count(report.items, 'item')}, {report.options.resamples} resamples, "
            f"seed {report.options.seed}"
        )
    return "; ".join(facts)


def _accuracy_table(report: LawReport) -> str:
    rows = [
        [
            *_identity(model),
            _share(model.accuracy),
            *(f"{model.by_language[code].value * 100:.1f}" for code in report.languages),
        ]
        for model in report.models
    ]
    return markdown_table(["model", "n", "mean", *report.languages], rows)


def _gain_table(report: LawReport) -> str:
    rows = []
    for model in report.models:
        if not model.gains:
            continue
        trained = model.model.trained_languages or ()
        cells = []
        for code in report.languages:
            gain = model.gains[code]
            text = "–" if gain is None else f"{gain.gain.value:+.3f}{_ends(gain.gain.interval, '+.3f')}"
            cells.append(f"**{text}**" if code in trained else text)
        rows.append([*_identity(model), *cells])
    return markdown_table(["model", "n", *report.languages], rows) + "\n\nBold: languages trained on."


def _transfer_table(report: LawReport) -> str:
    rows = []
    for model in report.models:
        result = model.transfer
        if result is None:
            continue
        places = ".1f" if report.options.transfer.scale == 100 else ".3f"
        rows.append(
            [
                *_identity(model),
                f"{result.index.value:{places}}{_ends(result.index.interval, places)}",
                f"{result.untrained_gain:+.3f} ({', '.join(result.untrained_languages)})",
                f"{result.denominator_gain:+.3f} ({', '.join(result.denominator_languages)})",
                str(result.cells),
                str(len(result.left_out)),
            ]
        )
    header = ["model", "n", "MTI", "ΔR not trained on", "ΔR denominator", "cells", "left out"]
    return markdown_table(header, rows) + f"\n\nDefinition: `{report.options.transfer.signature()}`"


def _law_table(report: LawReport) -> str:
    named = [(law.quantity, law.fit) for law in report.laws]
    if report.gap is not None:
        named.append((f"{ALL_BENCHMARKS}, n > 1", report.gap.fit))
    rows = []
    for name, fit in named:
        rows.append(
            [
                escape(name),
                _SPACE[fit.space],
                str(fit.points),
                f"{fit.alpha:.4f}{_ends(fit.alpha_interval, '.4f')}",
                f"{fit.beta:.4f}{_ends(fit.beta_interval, '.4f')}",
                "–" if fit.r_squared is None else f"{fit.r_squared:.3f}",
                _BASIS[fit.basis],
                _chance(fit.lack_of_fit_p),
            ]
        )
    header = ["accuracy of", "least squares", "models", "α", "β", "R²", "intervals by", "lack of fit p"]
    return markdown_table(header, rows)


def _leap_table(report: LawReport) -> str:
    rows = []
    if report.leap is not None:
        leap = report.leap
        rows.append(
            [
                "First-Parallel Leap",
                written_points(leap.leap.value, leap.leap.interval),
                f"n = 2: {leap.bilingual * 100:.1f} %, n = 1: {leap.monolingual * 100:.1f} %",
                "–" if leap.basis is None else _BASIS[leap.basis],
            ]
        )
    if report.gap is not None:
        gap = report.gap
        rows.append(
            [
                "Monolingual Generalization Gap",
                written_points(gap.gap, gap.gap_interval),
                f"law at n = 1: {gap.predicted * 100:.1f} %, observed: {gap.observed * 100:.1f} %",
                _BASIS[gap.fit.basis],
            ]
        )
    return markdown_table(["figure", "percentage points", "from", "interval by"], rows)


def _identity(model: ModelResult) -> list[str]:
    return [escape(model.model.name), str(model.model.n)]


def _share(estimate: Estimate) -> str:
    if estimate.interval is None:
        return f"{estimate.value * 100:.1f}"
    return (
        f"{estimate.value * 100:.1f} [{estimate.interval.low * 100:.1f}, {estimate.interval.high * 100:.1f}]"
    )


def written_points(value: float, interval: Interval | None) -> str:
    """A difference of shares in percentage points with its interval, `+3.1 [+0.4, +5.9]`."""
    if interval is None:
        return f"{value * 100:+.1f}"
    return f"{value * 100:+.1f} [{interval.low * 100:+.1f}, {interval.high * 100:+.1f}]"


def _ends(interval: Interval | None, form: str) -> str:
    return "" if interval is None else f" [{interval.low:{form}}, {interval.high:{form}}]"


def _chance(p: float | None) -> str:
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"
