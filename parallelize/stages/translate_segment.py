"""Translate one segment: protect, ask, restore, gate, repair, translate back; the best attempt wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from parallelize.core.languages import language
from parallelize.core.ports import (
    FinishReason,
    Placeholders,
    Protection,
    Reply,
    TranslationRequest,
)
from parallelize.core.provenance import Task
from parallelize.core.verdicts import Score, Verdict
from parallelize.core.work import RungWork, Work, add_rungs, total
from parallelize.stages.back_translation import back_pieces, join_back, mask_text
from parallelize.stages.ladder import Attempt, ladder, ladder_of_another
from parallelize.stages.legs import Before, Leg, TranslationPlan, together
from parallelize.text.glossary import Term
from parallelize.text.protect import Masked, Spelling, Unmasked, hidden_spans, unmask
from parallelize.text.protect.marks import lost_marks
from parallelize.text.protect.names import lost_names
from parallelize.text.segment import Segment, join
from parallelize.text.senses import plain_wording, put_right
from parallelize.text.wrapping import wrapped_like

__all__ = ["SegmentTranslation", "translate_segment"]

_EVIDENCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTranslation:
    """What became of one segment."""

    source: str
    target: str
    sent: bool
    """False: it was copied."""
    back: str | None = None
    """Back-translation; None if there is none."""
    rung: str = ""
    """The attempt that won; empty for a copied segment."""
    scores: tuple[Score, ...] = ()
    engine_errors: int = 0
    """Replies that failed in a way that another run may not see again."""
    rungs: tuple[RungWork, ...] = ()
    """Every rung that was tried, with what it cost, failed attempts included."""
    back_work: Work = field(default_factory=Work)

    @property
    def passed(self) -> bool:
        """Whether an attempt passed the gates: the one that was taken is among those."""
        return any(rung.passed for rung in self.rungs)


class _Call(NamedTuple):
    """One request of an attempt."""

    request: TranslationRequest
    masked: Masked | None
    due: tuple[Term, ...]
    """Glossary terms of its text, whether the engine is told of them or not."""
    spelled: str | None
    """The text of the piece, for an engine that is shown only what it can spell; else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """An attempt with its outcome."""

    attempt: Attempt
    target: str
    scores: tuple[Score, ...]
    verdict: Verdict
    engine_errors: int
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class _Back:
    """A translation of a segment translated back, and the work it took."""

    text: str | None
    engine_errors: int = 0
    work: Work = field(default_factory=Work)


async def translate_segment(segment: Segment, plan: TranslationPlan, before: Before) -> SegmentTranslation:
    """Try rung after rung until enough translations pass the gates, and take the best.

    Args:
        segment: one segment of a text.
        plan: engines, gates, and how much is tried.
        before: what stands before it, for the legs that are shown it.
    """
    if not segment.send or not _has_words(segment, plan):
        return SegmentTranslation(source=segment.text, target=segment.text, sent=False)
    samples = max(1, plan.candidates - 1)
    attempts = ladder(segment, plan.forward.traits, samples=samples)
    tried = await _climb(segment, plan, plan.forward, attempts, before)
    if plan.repair is not None and not any(item.verdict.kept for item in tried):
        attempts = ladder_of_another(segment, plan.repair.traits, samples=samples)
        tried += await _climb(segment, plan, plan.repair, attempts, before)
    best, back, back_work = await _choose(segment, tried, plan)
    return SegmentTranslation(
        source=segment.text,
        target=best.target,
        sent=True,
        back=back.text,
        rung=best.attempt.rung,
        scores=best.scores,
        engine_errors=best.engine_errors + back.engine_errors,
        rungs=add_rungs(
            RungWork(
                rung=item.attempt.rung,
                tried=1,
                passed=int(item.verdict.kept),
                won=int(item is best),
                work=item.work,
            )
            for item in tried
        ),
        back_work=back_work,
    )


