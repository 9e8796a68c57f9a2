"""Charts as self-contained SVG text: a curve with its band and points, and bars by group with whiskers.

Pure functions from numbers to text, without a plotting library. Colours follow the reader's light or dark
scheme, text takes `currentColor`, every label is escaped, and every mark carries its numbers as a tooltip.
Series colours are those of Okabe and Ito (2008), which stay apart for colour-blind readers.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from parallelize.core.messages import shortened
from parallelize.metrics.statistics import Estimate, Interval
from parallelize.text.svg import AxisScale, enclosing_ticks, svg_escape

__all__ = ["CHART_STYLE", "BarSeries", "Curve", "CurveSample", "PlotPoint", "bar_chart", "curve_chart"]

_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#9a6b00", "#3a7ca5", "#5f6b76", "#b0305c")
_DARK = ("#56b4e9", "#ff9a56", "#3fd0a0", "#e08fd0", "#e6b422", "#8fc7ea", "#a9b4be", "#ff7fa8")
_FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif"
_LEFT, _RIGHT, _BOTTOM, _PLOT_HEIGHT = 64, 24, 56, 280
_CURVE_WIDTH = 720
_LINE_HEIGHT = 20
_NARROW, _WIDE = 7.0, 13.0
"""Estimated width in pixels of a character at 13 px: SVG text has no layout to ask."""
_LONGEST_LABEL = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotPoint:
    """An observed point of `curve_chart`."""

    x: float
    y: float
    label: str
    """Shown as its tooltip."""
    interval: Interval | None = None
    """Drawn as a whisker."""
    name: str = ""
    """Drawn beside it."""
    series: int | None = None
    """Colour, by its place in the legend; None for the colour of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSample:
    """A fitted curve at one x."""

    x: float
    y: float
    interval: Interval | None = None
    """Drawn as a band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A fitted curve of `curve_chart`, sampled from left to right."""

    label: str
    """Shown in the legend."""
    samples: Sequence[CurveSample]
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BarSeries:
    """One bar per group of `bar_chart`."""

    label: str
    """Shown in the legend."""
    values: Sequence[Estimate | None]
    """In the order of the groups; `None` is drawn as "n/a", never as 0."""


def curve_chart(
    *,
    title: str,
    x_label: str,
    y_label: str,
    points: Sequence[PlotPoint],
    curves: Sequence[Curve] = (),
    x_percent: bool = False,
    legend: Sequence[str] = (),
) -> str:
    """Draw points with whiskers, and curves with bands.

    Args:
        title: first line of the chart, and its accessible name.
        x_label: under the x axis, which is ticked at whole numbers.
        y_label: above the y axis, which is of shares.
        points: observations; may not be empty.
        curves: fitted curves, drawn under the points.
        x_percent: whether x is a share too, from 0 to 1, and not a whole number.
        legend: names of the series of points, where points have them.

    Returns:
        An `<svg>` element. It is a valid file by itself and can be placed in an HTML page.

    Raises:
        ValueError: there is no point.
    """
    if not points:
        raise ValueError("a chart needs at least one point")
    samples = [sample for curve in curves for sample in curve.samples]
    ticks = enclosing_ticks(*_of_shares(*_extent([*points, *samples])))
    width = _CURVE_WIDTH
    rows = _legend_rows([*(curve.label for curve in curves), *legend], width)
    top = _top(rows)
    xs = [point.x for point in points] + [sample.x for sample in samples]
    low, high = (-0.03, 1.03) if x_percent else (min(xs) - 0.3, max(xs) + 0.3)
    across = AxisScale(low=low, high=high, start=_LEFT, end=width - _RIGHT)
    up = AxisScale(low=ticks[0], high=ticks[-1], start=top + _PLOT_HEIGHT, end=top)
    body = [_horizontal_grid(ticks, up, width), _axis_names(x_label, y_label, width, top)]
    for x, words in _x_ticks(xs, x_percent):
        body.append(_tick_mark(across(x), up.start))
        body.append(_text(across(x), up.start + 20, words, anchor="middle"))
    for index, curve in enumerate(curves):
        body.append(_curve(curve, index, across, up))
    for point in points:
        words = f"{point.label}: {_spoken(point.y, point.interval)}"
        marks = [f"<title>{svg_escape(words)}</title>"]
        if point.interval is not None:
            marks.append(_whisker(across(point.x), up(point.interval.low), up(point.interval.high)))
        colour = "" if point.series is None else f' class="fill s{point.series % len(_LIGHT)}"'
        marks.append(f'<circle{colour} cx="{across(point.x):.1f}" cy="{up(point.y):.1f}" r="4.5"/>')
        if point.name:
            marks.append(_point_name(point.name, across(point.x), up(point.y), width))
        body.append(f'<g class="point">{"".join(marks)}</g>')
    return _document(title, width, top, rows, body)


