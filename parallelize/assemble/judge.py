"""The story of `judge`: verdicts of a run anew under other thresholds; no model runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from parallelize.assemble.publishing import finish, write_report
from parallelize.assemble.recording import load_run_recipe
from parallelize.assemble.run_languages import known_languages, require_current_scores, require_published
from parallelize.core.recipe import parse_recipe
from parallelize.pipeline.recording import load_recorded
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Summary

__all__ = ["judge_run"]


def judge_run(root: Path, overrides: Mapping[str, float | None]) -> Summary:
    """Judge a run again with other thresholds, and write its corpus and its report anew. Returns the summary.

    Args:
        overrides: measure → threshold, None to switch the gate off. The manifest records them; the run's
            recipe stays, so the next build judges by it again.

    Raises:
        InputError: no run, or an unknown measure.
        StorageFault: something that the corpus is made of is missing or damaged; the corpus is as it was.
    """
    run = RunDirectory(root)
    run.require()
    with run.locked():
        recipe = load_run_recipe(run)
        thresholds = {name: False if value is None else value for name, value in overrides.items()}
        data = recipe.model_dump(mode="json")
        data["gates"]["thresholds"].update(thresholds)
        for table in data["gates"]["by_language"].values():  # an override goes before a language's own
            for name in thresholds:
                table.pop(name, None)
        recipe = parse_recipe(data, where="--threshold")
        recorded = load_recorded(run)
        languages = known_languages(run, recipe)
        require_published(run, languages)
        require_current_scores(run, languages)
        summary = finish(run, recipe, recorded, languages)
        write_report(run)
        return summary
