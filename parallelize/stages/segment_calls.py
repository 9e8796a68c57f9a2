"""What an engine is asked for a segment: a request for each piece, with what it cannot spell hidden."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from parallelize.core.languages import language
from parallelize.core.ports import Protection, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.stages.back_translation import mask_text
from parallelize.stages.ladder import Attempt
from parallelize.stages.translation_plan import Before, BoundTranslator, TranslationPlan
from parallelize.text.glossary import Term
from parallelize.text.protect import Masked
from parallelize.text.segment import Segment
from parallelize.text.senses import Letters, plain_wording

__all__ = ["SegmentCall", "calls_of", "has_plain_words", "hides_spans", "repeats_names"]


class SegmentCall(NamedTuple):
    """One request of an attempt."""

    request: TranslationRequest
    masked: Masked | None
    due: tuple[Term, ...]
    """Glossary terms of its text, whether the engine is told of them or not."""
    spelled: Letters | None
    """The piece, for an engine that is shown only what it can spell; else None."""


def hides_spans(plan: TranslationPlan) -> bool:
    """Whether the engine is shown a text without its protected spans."""
    return plan.forward.spelling(plan.languages.source) is not None


def calls_of(
    attempt: Attempt, plan: TranslationPlan, translator: BoundTranslator, before: Before
) -> tuple[Attempt, list[SegmentCall]]:
    """One request for each piece; a piece without words behind its placeholders is copied."""
    pieces, calls = [], []
    for piece in attempt.pieces:
        call = _call(piece, attempt, plan, translator, before) if piece.send else None
        wordless = call is not None and call.masked is not None and not call.masked.has_words
        if call is not None and not wordless:
            calls.append(call)
        pieces.append(piece._replace(send=False) if wordless else piece)
    return replace(attempt, pieces=tuple(pieces)), calls


def _call(
    piece: Segment, attempt: Attempt, plan: TranslationPlan, translator: BoundTranslator, before: Before
) -> SegmentCall:
    spelling = translator.spelling(plan.languages.source)
    if spelling is not None and attempt.caution and repeats_names(plan):
        spelling = replace(spelling, names=True)
    masked = mask_text(piece.text, attempt.form, spelling, opaque=attempt.caution > 1)
    text, letters = piece.text if masked is None else masked.text, Letters(piece.text)
    if has_plain_words(translator, plan):
        shown = letters if text == piece.text else text
        text = plain_wording(shown, plan.languages.target, context=plan.around)
    due = plan.glossary.due(piece.text)
    context = before.source(translator.context)
    translated = before.target(translator.context) if translator.translated_context else ""
    told = tuple((term.source, term.targets[0]) for term in due) if translator.traits.uses_glossary else ()
    override = attempt.override
    # The name holds all that the engine sees besides the text, and nothing else, so that requests that
    # are equal to the engine share an address.
    name = "|".join(
        [
            "plain" if override is None else f"t={override.temperature},seed={override.seed}",
            f"context={context}" if context else "",
            *([f"translated={translated}"] if translated else []),
            *(f"{term}={word}" for term, word in told),
        ]
    )
    request = TranslationRequest.addressed(
        translator.fingerprint,
        task=Task.TRANSLATE,
        languages=plan.languages,
        text=text,
        attempt=name,
        protection=Protection.INLINE if attempt.form is None else Protection.MASKED,
        override=override,
        context=context,
        translated_context=translated,
        glossary=told,
    )
    return SegmentCall(request, masked, due, None if spelling is None else letters)


def has_plain_words(translator: BoundTranslator, plan: TranslationPlan) -> bool:
    """Whether an engine is shown plainer English, and known wrong words of its replies are put right."""
    return translator.traits.plain_words and plan.languages.source == "en"


def repeats_names(plan: TranslationPlan) -> bool:
    """Whether names of the source are spelled alike in the target: both are in Latin script."""
    return plan.languages.source == "en" and language(plan.languages.target).script == "Latn"
