r"""Find the pieces of a text that must not be translated, hide them, and put them back.

Protected are LaTeX (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`, environments, commands, `\boxed{…}`), code,
URLs, HTML tags, GSM8K calculator marks and `#### n` lines, plain arithmetic, template placeholders
and look-alikes of control tokens.

`finding` finds spans by the readers of `scanner`, `formulas` and `symbols`; `masking` hides and restores
them; `difference` compares two texts by them; `control` takes look-alikes of control tokens apart.
"""

from __future__ import annotations

from parallelize.text.protect.control import disarm
from parallelize.text.protect.difference import SpanDifference, span_difference
from parallelize.text.protect.finding import find_spans, prose, readable_prose
from parallelize.text.protect.masking import Masked, Unmasked, mask_spans, unmask
from parallelize.text.protect.spans import Span, SpanKind

__all__ = [
    "Masked",
    "Span",
    "SpanDifference",
    "SpanKind",
    "Unmasked",
    "disarm",
    "find_spans",
    "mask_spans",
    "prose",
    "readable_prose",
    "span_difference",
    "unmask",
]
