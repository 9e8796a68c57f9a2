"""Who translates, and what decides how: the plan that rows of one language follow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import LANGUAGES
from parallelize.core.ports import Level, Protection, Reply, TranslationRequest, TranslatorTraits
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Score
from parallelize.text.glossary import Glossary
from parallelize.text.inner_words import InnerKind
from parallelize.text.protect import Spelling
from parallelize.text.segment import Segment

__all__ = ["Ask", "Before", "BoundScorer", "BoundTranslator", "Scoring", "TranslationPlan", "together"]

Result = TypeVar("Result")

Ask = Callable[[TranslationRequest], Awaitable[Reply]]
"""Answers one request, from the memory or from an engine."""


async def together(parts: Sequence[Awaitable[Result]]) -> list[Result]:
    """Results of parts of one work, in their order; a single part needs no task of its own."""
    return [await parts[0]] if len(parts) == 1 else list(await asyncio.gather(*parts))


class Scoring(Protocol):
    """A `Scorer` that may work elsewhere: see its methods of the same names."""

    async def score_segment(
        self, source: str, target: str, *, languages: LanguagePair
    ) -> tuple[Score, ...]: ...

    async def score_row(
        self,
        texts: Sequence[tuple[str, str, str]],
        *,
        languages: LanguagePair,
        source_answer: str | None = None,
        back_translations: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> tuple[Score, ...]: ...

    async def score_again(
        self,
        texts: Sequence[tuple[str, str, str]],
        *,
        languages: LanguagePair,
        back_translations: Mapping[str, Sequence[tuple[str, str]]],
        translated_again: Mapping[str, Sequence[tuple[str, str]]],
    ) -> tuple[Score, ...]: ...

    def back_chrf(self, source: str, back: str) -> float | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundTranslator:
    """One direction: who translates, and under which fingerprint."""

    traits: TranslatorTraits
    fingerprint: bytes
    ask: Ask
    alphabet: frozenset[str] | None = None
    """Characters of its vocabulary, where it tells them."""
    context: int = 0
    """How many segments before one it is shown the source of; only where its traits say that it uses them."""
    translated_context: bool = False
    """Whether it is shown what they were translated into, too."""

    def spelling(self, language: str) -> Spelling | None:
        """What it can spell of a text in a language; None for an engine that is shown formulas."""
        if self.traits.protection is not Protection.MASKED:
            return None
        return Spelling(language=language, alphabet=self.alphabet)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundScorer:
    """One scoring model on one pair of languages."""

    measure: str
    level: Level
    fingerprint: bytes
    ask: Ask
    samples: int = 0
    """How often a solver solves each text; 0: the model grades pairs of texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The segments before one, of the same text, the nearest last."""

    segments: Sequence[Segment] = ()
    targets: Sequence[str | None] = ()
    """Their translations; None for one that passed no gate; nothing while they need not be known."""

    def source(self, count: int) -> str:
        """The text of the nearest `count` segments."""
        return _joined(self.segments, [segment.text for segment in self.segments], count)

    def target(self, count: int) -> str:
        """What these became, after the last that has no good translation; empty where that says the same."""
        shown = self.targets[-count:]
        good = next((n for n, text in enumerate(reversed(shown)) if text is None), len(shown))
        target = _joined(self.segments, [text or "" for text in self.targets], good)
        return "" if target == self.source(good) else target


def _joined(segments: Sequence[Segment], texts: Sequence[str], count: int) -> str:
    """The last `count` texts with what stands between them."""
    if not count or not texts:
        return ""
    pairs = zip(texts[-count:-1], segments[-count:-1], strict=True)
    return "".join(text + segment.separator for text, segment in pairs) + texts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationPlan:
    """Everything that decides how rows are translated into one language."""

    languages: LanguagePair
    forward: BoundTranslator
    back: BoundTranslator | None
    """None: no back-translation."""
    again: bool = False
    """Whether what came back of a row that passes is translated once more: does it stay the same?"""
    scoring: Scoring
    thresholds: Thresholds
    repair: BoundTranslator | None = None
    """Another engine for segments that no attempt of `forward` could translate."""
    attempts: int = 4
    """Attempts with each engine, the first included."""
    candidates: int = 1
    """Passing translations to gather for a segment before the best is taken; more than 1 needs `back`."""
    segment_chars: int | None = None
    """None: as the engine likes it."""
    glossary: Glossary = field(default_factory=lambda: Glossary(source=LANGUAGES["en"]))
    scorers: tuple[BoundScorer, ...] = ()
    """Models that score whole rows."""
    inner: frozenset[InnerKind] = frozenset()
    """Protected spans whose words are translated."""
    around: str = ""
    """What tells the sense of words in a segment that is part of no sentence; empty: the segment does."""

    @property
    def in_order(self) -> bool:
        """Whether a segment waits for the translation of the one before."""
        return any(model is not None and model.translated_context for model in (self.forward, self.repair))
