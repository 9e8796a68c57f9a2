"""Judge responses: each part's language, foreign spans, the answer. Order in is order out."""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import regex

from parallelize.evaluation.accuracy import AnswerVerdict, judge_answer
from parallelize.evaluation.responses import Response
from parallelize.metrics.foreign import ForeignSpan, foreign_share, foreign_spans
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.off_target import (
    MIXED_SHARE,
    Part,
    PartStatus,
    PartVerdict,
    SplitResponse,
    ThinkingTags,
    early_status,
    exempt_copies,
    split_response,
    status_of,
)
from parallelize.metrics.scripts import WEIGHT, script_letters
from parallelize.text.protect import prose

__all__ = ["Judge", "JudgeMaker", "ResponseVerdict", "ScoreOptions", "plain_prose", "score_responses"]

_BATCH = 256
_DRAWING = regex.compile(r"\[asy\].*?\[/asy\]", regex.DOTALL)


class Judge(Protocol):
    """Votes on the language of texts (`stages.language.LanguageJudge` is one)."""

    @property
    def signature(self) -> str: ...

    def judge(self, texts: Sequence[str], expected: str) -> list[LanguageVote]: ...

    def named(self, texts: Sequence[str], expected: str) -> list[str | None]: ...


JudgeMaker = Callable[[], Judge]
"""Makes a judge; sent to worker processes, so it must be a function of a module (or a partial of one)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """How responses are judged."""

    tags: ThinkingTags = field(default_factory=ThinkingTags)
    judge_cut: bool = False
    """Judge the language of responses that were cut like any other, instead of counting them apart."""
    lines: bool = False
    """Also judge every line by itself."""
    spans: bool = True
    """Look for foreign spans; without them `mixed` and the English share are not measured."""
    mixed_share: float = MIXED_SHARE
    """Foreign share from which a part on target is mixed, in (0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseVerdict:
    """All that was found about one response."""

    response: Response
    parts: dict[Part, PartVerdict]
    """One for each part."""
    answer: AnswerVerdict | None
    """None where the row has no gold answer."""

    @property
    def strictly_correct(self) -> bool | None:
        """Correct, the response on target, and no part of it off; None where correctness is not known."""
        if self.answer is None or self.answer.correct is None:
            return None
        statuses = {part.status for part in self.parts.values()}
        on = self.parts[Part.RESPONSE].status is PartStatus.ON
        return self.answer.correct and on and PartStatus.OFF not in statuses


def plain_prose(text: str) -> str:
    """The text without formulas, code, tags and drawings in code, each replaced by one space."""
    return prose(_DRAWING.sub(" ", text) if "[asy]" in text else text)


def score_responses(
    responses: Sequence[Response], make_judge: JudgeMaker, options: ScoreOptions, *, workers: int = 1
) -> Iterator[ResponseVerdict]:
    """Judge every response, in order.

    Args:
        responses: rows to judge.
        make_judge: makes the judge of each process.
        options: how.
        workers: processes; 1 works in this one. Verdicts do not depend on it.
    """
    batches = [responses[start : start + _BATCH] for start in range(0, len(responses), _BATCH)]
    if workers <= 1 or len(batches) < 2:
        judge = make_judge()
        for batch in batches:
            yield from _score_batch(batch, judge, options)
        return
    # Spawned, not forked: the table readers of this process hold threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        max_workers=min(workers, len(batches)),
        mp_context=context,
        initializer=_start_worker,
        initargs=(make_judge, options),
    ) as pool:
        for verdicts in pool.map(_work, batches):
            yield from verdicts


_worker: tuple[Judge, ScoreOptions] | None = None


def _start_worker(make_judge: JudgeMaker, options: ScoreOptions) -> None:
    global _worker  # noqa: PLW0603  a process pool has no other place for what each process makes once
    _worker = make_judge(), options


def _work(batch: Sequence[Response]) -> list[ResponseVerdict]:
    if _worker is None:
        raise RuntimeError("the worker was not started by score_responses")
    return _score_batch(batch, *_worker)