async def _climb(
    segment: Segment, plan: TranslationPlan, leg: Leg, attempts: Iterator[Attempt], before: Before
) -> list[_Tried]:
    """Go up one engine's ladder until enough attempts passed or the budget is used up."""
    tried: list[_Tried] = []
    asked: set[tuple[bytes, ...]] = set()
    passed = 0
    for planned in attempts:
        attempt, calls = _calls(planned, plan, leg, before)
        key = tuple(call.request.address for call in calls)
        if key in asked:  # nothing to mask, for example: the same request would have the same reply
            continue
        asked.add(key)
        tried.append(await _try(segment, attempt, calls, plan, leg))
        passed += tried[-1].verdict.kept
        if passed >= plan.candidates or len(tried) >= plan.attempts:
            break
    return tried


async def _choose(
    segment: Segment, tried: Sequence[_Tried], plan: TranslationPlan
) -> tuple[_Tried, _Back, Work]:
    """The winner, its back-translation, and the work of all back-translations.

    Of several that passed, the one whose back-translation is nearest the source by chrF++ wins, the
    earliest of equals; if none passed, the one with the fewest failed gates.
    """
    passing = [item for item in tried if item.verdict.kept]
    if not passing:
        best = min(tried, key=lambda item: len(item.verdict.failed))
        back = await _translate_back(best.target, plan)
        return best, back, back.work
    backs = [await _translate_back(item.target, plan) for item in passing]
    at = 0
    if len(passing) > 1:
        values = [plan.scoring.back_chrf(segment.text, back.text or "") or 0.0 for back in backs]
        at = values.index(max(values))
    return passing[at], backs[at], total(back.work for back in backs)


def _has_words(segment: Segment, plan: TranslationPlan) -> bool:
    """Whether anything is left to translate once the engine's hidden spans are hidden."""
    spelling = plan.forward.spelling(plan.languages.source)
    masked = None if spelling is None else mask_text(segment.text, Placeholders.X, spelling)
    return masked is None or masked.has_words


def _calls(attempt: Attempt, plan: TranslationPlan, leg: Leg, before: Before) -> tuple[Attempt, list[_Call]]:
    """One request for each piece; a piece without words behind its placeholders is copied."""
    pieces, calls = [], []
    for piece in attempt.pieces:
        call = _call(piece, attempt, plan, leg, before) if piece.send else None
        wordless = call is not None and call.masked is not None and not call.masked.has_words
        if call is not None and not wordless:
            calls.append(call)
        pieces.append(piece._replace(send=False) if wordless else piece)
    return replace(attempt, pieces=tuple(pieces)), calls


def _call(piece: Segment, attempt: Attempt, plan: TranslationPlan, leg: Leg, before: Before) -> _Call:
    spelling = leg.spelling(plan.languages.source)
    if spelling is not None and attempt.caution and _repeats_names(plan):
        spelling = replace(spelling, names=True)
    masked = mask_text(piece.text, attempt.form, spelling, opaque=attempt.caution > 1)
    text = piece.text if masked is None else masked.text
    if _has_plain_words(leg, plan):
        text = plain_wording(text, plan.languages.target)
    due = plan.glossary.due(piece.text)
    shown = before.source(leg.context)
    translated = before.target(leg.context) if leg.translated_context else ""
    told = tuple((term.source, term.targets[0]) for term in due) if leg.traits.uses_glossary else ()
    override = attempt.override
    # The name holds all that the engine sees besides the text, and nothing else, so that requests that
    # are equal to the engine share an address.
    name = "|".join(
        [
            "plain" if override is None else f"t={override.temperature},seed={override.seed}",
            f"context={shown}" if shown else "",
            *([f"translated={translated}"] if translated else []),
            *(f"{term}={word}" for term, word in told),
        ]
    )
    request = TranslationRequest.addressed(
        leg.fingerprint,
        task=Task.TRANSLATE,
        languages=plan.languages,
        text=text,
        attempt=name,
        protection=Protection.INLINE if attempt.form is None else Protection.MASKED,
        override=override,
        context=shown,
        translated_context=translated,
        glossary=told,
    )
    return _Call(request, masked, due, None if spelling is None else piece.text)


