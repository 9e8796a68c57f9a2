"""Charts of the quality report as inline SVG: bars of parts, and distributions with their threshold.

Colours are classes of `page.css`, so that they follow light, dark, contrast and print; every figure also
stands in a table. Why there is no charting library: docs/decisions/0003-report-charts.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from parallelize.report.page import inert
from parallelize.text.svg import AxisScale, svg_escape, svg_rect, ticks_within

__all__ = ["Distribution", "bar", "distributions"]

_WIDTH, _LABEL, _ROW, _GAP, _AXIS = 640, 150, 46, 10, 30
_RIGHT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One language's values of a measure, counted in bins that all its languages share."""

    label: str
    kept: Sequence[int]
    """Rows of each bin that were kept."""
    dropped: Sequence[int]
    """Rows of each bin that were dropped, for whatever reason."""
    threshold: float | None
    """None: the gate is off."""


def bar(parts: Sequence[tuple[str, float]], whole: float) -> Markup:
    """A bar of parts side by side, for a cell of a table that says the same in numbers.

    Args:
        parts: (class of `page.css`, amount) from left to right.
        whole: the amount that fills the bar; may be 0.
    """
    x, marks = 0.0, []
    for kind, amount in parts:
        width = 100 * amount / whole if whole else 0.0
        if width > 0:
            marks.append(
                f'<rect class="{svg_escape(kind)}" x="{x:.2f}" width="{max(width, 0.4):.2f}" height="10"/>'
            )
        x += width
    # Numbers and names of classes only.
    return Markup(  # noqa: S704
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="track" width="100" height="10"/>{"".join(marks)}</svg>'
    )


def distributions(
    name: str, edges: Sequence[float], rows: Sequence[Distribution], *, at_least: bool
) -> Markup:
    """Histograms over one axis, one row for each language, kept below dropped in each bar.

    Args:
        name: of the measure; with the labels it becomes the chart's accessible name.
        edges: of the bins, one more than there are bins; the outer bins also hold what lies beyond.
        rows: the languages.
        at_least: whether rows below the threshold are out of bounds, or those above it.
    """
    low, high = edges[0], edges[-1]
    height = len(rows) * (_ROW + _GAP) + _AXIS

    across = AxisScale(low=low, high=high, start=_LABEL, end=_WIDTH - _RIGHT)
    body = [_row(row, index, edges, across(low), across(high)) for index, row in enumerate(rows)]
    for index, row in enumerate(rows):
        if row.threshold is not None:
            body.append(_threshold(across(row.threshold), index, row.threshold, at_least=at_least))
    floor = len(rows) * (_ROW + _GAP)
    for tick in ticks_within(low, high):
        x = across(tick)
        body.append(f'<path class="axis" d="M{x:.1f} {floor}v4"/>')
        body.append(f'<text class="tick" x="{x:.1f}" y="{floor + 17}">{tick:g}</text>')
    names = ", ".join(inert(row.label) for row in rows)
    label = svg_escape(f"Distribution of {name}: {names}; the table below has its quantiles")
    return Markup(  # noqa: S704 - numbers, and text escaped here
        f'<svg class="distributions" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">'
        f'<path class="axis" d="M{_LABEL} {floor}H{_WIDTH - _RIGHT}"/>{"".join(body)}</svg>'
    )


def _row(row: Distribution, index: int, edges: Sequence[float], left: float, right: float) -> str:
    top = index * (_ROW + _GAP)
    floor = top + _ROW
    highest = max((a + b for a, b in zip(row.kept, row.dropped, strict=True)), default=0) or 1
    step = (right - left) / len(row.kept)
    marks = [f'<text class="label" x="{_LABEL - 10}" y="{floor - 4}">{svg_escape(inert(row.label))}</text>']
    for number, (kept, dropped) in enumerate(zip(row.kept, row.dropped, strict=True)):
        if not kept + dropped:
            continue
        x, width = left + number * step + 0.5, max(step - 1, 1.0)
        # The square root keeps a bin of one row visible beside one of thousands.
        whole = (_ROW - 6) * math.sqrt((kept + dropped) / highest)
        part = whole * kept / (kept + dropped)
        spoken = f"{edges[number]:.4g} to {edges[number + 1]:.4g}: {kept:,} kept, {dropped:,} dropped"
        marks.append(f"<g><title>{svg_escape(spoken)}</title>")
        if kept:
            marks.append(svg_rect("kept", x, floor - part, width, part))
        if dropped:
            marks.append(svg_rect("dropped", x, floor - whole, width, whole - part))
        marks.append("</g>")
    marks.append(f'<path class="grid" d="M{left:.1f} {floor}H{right:.1f}"/>')
    return "".join(marks)


def _threshold(x: float, index: int, value: float, *, at_least: bool) -> str:
    top = index * (_ROW + _GAP)
    words = f"kept where it is at {'least' if at_least else 'most'} {value:g}"
    arrow = 6 if at_least else -6
    line = f"M{x:.1f} {top}v{_ROW}M{x:.1f} {top + 1}h{arrow}"
    return f'<g><title>{words}</title><path class="threshold" d="{line}"/></g>'
