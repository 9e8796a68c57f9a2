"""The manifest of a corpus, from the run that it was made in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from parallelize.core.provenance import public_name
from parallelize.core.recipe import Recipe
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.recording import Recorded
from parallelize.store.corpus import file_facts
from parallelize.store.json_files import parse_object
from parallelize.store.manifest import (
    PARALLEL,
    FileEntry,
    LanguageEntry,
    Manifest,
    ParallelEntry,
    SourceEntry,
)
from parallelize.store.run import RunDirectory
from parallelize.store.summary import LanguageFigures, Summary

__all__ = ["corpus_manifest"]


def corpus_manifest(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    languages: Sequence[LanguageState],
    summary: Summary,
    files: Mapping[str, list[tuple[Path, int]]],
    versions: Mapping[str, str],
) -> Manifest:
    """What a corpus is, what it was made of and by what; without digests of its card and citation.

    Args:
        files: (path, rows) of the shards of each language, and of the aligned view.
        versions: of this package and of those that had a part in it.
    """
    facts = {name: file_facts(run.corpus, part) for name, part in files.items()}
    return Manifest(
        name=recipe.corpus.name or recorded.source.get("name") or run.root.name,
        created_with=versions,
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