def _x_ticks(xs: Sequence[float], percent: bool) -> list[tuple[float, str]]:
    if percent:
        return [(step / 5, f"{20 * step} %") for step in range(6)]
    return [(x, str(x)) for x in range(math.ceil(min(xs)), math.floor(max(xs)) + 1)]


def _point_name(name: str, x: float, y: float, width: int) -> str:
    """The name beside a point, on the side that has room."""
    words = shortened(name, _LONGEST_LABEL)
    left = x + 8 + _text_width(words) > width
    return _text(x - 8 if left else x + 8, y - 7, words, anchor="end" if left else "start", kind="faint")


def bar_chart(
    *,
    title: str,
    y_label: str,
    groups: Sequence[str],
    series: Sequence[BarSeries],
) -> str:
    """Draw bars by group (for example language), one per series, with interval whiskers.

    The axis always reaches 1, so that charts can be compared by eye.

    Args:
        title: first line of the chart, and its accessible name.
        y_label: above the y axis.
        groups: names under the x axis, in order.
        series: bars of each group, of shares; each has one value per group.

    Returns:
        An `<svg>` element, as `curve_chart`.

    Raises:
        ValueError: no group, no series, or a series with another number of values than there are groups.
    """
    if not groups or not series:
        raise ValueError("a bar chart needs at least one group and one series")
    if any(len(one.values) != len(groups) for one in series):
        raise ValueError("each series of a bar chart needs one value per group")
    bar = max(8.0, min(26.0, 560 / (len(groups) * len(series))))
    step = bar * len(series) + max(14.0, bar)
    width = max(480, math.ceil(_LEFT + step * len(groups) + _RIGHT))
    step = (width - _LEFT - _RIGHT) / len(groups)
    measured = [value for one in series for value in one.values if value is not None]
    ends = [end for value in measured for end in _ends(value.value, value.interval)]
    low, high = min([0.0, *ends]), max([1.0, *ends])
    ticks = enclosing_ticks(low, high if high > low else low + 0.1)
    rows = _legend_rows([one.label for one in series], width)
    top = _top(rows)
    up = AxisScale(low=ticks[0], high=ticks[-1], start=top + _PLOT_HEIGHT, end=top)
    body = [_horizontal_grid(ticks, up, width), _axis_names("", y_label, width, top)]
    for position, group in enumerate(groups):
        left = _LEFT + step * position + (step - bar * len(series)) / 2
        body.append(_group_name(group, _LEFT + step * (position + 0.5), up.start + 20, step))
        for index, one in enumerate(series):
            name, value = f"{group}, {one.label}", one.values[position]
            body.append(_bar(name, value, left + bar * index, bar, index=index, up=up))
    body.append(f'<path class="axis" d="M{_LEFT} {up(0):.1f}H{width - _RIGHT}"/>')
    return _document(title, width, top, rows, body)


def _group_name(group: str, x: float, y: float, room: float) -> str:
    """The name under a group, cut to its room, whole as a tooltip."""
    words = group
    while len(words) > 1 and _text_width(words) > room:
        words = f"{words.removesuffix('…')[:-1]}…"
    return f"<g><title>{svg_escape(group)}</title>{_text(x, y, words, anchor='middle')}</g>"


