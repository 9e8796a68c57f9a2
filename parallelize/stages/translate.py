"""Translate one row: cut, protect, ask, restore, gate, repair, translate back.

This stage knows no engine and no disk. It asks through `Ask`, which answers from the memory or from an
engine, and it is a pure function of the replies: the same replies give the same row, byte for byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from parallelize.core.ports import (
    FinishReason,
    Placeholders,
    Protection,
    SamplingOverride,
    TranslationReply,
    TranslationRequest,
    TranslatorTraits,
)
from parallelize.core.provenance import Task, address
from parallelize.core.records import Field, Record, Role
from parallelize.core.verdicts import MEASURES, Score
from parallelize.stages.back_translation import Leg, back_pieces, join_back, mask_text
from parallelize.stages.judge import judge
from parallelize.stages.pair_scores import ScoringLeg, pair_scores, scored_parts
from parallelize.stages.score import Scorer
from parallelize.text.protect import Masked, Unmasked, unmask
from parallelize.text.segment import Segment, join, split, split_smaller

__all__ = [
    "FieldTranslation",
    "RowTranslation",
    "SegmentTranslation",
    "TranslationPlan",
    "translate_row",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationPlan:
    """Everything that decides how rows are translated into one language."""

    source_language: str
    target_language: str
    forward: Leg
    back: Leg | None
    """None: no back-translation."""
    scorer: Scorer
    thresholds: Mapping[str, float | None]
    attempts: int = 4
    segment_chars: int | None = None
    """None: as the engine likes it."""
    glossary: Mapping[str, str] = field(default_factory=dict)
    context: bool = False
    scorers: tuple[ScoringLeg, ...] = ()
    """Models that score whole rows."""


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
    """The attempt that won, or the last one."""
    tries: int = 0
    scores: tuple[Score, ...] = ()
    engine_errors: int = 0
    """Replies that failed in a way that another run may not see again."""
    output_tokens: int = 0
    engine_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTranslation:
    """One text of a row and its translation."""

    path: str
    role: Role
    source: str
    target: str
    back: str | None
    segments: tuple[SegmentTranslation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTranslation:
    """A translated row with every score; whether it is kept is decided elsewhere."""

    record: Record
    fields: tuple[FieldTranslation, ...]
    scores: tuple[Score, ...]
    scoring_errors: int = 0
    """Replies of scoring models that failed in a way that another run may not see again."""

    @property
    def engine_errors(self) -> int:
        """Replies that failed in a way that another run may not see again."""
        translating = sum(segment.engine_errors for item in self.fields for segment in item.segments)
        return translating + self.scoring_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """One rung of the repair ladder for one segment."""

    rung: str
    pieces: tuple[Segment, ...]
    """The segment, or the smaller pieces that it was cut into."""
    form: Placeholders | None
    """None: protected spans stay visible."""
    override: SamplingOverride | None = None


async def translate_row(record: Record, plan: TranslationPlan) -> RowTranslation:
    """Translate a record into the plan's language.

    A failed call becomes scores, never an exception: the row comes out with what could be made of it.
    """
    fields = await asyncio.gather(*(_translate_field(item, plan) for item in record.fields))
    scores = _row_scores(record, fields, plan)
    by_models = await asyncio.gather(*(_scored_by(leg, fields, plan) for leg in plan.scorers))
    return RowTranslation(
        record=record,
        fields=tuple(fields),
        scores=(*scores, *(score for few, _ in by_models for score in few)),
        scoring_errors=sum(errors for _, errors in by_models),
    )


async def _scored_by(
    leg: ScoringLeg, fields: Sequence[FieldTranslation], plan: TranslationPlan
) -> tuple[tuple[Score, ...], int]:
    """Scores of one model, and how many of its replies may be better another time."""
    texts = [(item.path, item.source, item.target) for item in fields]
    parts = scored_parts(
        texts, leg, source_language=plan.source_language, target_language=plan.target_language
    )
    replies = await asyncio.gather(*(leg.ask(part.request) for part in parts))
    errors = sum(reply.finish is FinishReason.ERROR for reply in replies)
    return pair_scores(parts, replies, leg.measure), errors


async def _translate_field(item: Field, plan: TranslationPlan) -> FieldTranslation:
    traits = plan.forward.traits
    segments = split(
        item.text, segment_chars=plan.segment_chars or traits.segment_chars, multiline=traits.multiline
    )
    before = [""]
    for segment in segments:
        before.append(segment.text)
    done = await asyncio.gather(
        *(
            _translate_segment(segment, plan, before[index] if plan.context else "")
            for index, segment in enumerate(segments)
        )
    )
    target = "".join(part.target + segment.separator for part, segment in zip(done, segments, strict=True))
    back = None
    if plan.back is not None:
        back = "".join(
            (part.target if part.back is None else part.back) + segment.separator
            for part, segment in zip(done, segments, strict=True)
        )
    return FieldTranslation(
        path=item.path, role=item.role, source=item.text, target=target, back=back, segments=tuple(done)
    )


async def _translate_segment(segment: Segment, plan: TranslationPlan, context: str) -> SegmentTranslation:
    if not segment.send:
        return SegmentTranslation(source=segment.text, target=segment.text, sent=False)
    best: SegmentTranslation | None = None
    failures = 0
    asked: set[tuple[bytes, ...]] = set()
    tries = 0
    for attempt in _ladder(segment, plan.forward.traits):
        requests = [_request(piece, attempt, plan, context) for piece in attempt.pieces if piece.send]
        key = tuple(request.address for request, _ in requests)
        if key in asked:
            continue
        asked.add(key)
        tries += 1
        candidate = await _try(segment, attempt, requests, plan, tries)
        verdict = judge(candidate.scores, plan.thresholds)
        if best is None or verdict.kept or len(verdict.failed) < failures:
            best, failures = candidate, len(verdict.failed)
        if verdict.kept or tries >= plan.attempts:
            break
    if best is None:
        raise AssertionError("a segment that is sent has at least one attempt")
    return await _with_back_translation(best, plan)


def _ladder(segment: Segment, traits: TranslatorTraits) -> Iterator[_Attempt]:
    """Attempts in order: as configured, masked (or masked otherwise), resampled, split smaller."""
    whole = (segment._replace(separator=""),)
    inline = traits.protection is Protection.INLINE
    if inline:
        yield _Attempt(rung="configured", pieces=whole, form=None)
    for number, form in enumerate(traits.placeholders):
        rung = "configured" if not inline and number == 0 else f"masked-{form.name.lower()}"
        yield _Attempt(rung=rung, pieces=whole, form=form)
        if inline:
            break
    first = traits.placeholders[0] if traits.placeholders else None
    if traits.samples:
        override = SamplingOverride(temperature=0.6, seed=1)
        yield _Attempt(rung="resampled", pieces=whole, form=None if inline else first, override=override)
    smaller = split_smaller(segment.text)
    if len(smaller) > 1:
        yield _Attempt(rung="split", pieces=smaller, form=first)
        halves = tuple(part for piece in smaller for part in _halved(piece))
        if len(halves) > len(smaller):
            yield _Attempt(rung="split-again", pieces=halves, form=first)


def _halved(piece: Segment) -> tuple[Segment, ...]:
    parts = split_smaller(piece.text) if piece.send else ()
    if len(parts) < 2:
        return (piece,)
    return (*parts[:-1], parts[-1]._replace(separator=parts[-1].separator + piece.separator))


def _request(
    piece: Segment, attempt: _Attempt, plan: TranslationPlan, context: str
) -> tuple[TranslationRequest, Masked | None]:
    masked = mask_text(piece.text, attempt.form)
    text = piece.text if masked is None else masked.text
    glossary = tuple(
        (term, word) for term, word in sorted(plan.glossary.items()) if term.lower() in text.lower()
    )
    override = attempt.override
    # The name holds all that the rung changes besides the text, so equal requests share an address.
    name = "|".join(
        [
            "plain" if override is None else f"t={override.temperature},seed={override.seed}",
            f"context={context}" if context else "",
            *(f"{term}={word}" for term, word in glossary),
        ]
    )
    return (
        TranslationRequest(
            address=address(
                task=Task.TRANSLATE,
                fingerprint=plan.forward.fingerprint,
                source_language=plan.source_language,
                target_language=plan.target_language,
                attempt=name,
                text=text,
            ),
            task=Task.TRANSLATE,
            source_language=plan.source_language,
            target_language=plan.target_language,
            text=text,
            attempt=name,
            protection=Protection.INLINE if attempt.form is None else Protection.MASKED,
            override=override,
            context=context,
            glossary=glossary,
        ),
        masked,
    )


async def _try(
    segment: Segment,
    attempt: _Attempt,
    requests: Sequence[tuple[TranslationRequest, Masked | None]],
    plan: TranslationPlan,
    tries: int,
) -> SegmentTranslation:
    replies = await asyncio.gather(*(plan.forward.ask(request) for request, _ in requests))
    restored = [
        Unmasked(reply.text, (), ()) if masked is None else unmask(reply.text, masked)
        for reply, (_, masked) in zip(replies, requests, strict=True)
    ]
    texts = iter(restored)
    target = join(
        piece._replace(text=next(texts).text) if piece.send else piece for piece in attempt.pieces
    ).strip()
    failed = [reply for reply in replies if reply.finish is not FinishReason.STOP]
    scores = plan.scorer.score_segment(
        segment.text, target, source_language=plan.source_language, target_language=plan.target_language
    )
    return SegmentTranslation(
        source=segment.text,
        target=target,
        sent=True,
        rung=attempt.rung,
        tries=tries,
        scores=(
            *_engine_scores(failed),
            *_glossary_scores(requests, target),
            *_with_placeholders(scores, restored),
        ),
        engine_errors=sum(reply.finish is FinishReason.ERROR for reply in failed),
        output_tokens=sum(reply.output_tokens or 0 for reply in replies),
        engine_seconds=sum(reply.engine_seconds or 0.0 for reply in replies),
    )


def _engine_scores(failed: Sequence[TranslationReply]) -> tuple[Score, ...]:
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


def _glossary_scores(
    requests: Sequence[tuple[TranslationRequest, Masked | None]], target: str
) -> tuple[Score, ...]:
    due = {pair for request, _ in requests for pair in request.glossary}
    if not due:
        return ()
    missing = sorted(f"{term} → {word}" for term, word in due if word.lower() not in target.lower())
    return (Score(measure="glossary_faults", value=len(missing), evidence="; ".join(missing)),)


async def _with_back_translation(done: SegmentTranslation, plan: TranslationPlan) -> SegmentTranslation:
    if plan.back is None or not done.target:
        return done
    pieces = back_pieces(done.target, plan.back, language=plan.target_language, into=plan.source_language)
    requests = [piece.request for piece in pieces if piece.request is not None]
    replies = await asyncio.gather(*(plan.back.ask(request) for request in requests))
    return replace(
        done,
        back=join_back(pieces, replies),
        engine_errors=done.engine_errors + sum(reply.finish is FinishReason.ERROR for reply in replies),
        output_tokens=done.output_tokens + sum(reply.output_tokens or 0 for reply in replies),
        engine_seconds=done.engine_seconds + sum(reply.engine_seconds or 0.0 for reply in replies),
    )


_EVIDENCE = 500
_FROM_SEGMENTS = ("engine_failures", "envelope_failures", "glossary_faults", "protected_faults")
"""Measures that segments know better than the row's texts show."""


