"""Who is told how a build goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from parallelize.core.engine_work import EngineWork

__all__ = ["BuildWatcher"]


class BuildWatcher(Protocol):
    """Is told how a build goes. All calls come from one thread."""

    def note(self, text: str) -> None:
        """Something a person may want to know."""

    def warn(self, text: str) -> None:
        """Something a person must know."""

    def expect(self, code: str, total: int, done: int) -> None:
        """A language begins: rows in all, rows that an earlier run finished."""

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        """Engines begin, by name; their counts grow while they work."""

    def row(self, code: str, kept: bool, words: int) -> None:
        """A row is translated and judged."""

    def download(self, what: str, done: int, total: int) -> None:
        """Bytes of a model that is being fetched."""
