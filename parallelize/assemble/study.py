"""A study: every evaluation that its recipe asks for, what is there already left alone, and one report.

DIR/
  recipe.json           the study as it was asked for
  models/NAME/          the evaluation of each model (`assemble.evaluate`), or the scores of its responses
  study.json, study.html, study.md
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from parallelize.assemble.evaluate import evaluate, prepare
from parallelize.assemble.judged_results import judge_given
from parallelize.assemble.model_results import finished_recipe, results_of
from parallelize.assemble.watching import WorkWatcher
from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.core.study_recipe import StudyModelOptions, StudyRecipe, folder_name
from parallelize.evaluation.study import measure_study
from parallelize.evaluation.study_figures import StudyReport
from parallelize.report.study_page import write_study_pages
from parallelize.store.json_files import write_json
from parallelize.store.run import RunDirectory

__all__ = ["StudyStep", "run_study", "study_steps"]

Watching = Callable[[str], AbstractContextManager[WorkWatcher]]
"""Opens a watcher of the evaluation of the model that is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyStep:
    """What is to be done for one model."""

    model: StudyModelOptions
    folder: Path
    """Where its results are, or will be."""
    evaluation: EvaluationRecipe | None
    """What has to be asked; None where results or responses are given."""
    finished: bool
    """Whether nothing is left to do."""


def study_steps(recipe: StudyRecipe, root: Path) -> list[StudyStep]:
    """What a study has to do, and what of it is done."""
    return [_step(recipe, model, root / "models" / folder_name(model.name)) for model in recipe.models]


def _step(recipe: StudyRecipe, model: StudyModelOptions, folder: Path) -> StudyStep:
    if model.results is not None:
        return StudyStep(model=model, folder=Path(model.results), evaluation=None, finished=True)
    if model.responses:
        return StudyStep(model=model, folder=folder, evaluation=None, finished=False)
    wanted = recipe.evaluation_of(model)
    finished = finished_recipe(folder) == wanted.facts()
    return StudyStep(model=model, folder=folder, evaluation=wanted, finished=finished)


def run_study(recipe: StudyRecipe, root: Path, watching: Watching) -> StudyReport:
    """Evaluate what is not there yet, one model after the other, and write the report.

    Raises:
        InputError: results are missing or unreadable, or an evaluation refuses its benchmark.
        EnvironmentFault: an engine or the disk failed; what was answered is kept.
        RunLocked: another process works in this folder.
        Interrupted: SIGINT or SIGTERM; the same command goes on from there.
    """
    folder = RunDirectory(root)
    with folder.locked():
        write_json(folder.recipe, recipe.model_dump(mode="json"))
        results = []
        for step in study_steps(recipe, root):
            if step.evaluation is not None and not step.finished:
                with watching(step.model.name) as watcher:
                    evaluate(prepare(step.evaluation), step.folder, watcher)
            elif step.model.responses:
                judge_given(step.model, step.folder, recipe.scoring_of(step.model))
            results.append(results_of(step.model, step.folder))
        report = measure_study(recipe, results)
        write_json(root / "study.json", report.as_dict())
        write_study_pages(root, report)
    return report
