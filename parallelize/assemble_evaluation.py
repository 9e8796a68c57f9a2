"""What evaluation is made of: identifiers, judges, engines. Beside `assemble`, on the same layer."""

from __future__ import annotations

from parallelize.assemble.judges import language_judge
from parallelize.identifiers.first_guesses import FastTextTop, LangdetectLabels

__all__ = ["first_label", "language_judge", "likely_labels"]


def first_label() -> FastTextTop:
    """fastText's first label, for the metrics of others."""
    return FastTextTop()


def likely_labels() -> LangdetectLabels:
    """langdetect's labels, for PolyMath's language consistency."""
    return LangdetectLabels()