def _bar(name: str, value: Estimate | None, left: float, width: float, *, index: int, up: AxisScale) -> str:
    middle = left + width / 2
    if value is None:
        words = f"<title>{svg_escape(name)}: not measured</title>"
        return f"<g>{words}{_text(middle, up(0) - 5, 'n/a', anchor='middle', kind='faint')}</g>"
    low, high = sorted((up(0), up(value.value)))
    parts = [
        f"<title>{svg_escape(f'{name}: {_spoken(value.value, value.interval)}')}</title>",
        f'<rect class="fill s{index % len(_LIGHT)}" x="{left + 1:.1f}" y="{low:.1f}" '
        f'width="{width - 2:.1f}" height="{max(high - low, 0.5):.1f}"/>',
    ]
    if value.interval is not None:
        parts.append(_whisker(middle, up(value.interval.low), up(value.interval.high), size=width / 4))
    return f"<g>{''.join(parts)}</g>"


def _curve(curve: Curve, index: int, across: AxisScale, up: AxisScale) -> str:
    colour = f"s{index % len(_LIGHT)}"
    parts = []
    banded = [(sample.x, sample.interval) for sample in curve.samples if sample.interval is not None]
    if banded:
        edge = [f"{across(x):.1f} {up(interval.high):.1f}" for x, interval in banded]
        edge += [f"{across(x):.1f} {up(interval.low):.1f}" for x, interval in reversed(banded)]
        parts.append(f'<path class="band {colour}" d="M{"L".join(edge)}Z"/>')
    line = "L".join(f"{across(sample.x):.1f} {up(sample.y):.1f}" for sample in curve.samples)
    dash = ' stroke-dasharray="7 5"' if curve.dashed else ""
    parts.append(f'<path class="line {colour}" d="M{line}"{dash}/>')
    return f"<g><title>{svg_escape(curve.label)}</title>{''.join(parts)}</g>"


def _document(
    title: str, width: int, top: float, rows: list[list[tuple[float, str, int]]], body: list[str]
) -> str:
    height = top + _PLOT_HEIGHT + _BOTTOM
    legend = []
    for line, row in enumerate(rows):
        y = 44 + _LINE_HEIGHT * line
        for x, label, index in row:
            legend.append(
                f'<rect class="fill s{index % len(_LIGHT)}" x="{x:.1f}" y="{y - 9}" width="12" height="10"/>'
            )
            legend.append(_text(x + 18, y, label))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plz-chart" role="img"'
        f' viewBox="0 0 {width} {height:.0f}"'
        f' width="{width}" height="{height:.0f}" aria-label="{svg_escape(title)}">'
        f"<style>{CHART_STYLE}</style>"
        f'<rect class="paper" width="{width}" height="{height:.0f}"/>'
        f"{_text(_LEFT, 24, title, kind='title')}{''.join(legend)}{''.join(body)}</svg>\n"
    )


def _style() -> str:
    def colours(palette: tuple[str, ...]) -> str:
        return "".join(
            f".plz-chart .fill.s{index},.plz-chart .band.s{index}{{fill:{colour}}}"
            f".plz-chart .line.s{index}{{stroke:{colour}}}"
            for index, colour in enumerate(palette)
        )

    return (
        f".plz-chart{{color:#1b2127;font:13px {_FONT}}}"
        ".plz-chart{max-width:100%;height:auto}.plz-chart text{fill:currentColor}"
        ".plz-chart .title{font-weight:600;font-size:15px}"
        ".plz-chart .faint{opacity:.7;font-size:11px}.plz-chart .paper{fill:#fff}"
        ".plz-chart .grid{stroke:currentColor;stroke-opacity:.15}"
        ".plz-chart .axis,.plz-chart .whisker{stroke:currentColor;fill:none;stroke-width:1.3}"
        ".plz-chart .point{fill:currentColor}.plz-chart .band{opacity:.18}"
        ".plz-chart .line{fill:none;stroke-width:2.2}"
        f"{colours(_LIGHT)}"
        "@media (prefers-color-scheme:dark){.plz-chart{color:#e7eaed}.plz-chart .paper{fill:#14181c}"
        f"{colours(_DARK)}}}"
    )


