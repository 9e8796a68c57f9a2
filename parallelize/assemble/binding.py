"""Engines and scoring models as the stages ask them about one pair of languages."""

from __future__ import annotations

from parallelize.core.engine_options import EngineTable
from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import PairScorer, Translator, alphabet_of
from parallelize.stages.translation_plan import Ask, BoundScorer, BoundTranslator

__all__ = ["bound_scorer", "bound_translator"]


def bound_translator(
    translator: Translator, ask: Ask, languages: LanguagePair, options: EngineTable | None = None
) -> BoundTranslator:
    """A translator as a stage asks it, in one direction.

    Args:
        options: say how much of what stands before a segment is shown; None: nothing.
    """
    traits = translator.traits
    return BoundTranslator(
        traits=traits,
        fingerprint=translator.fingerprint(languages).digest(),
        ask=ask,
        alphabet=alphabet_of(translator, languages),
        context=options.context_shown if options is not None and traits.uses_context else 0,
        translated_context=options is not None
        and options.shows_translated_context
        and traits.uses_translated_context,
    )


def bound_scorer(scorer: PairScorer, ask: Ask, languages: LanguagePair) -> BoundScorer:
    """A scoring model as a stage asks it about a pair of languages."""
    return BoundScorer(
        measure=scorer.measure,
        level=scorer.level,
        fingerprint=scorer.fingerprint(languages).digest(),
        ask=ask,
        samples=scorer.samples,
    )
