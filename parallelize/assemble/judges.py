"""The identifiers and judges of languages that scoring and evaluation share."""

from __future__ import annotations

from pathlib import Path

from parallelize.identifiers.first_guesses import FastTextTop, LangdetectLabels
from parallelize.identifiers.panel import default_panel
from parallelize.stages.language import LanguageJudge

__all__ = ["first_label", "language_judge", "likely_labels"]


def language_judge(languages: tuple[str, ...] = ()) -> LanguageJudge:
    """The default panel over the common languages and these. Can be sent to worker processes."""
    return LanguageJudge(default_panel(languages))


def first_label(model: Path | None = None) -> FastTextTop:
    """fastText's first label, for the metrics of others; by default of the installed `lid.176.ftz`."""
    return FastTextTop(model)


def likely_labels() -> LangdetectLabels:
    """langdetect's labels, for PolyMath's language consistency."""
    return LangdetectLabels()
