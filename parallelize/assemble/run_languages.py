"""Languages of a run: what earlier builds translated each by, and what a build may publish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from parallelize.assemble.watching import BuildWatcher
from parallelize.core.recipe import Recipe
from parallelize.core.thresholds import Thresholds
from parallelize.store.run import RunDirectory, read_json, write_json

if TYPE_CHECKING:
    from parallelize.pipeline.finishing import LanguageState
    from parallelize.pipeline.recording import Recorded

__all__ = ["known_languages", "last_asked", "note_asked", "with_earlier_languages"]


def note_asked(run: RunDirectory, states: Sequence[LanguageState]) -> None:
    """Write what each language is translated by: for `--explain` of a later build, and for workers."""
    write_json(run.asked, {**last_asked(run), **{state.code: state.as_dict() for state in states}})


def last_asked(run: RunDirectory) -> Mapping[str, Any]:
    """What the last build of each language was translated by, finished or not."""
    asked: Mapping[str, Any] = read_json(run.asked) if run.asked.is_file() else {}
    return asked


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
        earlier[state.code] = state
    merged = {**earlier, **ours}
    write_json(run.languages, {code: state.as_dict() for code, state in merged.items()})
    return [merged[code] for code in sorted(merged)]


def known_languages(run: RunDirectory, recipe: Recipe | None = None) -> list[LanguageState]:
    """Languages that earlier builds of a run finished.

    Args:
        run: the run.
        recipe: takes thresholds from it instead of those of the earlier builds.
    """
    from parallelize.pipeline.finishing import LanguageState

    known = read_json(run.languages) if run.languages.is_file() or recipe is not None else {}
    return [
        LanguageState(
            code=code,
            fingerprint=bytes.fromhex(item["fingerprint"]),
            thresholds=Thresholds.of(
                item["thresholds"] if recipe is None else recipe.gates.thresholds_for(code)
            ),
            engine=item["engine"],
            back_engine=item["back_engine"],
            repair_engine=item.get("repair_engine"),
            made_from=item.get("made_from", {}),
        )
        for code, item in sorted(known.items())
    ]
