"""What one engine did in this process: replies, tokens, time, and how its speed went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from parallelize.core.ports import FinishReason, Reply
from parallelize.core.trees import JsonObject
from parallelize.core.work import Work, total

__all__ = ["EngineWork", "Pace", "PairWork"]


@dataclass(slots=True)
class PairWork:
    """What one engine did for one part of the memory, such as `en-pt`, in this process."""

    from_memory: int = 0
    """Requests that the memory answered: they cost nothing."""
    failed: int = 0
    """Replies that did not end cleanly; they cost as much as others."""
    work: Work = field(default_factory=Work)
    """New replies, failed ones included."""
    cached_tokens: int = 0
    """Of the input tokens, those that the engine had from earlier prompts."""
    engine_seconds: float | None = None
    """Time of all requests in the engine, which overlap; None: the engine cannot tell."""

    def add(self, work: Work, reply: Reply) -> None:
        """Count a new reply and what it cost."""
        self.work += work
        self.cached_tokens += reply.cached_tokens or 0
        self.failed += reply.finish is not FinishReason.STOP
        if reply.engine_seconds is not None:
            self.engine_seconds = (self.engine_seconds or 0.0) + reply.engine_seconds

    def as_dict(self) -> JsonObject:
        """Replies, words, tokens and engine seconds as JSON, for the manifest."""
        seconds = self.engine_seconds
        return {
            "replies": self.work.calls,
            "from_memory": self.from_memory,
            "failed": self.failed,
            "source_words": self.work.source_words,
            "input_tokens": self.work.input_tokens,
            "cached_tokens": self.cached_tokens,
            "output_tokens": self.work.output_tokens,
            "engine_seconds": None if seconds is None else round(seconds, 3),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PairWork:
        """Inverse of `as_dict`, but for what that leaves out."""
        return cls(
            from_memory=data["from_memory"],
            failed=data["failed"],
            work=Work(
                calls=data["replies"],
                source_words=data["source_words"],
                input_tokens=data["input_tokens"],
                output_tokens=data["output_tokens"],
            ),
            cached_tokens=data["cached_tokens"],
            engine_seconds=data["engine_seconds"],
        )

    def join(self, other: PairWork) -> None:
        """Add what another worker did."""
        self.from_memory += other.from_memory
        self.failed += other.failed
        self.work += other.work
        self.cached_tokens += other.cached_tokens
        if other.engine_seconds is not None:
            self.engine_seconds = (self.engine_seconds or 0.0) + other.engine_seconds


_MOST_SPANS = 64


@dataclass(slots=True)
class Pace:
    """Replies in equal spans of time, at most 64 of them: spans double as work goes on."""

    span_seconds: float = 0.25
    words: list[int] = field(default_factory=list)
    output_tokens: list[int] = field(default_factory=list)

    def add(self, seconds: float, work: Work) -> None:
        """Count a reply that came so long after the first request."""
        while seconds >= _MOST_SPANS * self.span_seconds:
            self.span_seconds *= 2
            self.words, self.output_tokens = _paired(self.words), _paired(self.output_tokens)
        index = int(seconds / self.span_seconds)
        missing = [0] * (index + 1 - len(self.words))
        self.words += missing
        self.output_tokens += missing
        self.words[index] += work.source_words
        self.output_tokens[index] += work.output_tokens or 0

    def join(self, other: Pace) -> None:
        """Add the pace of another worker that began at the same time."""
        while self.span_seconds < other.span_seconds:
            self.span_seconds *= 2
            self.words, self.output_tokens = _paired(self.words), _paired(self.output_tokens)
        words, tokens, span = list(other.words), list(other.output_tokens), other.span_seconds
        while span < self.span_seconds:
            words, tokens, span = _paired(words), _paired(tokens), span * 2
        self.words = [sum(pair) for pair in zip_longest(self.words, words, fillvalue=0)]
        self.output_tokens = [sum(pair) for pair in zip_longest(self.output_tokens, tokens, fillvalue=0)]

    def as_dict(self) -> JsonObject:
        """Words and tokens of each time span as JSON, for the manifest."""
        return {
            "span_seconds": self.span_seconds,
            "source_words": self.words,
            "output_tokens": self.output_tokens,
        }


def _paired(counts: list[int]) -> list[int]:
    return [sum(counts[start : start + 2]) for start in range(0, len(counts), 2)]


@dataclass(slots=True)
class EngineWork:
    """What one engine did in this process, by part of the memory."""

    pairs: dict[str, PairWork] = field(default_factory=dict)
    first_request: float | None = None
    """Monotonic seconds."""
    last_reply: float | None = None
    gpus: int = 1
    """GPUs, or machines, that it runs on."""
    pace: Pace = field(default_factory=Pace)

    def of(self, kept_in: str) -> PairWork:
        """What was done for one part of the memory, to be added to."""
        return self.pairs.setdefault(kept_in, PairWork())

    @property
    def total(self) -> PairWork:
        """The work of all parts of the memory added up."""
        seconds = [part.engine_seconds for part in self.pairs.values() if part.engine_seconds is not None]
        return PairWork(
            from_memory=sum(part.from_memory for part in self.pairs.values()),
            failed=sum(part.failed for part in self.pairs.values()),
            work=total(part.work for part in self.pairs.values()),
            cached_tokens=sum(part.cached_tokens for part in self.pairs.values()),
            engine_seconds=sum(seconds) if seconds else None,
        )

    @property
    def gpu_hours(self) -> float:
        """Hours of all its GPUs, or machines."""
        return self.busy_seconds * self.gpus / 3600

    @property
    def busy_seconds(self) -> float:
        """From the first request to the last reply."""
        if self.first_request is None or self.last_reply is None:
            return 0.0
        return self.last_reply - self.first_request

    def as_dict(self) -> JsonObject:
        """JSON form; speeds are None where nothing was done or counted."""
        whole, busy = self.total, self.busy_seconds
        tokens = whole.work.output_tokens
        return {
            **whole.as_dict(),
            "busy_seconds": round(busy, 3),
            "gpus": self.gpus,
            "gpu_hours": self.gpu_hours,
            "words_per_second": round(whole.work.source_words / busy, 1) if busy else None,
            "output_tokens_per_second": round(tokens / busy, 1) if busy and tokens is not None else None,
            "pace": self.pace.as_dict(),
            "pairs": {name: part.as_dict() for name, part in sorted(self.pairs.items())},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> EngineWork:
        """What another process did, from its `as_dict`; its clock counts from its first request."""
        pace = data["pace"]
        return cls(
            pairs={name: PairWork.from_dict(part) for name, part in data["pairs"].items()},
            first_request=0.0 if data["busy_seconds"] else None,
            last_reply=data["busy_seconds"] or None,
            gpus=data["gpus"],
            pace=Pace(
                span_seconds=pace["span_seconds"],
                words=list(pace["source_words"]),
                output_tokens=list(pace["output_tokens"]),
            ),
        )

    @classmethod
    def together(cls, parts: Iterable[EngineWork]) -> EngineWork:
        """What workers did beside each other: busy as long as the busiest, on the GPUs of all."""
        whole, busy, gpus = cls(), 0.0, 0
        for part in parts:
            busy, gpus = max(busy, part.busy_seconds), gpus + part.gpus
            whole.pace.join(part.pace)
            for name, work in part.pairs.items():
                whole.of(name).join(work)
        whole.gpus = max(1, gpus)
        if busy:
            whole.first_request, whole.last_reply = 0.0, busy
        return whole
