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

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from parallelize.assemble.evaluation_files import score_responses_file, write_card, write_measurements
from parallelize.assemble.evaluation_manifest import evaluation_manifest, finish_evaluation
from parallelize.assemble.handing_out import hand_out, leave_to_workers
from parallelize.assemble.interrupts import interruptible
from parallelize.assemble.sampling_work import Evaluation, SamplingWork, note_model, prepare
from parallelize.assemble.unit_work import WorkDone
from parallelize.assemble.watching import WorkWatcher
from parallelize.assemble.work import take_receipts
from parallelize.core.engine_work import EngineWork
from parallelize.core.errors import EngineFault, InputError
from parallelize.core.provenance import EngineFingerprint
from parallelize.evaluation.asking import Sample
from parallelize.evaluation.results import response_line, results_markdown
from parallelize.pipeline.sampling import Sampling
from parallelize.store.files import replace_file, storage_errors, temporary_beside
from parallelize.store.json_files import write_json
from parallelize.store.memory import Memory
from parallelize.store.results import EVALUATION, EvaluationManifest, read_evaluation
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
        _refuse_other_model(root, fingerprint)
        with folder.without_workers():
            write_json(folder.recipe, recipe.model_dump(mode="json"))
            for note in (note for item in evaluation.benchmarks for note in item.notes):
                watcher.warn(note)
        done = _sample(work)
        if done.errors:
            raise EngineFault(
                f"{done.errors} of {len(work.samples)} requests failed; the others are kept in "
                + "\n  ".join([str(work.memory_folder), *done.listed]),
                remedy="run the same command again: it asks only what failed",
            )
        engines = [*done.engines.values(), *take_receipts(folder).values()]
        memory = Memory(work.memory_folder)
        _remove_results(root)
        finishes = _write_responses(work.samples, memory, root, recipe.model_name)
        memory.close()
        reports = score_responses_file(root, recipe)
        manifest = evaluation_manifest(
            recipe, evaluation.benchmarks, evaluation.asking, fingerprint, finishes
        )
        write_card(root, recipe, reports, manifest)
        write_measurements(folder, EngineWork.together(engines))
        return finish_evaluation(root, manifest), results_markdown(reports, recipe.model_name)


def _refuse_other_model(root: Path, fingerprint: EngineFingerprint) -> None:
    if not (root / EVALUATION).is_file():
        return
    known = read_evaluation(root).model
    if known.fingerprint_sha256 != fingerprint.digest().hex():
        raise InputError(
            f"{root} holds the results of {known.name} with other sampling, or of another model",
            remedy="give another --out (evaluations can share one --memory)",
        )


def _remove_results(root: Path) -> None:
    """Take away the manifest and the pages of an earlier run: no file may speak of other responses."""
    with storage_errors(root):
        for path in [root / EVALUATION, *root.glob("report*.md"), *root.glob("report*.html")]:
            path.unlink(missing_ok=True)


def _sample(work: SamplingWork) -> WorkDone:
    """Get the responses that are missing: here, or by workers.

    Raises:
        LeftToWorkers: the recipe leaves it to `parallelize work`, and something is missing still.
    """
    runner = work.evaluation.recipe.runner
    if runner == "here":
        work.expect()
        sampling: Sampling = interruptible(work.memory_folder, work.sample_all())
        return WorkDone(engines={"": sampling.work}, errors=sampling.errors, listed=sampling.listed)
    note_model(work)
    if runner == "none":
        leave_to_workers(work)
        return WorkDone(engines={})
    return hand_out(work, runner)


def _write_responses(samples: Sequence[Sample], memory: Memory, root: Path, model: str) -> dict[str, int]:
    """Write `responses.jsonl` from the memory; returns how often each finish reason occurred."""
    path = root / "responses.jsonl"
    finishes: Counter[str] = Counter()
    with storage_errors(path), temporary_beside(path) as temporary:
        with temporary.open("wb") as handle:
            for sample in samples:
                reply = memory.get(sample.part, sample.address)
                if reply is None:
                    raise EngineFault(
                        f"the reply to {sample.question.id} is not in the memory {memory.root} any more",
                        remedy="run the same command again",
                    )
                finishes[reply.finish.value] += 1
                handle.write(response_line(sample, reply, model))
        replace_file(temporary, path)
    return dict(sorted(finishes.items()))
