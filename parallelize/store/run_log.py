"""The log of a run as others read it: `parallelize status` shows its newest troubles."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LOG_NAME", "LogLine", "newest_troubles"]

LOG_NAME = "log.jsonl"
_READ_BYTES = 256_000
"""Of the end of a log: as much as is looked at for the newest lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A warning or an error of a run's log."""

    time: str
    """ISO 8601, UTC."""
    level: str
    command: str
    message: str


def newest_troubles(folder: Path, count: int) -> Sequence[LogLine]:
    """The last warnings and errors of a run's log, oldest first; empty where it has none or no log.

    Lines that are no such objects (cut by a power loss, written by hand) are passed over.
    """
    try:
        with (folder / LOG_NAME).open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _READ_BYTES))
            lines = file.read().split(b"\n")
    except OSError:
        return ()
    found: list[LogLine] = []
    for line in reversed(lines):
        if b'"level": "warning"' in line or b'"level": "error"' in line:
            trouble = _read(line)
            if trouble is not None:
                found.append(trouble)
            if len(found) == count:
                break
    return tuple(reversed(found))


def _read(line: bytes) -> LogLine | None:
    try:
        value = json.loads(line)
        return LogLine(**{name: str(value[name]) for name in ("time", "level", "command", "message")})
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
