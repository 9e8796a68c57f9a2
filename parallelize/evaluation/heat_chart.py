"""A heat map as self-contained SVG text, for more series than bars can tell apart."""

from __future__ import annotations

from collections.abc import Sequence

from parallelize.core.messages import shortened
from parallelize.evaluation.plots import CHART_STYLE
from parallelize.metrics.statistics import Estimate
from parallelize.text.svg import svg_escape

__all__ = ["heat_chart"]

_CELL, _ROW, _TOP, _LABEL = 52, 26, 66, 224
_LONGEST = 28
"""Characters of a name that have room; the tooltip has them all."""


def heat_chart(
    *, title: str, groups: Sequence[str], rows: Sequence[tuple[str, Sequence[Estimate | None]]]
) -> str:
    """Draw shares by row and group, in per cent, the darker the larger; `–` where nothing was measured.

    Args:
        title: first line of the chart, and its accessible name.
        groups: names over the columns.
        rows: name of each row, and its value in each group.

    Returns:
        An `<svg>` element, as `plots.bar_chart`.

    Raises:
        ValueError: no group or no row, or a row with another number of values than there are groups.
    """
    if not groups or not rows or any(len(values) != len(groups) for _, values in rows):
        raise ValueError("a heat map needs groups, rows, and one value per group in each row")
    width, height = _LABEL + _CELL * len(groups) + 16, _TOP + _ROW * len(rows) + 16
    body = [_text(_LABEL + _CELL * (place + 0.5), _TOP - 10, name) for place, name in enumerate(groups)]
    for line, (name, values) in enumerate(rows):
        top = _TOP + _ROW * line
        body.append(_text(_LABEL - 8, top + 17, name, anchor="end"))
        for place, value in enumerate(values):
            body.append(_cell(f"{name}, {groups[place]}", value, _LABEL + _CELL * place, top))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="plz-chart" role="img" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" aria-label="{svg_escape(title)}"><style>{CHART_STYLE}</style>'
        f'<rect class="paper" width="{width}" height="{height}"/>'
        f'<text class="title" x="8" y="24">{svg_escape(title)}</text>{"".join(body)}</svg>\n'
    )


def _cell(name: str, value: Estimate | None, left: float, top: float) -> str:
    if value is None:
        return (
            f"<g><title>{svg_escape(name)}: not measured</title>{_text(left + _CELL / 2, top + 17, '–')}</g>"
        )
    words = f"{name}: {100 * value.value:.1f} %"
    if value.interval is not None:
        words += f" ({100 * value.interval.low:.1f} to {100 * value.interval.high:.1f} %)"
    # Weak enough for text of the page's colour to be read on it, in either scheme.
    strength = 0.4 * min(1.0, max(0.0, value.value))
    return (
        f'<g><title>{svg_escape(words)}</title><rect class="fill s0" fill-opacity="{strength:.2f}"'
        f' x="{left}" y="{top}" width="{_CELL - 2}" height="{_ROW - 2}"/>'
        f"{_text(left + _CELL / 2 - 1, top + 17, f'{100 * value.value:.1f}')}</g>"
    )


def _text(x: float, y: float, words: str, *, anchor: str = "middle") -> str:
    shown = shortened(words, _LONGEST)
    title = "" if shown == words else f"<title>{svg_escape(words)}</title>"
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{title}{svg_escape(shown)}</text>'
