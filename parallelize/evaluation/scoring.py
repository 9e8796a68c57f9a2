"""Judge responses: each part's language, foreign spans, the answer. Order in is order out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

from parallelize.core.children import map_in_children
from parallelize.core.processes import usable_cores
from parallelize.evaluation.accuracy import AnswerVerdict, judge_answer
from parallelize.evaluation.part_language import PartText, SignedJudge, judge_parts, probabilities, prose_of
from parallelize.evaluation.responses import Response
from parallelize.metrics.mixing import MIXED_SHARE
from parallelize.metrics.off_target import PartStatus, PartVerdict, early_status
from parallelize.text.thinking import ResponsePart, SplitResponse, ThinkingTags, split_response

__all__ = ["JudgeMaker", "ResponseVerdict", "ScoreOptions", "Spread", "score_responses"]

_BATCH = 256
"""Responses that a process is sent at once."""
_BLOCK = 64
"""Texts judged together: as many as the functions that read a text (`words`, `script_codes`) remember."""
_PARALLEL_FROM = 2_000
"""Responses from which starting worker processes (about two seconds) is worth it."""


JudgeMaker = Callable[[], SignedJudge]
"""Makes a judge; sent to worker processes, so it must be a function of a module (or a partial of one)."""


Spread = Callable[[Callable[[Any, Any], Any], Iterable[Any], Callable[[], Any]], Iterator[Any]]
"""`spread(work, items, make_tools)`: `work(tools, item)` for each item somewhere, results in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreOptions:
    """How responses are split, which parts of them are judged, and which answers count."""

    tags: ThinkingTags = field(default_factory=ThinkingTags)
    judge_cut: bool = False
    """Judge the language of responses that were cut like any other, instead of counting them apart."""
    lines: bool = False
    """Also judge every line by itself."""
    spans: bool = True
    """Look for foreign spans; without them `mixed` and the English share are not measured."""
    unclosed: bool = True
    """The last box of thinking that never closed counts as the answer."""
    probability: bool = False
    """Also say how probable it is that a part is in the language asked for, beside the vote."""
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
    responses: Iterable[Response],
    make_judge: JudgeMaker,
    options: ScoreOptions,
    *,
    workers: int | None = None,
    spread: Spread | None = None,
) -> Iterator[ResponseVerdict]:
    """Judge every response, in order.

    Args:
        responses: rows to judge; read as they are needed.
        make_judge: makes the judge of each process.
        options: how.
        workers: processes; 1 works in this one. None: all cores, for as many responses as make starting
            processes worth it. Verdicts do not depend on it.
        spread: has batches judged elsewhere, instead of in processes of this machine.
    """
    source = iter(responses)
    first = list(islice(source, _PARALLEL_FROM))
    if workers is None:
        workers = usable_cores() if len(first) >= _PARALLEL_FROM else 1
    batches = _batches(chain(first, source))
    if spread is None and (workers <= 1 or len(first) <= _BATCH):
        judge = make_judge()
        for batch in batches:
            yield from _whole(batch, _judged(list(map(_asked, batch)), judge, options))
        return
    waiting: deque[list[Response]] = deque()

    def plain() -> Iterator[list[tuple[Any, ...]]]:
        for batch in batches:
            waiting.append(batch)
            yield list(map(tuple, map(_asked, batch)))

    if spread is None:
        spread = partial(
            map_in_children,
            processes=min(workers, -(-len(first) // _BATCH)),
            remedy="free memory, or take fewer --workers",
        )
    for found in spread(_work, plain(), partial(_tools, make_judge, options)):
        yield from _whole(waiting.popleft(), found)


def _batches(responses: Iterable[Response]) -> Iterator[list[Response]]:
    rest = iter(responses)
    while batch := list(islice(rest, _BATCH)):
        yield batch


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


def _tools(make_judge: JudgeMaker, options: ScoreOptions) -> tuple[SignedJudge, ScoreOptions]:
    return make_judge(), options


def _work(tools: tuple[SignedJudge, ScoreOptions], batch: Sequence[tuple[Any, ...]]) -> list[_Judged]:
    return _judged(list(map(_Asked._make, batch)), *tools)


def _judged(batch: Sequence[_Asked], judge: SignedJudge, options: ScoreOptions) -> list[_Judged]:
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
        parts = [
            PartText(
                text=prose_of(splits[index].text(part) or ""),
                language=batch[index].language,
                prompt=batch[index].prompt,
                prompt_language=batch[index].prompt_language,
            )
            for index, part in block
        ]
        verdicts = judge_parts(parts, judge, spans=options.spans, lines=options.lines)
        if options.probability:
            chances = probabilities(parts, judge)
            verdicts = [
                replace(verdict, probability=chance)
                for verdict, chance in zip(verdicts, chances, strict=True)
            ]
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


_PARTS = tuple(ResponsePart)


def _separate_parts(split: SplitResponse) -> tuple[ResponsePart, ...]:
    """Parts with a text of their own: a response that does not think is its own answer."""
    return (ResponsePart.THINKING, ResponsePart.ANSWER) if split.thinking is None else _PARTS


def _all_parts(
    split: SplitResponse, parts: dict[ResponsePart, PartVerdict]
) -> dict[ResponsePart, PartVerdict]:
    if split.thinking is None:
        parts[ResponsePart.RESPONSE] = parts[ResponsePart.ANSWER]
    return {part: parts[part] for part in _PARTS}
