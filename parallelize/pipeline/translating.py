"""The part of a build that needs engines: every chunk of records, into every language, at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from parallelize.core.records import Record
from parallelize.stages.judge import judge
from parallelize.stages.translate import RowTranslation, TranslationPlan, translate_row
from parallelize.store.memory import Memory
from parallelize.store.run import RunDirectory
from parallelize.store.tables import TextPair, TranslatedRow, read_records, translated_name, write_translated

__all__ = ["RecordChunk", "RowSeen", "translate_chunks", "translated_path"]

RowSeen = Callable[[str, bool, int], None]
"""Told after each row: language, whether it is kept by the recipe's thresholds, source words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChunk:
    """One file of records."""

    path: Path
    digest: str
    rows: int


class _Budget:
    """Bounds how much is under way: the work of a row counts until the row is done."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._freed = asyncio.Event()

    async def take(self, amount: int) -> None:
        while self._used and self._used + amount > self._limit:
            self._freed.clear()
            await self._freed.wait()
        self._used += amount

    def give(self, amount: int) -> None:
        self._used -= amount
        self._freed.set()


def translated_path(run: RunDirectory, code: str, chunk: RecordChunk, fingerprint: bytes) -> Path:
    """Where the translation of a chunk is kept; another recipe, model or source gives another name."""
    return run.translations(code) / translated_name(chunk.digest, fingerprint)


async def translate_chunks(
    run: RunDirectory,
    chunks: Sequence[RecordChunk],
    plans: Sequence[tuple[TranslationPlan, bytes]],
    memory: Memory,
    *,
    window_segments: int,
    on_row: RowSeen,
) -> int:
    """Translate what is not yet translated. Returns the number of rows with engine errors.

    Chunks are finished as their last row is, in any order; a chunk with an engine error that another
    run may not see is not kept, so that it is tried again.

    Raises:
        EngineFault: an engine cannot go on; everything answered is in the memory.
        StorageFault: the disk is full or a file is damaged.
    """
    budget = _Budget(window_segments)
    errors = 0

    async def finish(path: Path, plan: TranslationPlan, tasks: list[asyncio.Task[RowTranslation]]) -> None:
        nonlocal errors
        rows = await asyncio.gather(*tasks)
        failed = sum(row.engine_errors > 0 for row in rows)
        errors += failed
        target = path if not failed else path.with_suffix(".retry.parquet")
        write_translated(target, [_stored(row) for row in rows])
        if not failed:
            path.with_suffix(".retry.parquet").unlink(missing_ok=True)

    async def one(record: Record, plan: TranslationPlan, weight: int) -> RowTranslation:
        try:
            row = await translate_row(record, plan)
        finally:
            budget.give(weight)
        words = sum(part.source.count(" ") + 1 for item in row.fields for part in item.segments if part.sent)
        on_row(plan.target_language, judge(row.scores, plan.thresholds).kept, words)
        return row

    async with _ticking(memory), asyncio.TaskGroup() as group:
        for chunk in chunks:
            records: list[Record] | None = None
            for plan, fingerprint in plans:
                path = translated_path(run, plan.target_language, chunk, fingerprint)
                if path.exists():
                    continue
                records = read_records(chunk.path) if records is None else records
                tasks = []
                for record in records:
                    weight = sum(item.text.count("\n") + 1 for item in record.fields)
                    await budget.take(weight)
                    tasks.append(group.create_task(one(record, plan, weight)))
                group.create_task(finish(path, plan, tasks))
    memory.flush()
    return errors


@asynccontextmanager
async def _ticking(memory: Memory) -> AsyncIterator[None]:
    """Write waiting replies at least every two seconds; on the way out, whatever happened, write the rest."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.25)
            memory.tick()

    task = asyncio.create_task(tick(), name="memory")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        memory.flush()


def _stored(row: RowTranslation) -> TranslatedRow:
    parts = [part for item in row.fields for part in item.segments]
    rungs = Counter(part.rung for part in parts if part.sent)
    return TranslatedRow(
        id=row.record.id,
        texts=tuple(
            TextPair(path=item.path, role=item.role, source=item.source, target=item.target, back=item.back)
            for item in row.fields
        ),
        answer=row.record.answer,
        scores=row.scores,
        rungs=tuple(sorted(rungs.items())),
        segments=len(parts),
        copied=sum(not part.sent for part in parts),
        source_words=sum(part.source.count(" ") + 1 for part in parts if part.sent),
    )
