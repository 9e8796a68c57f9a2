r"""Find the pieces of a text that must not be translated, hide them, and put them back.

Protected are LaTeX (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`, environments, commands, `\boxed{…}`), code,
URLs, HTML tags, GSM8K calculator marks and `#### n` lines, plain arithmetic, template placeholders
and look-alikes of control tokens.

`finding` finds spans by the readers of `scanner`, `formulas`, `symbols`, `blocks` and `settings`; `hiding`
finds what else an engine of small vocabulary must not see, by `shapes`, `plain_math`, `comparisons` and
`marks`; `masking` hides and restores, and `standins` says what is shown instead; `difference` compares two
texts by their spans; `control` takes look-alikes of control tokens apart.
"""

from __future__ import annotations

from parallelize.text.protect.comparisons import comparisons
from parallelize.text.protect.control import disarm
from parallelize.text.protect.difference import SpanDifference, span_difference
from parallelize.text.protect.finding import find_spans, prose, readable_prose
from parallelize.text.protect.hiding import Spelling, hidden_spans, respelled
from parallelize.text.protect.masking import Masked, PlaceholderCollision, Unmasked, mask_spans, show, unmask
from parallelize.text.protect.spans import Span, SpanKind

__all__ = [
    "Masked",
    "PlaceholderCollision",
    "Span",
    "SpanDifference",
    "SpanKind",
    "Spelling",
    "Unmasked",
    "comparisons",
    "disarm",
    "find_spans",
    "hidden_spans",
    "mask_spans",
    "prose",
    "readable_prose",
    "respelled",
    "show",
    "span_difference",
    "unmask",
]
