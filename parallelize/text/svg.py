"""What every chart of ours is drawn with: scales, round ticks, numbers and text of SVG.

Charts are text without a library (docs/decisions/0003-report-charts.md). Each kind of chart is drawn where
it is shown; what two kinds need stands here.
"""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass

__all__ = ["AxisScale", "enclosing_ticks", "svg_escape", "svg_rect", "ticks_within"]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 does not allow in a document, escaped or not (section 2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisScale:
    """A linear map from values to pixels; what lies beyond the ends is drawn at them."""

    low: float
    high: float
    """Above `low`."""
    start: float
    """Pixel of `low`."""
    end: float
    """Pixel of `high`."""

    def __call__(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)


def svg_escape(words: str) -> str:
    """Text for XML content and attributes; characters that XML 1.0 forbids become U+FFFD."""
    return html.escape(_FORBIDDEN.sub("\ufffd", words))


def svg_rect(classes: str, x: float, y: float, width: float, height: float) -> str:
    """A rectangle, at least a pixel high so that little is not nothing."""
    return (
        f'<rect class="{classes}" x="{x:.1f}" y="{y:.1f}" '
        f'width="{width:.1f}" height="{max(height, 1.0):.1f}"/>'
    )


def ticks_within(low: float, high: float) -> list[float]:
    """Three to seven round values inside an extent, 1, 2 or 5 times a power of ten apart."""
    step = _step(low, high)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def enclosing_ticks(low: float, high: float) -> list[float]:
    """Four to nine round values around an extent; one of no width gets a tenth."""
    if high - low < 1e-9:
        low, high = low - 0.05, high + 0.05
    step = _step(low, high)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def _step(low: float, high: float) -> float:
    raw = (high - low) / 6
    power = 10 ** math.floor(math.log10(raw))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * (1 - 1e-9)))
