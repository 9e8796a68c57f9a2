"""The part of a build that needs engines, unit by unit: a chunk of records into one language."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from parallelize.core.ports import FinishReason, Reply, TranslationRequest
from parallelize.core.records import Record
from parallelize.core.units import Receipt, Unit
from parallelize.pipeline.window import Window
from parallelize.stages.translate import RowTranslation, TranslationPlan, translate_row
from parallelize.stages.translation_plan import Ask
from parallelize.store.chunk_files import list_chunks, remove_chunk
from parallelize.store.run import RunDirectory
from parallelize.store.tables import TextPair, TranslatedRow, read_records, translated_stem, write_translated

__all__ = ["RecordChunk", "RowSeen", "UnitTranslator", "translated_paths", "translation_path"]

_LOG = logging.getLogger(__name__)
_LOOK_AGAIN_SECONDS = 10.0

RowSeen = Callable[[str, bool, int], None]
"""Told after each row: language, whether it is kept by the recipe's thresholds, source words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChunk:
    """One file of the run's records, with its digest and rows."""

    path: Path
    digest: str
    rows: int


def translated_paths(
    run: RunDirectory, code: str, chunks: Sequence[RecordChunk], fingerprint: bytes, *, retry: bool = False
) -> list[Path | None]:
    """The translation of each chunk, if it is there; another recipe, model or source has another name.

    Args:
        fingerprint: 32 bytes over recipe and engines.
        retry: take one with engine errors, if there is no better.
    """
    there = list_chunks(run.translations(code))
    stems = [translated_stem(chunk.digest, fingerprint) for chunk in chunks]
    return [there.get(stem) or (there.get(f"{stem}-retry") if retry else None) for stem in stems]


def translation_path(run: RunDirectory, code: str, chunk: RecordChunk, fingerprint: bytes) -> Path:
    """Where the translation of a chunk is expected; see `translated_paths`."""
    return run.translations(code) / f"{translated_stem(chunk.digest, fingerprint)}.parquet"


class UnitTranslator:
    """Translates units as they come, many rows under way at once, and writes each as its last row is done.

    A unit with an engine error that another run may not see is not kept, so that it is tried again.
    """

    def __init__(
        self,
        run: RunDirectory,
        chunks: Mapping[str, RecordChunk],
        plans: Mapping[str, tuple[TranslationPlan, bytes]],
        *,
        window_segments: int,
        on_row: RowSeen,
        on_begin: Callable[[Unit, int], None] = lambda unit, row: None,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            run: where chunks are read and written.
            chunks: of records, by digest.
            plans: by language, with the fingerprint of what translates it.
            window_segments: segments under way at once; a row of more runs alone.
            on_row: told after each row.
            on_begin: told before each row of a unit that is done one by one.
        """
        self._run = run
        self._chunks = chunks
        self._plans = plans
        self._window = Window(lambda: window_segments)
        self._on_row = on_row
        self._on_begin = on_begin
        self._turn = asyncio.Lock()
        self._records: tuple[Path, list[Record]] | None = None
        self._seen: dict[str, tuple[float, Mapping[str, Path]]] = {}

    async def begin(self, group: asyncio.TaskGroup, unit: Unit) -> asyncio.Task[Receipt] | None:
        """Take a unit's rows in, as there is room for them; units are taken in one after the other.

        Returns:
            The task that ends when the unit is written; None if it was there already.

        Raises:
            StorageFault: its records are missing or damaged.
        """
        plan, fingerprint = self._plans[unit.code]
        chunk = self._chunks[unit.chunk]
        stem = translated_stem(chunk.digest, fingerprint)
        async with self._turn:
            if stem in self._there(unit.code):
                return None
            tasks = []
            for place, record in enumerate(self._read(chunk)):
                weight = sum(item.text.count("\n") + 1 for item in record.to_translate())
                await self._window.take(weight)
                how = _without_engine(plan) if place in unit.left_out else plan
                if unit.one_by_one:
                    self._on_begin(unit, place)
                tasks.append(group.create_task(self._row(record, how, weight)))
                if unit.one_by_one:
                    await asyncio.wait([tasks[-1]])
                else:
                    await asyncio.sleep(0)  # it asks now: the engine works while other rows are read
        return group.create_task(self._finish(self._run.translations(unit.code), stem, tasks))

    def _there(self, code: str) -> Mapping[str, Path]:
        """Chunks of a language, as they were a few seconds ago: whoever is faster meanwhile is no harm."""
        now = time.monotonic()
        looked, there = self._seen.get(code, (-_LOOK_AGAIN_SECONDS, {}))
        if now - looked >= _LOOK_AGAIN_SECONDS:
            there = list_chunks(self._run.translations(code))
            self._seen[code] = now, there
        return there

    def _read(self, chunk: RecordChunk) -> list[Record]:
        """Records of a chunk, read once for languages that come one after the other."""
        if self._records is None or self._records[0] != chunk.path:
            self._records = chunk.path, read_records(chunk.path)
        return self._records[1]

    async def _row(self, record: Record, plan: TranslationPlan, weight: int) -> RowTranslation:
        try:
            row = await translate_row(record, plan)
        finally:
            self._window.give(weight)
        words = sum(part.source.count(" ") + 1 for item in row.fields for part in item.segments if part.sent)
        self._on_row(plan.languages.target, plan.thresholds.judge(row.scores).kept, words)
        return row

    async def _finish(self, folder: Path, stem: str, tasks: list[asyncio.Task[RowTranslation]]) -> Receipt:
        rows = await asyncio.gather(*tasks)
        failed = sum(row.engine_errors > 0 for row in rows)
        name = f"{stem}-retry" if failed else stem
        write_translated(folder, name, [_stored(row) for row in rows], first_wins=not failed)
        if not failed:
            remove_chunk(folder, f"{stem}-retry")
        again = f", {failed} to be tried again" if failed else ""
        _LOG.info("chunk %s: %d rows done%s", f"{folder.name}/{stem[:16]}", len(rows), again)
        return Receipt(rows=len(rows), errors=failed)


def _without_engine(plan: TranslationPlan) -> TranslationPlan:
    """A plan whose every request is refused, for a row that no engine may see again."""

    async def refuse(request: TranslationRequest) -> Reply:
        detail = "a worker process ended twice while it worked on this row"
        return Reply(address=request.address, finish=FinishReason.REFUSED_INPUT, detail=detail)

    ask: Ask = refuse
    return replace(
        plan,
        forward=replace(plan.forward, ask=ask),
        back=None if plan.back is None else replace(plan.back, ask=ask),
        repair=None if plan.repair is None else replace(plan.repair, ask=ask),
        scorers=tuple(replace(scorer, ask=ask) for scorer in plan.scorers),
    )


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
