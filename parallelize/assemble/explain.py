"""What a build would do again, and why. Reads; writes nothing and starts no engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from parallelize.assemble.changes import Change, asks_anew, changes
from parallelize.assemble.recording import require_same_source
from parallelize.assemble.session import Session
from parallelize.assemble.sources import open_recipe_source, source_rows
from parallelize.assemble.watching import BuildWatcher
from parallelize.core.recipe import Recipe
from parallelize.pipeline.recording import digest_source, load_recorded
from parallelize.pipeline.translating import RecordChunk
from parallelize.store.languages import BuiltLanguage, read_languages
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.pipeline.language_state import LanguageState

__all__ = ["Explanation", "LanguageExplanation", "explain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageExplanation:
    """What building one language again would reuse and redo, and why."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a build would do."""

    rows: int
    chunks: int
    chunks_known: int
    """Chunks whose rows are exactly those of the last build."""
    recorded_before: bool
    languages: Mapping[str, LanguageExplanation]
    """By code."""


def explain(recipe: Recipe, root: Path, watcher: BuildWatcher) -> Explanation:
    """Say what a build of this recipe in this run directory would reuse and do again, and why.

    Raises:
        InputError: the source or the recipe is wrong.
        EnvironmentFault: an engine or a model is missing, so what it would do is not known.
    """
    session = Session(recipe, RunDirectory(root), watcher)
    run = session.run
    require_same_source(run, recipe)
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
        languages={state.code: _language(run, state, chunks, asked.get(state.code)) for state in states},
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
        built_before=before is not None,
        chunks_reused=reused,
        rows_reused=rows_reused,
        chunks_redone=len(chunks) - reused,
        rows_redone=sum(rows for _, rows in chunks) - rows_reused,
        chunks_with_engine_errors=with_errors,
        changes=() if before is None else tuple(changes(before, now)),
        asks_anew=() if before is None else tuple(asks_anew(before, now)),
    )
