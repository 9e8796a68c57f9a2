"""What commands that ask engines show on a console while they work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from parallelize.assemble.measuring import work_cost
from parallelize.cli.console import Console
from parallelize.cli.progress import RowProgress

if TYPE_CHECKING:
    from parallelize.core.engine_work import EngineWork
    from parallelize.core.recipe import Recipe

__all__ = ["AuditConsole", "CalibrationConsole", "WorkConsole"]


class _ConsoleWatcher:
    """Notes, warnings, downloads and one line of progress."""

    def __init__(self, console: Console, progress: RowProgress) -> None:
        self._console = console
        self._progress = progress

    def note(self, text: str) -> None:
        self._console.note(text)

    def warn(self, text: str) -> None:
        self._console.warn(text)

    def expect(self, code: str, total: int, done: int) -> None:
        self._progress.expect(code, total, done)

    def download(self, what: str, done: int, total: int) -> None:
        self._progress.fetched(what, done, total)


class WorkConsole(_ConsoleWatcher):
    """Shows a build or an evaluation, with what its engines have done and cost so far."""

    def __init__(self, console: Console, progress: RowProgress, recipe: Recipe | None = None) -> None:
        """Show it there; without a recipe, which has the prices, nothing is said of money."""
        super().__init__(console, progress)
        self._recipe = recipe

    def working(self, engines: Mapping[str, EngineWork]) -> None:
        self._progress.aside = lambda: _work_so_far(self._recipe, engines)

    def row(self, code: str, kept: bool, words: int) -> None:
        self._progress.row(code, kept, words)


class AuditConsole(_ConsoleWatcher):
    """Shows how models are asked about the rows of an audit."""

    _code = ""

    def expect(self, code: str, total: int, done: int) -> None:
        self._code = code
        self.note(f"{total - done} of {total} rows to ask models about")
        super().expect(code, total, done)

    def asked(self, words: int) -> None:
        self._progress.row(self._code, None, words)


class CalibrationConsole(AuditConsole):
    """Shows the passes of a calibration: questions to models, then rows that are scored."""

    def __init__(self, console: Console, progress: RowProgress, code: str) -> None:
        super().__init__(console, progress)
        self._code = code

    def scoring(self, total: int) -> None:
        self._progress.expect(self._code, total, 0)

    def scored(self, words: int) -> None:
        self.asked(words)


def _work_so_far(recipe: Recipe | None, engines: Mapping[str, EngineWork]) -> str:
    """Tokens a second and money so far, as far as engines count tokens and the recipe has prices."""
    parts = []
    for work in engines.values():
        tokens = work.total.work.output_tokens
        if tokens is not None and work.busy_seconds:
            parts.append(f"{tokens / work.busy_seconds:,.0f} tokens/s")
    costs = [] if recipe is None else [work_cost(recipe, name, work) for name, work in engines.items()]
    if any(cost is not None for cost in costs):
        parts.append(f"cost so far {sum(filter(None, costs)):,.2f}")
    return ", ".join(parts)
