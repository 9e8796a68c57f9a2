"""Judges translated chunks and writes the tables of a corpus, some chunks at a time, in columns.

Every file is read once: languages, rejects, the aligned view and coverage are written side by side, and take
the place of what was there when all is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from parallelize.core.recipe import Recipe
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.recording import Recorded
from parallelize.pipeline.translated_batches import translated_batches
from parallelize.stages.summarize import LanguageSummary
from parallelize.stages.verdicts import VerdictColumns, judge_columns
from parallelize.store.corpus import CorpusSchema, ShardWriter
from parallelize.store.corpus_columns import TranslatedPiece, parallel_table, read_record_columns
from parallelize.store.coverage import coverage_writer
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
    kept: Mapping[str, npt.NDArray[np.bool_]]
    """Which rows each language keeps."""
    kept_in: Counter[int]
    """Records by the number of languages that keep them."""


class _Writers:
    """Writers of all tables of a corpus; what they write is put in place together."""

    def __init__(self, run: RunDirectory, recipe: Recipe, schema: CorpusSchema, codes: Sequence[str]) -> None:
        size = recipe.corpus.shard_bytes
        self._run = run
        self._coverage = coverage_writer(run.coverage, codes)
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
            self.coverage = stack.enter_context(self._coverage)
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
    kept: dict[str, list[npt.NDArray[np.bool_]]] = {code: [] for code in codes}
    kept_in: Counter[int] = Counter()
    people = read_people(run.people)
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
                kept[state.code].append(verdict.kept)
            writers.coverage.add(records.ids, [verdict.fates() for verdict in verdicts.values()])
            here = [verdict.kept for verdict in verdicts.values()]
            kept_in.update(np.sum(here, axis=0).tolist())
            writers.parallel.add(
                parallel_table(
                    records,
                    pieces,
                    writers.parallel_schema,
                    source_language=recipe.source.language,
                    wanted=wanted_in.reduce(here),
                )
            )
        files = writers.finish()
    none = np.empty(0, dtype=bool)
    flags = {code: np.concatenate([none, *parts]) for code, parts in kept.items()}
    return WrittenTables(summaries=summaries, files=files, kept=flags, kept_in=kept_in)


def _provenance(state: LanguageState) -> dict[str, str | None]:
    built = state.built
    return {
        "engine": built.engine.engine,
        "model": built.engine.model,
        "back_translation_engine": built.back_engine.engine if built.back_engine else None,
    }
