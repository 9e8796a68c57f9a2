"""The identifiers that vote by default."""

from __future__ import annotations

from collections.abc import Collection

from parallelize.core.identification import LanguageIdentifier
from parallelize.identifiers.fasttext_lid import FastTextIdentifier
from parallelize.identifiers.langid import LangidIdentifier
from parallelize.identifiers.lingua_id import LinguaIdentifier
from parallelize.metrics.function_words import FUNCTION_WORDS
from parallelize.metrics.language import CANDIDATES
from parallelize.metrics.neighbours import LESSER

__all__ = ["default_panel"]


def default_panel(languages: Collection[str] = ()) -> tuple[LanguageIdentifier, ...]:
    """fastText, py3langid and lingua, as they are asked, over common languages and the run's.

    lingua reads trigrams only: as the last it settles nearly as much as with all its models, which take
    ten seconds and 0.5 GB to load. A judge adds a language's neighbours when it is asked about it. Why
    these: docs/decisions/0004-language-votes.md.

    Args:
        languages: codes of the run; added to `metrics.language.CANDIDATES`.
    """
    candidates = (
        frozenset(CANDIDATES) | (frozenset(FUNCTION_WORDS) - frozenset(LESSER)) | frozenset(languages)
    )
    return (
        FastTextIdentifier(languages=candidates),
        LangidIdentifier(languages=candidates),
        LinguaIdentifier(languages=candidates, low_accuracy=True),
    )
