"""Judge responses: each part's language, foreign spans, the answer. Order in is order out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

from parallelize.core.children import map_in_children
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
    PartStatus,
    PartVerdict,
    early_status,
    status_of,
)
from parallelize.text.protect import readable_prose
from parallelize.text.thinking import ResponsePart, SplitResponse, ThinkingTags, split_response

__all__ = ["Judge", "JudgeMaker", "ResponseVerdict", "ScoreOptions", "score_responses"]

_BATCH = 256
"""Responses that a process is sent at once."""
_BLOCK = 64
"""Texts judged together: as many as the functions that read a text (`words`, `script_codes`) remember."""
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
    unclosed: bool = True
    """The last box of thinking that never closed counts as the answer."""
    mixed_share: float = MIXED_SHARE
    """Foreign share from which a part on target is mixed, in (0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseVerdict:
    """All that was found about one response."""

    response: Response
    parts: dict[ResponsePart, PartVerdict]
    """One for each part."""
    answer: AnswerVerdict | None
    """None where the row has no gold answer."""

    @property
    def strictly_correct(self) -> bool | None:
        """Correct, the response on target, and no part of it off; None where there is no gold answer."""
        if self.answer is None:
            return None
        statuses = {part.status for part in self.parts.values()}
        on = self.parts[ResponsePart.RESPONSE].status is PartStatus.ON
        return self.answer.correct is True and on and PartStatus.OFF not in statuses


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
    batches = [responses[start : start + _BATCH] for start in range(0, len(responses), _BATCH)]
    if workers <= 1 or len(batches) <= 1:
        judge = make_judge()
        for batch in batches:
            yield from _whole(batch, _judged(list(map(_asked, batch)), judge, options))
        return
    plain = (list(map(tuple, map(_asked, batch))) for batch in batches)
    judged = map_in_children(
        _work,
        plain,
        partial(_tools, make_judge, options),
        processes=min(workers, len(batches)),
        remedy="free memory, or take fewer --workers",
    )
    for batch, found in zip(batches, judged, strict=True):
        yield from _whole(batch, found)


class _Asked(NamedTuple):
    """What of a response is judged; as a plain tuple it is sent to a process in a fifth of the time."""

    text: str
    language: str
    prompt: str
    prompt_language: str | None
    gold: str | None
    cut: bool
    thinking: str | None
    choices: tuple[str, ...]


def _asked(response: Response) -> _Asked:
    return _Asked(
        response.response,
        response.language,
        response.prompt,
        response.prompt_language,
        response.gold,
        response.cut,
        response.thinking,
        response.choices,
    )


_WITHOUT_VOTE = {status: PartVerdict(status=status) for status in PartStatus}
"""Verdicts on parts whose language is not judged; one object each is sent once with a batch."""
_Judged = tuple[dict[ResponsePart, PartVerdict], AnswerVerdict | None]
"""What a process sends back: all of a `ResponseVerdict` but the response."""


def _whole(batch: Sequence[Response], found: Sequence[_Judged]) -> Iterator[ResponseVerdict]:
    for response, (parts, answer) in zip(batch, found, strict=True):
        yield ResponseVerdict(response=response, parts=parts, answer=answer)


def _tools(make_judge: JudgeMaker, options: ScoreOptions) -> tuple[Judge, ScoreOptions]:
    return make_judge(), options


def _work(tools: tuple[Judge, ScoreOptions], batch: Sequence[tuple[Any, ...]]) -> list[_Judged]:
    return _judged(list(map(_Asked._make, batch)), *tools)


def _judged(batch: Sequence[_Asked], judge: Judge, options: ScoreOptions) -> list[_Judged]:
    """Judge some responses, one step after the other over all of them.

    A fifth faster than one response after the other: what a step works with stays in the processor's cache.
    """
    splits = [split_response(response.text, options.tags, thinking=response.thinking) for response in batch]
    judged: list[dict[ResponsePart, PartVerdict]] = [{} for _ in batch]
    places: list[tuple[int, ResponsePart]] = []
    for index, (response, split) in enumerate(zip(batch, splits, strict=True)):
        for part in _separate_parts(split):
            early = early_status(split, part, cut=response.cut, judge_cut=options.judge_cut)
            if early is None:
                places.append((index, part))
            else:
                judged[index][part] = _WITHOUT_VOTE[early]
    for start in range(0, len(places), _BLOCK):
        block = places[start : start + _BLOCK]
        texts = [readable_prose(splits[index].text(part) or "") for index, part in block]
        verdicts = _verdicts([batch[index] for index, _ in block], texts, judge, options)
        for (index, part), verdict in zip(block, verdicts, strict=True):
            judged[index][part] = verdict
    return [
        (
            _all_parts(split, parts),
            _answer(response, split, options),
        )
        for response, split, parts in zip(batch, splits, judged, strict=True)
    ]


def _answer(response: _Asked, split: SplitResponse, options: ScoreOptions) -> AnswerVerdict | None:
    if response.gold is None:
        return None
    return judge_answer(
        split.answer,
        response.gold,
        response.language,
        choices=response.choices,
        prompt=response.prompt,
        unclosed=split.thinking if options.unclosed else None,
    )


def _separate_parts(split: SplitResponse) -> tuple[ResponsePart, ...]:
    """Parts with a text of their own: a response that does not think is its own answer."""
    return (ResponsePart.THINKING, ResponsePart.ANSWER) if split.thinking is None else tuple(ResponsePart)


def _all_parts(
    split: SplitResponse, parts: dict[ResponsePart, PartVerdict]
) -> dict[ResponsePart, PartVerdict]:
    if split.thinking is None:
        parts[ResponsePart.RESPONSE] = parts[ResponsePart.ANSWER]
    return {part: parts[part] for part in ResponsePart}


def _verdicts(
    asked: Sequence[_Asked], texts: Sequence[str], judge: Judge, options: ScoreOptions
) -> list[PartVerdict]:
    """Verdicts on parts: `asked[i]` is the response that `texts[i]` is a part of, as prose."""
    votes = _votes(asked, texts, judge)
    spans = [
        _spans(response, text, judge if vote.status is Status.ON else None)
        if options.spans or vote.status is Status.UNDETERMINED
        else ()
        for response, text, vote in zip(asked, texts, votes, strict=True)
    ]
    return [_verdict(*item, judge, options) for item in zip(asked, texts, votes, spans, strict=True)]


def _votes(asked: Sequence[_Asked], texts: Sequence[str], judge: Judge) -> list[LanguageVote]:
    """Votes, with a name for the language of what its script alone showed to be off target."""
    places: dict[str, list[int]] = {}
    for index, response in enumerate(asked):
        places.setdefault(response.language, []).append(index)
    found: dict[int, LanguageVote] = {}
    for expected, indices in places.items():
        found.update(zip(indices, judge.judge([texts[index] for index in indices], expected), strict=True))
        for index in indices:
            if found[index].status is Status.OFF and found[index].language is None:
                named = judge.named([without_script(texts[index], expected)], expected)[0]
                found[index] = replace(found[index], language=named)
    return [found[index] for index in range(len(asked))]


def _verdict(
    response: _Asked,
    text: str,
    vote: LanguageVote,
    spans: tuple[ForeignSpan, ...],
    judge: Judge,
    options: ScoreOptions,
) -> PartVerdict:
    vote = by_majority(vote, text, spans)
    counted: tuple[ForeignSpan, ...] = ()
    share = english = None
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
        spans=counted,
        prose=text if counted else "",
        lines_on=on,
        lines_off=off,
    )


def _spans(response: _Asked, text: str, judge: Judge | None) -> tuple[ForeignSpan, ...]:
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