async def _try(
    segment: Segment, attempt: Attempt, calls: Sequence[_Call], plan: TranslationPlan, leg: Leg
) -> _Tried:
    replies = await together([leg.ask(call.request) for call in calls])
    restored = [_restored(reply.text, call, leg, plan) for reply, call in zip(replies, calls, strict=True)]
    restored = [
        part if call.spelled is None else _checked(part, call.spelled, plan)
        for part, call in zip(restored, calls, strict=True)
    ]
    texts = iter(restored)
    target = join(
        piece._replace(text=next(texts).text) if piece.send else piece for piece in attempt.pieces
    ).strip()
    failed = [reply for reply in replies if reply.finish is not FinishReason.STOP]
    measured = await plan.scoring.score_segment(segment.text, target, languages=plan.languages)
    due = {term for call in calls for term in call.due}
    scores = (
        *_engine_scores(failed),
        *_glossary_scores(due, target),
        *_with_placeholders(measured, restored),
    )
    return _Tried(
        attempt=attempt,
        target=target,
        scores=scores,
        verdict=plan.thresholds.judge(scores),
        engine_errors=sum(reply.finish is FinishReason.ERROR for reply in failed),
        work=total(Work.of(call.request, reply) for call, reply in zip(calls, replies, strict=True)),
    )


def _restored(reply: str, call: _Call, leg: Leg, plan: TranslationPlan) -> Unmasked:
    """A reply with known wrong words put right and its placeholders filled."""
    if _has_plain_words(leg, plan) and call.spelled is not None:
        reply = put_right(call.spelled, reply, plan.languages.target)
    return Unmasked(reply, (), ()) if call.masked is None else unmask(reply, call.masked)


def _has_plain_words(leg: Leg, plan: TranslationPlan) -> bool:
    return leg.traits.plain_words and plan.languages.source == "en"


def _checked(part: Unmasked, source: str, plan: TranslationPlan) -> Unmasked:
    """A reply of a small engine: wrapped as its source; marks and names that are gone are lost."""
    text = part.text
    if "\n" in source and "\n" not in text:
        text = wrapped_like(text, source, hidden_spans(text, Spelling(language=plan.languages.target)))
    gone = lost_names(source, text) if _repeats_names(plan) else ()
    return part._replace(text=text, lost=(*part.lost, *lost_marks(source, text), *gone))


def _repeats_names(plan: TranslationPlan) -> bool:
    """Whether names of the source are spelled alike in the target: both are in Latin script."""
    return plan.languages.source == "en" and language(plan.languages.target).script == "Latn"


def _engine_scores(failed: Sequence[Reply]) -> tuple[Score, ...]:
    envelope = [reply for reply in failed if reply.finish is FinishReason.ENVELOPE]
    engine = [reply for reply in failed if reply.finish is not FinishReason.ENVELOPE]
    return tuple(
        Score(
            measure=measure,
            value=len(group),
            evidence="; ".join(f"{reply.finish.value}: {reply.detail}".strip(": ") for reply in group[:3]),
        )
        for measure, group in (("engine_failures", engine), ("envelope_failures", envelope))
    )


def _with_placeholders(scores: Sequence[Score], restored: Sequence[Unmasked]) -> Iterator[Score]:
    """Count a lost or repeated placeholder as a fault even if the text does not show it."""
    lost = [span for part in restored for span in part.lost]
    added = [span for part in restored for span in part.added]
    count = len(lost) + len(added)
    for score in scores:
        if score.measure == "protected_faults" and (score.value or 0) < count:
            evidence = "; ".join([*(f"lost {span}" for span in lost), *(f"added {span}" for span in added)])
            yield replace(score, value=count, evidence=evidence[:_EVIDENCE])
        else:
            yield score


def _glossary_scores(due: set[Term], target: str) -> tuple[Score, ...]:
    if not due:
        return ()
    missing = sorted(f"{term.source} → {' or '.join(term.targets)}" for term in due if not term.is_in(target))
    evidence = "; ".join(missing)[:_EVIDENCE]
    return (Score(measure="glossary_faults", value=len(missing), evidence=evidence),)


async def _translate_back(target: str, plan: TranslationPlan) -> _Back:
    if plan.back is None or not target:
        return _Back(text=None)
    pieces = back_pieces(target, plan.back, plan.languages.back)
    requests = [piece.request for piece in pieces if piece.request is not None]
    replies = await together([plan.back.ask(request) for request in requests])
    return _Back(
        text=join_back(pieces, replies),
        engine_errors=sum(reply.finish is FinishReason.ERROR for reply in replies),
        work=total(Work.of(request, reply) for request, reply in zip(requests, replies, strict=True)),
    )
