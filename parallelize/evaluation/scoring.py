"""Judge responses: each part's language, foreign spans, the answer. Order in is order out."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from parallelize.core.processes import usable_cores
from parallelize.evaluation.accuracy import AnswerVerdict, judge_answer
from parallelize.evaluation.responses import Response
from parallelize.metrics.foreign import ForeignSpan, foreign_spans
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.mixing import (
    MIXED_SHARE,
    by_majority,
    exempt_copies,
    exempt_terms,
    share_in,
    weighted_letters,
    window_share,
    without_script,
)
from parallelize.metrics.off_target import (
    Part,
    PartStatus,
    PartVerdict,
    SplitResponse,
    ThinkingTags,
    early_status,
    split_response,
    status_of,
)
from parallelize.text.protect import readable_prose

__all__ = ["Judge", "JudgeMaker", "ResponseVerdict", "ScoreOptions", "score_responses"]

_BATCH = 256
_PARALLEL_FROM = 2_000
"""Responses from which starting worker processes (about two seconds) is worth it."""
_LINE_LETTERS = 25.0
"""Weighted letters from which a line is judged by itself, about five words: a heading of one or two words
("Introduction") belongs to several languages."""


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


def score_responses(
    responses: Sequence[Response],
    make_judge: JudgeMaker,
    options: ScoreOptions,
    *,
    workers: int | None = None,
) -> Iterator[ResponseVerdict]:
    """Judge every response, in order.

    Args:
        responses: rows to judge.
        make_judge: makes the judge of each process.
        options: how.
        workers: processes; 1 works in this one. None: all cores, for as many responses as make starting
            processes worth it. Verdicts do not depend on it.
    """
    if workers is None:
        workers = usable_cores() if len(responses) >= _PARALLEL_FROM else 1
    if workers <= 1 or len(responses) <= _BATCH:
        judge = make_judge()
        for response in responses:
            parts, answer = _judged(response, judge, options)
            yield ResponseVerdict(response=response, parts=parts, answer=answer)
        return
    batches = [responses[start : start + _BATCH] for start in range(0, len(responses), _BATCH)]
    # Spawned, not forked: the table readers of this process hold threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        max_workers=min(workers, len(batches)),
        mp_context=context,
        initializer=_start_worker,
        initargs=(make_judge, options),
    ) as pool:
        for batch, found in zip(batches, pool.map(_work, batches), strict=True):
            for response, (parts, answer) in zip(batch, found, strict=True):
                yield ResponseVerdict(response=response, parts=parts, answer=answer)


_WITHOUT_VOTE = {status: PartVerdict(status=status) for status in PartStatus}
"""Verdicts on parts whose language is not judged; one object each is sent once with a batch."""
_Judged = tuple[dict[Part, PartVerdict], AnswerVerdict | None]
"""What a process sends back: all of a `ResponseVerdict` but the response."""
_worker: tuple[Judge, ScoreOptions] | None = None


def _start_worker(make_judge: JudgeMaker, options: ScoreOptions) -> None:
    global _worker  # noqa: PLW0603  a process pool has no other place for what each process makes once
    _worker = make_judge(), options


def _work(batch: Sequence[Response]) -> list[_Judged]:
    if _worker is None:
        raise RuntimeError("the worker was not started by score_responses")
    return [_judged(response, *_worker) for response in batch]


def _judged(response: Response, judge: Judge, options: ScoreOptions) -> _Judged:
    split = split_response(response.response, options.tags)
    parts: dict[Part, PartVerdict] = {}
    for part in _separate_parts(split):
        early = early_status(split, part, cut=response.cut, judge_cut=options.judge_cut)
        if early is None:
            parts[part] = _verdict(response, readable_prose(split.text(part) or ""), judge, options)
        else:
            parts[part] = _WITHOUT_VOTE[early]
    gold, language = response.gold, response.language
    answer = None if gold is None else judge_answer(split.answer, gold, language)
    return _all_parts(split, parts), answer


def _separate_parts(split: SplitResponse) -> tuple[Part, ...]:
    """Parts with a text of their own: a response that does not think is its own answer."""
    return (Part.THINKING, Part.ANSWER) if split.thinking is None else tuple(Part)


def _all_parts(split: SplitResponse, parts: dict[Part, PartVerdict]) -> dict[Part, PartVerdict]:
    if split.thinking is None:
        parts[Part.RESPONSE] = parts[Part.ANSWER]
    return {part: parts[part] for part in Part}


def _vote(text: str, expected: str, judge: Judge) -> LanguageVote:
    """The vote, with a name for the language of what its script alone showed to be off target."""
    vote = judge.judge([text], expected)[0]
    if vote.status is not Status.OFF or vote.language is not None:
        return vote
    return replace(vote, language=judge.named([without_script(text, expected)], expected)[0])


def _verdict(response: Response, text: str, judge: Judge, options: ScoreOptions) -> PartVerdict:
    vote = _vote(text, response.language, judge)
    spans: tuple[ForeignSpan, ...] = ()
    share = english = None
    if options.spans or vote.status is Status.UNDETERMINED:
        spans = _spans(response, text, judge if vote.status is Status.ON else None)
        vote = by_majority(vote, text, spans)
    if options.spans:
        counted = exempt_terms(exempt_copies(spans, text, response.prompt), text)
        share = window_share(text, counted)
        english = share_in("en", text, counted) if response.language != "en" else None
    on, off = _lines(text, response.language, judge) if options.lines else (None, None)
    return PartVerdict(
        status=status_of(vote),
        language=vote.language,
        evidence=vote.evidence,
        foreign_share=share,
        english_share=english,
        spans=counted if options.spans else (),
        prose=text if options.spans and counted else "",
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
    if asked_in in {None, "en", response.language}:
        return named
    others = foreign_spans(text, response.language, source=response.prompt, source_language=str(asked_in))
    taken = [(span.start, span.end) for span in named]
    more = [span for span in others if all(span.end <= start or span.start >= end for start, end in taken)]
    return tuple(sorted((*named, *more), key=lambda span: span.start))


def _lines(text: str, language: str, judge: Judge) -> tuple[int, int]:
    """Lines on target and off; lines too short to judge are neither."""
    lines = [line for line in text.split("\n") if weighted_letters(line) >= _LINE_LETTERS]
    statuses = [vote.status for vote in judge.judge(lines, language)]
    return statuses.count(Status.ON), statuses.count(Status.OFF)