@dataclass(slots=True)
class _Pending:
    """A part that waits for its vote."""

    place: int
    part: Part
    text: str


def _score_batch(batch: Sequence[Response], judge: Judge, options: ScoreOptions) -> list[ResponseVerdict]:
    splits = [split_response(response.response, options.tags) for response in batch]
    found: list[dict[Part, PartVerdict]] = [{} for _ in batch]
    waiting: dict[str, list[_Pending]] = defaultdict(list)
    for place, (response, split) in enumerate(zip(batch, splits, strict=True)):
        for part in _separate_parts(split):
            early = early_status(split, part, cut=response.cut, judge_cut=options.judge_cut)
            if early is None:
                text = plain_prose(split.text(part) or "")
                waiting[response.language].append(_Pending(place, part, text))
            else:
                found[place][part] = PartVerdict(status=early)
    for code, pending in waiting.items():
        votes = judge.judge([item.text for item in pending], code)
        for item, vote in zip(pending, votes, strict=True):
            found[item.place][item.part] = _verdict(batch[item.place], item.text, vote, judge, options)
    return [
        ResponseVerdict(
            response=response,
            parts=_all_parts(split, parts),
            answer=(
                None
                if response.gold is None
                else judge_answer(split.answer, response.gold, response.language)
            ),
        )
        for response, split, parts in zip(batch, splits, found, strict=True)
    ]


def _separate_parts(split: SplitResponse) -> tuple[Part, ...]:
    """Parts with a text of their own: a response that does not think is its own answer."""
    return (Part.THINKING, Part.ANSWER) if split.thinking is None else tuple(Part)


def _all_parts(split: SplitResponse, parts: dict[Part, PartVerdict]) -> dict[Part, PartVerdict]:
    if split.thinking is None:
        parts[Part.RESPONSE] = parts[Part.ANSWER]
    return {part: parts[part] for part in Part}


def _verdict(
    response: Response, text: str, vote: LanguageVote, judge: Judge, options: ScoreOptions
) -> PartVerdict:
    status = status_of(vote)
    spans: tuple[ForeignSpan, ...] = ()
    share = english = None
    if options.spans:
        spans = _spans(response, text, judge if status is PartStatus.ON else None)
        share = foreign_share(text, spans)
        english = _english_share(text, spans) if response.language != "en" else None
    on, off = _lines(text, response.language, judge) if options.lines else (None, None)
    return PartVerdict(
        status=status,
        language=vote.language,
        evidence=vote.evidence,
        foreign_share=share,
        english_share=english,
        spans=spans,
        prose=text,
        lines_on=on,
        lines_off=off,
    )


def _spans(response: Response, text: str, judge: Judge | None) -> tuple[ForeignSpan, ...]:
    """Spans in English, in the prompt's language, in other scripts, and what the judge names."""
    named = foreign_spans(
        text,
        response.language,
        source=response.prompt,
        source_language="en",
        name=None if judge is None else judge.named,
    )
    asked_in = response.prompt_language
    if asked_in not in {None, "en", response.language}:
        others = foreign_spans(text, response.language, source=response.prompt, source_language=str(asked_in))
        taken = [(span.start, span.end) for span in named]
        named += tuple(
            span for span in others if all(span.end <= start or span.start >= end for start, end in taken)
        )
    return exempt_copies(sorted(named, key=lambda span: span.start), text, response.prompt)


def _english_share(text: str, spans: Sequence[ForeignSpan]) -> float | None:
    total = sum(count * WEIGHT.get(script, 1.0) for script, count in script_letters(text).items())
    if not total:
        return None
    return min(1.0, sum(span.letters for span in spans if span.language == "en") / total)


def _lines(text: str, language: str, judge: Judge) -> tuple[int, int]:
    """Lines on target and off; lines too short to judge are neither."""
    lines = [line for line in text.split("\n") if line.strip()]
    statuses = [vote.status for vote in judge.judge(lines, language)]
    return statuses.count(Status.ON), statuses.count(Status.OFF)
