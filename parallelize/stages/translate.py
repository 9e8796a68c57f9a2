"""Translate one row: cut its texts into segments, translate each, join, score the whole.

This stage knows no engine and no disk. It asks through `Ask`, which answers from the memory or from an
engine, and it is a pure function of the replies: the same replies give the same row, byte for byte.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from parallelize.core.engine_options import MOST_CONTEXT
from parallelize.core.measure import Fold
from parallelize.core.measures import AGAIN, MEASURES
from parallelize.core.ports import FinishReason
from parallelize.core.records import Part, Record, Role, Text
from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.core.work import RungWork, Work, add_rungs, total
from parallelize.stages.pair_scores import model_scores, place_scores, scored_parts
from parallelize.stages.translate_segment import SegmentTranslation, translate_again, translate_segment
from parallelize.stages.translation_plan import (
    Ask,
    Before,
    BoundScorer,
    BoundTranslator,
    TranslationPlan,
    together,
)
from parallelize.text.inner_words import InnerKind, InnerPhrase, inner_phrases, with_inner_words
from parallelize.text.segment import Segment, split

__all__ = [
    "Ask",
    "BoundTranslator",
    "FieldTranslation",
    "RowTranslation",
    "SegmentTranslation",
    "TranslationPlan",
    "inner_words",
    "translate_row",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTranslation:
    """One text of a row and its translation."""

    path: str
    part: Part | None
    role: Role
    source: str
    target: str
    back: str | None
    segments: tuple[SegmentTranslation, ...]

    @property
    def name(self) -> str:
        """Path and part: unique in a row."""
        return self.path if self.part is None else self.path + self.part.name


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTranslation:
    """A translated row with every score; whether it is kept is decided elsewhere."""

    record: Record
    fields: tuple[FieldTranslation, ...]
    scores: tuple[Score, ...]
    inner: tuple[SegmentTranslation, ...] = ()
    """Phrases inside of protected spans, each translated by itself."""
    scoring_errors: int = 0
    """Replies of scoring models that failed in a way that another run may not see again."""

    @property
    def segments(self) -> tuple[SegmentTranslation, ...]:
        """Segments of all texts, in reading order, and what was translated inside of spans."""
        return (*(segment for item in self.fields for segment in item.segments), *self.inner)

    @property
    def engine_errors(self) -> int:
        """Replies that failed in a way that another run may not see again."""
        return sum(segment.engine_errors for segment in self.segments) + self.scoring_errors

    @property
    def rungs(self) -> tuple[RungWork, ...]:
        """What each rung of the repair ladder did for this row, and what it cost."""
        return add_rungs(rung for segment in self.segments for rung in segment.rungs)

    @property
    def back_work(self) -> Work:
        """Calls, words and tokens spent on translating the row back, and once more."""
        return total(segment.back_work for segment in self.segments)


async def translate_row(record: Record, plan: TranslationPlan) -> RowTranslation:
    """Translate a record into the plan's language.

    A failed call becomes scores, never an exception: the row comes out with what could be made of it.
    """
    fields = await together([_translate_field(item, plan) for item in record.to_translate()])
    scores = await _row_scores(record, fields, plan)
    if plan.again and plan.thresholds.judge([score for score in scores if score.measure not in AGAIN]).kept:
        fields = await together([_translated_again(item, plan) for item in fields])
        anew = {score.measure: score for score in await _scores_again(fields, plan)}
        scores = tuple(anew.get(score.measure, score) for score in scores)
    by_models = await together([_scored_by(scorer, fields, plan, record.answer) for scorer in plan.scorers])
    done, inner, left = await _with_inner_words(fields, plan)
    return RowTranslation(
        record=record,
        fields=tuple(done),
        inner=inner,
        scores=(
            *scores,
            *left,
            *place_scores(record.row, [(item.path, item.part, item.target) for item in done]),
            *(score for few, _ in by_models for score in few),
        ),
        scoring_errors=sum(errors for _, errors in by_models),
    )


async def _scored_by(
    scorer: BoundScorer, fields: Sequence[FieldTranslation], plan: TranslationPlan, answer: str | None
) -> tuple[tuple[Score, ...], int]:
    """Scores of one model, and how many of its replies may be better another time."""
    problems_first = sorted(fields, key=lambda item: item.role is not Role.PROBLEM)
    texts = [(item.name, item.source, item.target) for item in problems_first]
    parts = scored_parts(texts, scorer, plan.languages)
    replies = await together([scorer.ask(part.request) for part in parts])
    errors = sum(reply.finish is FinishReason.ERROR for reply in replies)
    if scorer.samples:  # comparing answers may wait for another process
        return await asyncio.to_thread(model_scores, scorer, parts, replies, plan.languages, answer), errors
    return model_scores(scorer, parts, replies, plan.languages, answer), errors


async def _translate_field(item: Text, plan: TranslationPlan) -> FieldTranslation:
    traits = plan.forward.traits
    segments = split(
        item.text, segment_chars=plan.segment_chars or traits.segment_chars, multiline=traits.multiline
    )
    done = await _translate_segments(segments, plan)
    target = "".join(part.target + segment.separator for part, segment in zip(done, segments, strict=True))
    back = None
    if plan.back is not None:
        back = "".join(
            (part.target if part.back is None else part.back) + segment.separator
            for part, segment in zip(done, segments, strict=True)
        )
    return FieldTranslation(
        path=item.path,
        part=item.part,
        role=item.role,
        source=item.text,
        target=target,
        back=back,
        segments=tuple(done),
    )


async def _translated_again(item: FieldTranslation, plan: TranslationPlan) -> FieldTranslation:
    segments = await together([translate_again(segment, plan) for segment in item.segments])
    return replace(item, segments=tuple(segments))


async def _with_inner_words(
    fields: Sequence[FieldTranslation], plan: TranslationPlan
) -> tuple[list[FieldTranslation], tuple[SegmentTranslation, ...], tuple[Score, ...]]:
    """The texts with what is said inside of their protected spans translated, too, and what stays.

    Gates have seen the texts with the spans of the source: what is put into them is measured by itself.
    """
    said = inner_words([(item.role, item.source) for item in fields], plan.inner)
    phrases = list(dict.fromkeys(phrase for found in said for phrase in found))
    if not phrases:
        return list(fields), (), ()
    whole = "\n".join(item.source for item in fields)
    alone = replace(plan, back=None, candidates=1, around=whole)
    made = await together(
        [_translate_field(Text(path="", role=Role.OTHER, text=phrase), alone) for phrase in phrases]
    )
    new = {
        item.source: item.target for item in made if all(one.passed or not one.sent for one in item.segments)
    }
    places = inner_words([(item.role, item.target) for item in fields], plan.inner)
    done = [
        replace(
            item,
            target=with_inner_words(
                item.target,
                [place for phrase in wanted for place in there.get(phrase, ())],
                new,
                language=plan.languages.target,
            ),
        )
        for item, wanted, there in zip(fields, said, places, strict=True)
    ]
    still = inner_words([(item.role, item.target) for item in done], plan.inner)
    left = dict.fromkeys(phrase for phrase in phrases if phrase not in new)
    for wanted, there in zip(said, still, strict=True):
        left.update(dict.fromkeys(one for one in wanted if new.get(one) != one and one in there))
    score = scored("inner_words", float(len(left)), "; ".join(left)[:EVIDENCE])
    return done, tuple(one for item in made for one in item.segments), (score,)


def inner_words(
    texts: Sequence[tuple[Role, str]], kinds: Collection[InnerKind]
) -> list[dict[str, list[InnerPhrase]]]:
    """For each text of a row the distinct phrases in its protected spans, with every place where each stands.

    Boxes hold values, unless the row has an answer in words that is translated, too.
    """
    boxes = any(role is Role.ANSWER for role, _ in texts)
    found: list[dict[str, list[InnerPhrase]]] = []
    for _, text in texts:
        found.append({})
        for place in inner_phrases(text, kinds, boxes=boxes):
            found[-1].setdefault(text[place.start : place.end], []).append(place)
    return found


async def _translate_segments(segments: Sequence[Segment], plan: TranslationPlan) -> list[SegmentTranslation]:
    """All at once, or one after the other where each is shown what the one before became."""
    if not plan.in_order:
        return await together(
            [
                translate_segment(segment, plan, Before(segments=segments[max(0, at - MOST_CONTEXT) : at]))
                for at, segment in enumerate(segments)
            ]
        )
    done: list[SegmentTranslation] = []
    for at, segment in enumerate(segments):
        near = slice(max(0, at - MOST_CONTEXT), at)
        targets = [made.target if made.passed or not made.sent else None for made in done[near]]
        done.append(await translate_segment(segment, plan, Before(segments=segments[near], targets=targets)))
    return done


async def _row_scores(
    record: Record, fields: Sequence[FieldTranslation], plan: TranslationPlan
) -> tuple[Score, ...]:
    """Scores of the row, with what only a segment can tell added up."""
    row = await plan.scoring.score_row(
        [(item.name, item.source, item.target) for item in fields],
        languages=plan.languages,
        source_answer=record.answer,
        back_translations=None if plan.back is None else _came_back(fields),
    )
    measured = {score.measure: score for score in row}
    for score in _added_up(fields):
        known = measured.get(score.measure)
        if known is None or (known.value or 0) < (score.value or 0):
            measured[score.measure] = score
    return tuple(measured[name] for name in MEASURES if name in measured)


async def _scores_again(fields: Sequence[FieldTranslation], plan: TranslationPlan) -> tuple[Score, ...]:
    return await plan.scoring.score_again(
        [(item.name, item.source, item.target) for item in fields],
        languages=plan.languages,
        back_translations=_came_back(fields),
        translated_again={
            item.name: [(part.target, part.again) for part in item.segments if part.again is not None]
            for item in fields
        },
    )


def _came_back(fields: Sequence[FieldTranslation]) -> dict[str, list[tuple[str, str]]]:
    """(source segment, back-translated segment) by name of the text."""
    return {
        item.name: [(part.source, part.back) for part in item.segments if part.sent and part.back is not None]
        for item in fields
    }


def _added_up(fields: Sequence[FieldTranslation]) -> Iterator[Score]:
    """What only segments can tell, added up; shown is the worst of them."""
    for measure in (item.name for item in MEASURES.values() if item.fold is Fold.SEGMENTS):
        found = [
            (score, f"{item.name}#{number}")
            for item in fields
            for number, part in enumerate(item.segments)
            for score in part.scores
            if score.measure == measure
        ]
        if found:
            count = sum(score.value or 0 for score, _ in found)
            worst, where = max(found, key=lambda pair: pair[0].value or 0)
            yield Score(measure=measure, value=count, where=where if count else "", evidence=worst.evidence)
