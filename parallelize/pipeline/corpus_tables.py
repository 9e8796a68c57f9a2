"""Judges translated chunks and writes the tables of a corpus, some chunks at a time, in columns.

Every file is read once: languages, rejects, the aligned view and coverage are written side by side, and take
the place of what was there when all is written.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from parallelize.core.recipe import Recipe
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.recording import Recorded
from parallelize.pipeline.translated_batches import translated_batches
from parallelize.stages.summarize import LanguageSummary
from parallelize.stages.verdicts import VerdictColumns, judge_columns
from parallelize.store.chunk_files import write_table
from parallelize.store.corpus import CorpusSchema, ShardWriter
from parallelize.store.corpus_columns import TranslatedPiece, parallel_table, read_record_columns
from parallelize.store.manifest import PARALLEL
from parallelize.store.people import read_people
from parallelize.store.run import RunDirectory

__all__ = ["WrittenTables", "write_tables"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTables:
    """The tables that were written, and what was counted on the way."""

    summaries: Mapping[str, LanguageSummary]
    """What happened to the rows of each language."""
    files: Mapping[str, list[tuple[Path, int]]]
    """(path, rows) of the shards of each language, and of the aligned view."""
    kept: Mapping[str, Sequence[int]]
    """Places of the rows that each language keeps."""
    kept_in: Counter[int]
    """Records by the number of languages that keep them."""


@dataclass(slots=True)
class _Coverage:
    """For each id and language `kept`, or the reasons why the cell is missing."""

    codes: Sequence[str]
    parts: list[pa.Table] = field(default_factory=list)
    kept_in: Counter[int] = field(default_factory=Counter)
    kept: dict[str, array[int]] = field(default_factory=dict)
    """Places of kept rows by language."""
    rows: int = 0

    def add(self, ids: pa.Array, verdicts: Mapping[str, VerdictColumns]) -> None:
        """Take the verdicts on some records into account."""
        fates = [verdicts[code].fates() for code in self.codes]
        self.parts.append(pa.table([ids, *fates], schema=self.schema))
        counts = np.sum([verdicts[code].kept for code in self.codes], axis=0)
        self.kept_in.update(counts.tolist())
        for code in self.codes:
            places = np.flatnonzero(verdicts[code].kept) + self.rows
            self.kept.setdefault(code, array("q")).frombytes(places.astype(np.int64).tobytes())
        self.rows += len(ids)

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([("id", pa.string()), *((code, pa.string()) for code in self.codes)])

    def table(self) -> pa.Table:
        """All of it in one piece."""
        return pa.concat_tables([self.schema.empty_table(), *self.parts]).combine_chunks()


class _Writers:
    """Writers of all tables of a corpus; what they write is put in place together."""

    def __init__(self, run: RunDirectory, recipe: Recipe, schema: CorpusSchema, codes: Sequence[str]) -> None:
        size = recipe.corpus.shard_bytes
        self._run = run
        self.parallel_schema = schema.parallel([recipe.source.language, *codes])
        self.parallel = ShardWriter(run.corpus / PARALLEL, self.parallel_schema, shard_bytes=size)
        self.kept = {
            code: ShardWriter(run.corpus / code, schema.language, shard_bytes=size) for code in codes
        }
        self.dropped = {
            code: ShardWriter(run.rejects / code, schema.rejects, shard_bytes=2**62, name="rejects")
            for code in codes
        }

    def __enter__(self) -> _Writers:
        with ExitStack() as stack:
            for writer in (*self.kept.values(), *self.dropped.values(), self.parallel):
                stack.enter_context(writer)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.__exit__(*error)  # type: ignore[arg-type]

    def finish(self) -> dict[str, list[tuple[Path, int]]]:
        """Put everything in place of what was there; returns (path, rows) of the corpus's shards."""
        files = {}
        for code, writer in self.kept.items():
            files[code] = writer.finish()
            (rejects, _), *_rest = self.dropped[code].finish()
            rejects.replace(self._run.rejects / f"{code}.parquet")
            rejects.parent.rmdir()
        files[PARALLEL] = self.parallel.finish()
        return files


def write_tables(
    run: RunDirectory, recipe: Recipe, recorded: Recorded, languages: Sequence[LanguageState]
) -> WrittenTables:
    """Judge every translated row, and write corpus, rejects, aligned view and coverage.

    Raises:
        StorageFault: a chunk is missing, damaged or belongs to other records, or something cannot be written;
            what was there before stays.
    """
    schema = CorpusSchema(recorded.types)
    codes = [state.code for state in languages]
    summaries = {code: LanguageSummary() for code in codes}
    coverage, people = _Coverage(codes), read_people(run.people)
    wanted_in = np.logical_and if recipe.corpus.align == "intersection" else np.logical_or
    with _Writers(run, recipe, schema, codes) as writers:
        for place, columns in translated_batches(run, recorded.chunks, languages):
            records = read_record_columns([chunk.path for chunk in recorded.chunks[place]], schema)
            pieces: dict[str, TranslatedPiece] = {}
            verdicts: dict[str, VerdictColumns] = {}
            for state in languages:
                translated = columns[state.code]
                read = people.among(state.code, translated)
                verdict = judge_columns(translated.scores, state.thresholds, read)
                piece = TranslatedPiece(records, translated, verdict.kept)
                summaries[state.code].add_columns(translated, verdict)
                writers.kept[state.code].add(piece.language_table(_provenance(state)))
                writers.dropped[state.code].add(piece.reject_table(verdict.reasons(), verdict.evidence()))
                pieces[state.code], verdicts[state.code] = piece, verdict
            coverage.add(records.ids, verdicts)
            wanted = wanted_in.reduce([verdict.kept for verdict in verdicts.values()])
            writers.parallel.add(
                parallel_table(
                    records,
                    pieces,
                    writers.parallel_schema,
                    source_language=recipe.source.language,
                    wanted=wanted,
                )
            )
        files = writers.finish()
    write_table(run.coverage, coverage.table())
    kept = {code: coverage.kept.get(code, array("q")) for code in codes}
    return WrittenTables(summaries=summaries, files=files, kept=kept, kept_in=coverage.kept_in)


def _provenance(state: LanguageState) -> dict[str, str | None]:
    built = state.built
    return {
        "engine": built.engine.engine,
        "model": built.engine.model,
        "back_translation_engine": built.back_engine.engine if built.back_engine else None,
    }
