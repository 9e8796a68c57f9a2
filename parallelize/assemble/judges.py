"""The judge of languages that scoring and evaluation share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parallelize.stages.language import LanguageJudge

__all__ = ["language_judge"]


def language_judge(languages: tuple[str, ...] = ()) -> LanguageJudge:
    """The default panel over the common languages and these. Can be sent to worker processes."""
    from parallelize.identifiers.panel import default_panel
    from parallelize.stages.language import LanguageJudge

    return LanguageJudge(default_panel(languages))
