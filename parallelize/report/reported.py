"""What a report is made from: where the rows of each language are, and what they were judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parallelize.core.thresholds import Thresholds

__all__ = ["ReportedLanguage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedLanguage:
    """Where the rows of one language are."""

    code: str
    chunks: Sequence[tuple[Path, int]]
    """Translated chunks with their rows, in the order of the records."""
    corpus: Sequence[Path]
    """Shards of the kept rows."""
    thresholds: Thresholds
    """What the rows were judged by."""