CHART_STYLE = _style()
"""The text of every chart's `<style>`: a page names it by its hash in its content-security policy."""


def _horizontal_grid(ticks: Sequence[float], up: AxisScale, width: int) -> str:
    decimals = max(0, -math.floor(math.log10((ticks[1] - ticks[0]) * 100) + 1e-9))
    lines = "".join(
        f'<path class="grid" d="M{_LEFT} {up(tick):.1f}H{width - _RIGHT}"/>'
        + _text(_LEFT - 8, up(tick) + 4.5, f"{tick * 100 + 0.0:.{decimals}f} %", anchor="end")
        for tick in ticks
    )
    return lines + f'<path class="axis" d="M{_LEFT} {up.end:.1f}V{up.start:.1f}H{width - _RIGHT}"/>'


def _axis_names(x_label: str, y_label: str, width: int, top: float) -> str:
    centre = (_LEFT + width - _RIGHT) / 2
    below = _text(centre, top + _PLOT_HEIGHT + 44, x_label, anchor="middle") if x_label else ""
    return below + _text(8, top - 12, y_label, kind="faint")


def _tick_mark(x: float, y: float) -> str:
    return f'<path class="axis" d="M{x:.1f} {y:.1f}v5"/>'


def _whisker(x: float, low: float, high: float, size: float = 5) -> str:
    return (
        f'<path class="whisker" d="M{x:.1f} {low:.1f}V{high:.1f}'
        f'M{x - size:.1f} {low:.1f}h{2 * size:.1f}M{x - size:.1f} {high:.1f}h{2 * size:.1f}"/>'
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "") -> str:
    attributes = f' class="{kind}"' if kind else ""
    if anchor != "start":
        attributes += f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{attributes}>{svg_escape(words)}</text>'


def _text_width(words: str) -> float:
    return sum(_WIDE if unicodedata.east_asian_width(char) in "WF" else _NARROW for char in words)


def _legend_rows(labels: Sequence[str], width: int) -> list[list[tuple[float, str, int]]]:
    """Legend entries (x, label, series) in rows that fit; a single series needs none but its name."""
    rows: list[list[tuple[float, str, int]]] = []
    x = float(width)
    for index, label in enumerate(labels):
        words = shortened(label, _LONGEST_LABEL)
        needed = 18 + _text_width(words) + 20
        if not rows or x + needed > width:
            rows.append([])
            x = float(_LEFT)
        rows[-1].append((x, words, index))
        x += needed
    return rows


def _top(rows: Sequence[object]) -> float:
    """Where the plot begins, under title and legend."""
    return 62.0 + _LINE_HEIGHT * len(rows)


def _ends(value: float, interval: Interval | None) -> tuple[float, ...]:
    return (value,) if interval is None else (value, interval.low, interval.high)


def _extent(items: Sequence[PlotPoint | CurveSample]) -> tuple[float, float]:
    ends = [end for item in items for end in _ends(item.y, item.interval)]
    return min(ends), max(ends)


def _of_shares(low: float, high: float) -> tuple[float, float]:
    """Ends of an axis of shares: a tenth apart at least, and not beyond what a share can be."""
    if low < 0 or high > 1:
        return low, high
    low = max(0.0, min(low, high - 0.1))
    return low, min(1.0, max(high, low + 0.1))


def _spoken(value: float, interval: Interval | None) -> str:
    words = f"{value * 100:.1f} %"
    if interval is None:
        return words
    ends = f"{interval.low * 100:.1f} to {interval.high * 100:.1f}"
    return f"{words} ({interval.level * 100:g} % interval {ends})"