def _row_scores(
    record: Record, fields: Sequence[FieldTranslation], plan: TranslationPlan
) -> tuple[Score, ...]:
    """Scores of the row, with what only a segment can tell added up."""
    row = plan.scorer.score_row(
        [(item.path, item.source, item.target) for item in fields],
        source_language=plan.source_language,
        target_language=plan.target_language,
        source_answer=record.answer,
        back_translations=None
        if plan.back is None
        else {
            item.path: [
                (part.source, part.back) for part in item.segments if part.sent and part.back is not None
            ]
            for item in fields
        },
    )
    totals: dict[str, Score] = {}
    for measure in _FROM_SEGMENTS:
        found = [
            (score, f"{item.path}#{number}")
            for item in fields
            for number, part in enumerate(item.segments)
            for score in part.scores
            if score.measure == measure
        ]
        if found:
            count = sum(score.value or 0 for score, _ in found)
            worst, where = max(found, key=lambda pair: pair[0].value or 0)
            totals[measure] = Score(
                measure=measure, value=count, where=where if count else "", evidence=worst.evidence
            )
    measured = {score.measure: score for score in row}
    for measure, score in totals.items():
        known = measured.get(measure)
        if known is None or (known.value or 0) < (score.value or 0):
            measured[measure] = score
    return tuple(measured[name] for name in MEASURES if name in measured)
