"""Translate one segment: protect, ask, restore, gate, repair, translate back; the best attempt wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import FinishReason, Reply
from parallelize.core.verdicts import Score, Verdict
from parallelize.core.work import RungWork, Work, add_rungs, total
from parallelize.stages.back_translation import back_pieces, join_back
from parallelize.stages.ladder import Attempt, ladder, ladder_of_another
from parallelize.stages.segment_calls import SegmentCall, calls_of, hides_spans
from parallelize.stages.segment_replies import restored
from parallelize.stages.translation_plan import Before, BoundTranslator, TranslationPlan, together
from parallelize.text.glossary import Term
from parallelize.text.protect import Unmasked
from parallelize.text.segment import Segment, join

__all__ = ["SegmentTranslation", "translate_again", "translate_segment"]

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
    again: str | None = None
    """What came back, translated once more; None if it was not."""
    rung: str = ""
    """The attempt that won; empty for a copied segment."""
    scores: tuple[Score, ...] = ()
    engine_errors: int = 0
    """Replies that failed in a way that another run may not see again."""
    rungs: tuple[RungWork, ...] = ()
    """Every rung that was tried, with what it cost, failed attempts included."""
    back_work: Work = field(default_factory=Work)
    """What it took to translate back, and once more."""

    @property
    def passed(self) -> bool:
        """Whether an attempt passed the gates: the one that was taken is among those."""
        return any(rung.passed for rung in self.rungs)


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
        before: what stands before it, for the engines that are shown it.
    """
    samples = max(1, plan.candidates - 1)
    tried: list[_Tried] = []
    if segment.send:
        attempts = ladder(segment, plan.forward.traits, samples=samples)
        tried = await _climb(segment, plan, plan.forward, attempts, before)
    if not tried:
        return SegmentTranslation(source=segment.text, target=segment.text, sent=False)
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
    segment: Segment,
    plan: TranslationPlan,
    translator: BoundTranslator,
    attempts: Iterator[Attempt],
    before: Before,
) -> list[_Tried]:
    """Go up one engine's ladder until enough attempts passed or the budget is used up.

    Nothing is tried for a segment that has no words once the engine's hidden spans are hidden.
    """
    tried: list[_Tried] = []
    asked: set[tuple[bytes, ...]] = set()
    passed = 0
    for planned in attempts:
        attempt, calls = calls_of(planned, plan, translator, before)
        if not calls and not tried and translator is plan.forward and hides_spans(plan):
            break
        key = tuple(call.request.address for call in calls)
        if key in asked:  # nothing to mask, for example: the same request would have the same reply
            continue
        asked.add(key)
        tried.append(await _try(segment, attempt, calls, plan, translator))
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


async def _try(
    segment: Segment,
    attempt: Attempt,
    calls: Sequence[SegmentCall],
    plan: TranslationPlan,
    translator: BoundTranslator,
) -> _Tried:
    replies = await together([translator.ask(call.request) for call in calls])
    parts = restored(replies, calls, translator, plan)
    texts = iter(parts)
    target = join(
        piece._replace(text=next(texts).text) if piece.send else piece for piece in attempt.pieces
    ).strip()
    failed = [reply for reply in replies if reply.finish is not FinishReason.STOP]
    measured = await plan.scoring.score_segment(segment.text, target, languages=plan.languages)
    due = {term for call in calls for term in call.due}
    scores = (
        *_engine_scores(failed),
        *_glossary_scores(due, target),
        *_with_placeholders(measured, parts),
    )
    return _Tried(
        attempt=attempt,
        target=target,
        scores=scores,
        verdict=plan.thresholds.judge(scores),
        engine_errors=sum(reply.finish is FinishReason.ERROR for reply in failed),
        work=total(Work.of(call.request, reply) for call, reply in zip(calls, replies, strict=True)),
    )


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
            yield score._replace(value=count, evidence=evidence[:_EVIDENCE])
        else:
            yield score


def _glossary_scores(due: set[Term], target: str) -> tuple[Score, ...]:
    if not due:
        return ()
    missing = sorted(f"{term.source} → {' or '.join(term.targets)}" for term in due if not term.is_in(target))
    evidence = "; ".join(missing)[:_EVIDENCE]
    return (Score(measure="glossary_faults", value=len(missing), evidence=evidence),)


async def translate_again(done: SegmentTranslation, plan: TranslationPlan) -> SegmentTranslation:
    """The segment with what came back of it translated once more, as plainly as it was translated back."""
    if not done.back:
        return done
    again = await _translate_plainly(done.back, plan.forward, plan.languages)
    return replace(
        done,
        again=again.text,
        engine_errors=done.engine_errors + again.engine_errors,
        back_work=done.back_work + again.work,
    )


async def _translate_back(target: str, plan: TranslationPlan) -> _Back:
    if plan.back is None or not target:
        return _Back(text=None)
    return await _translate_plainly(target, plan.back, plan.languages.back)


async def _translate_plainly(text: str, translator: BoundTranslator, languages: LanguagePair) -> _Back:
    pieces = back_pieces(text, translator, languages)
    requests = [piece.request for piece in pieces if piece.request is not None]
    replies = await together([translator.ask(request) for request in requests])
    return _Back(
        text=join_back(pieces, replies),
        engine_errors=sum(reply.finish is FinishReason.ERROR for reply in replies),
        work=total(Work.of(request, reply) for request, reply in zip(requests, replies, strict=True)),
    )
