"""`measurements.json`: what the engines of the last build took. Times and speeds stand in no other file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from pydantic.dataclasses import dataclass

from parallelize.store.json_files import read_typed, write_typed
from parallelize.store.strict import STRICT, Count

if TYPE_CHECKING:
    from parallelize.store.run import RunDirectory

__all__ = [
    "EngineFigures",
    "Measurements",
    "PaceFigures",
    "ReplyFigures",
    "read_measurements",
    "write_measurements",
]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ReplyFigures:
    """Replies of an engine: of one direction, such as `en-pt`, or of all."""

    replies: Count
    """New replies, failed ones included."""
    from_memory: Count
    """Requests that the memory answered, at no cost."""
    failed: Count
    source_words: Count
    input_tokens: Count | None
    """None: the engine counts no tokens."""
    cached_tokens: Count = 0
    """Of these, what the engine had from earlier prompts with the same beginning."""
    output_tokens: Count | None
    engine_seconds: float | None
    """Time of all requests in the engine, which overlap; None: the engine cannot tell."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class PaceFigures:
    """Replies in equal spans of time, from the first request."""

    span_seconds: float
    source_words: tuple[int, ...]
    output_tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class EngineFigures(ReplyFigures):
    """What one engine did, all directions together and each by itself."""

    busy_seconds: float
    """From the first request to the last reply."""
    gpus: Count
    """GPUs, or machines, that it runs on."""
    gpu_hours: float
    words_per_second: float | None
    """None where nothing was done."""
    output_tokens_per_second: float | None
    pace: PaceFigures
    pairs: Mapping[str, ReplyFigures]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Measurements:
    """What the last build that did engine work took."""

    stages: Mapping[str, float] = field(default_factory=dict)
    """Seconds by stage."""
    engines: Mapping[str, EngineFigures] = field(default_factory=dict)
    cost: float | None = None
    """At the recipe's prices; None without prices."""
    cpu_seconds_per_row: float | None = None
    """Of a pilot: processor time besides the engines, for a row of one language."""


def write_measurements(run: RunDirectory, measurements: Measurements) -> None:
    """Write `measurements.json` of a run.

    Raises:
        StorageFault: the disk is full or the folder cannot be written.
    """
    write_typed(run.measurements, measurements)


def read_measurements(run: RunDirectory) -> Measurements | None:
    """Read `measurements.json` of a run; None if no build measured anything yet.

    Raises:
        InputError: it is damaged; the message names the field.
    """
    return read_typed(run.measurements, Measurements) if run.measurements.is_file() else None
