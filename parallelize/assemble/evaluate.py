"""An evaluation: problems of benchmarks to a model, its responses scored, and the files of both.

DIR/
  recipe.json       the evaluation as it was asked for
  memory/           every reply, at its address
  responses.jsonl   one line for each response, in a fixed order
  verdicts.jsonl    what was found about each of them
  scores.json, report.md, report.html (report-<benchmark>.* where there are several)
  results.csv, items.jsonl   for `parallelize law`
  README.md         a card
  evaluation.json   the manifest, written last: its existence means complete
"""

from __future__ import annotations

from pathlib import Path

from parallelize.assemble.evaluation_card import write_card
from parallelize.assemble.evaluation_files import write_responses, write_scores
from parallelize.assemble.evaluation_manifest import (
    evaluation_manifest,
    finish_evaluation,
    require_same_model,
)
from parallelize.assemble.evaluation_plan import Evaluation, prepare
from parallelize.assemble.measuring import measure_evaluation
from parallelize.assemble.sampling import sample
from parallelize.assemble.sampling_work import SamplingWork
from parallelize.assemble.watching import WorkWatcher
from parallelize.evaluation.result_files import results_markdown
from parallelize.store.json_files import write_json
from parallelize.store.result_manifests import EvaluationManifest
from parallelize.store.run import RunDirectory

__all__ = ["Evaluation", "evaluate", "prepare"]


def evaluate(evaluation: Evaluation, root: Path, watcher: WorkWatcher) -> tuple[EvaluationManifest, str]:
    """Get every response that is not there yet, score all, and write the files.

    Returns:
        The manifest, and a table of the figures as Markdown.

    Raises:
        InputError: the folder holds the results of another model.
        EnvironmentFault: the engine or the disk failed; what was answered is kept.
        LeftToWorkers: the recipe's runner is `none`, and responses are missing.
        RunLocked: another process works in this folder.
        Interrupted: SIGINT or SIGTERM; what was answered is kept.
    """
    recipe = evaluation.recipe
    folder = RunDirectory(root)
    with folder.locked():
        work = SamplingWork(evaluation, folder, watcher)
        fingerprint = work.generator.fingerprint()
        require_same_model(root, fingerprint)
        with folder.without_workers():
            write_json(folder.recipe, recipe.model_dump(mode="json"))
            for note in (note for item in evaluation.benchmarks for note in item.notes):
                watcher.warn(note)
        done = sample(work)
        finishes = write_responses(work.samples, work.memory_folder, root, recipe.model_name)
        reports = write_scores(root, recipe)
        manifest = evaluation_manifest(
            recipe, evaluation.benchmarks, evaluation.asking, fingerprint, finishes
        )
        write_card(root, recipe, reports, manifest)
        measure_evaluation(folder, done)
        return finish_evaluation(root, manifest), results_markdown(reports, recipe.model_name)
