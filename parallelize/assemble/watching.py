"""Who is told how work on a run goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from parallelize.core.engine_work import EngineWork

__all__ = ["BuildWatcher", "WorkWatcher"]


class WorkWatcher(Protocol):
    """Is told how a build or an evaluation goes. All calls come from one thread."""

    def note(self, text: str) -> None:
        """Something a person may want to know."""

    def warn(self, text: str) -> None:
        """Something a person must know."""

    def expect(self, code: str, total: int, done: int) -> None:
        """A language begins: rows or responses in all, and how many are there already."""

    def row(self, code: str, kept: bool, words: int) -> None:
        """A row is translated and judged, or a response came (of so many tokens)."""


class BuildWatcher(WorkWatcher, Protocol):
    """Is told how a build goes, its engines and downloads too."""

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        """Engines begin, by name; their counts grow while they work."""

    def download(self, what: str, done: int, total: int) -> None:
        """Bytes of a model that is being fetched."""
