"""A language of a run: what it is translated and judged by, its chunks, and its rows with verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from parallelize.core.errors import StorageFault
from parallelize.core.records import Record
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Verdict
from parallelize.pipeline.translating import RecordChunk, translated_paths
from parallelize.store.languages import BuiltLanguage
from parallelize.store.people import read_people
from parallelize.store.run import RunDirectory
from parallelize.store.tables import TranslatedRow, read_records, read_translated

__all__ = ["LanguageState", "judged_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageState:
    """One language of a run, translated under one fingerprint."""

    code: str
    built: BuiltLanguage
    """What it is translated and judged by."""

    @property
    def fingerprint(self) -> bytes:
        """32 bytes over recipe and engines; names the translated chunks."""
        return bytes.fromhex(self.built.fingerprint)

    @property
    def thresholds(self) -> Thresholds:
        """What its rows are judged by."""
        return Thresholds.of(self.built.thresholds)

    def unfinished(self, run: RunDirectory, chunks: Sequence[RecordChunk]) -> list[RecordChunk]:
        """Chunks that are not translated, or with engine errors that may pass."""
        there = translated_paths(run, self.code, chunks, self.fingerprint)
        return [chunk for chunk, path in zip(chunks, there, strict=True) if path is None]

    def missing(self, run: RunDirectory, chunks: Sequence[RecordChunk]) -> int:
        """Chunks that are not translated yet."""
        return self.paths(run, chunks).count(None)

    def paths(self, run: RunDirectory, chunks: Sequence[RecordChunk]) -> list[Path | None]:
        """Each translated chunk; one with engine errors if there is no better; None if there is none."""
        return translated_paths(run, self.code, chunks, self.fingerprint, retry=True)

    def whole_paths(self, run: RunDirectory, chunks: Sequence[RecordChunk]) -> list[Path]:
        """Each translated chunk.

        Raises:
            StorageFault: one is missing.
        """
        found = []
        for chunk, path in zip(chunks, self.paths(run, chunks), strict=True):
            if path is None:
                raise StorageFault(
                    f"{self.code}: chunk {chunk.digest} is not translated",
                    remedy="run `parallelize build` again",
                )
            found.append(path)
        return found


def judged_rows(
    run: RunDirectory, chunks: Sequence[RecordChunk], state: LanguageState
) -> Iterator[tuple[Record, TranslatedRow, Verdict]]:
    """Every row of a language in source order with its verdict.

    Raises:
        StorageFault: a chunk is missing, damaged, or belongs to other records.
    """
    thresholds, people = state.thresholds, read_people(run.people)
    for chunk, path in zip(chunks, state.whole_paths(run, chunks), strict=True):
        for record, row in zip(read_records(chunk.path), read_translated(path), strict=True):
            if record.id != row.id:
                raise StorageFault(
                    f"{path} does not belong to {chunk.path}", remedy="remove it and build again"
                )
            yield record, row, people.verdict(state.code, row, thresholds.judge(row.scores))
