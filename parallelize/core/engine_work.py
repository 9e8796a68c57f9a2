"""What one engine did in this process: replies, tokens, time, and how its speed went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from parallelize.core.ports import FinishReason, Reply
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

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        seconds = self.engine_seconds
        return {
            "replies": self.work.calls,
            "from_memory": self.from_memory,
            "failed": self.failed,
            "source_words": self.work.source_words,
            "input_tokens": self.work.input_tokens,
            "output_tokens": self.work.output_tokens,
            "engine_seconds": None if seconds is None else round(seconds, 3),
        }


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

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
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
        """All parts added up."""
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

    def as_dict(self) -> dict[str, Any]:
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
