"""The part of an audit that needs engines: translating back, and scoring models, through the memory.

Everything is asked first and kept in the memory; then rows are put together from the memory alone, in order.
So an interrupted audit goes on where it stopped, and rows of any number need no room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import TranslationRequest
from parallelize.pipeline.open_memory import ticking
from parallelize.pipeline.queue import recall
from parallelize.pipeline.window import for_each
from parallelize.stages.audit.rows import AuditRow
from parallelize.stages.back_translation import BackPiece, back_pieces, failed_replies, join_back, line_pairs
from parallelize.stages.pair_scores import ScoredPart, model_scores, scored_parts
from parallelize.stages.translation_plan import BoundScorer, BoundTranslator
from parallelize.store.memory import Memory

__all__ = ["AuditEngines", "ask_for_rows", "rows_with_replies", "unanswered"]

_UNDER_WAY = 256
"""Rows asked about at once: enough to keep engines busy, and few enough for memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEngines:
    """Who is asked about rows."""

    languages: LanguagePair
    back: BoundTranslator | None = None
    scorers: tuple[BoundScorer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What is asked about one row."""

    back: tuple[tuple[str, str, tuple[BackPiece, ...]], ...]
    """(path, source, pieces of the target) of each text."""
    parts: tuple[tuple[ScoredPart, ...], ...]
    """Parts for each scoring model."""

    def requests(
        self, engines: AuditEngines
    ) -> Iterator[tuple[BoundTranslator | BoundScorer, TranslationRequest]]:
        """Each request with who answers it."""
        if engines.back is not None:
            for _, _, pieces in self.back:
                for piece in pieces:
                    if piece.request is not None:
                        yield engines.back, piece.request
        for model, parts in zip(engines.scorers, self.parts, strict=True):
            for part in parts:
                yield model, part.request


def _wanted(row: AuditRow, engines: AuditEngines) -> _Wanted:
    texts = [] if row.fault else [(path, source or "", target) for path, source, target in row.texts]
    back = []
    if engines.back is not None:
        for path, source, target in texts:
            pieces = back_pieces(target, engines.back, engines.languages.back)
            back.append((path, source, pieces))
    parts = tuple(scored_parts(texts, model, engines.languages) for model in engines.scorers)
    return _Wanted(back=tuple(back), parts=parts)


def unanswered(row: AuditRow, engines: AuditEngines, memory: Memory) -> bool:
    """Whether something about a row is still to be asked."""
    return any(recall(memory, item) is None for _, item in _wanted(row, engines).requests(engines))


async def ask_for_rows(
    rows: Iterable[AuditRow],
    engines: AuditEngines,
    memory: Memory,
    *,
    on_row: Callable[[int], None],
) -> None:
    """Ask about every row that has something unanswered; replies are kept in the memory.

    Args:
        rows: read as they are needed.
        engines: who is asked; their `ask` answers from the memory first.
        memory: is written at least every two seconds.
        on_row: told the words sent, after each row that was asked about.

    Raises:
        EngineFault: an engine cannot go on; everything answered is in the memory.
        StorageFault: the memory cannot be written.
    """

    async def ask(row: AuditRow) -> None:
        asked = [
            (model, request)
            for model, request in _wanted(row, engines).requests(engines)
            if recall(memory, request) is None
        ]
        if asked:
            await asyncio.gather(*(model.ask(request) for model, request in asked))
            on_row(sum(request.text.count(" ") + 1 for _, request in asked))

    async with ticking(memory):
        await for_each(rows, ask, limit=lambda: _UNDER_WAY)


def rows_with_replies(rows: Iterable[AuditRow], engines: AuditEngines, memory: Memory) -> Iterator[AuditRow]:
    """Rows with their back-translations and the scores of models, from the memory, in order."""
    for row in rows:
        wanted = _wanted(row, engines)
        pairs: dict[str, tuple[tuple[str, str], ...]] = {}
        failures: list[str] = []
        for path, source, pieces in wanted.back:
            replies = [recall(memory, piece.request) for piece in pieces if piece.request is not None]
            failures += failed_replies(replies)
            answered = [reply for reply in replies if reply is not None]
            if len(answered) == len(replies):
                pairs[path] = line_pairs(source, join_back(pieces, answered))
        scores = [
            score
            for model, parts in zip(engines.scorers, wanted.parts, strict=True)
            for score in model_scores(
                model,
                parts,
                [recall(memory, part.request) for part in parts],
                engines.languages,
                row.answer,
            )
        ]
        yield replace(
            row,
            back=pairs if engines.back is not None and not failures and not row.fault else None,
            back_failures=tuple(failures),
            model_scores=tuple(scores),
        )
