"""From translated chunks to a finished corpus: judge, write, align, summarize, manifest last. No engine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from parallelize import __version__
from parallelize.core.errors import StorageFault
from parallelize.core.provenance import public_name
from parallelize.core.recipe import Recipe
from parallelize.core.records import Record
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Verdict
from parallelize.pipeline.recording import Recorded
from parallelize.pipeline.translating import RecordChunk, translated_path
from parallelize.stages.summarize import LanguageSummary
from parallelize.store.corpus import CorpusSchema, ShardWriter, file_facts, translated_tree
from parallelize.store.files import atomic_write
from parallelize.store.run import RunDirectory, write_json
from parallelize.store.tables import TranslatedRow, read_translated, write_table
from parallelize.store.tables import read_records as _read_records

__all__ = ["LanguageState", "RenderCard", "finish_corpus", "judged_rows"]

RenderCard = Callable[[Mapping[str, Any], Mapping[str, Any]], str]
"""(manifest, summary) → text of the dataset card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageState:
    """One language of a run, translated under one fingerprint."""

    code: str
    fingerprint: bytes
    """32 bytes: recipe and engines; names the translated chunks."""
    thresholds: Thresholds
    engine: Mapping[str, Any]
    """Fingerprint of the engine in JSON form."""
    back_engine: Mapping[str, Any] | None
    repair_engine: Mapping[str, Any] | None = None
    made_from: Mapping[str, Any] = field(default_factory=dict)
    """The recipe's fields and the scorer behind the fingerprint, to say what changed."""

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "fingerprint": self.fingerprint.hex(),
            "thresholds": dict(self.thresholds),
            "engine": dict(self.engine),
            "back_engine": None if self.back_engine is None else dict(self.back_engine),
            "repair_engine": None if self.repair_engine is None else dict(self.repair_engine),
            "made_from": dict(self.made_from),
        }

    def finished(self, run: RunDirectory, chunk: RecordChunk) -> bool:
        """Whether a chunk is translated, with no engine error in it."""
        return translated_path(run, self.code, chunk, self.fingerprint) is not None

    def missing(self, run: RunDirectory, chunks: Sequence[RecordChunk]) -> int:
        """Chunks that are not translated yet."""
        return sum(self.path(run, chunk) is None for chunk in chunks)

    def path(self, run: RunDirectory, chunk: RecordChunk) -> Path | None:
        """The translated chunk; one with engine errors if there is no better; None if there is none."""
        return translated_path(run, self.code, chunk, self.fingerprint, retry=True)


def finish_corpus(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    languages: Sequence[LanguageState],
    *,
    render_card: RenderCard,
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """Judge every translated row and write the corpus. Returns the summary.

    The same translated rows and thresholds give the same bytes. The manifest goes first and comes last:
    while it is missing, the corpus is not complete.

    Raises:
        StorageFault: a file is damaged or cannot be written.
    """
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
    files["parallel"] = _write_parallel(run, recipe, recorded, languages, schema, fates)
    _write_coverage(run, recorded, fates)
    summary = _summary(recorded, summaries, fates, sum(rows for _, rows in files["parallel"]))
    write_json(run.summary, summary)
    manifest = _manifest(run, recipe, recorded, languages, summary, files, versions)
    card = render_card(manifest, summary)
    atomic_write(run.corpus / "README.md", card)
    manifest["card_sha256"] = hashlib.sha256(card.encode()).hexdigest()
    _forget_others(run, {*codes, "parallel"})
    write_json(run.manifest, manifest)
    return summary


def judged_rows(
    run: RunDirectory, chunks: Sequence[RecordChunk], state: LanguageState
) -> Iterator[tuple[Record, TranslatedRow, Verdict]]:
    """Every row of a language in source order with its verdict.

    Raises:
        StorageFault: a chunk is missing, damaged, or belongs to other records.
    """
    for chunk in chunks:
        path = state.path(run, chunk)
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
            yield record, row, state.thresholds.judge(row.scores)


def _write_language(
    run: RunDirectory, recipe: Recipe, recorded: Recorded, state: LanguageState, schema: CorpusSchema
) -> tuple[LanguageSummary, list[tuple[Path, int]], list[str]]:
    summary = LanguageSummary()
    fates: list[str] = []
    provenance = {
        "engine": state.engine["engine"],
        "model": state.engine["model"],
        "back_translation_engine": state.back_engine["engine"] if state.back_engine else None,
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
            )
            fates.append("kept" if verdict.kept else "+".join(verdict.reasons))
            if verdict.kept:
                kept.add(schema.language_row(row, record, provenance))
            else:
                evidence = [
                    f"{score.seen} {score.where} {score.evidence}".strip() for score in verdict.failed
                ]
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
        run.corpus / "parallel", schema.parallel(codes), shard_bytes=recipe.corpus.shard_bytes
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
    recorded: Recorded,
    summaries: Mapping[str, LanguageSummary],
    fates: Mapping[str, Sequence[str]],
    parallel_rows: int,
) -> dict[str, Any]:
    kept_in = Counter(sum(fate == "kept" for fate in row) for row in zip(*fates.values(), strict=True))
    return {
        "source": {
            "rows": recorded.rows,
            "records": recorded.records,
            "rejected": sum(recorded.rejected.values()),
            "rejected_reasons": recorded.rejected,
        },
        "languages": {code: summary.as_dict() for code, summary in summaries.items()},
        "coverage": {"kept_in_languages": {str(n): kept_in[n] for n in sorted(kept_in)}},
        "parallel_rows": parallel_rows,
    }


def _manifest(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    languages: Sequence[LanguageState],
    summary: Mapping[str, Any],
    files: Mapping[str, list[tuple[Path, int]]],
    versions: Mapping[str, str],
) -> dict[str, Any]:
    facts = {name: file_facts(run.corpus, part) for name, part in files.items()}
    return {
        "schema": 1,
        "name": recipe.corpus.name or recorded.source.get("name") or run.root.name,
        "created_with": {"parallelize": __version__, **versions},
        "recipe": _public_recipe(recipe, recorded.source),
        "fingerprint": recipe.fingerprint(),
        "license": recipe.corpus.license,
        "citation": recipe.corpus.citation,
        "source": {
            **_public_source(recorded.source),
            "license": recipe.source.license,
            "language": recipe.source.language,
        },
        "languages": {
            state.code: {
                "rows_in": summary["languages"][state.code]["rows_in"],
                "kept": summary["languages"][state.code]["kept"],
                "dropped": summary["languages"][state.code]["dropped"],
                "reasons": summary["languages"][state.code]["reasons"],
                "fingerprint": state.fingerprint.hex(),
                "engine": dict(state.engine),
                "back_translation_engine": dict(state.back_engine) if state.back_engine else None,
                "repair_engine": dict(state.repair_engine) if state.repair_engine else None,
                "thresholds": dict(state.thresholds),
                "files": sorted(facts[state.code]),
            }
            for state in languages
        },
        "parallel": {
            "align": recipe.corpus.align,
            "languages": [recipe.source.language, *(state.code for state in languages)],
            "rows": summary["parallel_rows"],
            "files": sorted(facts["parallel"]),
        },
        "rows": summary["source"],
        "files": {path: fact for part in facts.values() for path, fact in sorted(part.items())},
    }


def _public_source(source: Mapping[str, Any]) -> dict[str, Any]:
    """The description of the source without folders of this machine: the manifest is published."""
    if source.get("kind") != "files":
        return dict(source)
    return {**source, "source": Path(str(source["source"])).name}


def _public_recipe(recipe: Recipe, source: Mapping[str, Any]) -> dict[str, Any]:
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
