"""What damage needs to know of languages: announcements, answers, opposites."""

from __future__ import annotations

from typing import Any

from parallelize.core.tables import shipped_toml

__all__ = ["answer_phrases", "opposites", "preambles"]


def preambles(language: str) -> tuple[str, ...]:
    """What a model may write before a translation into a language, in that language or in English.

    `{name}` is the place of the English name of the language.
    """
    return tuple(dict.fromkeys([*_phrases("announces", language), *_phrases("announces", "en")]))


def answer_phrases(language: str) -> tuple[str, ...]:
    """Sentences that announce an answer, in that language or else in English; `{number}` is its place."""
    return tuple(_phrases("answers", language) or _phrases("answers", "en"))


def opposites(language: str) -> tuple[tuple[str, str], ...]:
    """Pairs of words that exclude each other; empty in a language whose pairs are not known."""
    return tuple((one, other) for one, other in _phrases("opposites", language))


def _phrases(kind: str, language: str) -> list[Any]:
    return shipped_toml(__package__, "damage_phrases.toml").get(language, {}).get(kind, [])  # type: ignore[no-any-return]
