"""Scores of replies, measured here or in processes of their own.

An engine on a GPU gives replies faster than one process can score them, and the event loop that feeds it
must not wait for scores. The results do not depend on where they are measured.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from parallelize.core.children import child_pool, with_tools
from parallelize.core.language_pair import LanguagePair
from parallelize.core.verdicts import Score
from parallelize.stages.score import Scorer

__all__ = ["ScoringHere", "ScoringProcesses"]

_log = logging.getLogger(__name__)


class ScoringHere:
    """Measures in the calling process. Fulfils `stages.translation_plan.Scoring`."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    async def score_segment(self, source: str, target: str, *, languages: LanguagePair) -> tuple[Score, ...]:
        """Measure one segment in this process; see `Scorer.score_segment`."""
        return self._scorer.score_segment(source, target, languages=languages)

    async def score_row(
        self,
        texts: Sequence[tuple[str, str, str]],
        *,
        languages: LanguagePair,
        source_answer: str | None = None,
        back_translations: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> tuple[Score, ...]:
        """Measure the texts of one row in this process; see `Scorer.score_row`."""
        return self._scorer.score_row(
            texts,
            languages=languages,
            source_answer=source_answer,
            back_translations=back_translations,
        )

    async def score_again(self, *texts: Any, **facts: Any) -> tuple[Score, ...]:
        """Measure a row whose way back was gone once more; see `Scorer.score_again`."""
        return self._scorer.score_again(*texts, **facts)

    def back_chrf(self, source: str, back: str) -> float | None:
        """chrF of a translation back against its source; see `Scorer.back_chrf`."""
        return self._scorer.back_chrf(source, back)

    def close(self) -> None:
        """Does nothing: scoring in this process leaves nothing to end."""


class ScoringProcesses(ScoringHere):
    """Measures in processes of its own; if one of them dies, in the calling process from then on."""

    def __init__(self, make_scorer: Callable[[], Scorer], processes: int) -> None:
        """Start nothing yet; a process starts with its first work.

        Args:
            make_scorer: a function of a module: processes import it by name.
            processes: at least 1.
        """
        super().__init__(make_scorer())
        self._pool = child_pool(processes, make_scorer)
        self._broken = False

    async def score_segment(self, *texts: Any, **facts: Any) -> tuple[Score, ...]:
        """Measure one segment in a process of the pool; see `Scorer.score_segment`."""
        if (found := await self._measured("score_segment", texts, facts)) is None:
            return await super().score_segment(*texts, **facts)
        return found

    async def score_row(self, *texts: Any, **facts: Any) -> tuple[Score, ...]:
        """Measure the texts of one row in a process of the pool; see `Scorer.score_row`."""
        if (found := await self._measured("score_row", texts, facts)) is None:
            return await super().score_row(*texts, **facts)
        return found

    async def score_again(self, *texts: Any, **facts: Any) -> tuple[Score, ...]:
        """Measure a row whose way back was gone once more in a process of the pool."""
        if (found := await self._measured("score_again", texts, facts)) is None:
            return await super().score_again(*texts, **facts)
        return found

    def close(self) -> None:
        """End the scoring processes, work that waits included."""
        self._pool.shutdown(cancel_futures=True)

    async def _measured(
        self, method: str, texts: tuple[Any, ...], facts: dict[str, Any]
    ) -> tuple[Score, ...] | None:
        if self._broken:
            return None
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, with_tools, _measure, method, texts, facts)
        except BrokenProcessPool:
            if not self._broken:
                _log.warning("a scoring process ended unexpectedly; scores are measured in this process now")
            self._broken = True
            return None


def _measure(scorer: Scorer, method: str, texts: tuple[Any, ...], facts: dict[str, Any]) -> tuple[Score, ...]:
    found: tuple[Score, ...] = getattr(scorer, method)(*texts, **facts)
    return found
