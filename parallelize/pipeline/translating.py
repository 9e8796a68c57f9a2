"""The part of a build that needs engines: every chunk of records, into every language, at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parallelize.core.records import Record
from parallelize.pipeline.ticking import ticking
from parallelize.pipeline.window import Window, task_group
from parallelize.stages.translate import RowTranslation, TranslationPlan, translate_row
from parallelize.store.memory import Memory
from parallelize.store.run import RunDirectory
from parallelize.store.tables import (
    TextPair,
    TranslatedRow,
    find_chunk,
    read_records,
    remove_chunk,
    translated_stem,
    write_translated,
)

__all__ = ["RecordChunk", "RowSeen", "translate_chunks", "translated_path"]

RowSeen = Callable[[str, bool, int], None]
"""Told after each row: language, whether it is kept by the recipe's thresholds, source words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChunk:
    """One file of records."""

    path: Path
    digest: str
    rows: int


def translated_path(
    run: RunDirectory, code: str, chunk: RecordChunk, fingerprint: bytes, *, retry: bool = False
) -> Path | None:
    """The translation of a chunk, if it is there; another recipe, model or source has another name.

    Args:
        run: the run.
        code: the target language.
        chunk: the records.
        fingerprint: 32 bytes over recipe and engines.
        retry: take one with engine errors, if there is no better.
    """
    folder, stem = run.translations(code), translated_stem(chunk.digest, fingerprint)
    found = find_chunk(folder, stem)
    return find_chunk(folder, f"{stem}-retry") if found is None and retry else found


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
    budget = Window(lambda: window_segments)
    errors = 0

    async def finish(folder: Path, stem: str, tasks: list[asyncio.Task[RowTranslation]]) -> None:
        nonlocal errors
        rows = await asyncio.gather(*tasks)
        failed = sum(row.engine_errors > 0 for row in rows)
        errors += failed
        write_translated(folder, f"{stem}-retry" if failed else stem, [_stored(row) for row in rows])
        if not failed:
            remove_chunk(folder, f"{stem}-retry")

    async def one(record: Record, plan: TranslationPlan, weight: int) -> RowTranslation:
        try:
            row = await translate_row(record, plan)
        finally:
            budget.give(weight)
        words = sum(part.source.count(" ") + 1 for item in row.fields for part in item.segments if part.sent)
        on_row(plan.target_language, plan.thresholds.judge(row.scores).kept, words)
        return row

    async with ticking(memory), task_group() as group:
        for chunk in chunks:
            records: list[Record] | None = None
            for plan, fingerprint in plans:
                if translated_path(run, plan.target_language, chunk, fingerprint) is not None:
                    continue
                records = read_records(chunk.path) if records is None else records
                tasks = []
                for record in records:
                    weight = sum(item.text.count("\n") + 1 for item in record.to_translate())
                    await budget.take(weight)
                    tasks.append(group.create_task(one(record, plan, weight)))
                folder = run.translations(plan.target_language)
                group.create_task(finish(folder, translated_stem(chunk.digest, fingerprint), tasks))
    memory.flush()
    return errors


def _stored(row: RowTranslation) -> TranslatedRow:
    parts = row.segments
    return TranslatedRow(
        id=row.record.id,
        texts=tuple(
            TextPair(
                path=item.path,
                part=item.part,
                role=item.role,
                source=item.source,
                target=item.target,
                back=item.back,
                rungs=tuple(part.rung for part in item.segments),
            )
            for item in row.fields
        ),
        answer=row.record.answer,
        scores=row.scores,
        rungs=row.rungs,
        back_work=row.back_work,
        segments=len(parts),
        copied=sum(not part.sent for part in parts),
        source_words=sum(part.source.count(" ") + 1 for part in parts if part.sent),
    )
