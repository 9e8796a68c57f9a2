"""The scorers that build, judge, audit and evaluation share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parallelize.stages.score import Scorer

__all__ = ["default_scorer", "translation_scorer"]


@cache
def default_scorer() -> Scorer:
    """The scorer that build, judge, audit and evaluation share."""
    from parallelize.identifiers.panel import default_panel
    from parallelize.stages.score import Scorer

    return Scorer(default_panel())


@cache
def translation_scorer() -> Scorer:
    """The scorer of translations by people and other programs: formulas are compared by content."""
    from parallelize.identifiers.panel import default_panel
    from parallelize.stages.score import Scorer

    return Scorer(default_panel(), exact_spans=False)
