"""What calls of engines cost, counted where they are made and added up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

from parallelize.core.ports import Reply, Request

__all__ = ["RungWork", "Work", "add_rungs", "total"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Calls of an engine, good and failed ones. `a + b` adds up."""

    calls: int = 0
    source_words: int = 0
    """White-space words of the texts that were sent; a prompt around them is not counted."""
    input_tokens: int | None = None
    """Prompt tokens, as far as the engine counted them; None: it counts none."""
    output_tokens: int | None = None

    @classmethod
    def of(cls, request: Request, reply: Reply) -> Work:
        """What one call cost, whether its reply is new or from the memory."""
        return cls(
            calls=1,
            source_words=request.text.count(" ") + 1,
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
        )

    def __add__(self, other: Work) -> Work:
        return Work(
            calls=self.calls + other.calls,
            source_words=self.source_words + other.source_words,
            input_tokens=_sum(self.input_tokens, other.input_tokens),
            output_tokens=_sum(self.output_tokens, other.output_tokens),
        )

    def as_dict(self) -> dict[str, int | None]:
        """Calls, source words and tokens as JSON; null where tokens are not counted."""
        return {
            "calls": self.calls,
            "source_words": self.source_words,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RungWork:
    """How one rung of the repair ladder did."""

    rung: str
    tried: int = 0
    """Segments that it was tried on."""
    passed: int = 0
    """Of these, segments whose reply passed the segment gates."""
    won: int = 0
    """Segments whose translation it gave; a winner of a failed segment did not pass."""
    work: Work = field(default_factory=Work)

    def as_dict(self) -> dict[str, int | None]:
        """JSON form without the name."""
        return {"tried": self.tried, "passed": self.passed, "won": self.won, **self.work.as_dict()}


def add_rungs(parts: Iterable[RungWork]) -> tuple[RungWork, ...]:
    """Add up by rung, in order of name."""
    found: dict[str, RungWork] = {}
    for part in parts:
        known = found.get(part.rung)
        found[part.rung] = part if known is None else _joined(known, part)
    return tuple(found[name] for name in sorted(found))


def total(parts: Iterable[Work]) -> Work:
    """The sum of any number of works."""
    return reduce(Work.__add__, parts, Work())


def _joined(one: RungWork, other: RungWork) -> RungWork:
    return RungWork(
        rung=one.rung,
        tried=one.tried + other.tried,
        passed=one.passed + other.passed,
        won=one.won + other.won,
        work=one.work + other.work,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other
