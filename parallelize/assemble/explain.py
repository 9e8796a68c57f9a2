"""What a build would do again, and why. Reads; writes nothing and starts no engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parallelize.assemble.build import check_same_run
from parallelize.assemble.session import Session
from parallelize.assemble.sources import open_recipe_source, source_rows
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.provenance import EngineFingerprint
from parallelize.core.recipe import Recipe
from parallelize.core.trees import JsonObject
from parallelize.pipeline.recording import digest_source, load_recorded
from parallelize.pipeline.translating import RecordChunk
from parallelize.store.json_files import to_json
from parallelize.store.languages import BuiltLanguage, read_languages
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.pipeline.language_state import LanguageState

__all__ = ["Change", "Explanation", "LanguageExplanation", "explain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that is not as it was in the last build."""

    where: str
    """Recipe key with dots, or a part of an engine's fingerprint."""
    before: Any
    """JSON value; None if it was not there."""
    after: Any

    def as_dict(self) -> JsonObject:
        """The change for `--json`: where it is, its value before and after."""
        return {"where": self.where, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageExplanation:
    """What building one language again would reuse and redo, and why."""

    code: str
    built_before: bool
    """Whether a build of this run ever began it."""
    chunks_reused: int
    rows_reused: int
    chunks_redone: int
    rows_redone: int
    chunks_with_engine_errors: int
    """Of those done again: finished but for engine errors that may pass."""
    changes: tuple[Change, ...]
    asks_anew: tuple[str, ...]
    """Engines (`engine`, …) whose earlier replies are of no use, because they are other engines now."""

    def as_dict(self) -> JsonObject:
        """What one language would reuse and redo, for `--json`."""
        return {
            "built_before": self.built_before,
            "chunks_reused": self.chunks_reused,
            "rows_reused": self.rows_reused,
            "chunks_redone": self.chunks_redone,
            "rows_redone": self.rows_redone,
            "chunks_with_engine_errors": self.chunks_with_engine_errors,
            "changes": [change.as_dict() for change in self.changes],
            "asks_anew": list(self.asks_anew),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a build would do."""

    rows: int
    chunks: int
    chunks_known: int
    """Chunks whose rows are exactly those of the last build."""
    recorded_before: bool
    languages: tuple[LanguageExplanation, ...]

    def as_dict(self) -> JsonObject:
        """The whole explanation for `--json`, with each language by its code."""
        return {
            "rows": self.rows,
            "chunks": self.chunks,
            "chunks_known": self.chunks_known,
            "recorded_before": self.recorded_before,
            "languages": {item.code: item.as_dict() for item in self.languages},
        }


def explain(recipe: Recipe, root: Path, watcher: BuildWatcher) -> Explanation:
    """Say what a build of this recipe in this run directory would reuse and do again, and why.

    Raises:
        InputError: the source or the recipe is wrong.
        EnvironmentFault: an engine or a model is missing, so what it would do is not known.
    """
    session = Session(recipe, RunDirectory(root), watcher)
    run = session.run
    check_same_run(run, recipe)
    states = session.languages
    rows, _ = source_rows(recipe, open_recipe_source(recipe))
    chunks = digest_source(rows, chunk_rows=recipe.run.chunk_rows)
    recorded = load_recorded(run) if run.records_index.is_file() else None
    known = {chunk.digest for chunk in recorded.chunks} if recorded else set()
    asked = read_languages(run.asked)
    return Explanation(
        rows=sum(count for _, count in chunks),
        chunks=len(chunks),
        chunks_known=sum(digest in known for digest, _ in chunks),
        recorded_before=recorded is not None,
        languages=tuple(_language(run, state, chunks, asked.get(state.code)) for state in states),
    )


def _language(
    run: RunDirectory, state: LanguageState, chunks: list[tuple[str, int]], before: BuiltLanguage | None
) -> LanguageExplanation:
    wanted = [RecordChunk(path=run.records, digest=digest, rows=rows) for digest, rows in chunks]
    redone = state.unfinished(run, wanted)
    with_errors = len(redone) - state.missing(run, wanted)
    reused = len(chunks) - len(redone)
    rows_reused = sum(rows for _, rows in chunks) - sum(chunk.rows for chunk in redone)
    now = state.built
    return LanguageExplanation(
        code=state.code,
        built_before=before is not None,
        chunks_reused=reused,
        rows_reused=rows_reused,
        chunks_redone=len(chunks) - reused,
        rows_redone=sum(rows for _, rows in chunks) - rows_reused,
        chunks_with_engine_errors=with_errors,
        changes=() if before is None else tuple(_changes(before, now)),
        asks_anew=() if before is None else tuple(_asks_anew(before, now)),
    )


def _asks_anew(before: BuiltLanguage, now: BuiltLanguage) -> Iterator[str]:
    """Engines of now that are not those of before."""
    for name, was, is_ in _engines(before, now):
        if is_ is not None and was != is_:
            yield name


def _engines(
    before: BuiltLanguage, now: BuiltLanguage
) -> Iterator[tuple[str, EngineFingerprint | None, EngineFingerprint | None]]:
    """(what people call it, fingerprint before, fingerprint now) of each engine of a language."""
    yield "engine", before.engine, now.engine
    yield "back_translation engine", before.back_engine, now.back_engine
    yield "repair engine", before.repair_engine, now.repair_engine


def _changes(before: BuiltLanguage, now: BuiltLanguage) -> Iterator[Change]:
    """Fields of the recipe first; what engines say of themselves only where the recipe does not tell it."""
    was, is_ = before.made_from, now.made_from
    yield from _differences("", was.recipe, is_.recipe)
    tables = ("engine", "back", "repair")
    for table, (name, one, other) in zip(tables, _engines(before, now), strict=True):
        if was.recipe.get(table) == is_.recipe.get(table):
            yield from _differences(f"{name}: ", one and to_json(one), other and to_json(other))
    if was.scorer != is_.scorer:
        yield Change(where="language identifiers", before=was.scorer, after=is_.scorer)
    yield from _differences("measures", dict(was.measures), dict(is_.measures))


def _differences(where: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            joined = f"{where}{key}" if not where or where.endswith(" ") else f"{where}.{key}"
            yield from _differences(joined, before.get(key), after.get(key))
    else:
        yield Change(where=where, before=before, after=after)
