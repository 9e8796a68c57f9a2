"""What the embedded engines have in common: one pipeline a worker process, masked segments of one line."""

from __future__ import annotations

from abc import ABC, abstractmethod

from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import Placeholders, Protection, Reply, TranslationRequest, TranslatorTraits
from parallelize.core.processes import usable_cores
from parallelize.engines.workers.link import Setup
from parallelize.engines.workers.pool import PoolOptions, WorkerPool

__all__ = ["WorkerTranslator"]


class WorkerTranslator(ABC):
    """Translates in worker processes that start with the first request."""

    def __init__(self, *, engine: str, segment_chars: int, workers: int | None) -> None:
        """Start nothing yet.

        Args:
            engine: its name; `parallelize.engines.<name>.worker` is what the processes run.
            segment_chars: length of a segment that it translates best.
            workers: processes; None means one for every core that this process may use.
        """
        self._segment_chars = segment_chars
        self._setups: dict[LanguagePair, Setup] = {}
        self._pool = WorkerPool(
            PoolOptions(
                engine=engine,
                module=f"parallelize.engines.{engine}.worker",
                workers=workers if workers is not None else usable_cores(),
            )
        )

    @property
    def traits(self) -> TranslatorTraits:
        """Masked protection, one line a segment."""
        return TranslatorTraits(
            protection=Protection.MASKED,
            placeholders=(Placeholders.X, Placeholders.M, Placeholders.Q),
            segment_chars=self._segment_chars,
            multiline=False,
        )

    @property
    def capacity(self) -> int:
        """Requests that keep every worker busy, with the next batch waiting at each."""
        return self._pool.capacity

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Ids of the worker processes that run now."""
        return self._pool.process_ids

    async def answer(self, request: TranslationRequest) -> Reply:
        """Translate one segment; see `Engine.answer`."""
        if request.languages not in self._setups:
            self._setups[request.languages] = self.setup(request.languages)
        return await self._pool.answer(request, self._setups[request.languages])

    async def aclose(self) -> None:
        """End the worker processes. Safe to call twice."""
        await self._pool.aclose()

    @abstractmethod
    def setup(self, languages: LanguagePair) -> Setup:
        """What a worker is told to translate this pair.

        Raises:
            EnvironmentFault: the pair is not there; the message says how to get it.
        """
