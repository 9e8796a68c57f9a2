"""Languages of a run: what earlier builds translated each by, and what a build may publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from parallelize.assemble.watching import BuildWatcher
from parallelize.core.errors import InputError, StorageFault
from parallelize.core.measures import measure_versions
from parallelize.core.messages import first_few
from parallelize.core.recipe import Recipe
from parallelize.pipeline.language_state import LanguageState
from parallelize.store.languages import read_languages, write_languages
from parallelize.store.manifest import read_manifest
from parallelize.store.run import RunDirectory

if TYPE_CHECKING:
    from parallelize.pipeline.recording import Recorded

__all__ = [
    "known_languages",
    "note_asked",
    "require_current_scores",
    "require_earlier",
    "require_published",
    "with_earlier_languages",
]

_NAMED = 4
"""Measures that a message names."""
_SCORE_ANEW = "run `parallelize build` on it again: its rows are scored anew, and nothing is translated twice"


def require_current_scores(run: RunDirectory, languages: Sequence[LanguageState]) -> None:
    """Refuse to judge scores that measures of other versions gave.

    Raises:
        InputError: some language was scored by other versions; nothing was changed.
    """
    for state in languages:
        if changed := _measured_otherwise(state):
            raise InputError(
                f"the rows of {state.code} in {run.root} were scored by another version of parallelize: "
                f"{first_few(changed, _NAMED)} changed since",
                remedy=_SCORE_ANEW,
            )


def _measured_otherwise(state: LanguageState) -> list[str]:
    """Measures that would give a language's rows other scores now."""
    was, is_ = state.built.made_from.measures, measure_versions()
    return [name for name in {**is_, **was} if was.get(name) != is_.get(name)]


def note_asked(run: RunDirectory, states: Sequence[LanguageState]) -> None:
    """Write what each language is translated by: for `--explain` of a later build, and for workers."""
    before = read_languages(run.asked)
    write_languages(run.asked, {**before, **{state.code: state.built for state in states}})


def require_earlier(run: RunDirectory, recorded: Recorded, states: Sequence[LanguageState]) -> None:
    """Refuse to take a language out of the corpus because its files were lost.

    A language that was finished on other records is left out later, with a warning, because its rows changed;
    one that was finished on these records, and lacks a translated chunk now, was damaged.

    Raises:
        StorageFault: translated chunks of an earlier language are missing; the corpus is as it was.
    """
    ours = {state.code for state in states}
    for state in known_languages(run):
        missing = state.missing(run, recorded.chunks)
        if state.code not in ours and missing and state.built.records == recorded.digest:
            raise StorageFault(
                f"{state.code}: {missing} translated chunks are missing from "
                f"{run.translations(state.code)}; the corpus is left as it is",
                remedy=f"build with --langs {','.join(sorted({*ours, state.code}))}: "
                "what is in the memory is not translated twice",
            )
    if not run.languages.is_file():
        require_published(run, states)


def require_published(run: RunDirectory, languages: Sequence[LanguageState]) -> None:
    """Refuse to write a corpus without a language that it has now.

    Raises:
        StorageFault: the corpus has a language of which the run knows nothing; the corpus is as it was.
    """
    gone = _published(run) - {state.code for state in languages}
    if gone:
        raise StorageFault(
            f"the corpus has {', '.join(sorted(gone))}, and {run.languages} does not; it is left as it is",
            remedy="build with --langs naming every language of the corpus; nothing is translated twice",
        )


def _published(run: RunDirectory) -> set[str]:
    """Languages of the corpus; none if there is no manifest, or a damaged one, which is written anew."""
    if not run.manifest.is_file():
        return set()
    try:
        return set(read_manifest(run.manifest).languages)
    except InputError:
        return set()


def with_earlier_languages(
    run: RunDirectory, recorded: Recorded, states: Sequence[LanguageState], watcher: BuildWatcher
) -> list[LanguageState]:
    """This build's languages after those that earlier builds of the run finished on the same records."""
    ours = {state.code: state for state in states}
    earlier = {}
    for state in known_languages(run):
        if state.code in ours:
            continue
        if state.missing(run, recorded.chunks):
            watcher.warn(
                f"{state.code} is left out: its rows changed since it was built; build it again with --langs"
            )
            continue
        if changed := _measured_otherwise(state):
            watcher.warn(
                f"{state.code} keeps the scores of another version ({first_few(changed, _NAMED)} changed "
                "since); build with it among --langs to score it anew, nothing is translated twice"
            )
        earlier[state.code] = state
    merged = {**earlier, **ours}
    write_languages(
        run.languages, {code: replace(state.built, records=recorded.digest) for code, state in merged.items()}
    )
    return [merged[code] for code in sorted(merged)]


def known_languages(run: RunDirectory, recipe: Recipe | None = None) -> list[LanguageState]:
    """Languages that earlier builds of a run finished.

    Args:
        recipe: takes thresholds from it instead of those of the earlier builds.
    """
    known = read_languages(run.languages)
    if recipe is not None:
        known = {
            code: replace(built, thresholds=dict(recipe.gates_for(code))) for code, built in known.items()
        }
    return [LanguageState(code=code, built=built) for code, built in sorted(known.items())]
