"""The results of a model, read from the folder of an evaluation or from a table."""

from __future__ import annotations

from pathlib import Path

from parallelize.core.errors import InputError
from parallelize.core.study_recipe import StudyModelOptions
from parallelize.evaluation.results_table import read_results
from parallelize.evaluation.study_results import (
    ModelResults,
    answers_of_verdicts,
    cells_of_scores,
    cells_of_table,
)
from parallelize.store.files import check_file
from parallelize.store.json_files import read_json
from parallelize.store.result_manifests import EVALUATION, Facts, read_evaluation

__all__ = ["finished_recipe", "results_of"]


def finished_recipe(folder: Path) -> Facts | None:
    """The recipe of a finished evaluation, as it stood in its manifest; None where there is none.

    Raises:
        InputError: the manifest is damaged, or of another version.
    """
    return read_evaluation(folder).recipe if (folder / EVALUATION).is_file() else None


def results_of(model: StudyModelOptions, place: Path) -> ModelResults:
    """The results of a model, from a folder of an evaluation or from a table."""
    if not place.is_dir():
        return _of_table(model, place)
    scores, verdicts = place / "scores.json", place / "verdicts.jsonl"
    for path in (scores, verdicts):
        if not path.is_file():
            raise InputError(
                f"{model.name}: {place} has no {path.name}, so it is no finished evaluation",
                remedy="name the --out folder of `parallelize evaluate`; responses go into `responses`",
            )
    if (place / EVALUATION).is_file():
        digests = read_evaluation(place).files
        for path in (scores, verdicts):
            check_file(path, digests[path.name], remedy="run `parallelize evaluate` for this folder again")
    return ModelResults(
        model=model,
        cells=cells_of_scores(read_json(scores)),
        answers=answers_of_verdicts(verdicts),
    )


def _of_table(model: StudyModelOptions, path: Path) -> ModelResults:
    table = read_results(path)
    names = [one.name for one in table.models]
    if model.name not in names and len(names) > 1:
        raise InputError(f"{path} has no model {model.name!r}", remedy=f"its models are {', '.join(names)}")
    which = names.index(model.name) if model.name in names else 0
    return ModelResults(model=model, cells=cells_of_table(table, which), answers=None)
