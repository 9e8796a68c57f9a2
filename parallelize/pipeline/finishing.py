"""From translated chunks to a finished corpus: judge, write, align, summarize, manifest last. No engine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import JsonValue

from parallelize.core.errors import InputError, StorageFault
from parallelize.core.provenance import public_name
from parallelize.core.recipe import Recipe
from parallelize.core.records import Record
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Verdict
from parallelize.core.version import __version__
from parallelize.pipeline.corpus_similarity import back_translation_similarity
from parallelize.pipeline.recording import Recorded
from parallelize.pipeline.translating import RecordChunk, translated_paths
from parallelize.stages.summarize import LanguageSummary
from parallelize.store.corpus import CorpusSchema, ShardWriter, file_facts, translated_tree
from parallelize.store.files import atomic_write, check_file, sha256_file
from parallelize.store.json_files import parse_object
from parallelize.store.languages import BuiltLanguage
from parallelize.store.manifest import (
    CARD,
    PARALLEL,
    FileEntry,
    LanguageEntry,
    Manifest,
    ParallelEntry,
    SourceEntry,
    SourceRows,
    write_manifest,
)
from parallelize.store.people import read_people, said_by_people
from parallelize.store.run import RunDirectory
from parallelize.store.summary import CoverageCounts, LanguageFigures, Summary, write_summary
from parallelize.store.tables import TranslatedRow, check_chunk, read_translated, write_table
from parallelize.store.tables import read_records as _read_records

__all__ = ["CorpusTexts", "LanguageState", "finish_corpus", "judged_rows", "require_whole"]

CITATION = "CITATION.cff"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusTexts:
    """What writes the texts of a corpus, from its manifest as far as it is known."""

    card: Callable[[Manifest, Summary], str]
    """The dataset card."""
    citation: Callable[[Manifest], str]
    """The citation file."""


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


def finish_corpus(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    languages: Sequence[LanguageState],
    *,
    texts: CorpusTexts,
    versions: Mapping[str, str],
) -> Summary:
    """Judge every translated row and write the corpus. Returns the summary.

    The same translated rows and thresholds give the same bytes. The manifest goes first and comes last:
    while it is missing, the corpus is not complete. Before that, everything that is to be read is checked,
    so that a corpus that was whole stays whole where something is missing.

    Raises:
        InputError: there is no language.
        StorageFault: a file is missing or damaged (the corpus is as it was), or cannot be written.
    """
    require_whole(run, recorded, languages)
    run.manifest.unlink(missing_ok=True)
    schema = CorpusSchema(recorded.types)
    summaries: dict[str, LanguageSummary] = {}
    files: dict[str, list[tuple[Path, int]]] = {}
    fates: dict[str, list[str]] = {}
    for state in languages:
        summaries[state.code], files[state.code], fates[state.code] = _write_language(
            run, recipe, recorded, state, schema
        )
    codes = [state.code for state in languages]
    files[PARALLEL] = _write_parallel(run, recipe, recorded, languages, schema, fates)
    _write_coverage(run, recorded, fates)
    figures = {
        state.code: replace(
            summaries[state.code].figures(),
            similarity=back_translation_similarity(
                recorded.chunks,
                [path for path in state.paths(run, recorded.chunks) if path],
                fates[state.code],
            ),
        )
        for state in languages
    }
    parallel_rows = sum(rows for _, rows in files[PARALLEL])
    summary = _summary(run, recorded, figures, fates, parallel_rows)
    write_summary(run, summary)
    manifest = _manifest(run, recipe, recorded, languages, summary, files, versions)
    manifest = _with_citation(run, manifest, texts.citation(manifest))
    card = texts.card(manifest, summary)
    atomic_write(run.corpus / CARD, card)
    _forget_others(run, {*codes, PARALLEL})
    write_manifest(run.manifest, replace(manifest, card_sha256=hashlib.sha256(card.encode()).hexdigest()))
    return summary


def _with_citation(run: RunDirectory, manifest: Manifest, citation: str) -> Manifest:
    path = run.corpus / CITATION
    atomic_write(path, citation)
    entry = FileEntry(sha256=sha256_file(path), bytes=path.stat().st_size)
    return replace(manifest, files={**manifest.files, CITATION: entry})


def require_whole(run: RunDirectory, recorded: Recorded, languages: Sequence[LanguageState]) -> None:
    """See that every chunk that a corpus is made of is there and undamaged; change nothing.

    Raises:
        InputError: there is no language.
        StorageFault: a chunk is missing or damaged; the message names it.
    """
    if not languages:
        raise InputError(
            f"no language of {run.root} is translated yet", remedy="build it first, with `parallelize build`"
        )
    for chunk in recorded.chunks:
        check_chunk(chunk.path)
    for state in languages:
        missing = state.missing(run, recorded.chunks)
        if missing:
            raise StorageFault(
                f"{state.code}: {missing} of {len(recorded.chunks)} translated chunks are missing from "
                f"{run.translations(state.code)}; the corpus is left as it is",
                remedy="run `parallelize build` again: what is in the memory is not translated twice",
            )
        for path in state.paths(run, recorded.chunks):
            if path is not None:
                check_chunk(path)
    if recorded.rejects_sha256 is not None:
        check_file(run.source_rejects, recorded.rejects_sha256)


def judged_rows(
    run: RunDirectory, chunks: Sequence[RecordChunk], state: LanguageState
) -> Iterator[tuple[Record, TranslatedRow, Verdict]]:
    """Every row of a language in source order with its verdict.

    Raises:
        StorageFault: a chunk is missing, damaged, or belongs to other records.
    """
    thresholds, people = state.thresholds, read_people(run.people)
    for chunk, path in zip(chunks, state.paths(run, chunks), strict=True):
        if path is None:
            raise StorageFault(
                f"{state.code}: chunk {chunk.digest} is not translated",
                remedy="run `parallelize build` again",
            )
        for record, row in zip(_read_records(chunk.path), read_translated(path), strict=True):
            if record.id != row.id:
                raise StorageFault(
                    f"{path} does not belong to {chunk.path}", remedy="remove it and build again"
                )
            yield record, row, people.verdict(state.code, row, thresholds.judge(row.scores))


def _write_language(
    run: RunDirectory, recipe: Recipe, recorded: Recorded, state: LanguageState, schema: CorpusSchema
) -> tuple[LanguageSummary, list[tuple[Path, int]], list[str]]:
    summary = LanguageSummary()
    people = read_people(run.people)
    fates: list[str] = []
    provenance = {
        "engine": state.built.engine.engine,
        "model": state.built.engine.model,
        "back_translation_engine": state.built.back_engine.engine if state.built.back_engine else None,
    }
    bytes_limit = recipe.corpus.shard_bytes
    with (
        ShardWriter(run.corpus / state.code, schema.language, shard_bytes=bytes_limit) as kept,
        ShardWriter(run.rejects / state.code, schema.rejects, shard_bytes=2**62, name="rejects") as dropped,
    ):
        for record, row, verdict in judged_rows(run, recorded.chunks, state):
            summary.add(
                verdict,
                row.scores,
                rungs=row.rungs,
                back_work=row.back_work,
                segments=row.segments,
                copied=row.copied,
                source_words=row.source_words,
                by_people=bool(people.on(state.code, row)),
            )
            fates.append("kept" if verdict.kept else "+".join(verdict.reasons))
            if verdict.kept:
                kept.add(schema.language_row(row, record, provenance))
            else:
                evidence = [
                    f"{score.seen} {score.where} {score.evidence}".strip() for score in verdict.failed
                ]
                evidence += said_by_people(people.on(state.code, row))
                dropped.add(schema.reject_row(row, record, verdict.reasons, evidence))
        files = kept.finish()
        (rejects, _), *_rest = dropped.finish()
        rejects.replace(run.rejects / f"{state.code}.parquet")
        rejects.parent.rmdir()
    return summary, files, fates


def _write_parallel(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    languages: Sequence[LanguageState],
    schema: CorpusSchema,
    fates: Mapping[str, Sequence[str]],
) -> list[tuple[Path, int]]:
    """One row per id, one struct per language, the source among them; every language read once."""
    wanted = all if recipe.corpus.align == "intersection" else any
    codes = [recipe.source.language, *(state.code for state in languages)]
    readers = [judged_rows(run, recorded.chunks, state) for state in languages]
    with ShardWriter(
        run.corpus / PARALLEL, schema.parallel(codes), shard_bytes=recipe.corpus.shard_bytes
    ) as writer:
        for group in zip(*readers, strict=True):
            if not wanted(verdict.kept for _, _, verdict in group):
                continue
            record = group[0][0]
            trees: dict[str, Mapping[str, Any] | None] = {codes[0]: record.row}
            for code, (_, row, verdict) in zip(codes[1:], group, strict=True):
                trees[code] = translated_tree(row, record) if verdict.kept else None
            writer.add(schema.parallel_row(record, trees))
        return writer.finish()


def _write_coverage(run: RunDirectory, recorded: Recorded, fates: Mapping[str, Sequence[str]]) -> None:
    """`coverage.parquet`: for each id and language `kept`, or the reasons why the cell is missing."""
    ids = [record.id for chunk in recorded.chunks for record in _read_records(chunk.path)]
    schema = pa.schema([("id", pa.string()), *((code, pa.string()) for code in fates)])
    write_table(run.coverage, pa.table({"id": ids, **{c: list(f) for c, f in fates.items()}}, schema))


def _summary(
    run: RunDirectory,
    recorded: Recorded,
    figures: Mapping[str, LanguageFigures],
    fates: Mapping[str, Sequence[str]],
    parallel_rows: int,
) -> Summary:
    kept_in = Counter(sum(fate == "kept" for fate in row) for row in zip(*fates.values(), strict=True))
    beside = [run.coverage, run.source_rejects, *(run.rejects / f"{code}.parquet" for code in figures)]
    return Summary(
        source=_source_rows(recorded),
        languages=figures,
        coverage=CoverageCounts(kept_in_languages={str(n): kept_in[n] for n in sorted(kept_in)}),
        parallel_rows=parallel_rows,
        files={path.relative_to(run.root).as_posix(): sha256_file(path) for path in beside},
    )


def _source_rows(recorded: Recorded) -> SourceRows:
    return SourceRows(
        rows=recorded.rows,
        records=recorded.records,
        rejected=sum(recorded.rejected.values()),
        rejected_reasons=recorded.rejected,
    )


def _manifest(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    languages: Sequence[LanguageState],
    summary: Summary,
    files: Mapping[str, list[tuple[Path, int]]],
    versions: Mapping[str, str],
) -> Manifest:
    facts = {name: file_facts(run.corpus, part) for name, part in files.items()}
    return Manifest(
        name=recipe.corpus.name or recorded.source.get("name") or run.root.name,
        created_with={"parallelize": __version__, **versions},
        recipe=_public_recipe(recipe, recorded.source),
        fingerprint=recipe.fingerprint(),
        license=recipe.corpus.license,
        citation=recipe.corpus.citation,
        source=_source_entry(recipe, recorded.source),
        languages={
            state.code: _language_entry(state, summary.languages[state.code], facts[state.code])
            for state in languages
        },
        parallel=ParallelEntry(
            align=recipe.corpus.align,
            languages=(recipe.source.language, *(state.code for state in languages)),
            rows=summary.parallel_rows,
            files=tuple(sorted(facts[PARALLEL])),
        ),
        rows=summary.source,
        files={path: fact for part in facts.values() for path, fact in sorted(part.items())},
    )


def _language_entry(
    state: LanguageState, figures: LanguageFigures, files: Mapping[str, FileEntry]
) -> LanguageEntry:
    return LanguageEntry(
        rows_in=figures.rows_in,
        kept=figures.kept,
        dropped=figures.dropped,
        reasons=figures.reasons,
        fingerprint=state.built.fingerprint,
        engine=state.built.engine,
        back_translation_engine=state.built.back_engine,
        repair_engine=state.built.repair_engine,
        thresholds=state.built.thresholds,
        files=tuple(sorted(files)),
    )


def _source_entry(recipe: Recipe, described: Mapping[str, Any]) -> SourceEntry:
    """The description of the source without folders of this machine: the manifest is published."""
    known = {**described, "license": recipe.source.license, "language": recipe.source.language}
    if described.get("kind") == "files":
        known["source"] = Path(str(described["source"])).name
    return parse_object(known, SourceEntry, where="the source")


def _public_recipe(recipe: Recipe, source: Mapping[str, Any]) -> dict[str, JsonValue]:
    """The recipe without folders, addresses, prices and speeds, which belong to one machine."""
    found = recipe.model_dump(mode="json", exclude={"run", "prices"})
    if source.get("kind") == "files" and found["source"]["path"]:
        found["source"]["path"] = Path(found["source"]["path"]).name
    others = (found["back_translation"]["engine"], found["repair"]["engine"])
    if found["corpus"]["card"]:
        found["corpus"]["card"] = Path(found["corpus"]["card"]).name
    for options in (found["engine"], *found["engines"].values(), *(item or {} for item in others)):
        for name in ("models", "base_url"):
            options.pop(name, None)
        for name in ("model", "tokenizer", "prompt"):
            if options.get(name):
                options[name] = public_name(options[name])
    return found


def _forget_others(run: RunDirectory, names: set[str]) -> None:
    """Remove folders of languages that are no longer part of the corpus, and nothing else."""
    for folder in run.corpus.iterdir():
        if folder.is_dir() and folder.name not in names and any(folder.glob("train-*-of-*.parquet")):
            for path in folder.glob("train-*-of-*.parquet"):
                path.unlink()
            folder.rmdir()
