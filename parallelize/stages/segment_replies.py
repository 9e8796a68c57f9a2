"""What the replies to a segment's requests say, with everything that was hidden put back."""

from __future__ import annotations

from collections.abc import Sequence

from parallelize.core.ports import Reply
from parallelize.stages.segment_calls import SegmentCall, has_plain_words, repeats_names
from parallelize.stages.translation_plan import BoundTranslator, TranslationPlan
from parallelize.text.protect import Spelling, Unmasked, hidden_spans, unmask
from parallelize.text.protect.marks import lost_marks
from parallelize.text.protect.names import lost_names
from parallelize.text.senses import put_right
from parallelize.text.wrapping import wrapped_like

__all__ = ["restored"]


def restored(
    replies: Sequence[Reply], calls: Sequence[SegmentCall], translator: BoundTranslator, plan: TranslationPlan
) -> list[Unmasked]:
    """Each reply as a part of the target, with what was lost of what its request hid.

    Args:
        replies: in the order of the requests.
        calls: the requests, and how they were made.
        translator: the engine that was asked.
        plan: of the translation.
    """
    filled = [_filled(reply.text, call, translator, plan) for reply, call in zip(replies, calls, strict=True)]
    return [
        part if call.spelled is None else _checked(part, call.spelled.text, plan)
        for part, call in zip(filled, calls, strict=True)
    ]


def _filled(reply: str, call: SegmentCall, translator: BoundTranslator, plan: TranslationPlan) -> Unmasked:
    """A reply with known wrong words put right and its placeholders filled."""
    if has_plain_words(translator, plan) and call.spelled is not None:
        reply = put_right(call.spelled, reply, plan.languages.target, context=plan.around)
    return Unmasked(reply, (), ()) if call.masked is None else unmask(reply, call.masked)


def _checked(part: Unmasked, source: str, plan: TranslationPlan) -> Unmasked:
    """A reply of a small engine: wrapped as its source; marks and names that are gone are lost."""
    text = part.text
    if "\n" in source and "\n" not in text:
        text = wrapped_like(text, source, hidden_spans(text, Spelling(language=plan.languages.target)))
    gone = lost_names(source, text) if repeats_names(plan) else ()
    return part._replace(text=text, lost=(*part.lost, *lost_marks(source, text), *gone))
