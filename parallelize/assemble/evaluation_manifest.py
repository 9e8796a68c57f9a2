"""The manifest of an evaluation: what was asked of which model, and the digests of what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from parallelize.assemble.benchmarks import BenchmarkProblems
from parallelize.assemble.versions import package_versions
from parallelize.core.errors import InputError
from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.core.provenance import EngineFingerprint, canonical_json, digest_fields
from parallelize.core.recipe_fields import data_fields
from parallelize.evaluation.asking import ASKING, Asking
from parallelize.evaluation.instructions import VERSION, instructions_sha256
from parallelize.store.files import sha256_file
from parallelize.store.json_files import write_typed
from parallelize.store.result_manifests import EVALUATION, EvaluatedModel, EvaluationManifest, read_evaluation
from parallelize.store.run_log import LOG_NAME

__all__ = ["evaluation_manifest", "finish_evaluation", "require_same_model"]

_RESULTS = frozenset({".jsonl", ".csv", ".md", ".html"})
"""Endings of the files of results."""


def require_same_model(root: Path, fingerprint: EngineFingerprint) -> None:
    """Refuse to mix responses of two models in one folder.

    Raises:
        InputError: it holds the results of another model, or of other sampling.
    """
    if not (root / EVALUATION).is_file():
        return
    known = read_evaluation(root).model
    if known.fingerprint_sha256 != fingerprint.digest().hex():
        raise InputError(
            f"{root} holds the results of {known.name} with other sampling, or of another model",
            remedy="give another --out (evaluations can share one --memory)",
        )


def evaluation_manifest(
    recipe: EvaluationRecipe,
    benchmarks: Sequence[BenchmarkProblems],
    asking: Asking,
    fingerprint: EngineFingerprint,
    finishes: Mapping[str, int],
) -> EvaluationManifest:
    """All that says what was asked of which model, without the files that came of it."""
    asked: dict[str, Any] = {
        "rules": ASKING,
        "instructions_version": VERSION,
        "instructions_sha256": instructions_sha256(),
    }
    examples = {
        code: [[item.problem, item.solution] for item in found] for code, found in asking.examples.items()
    }
    profile = None if asking.profile is None else asking.profile.sha256
    words = canonical_json([asked, data_fields(recipe.prompt), examples, *([profile] if profile else [])])
    return EvaluationManifest(
        created_with=package_versions(),
        model=EvaluatedModel(
            name=recipe.model_name, fingerprint=fingerprint, fingerprint_sha256=fingerprint.digest().hex()
        ),
        prompts={
            **asked,
            **recipe.prompt.model_dump(mode="json"),
            **({} if asking.profile is None else {"profile": asking.profile.as_dict()}),
            "sha256": digest_fields([words.encode("utf-8", "surrogatepass")]).hex(),
        },
        languages=tuple(recipe.langs),
        samples=recipe.samples,
        benchmarks={item.name: item.facts for item in benchmarks},
        notes=tuple(note for item in benchmarks for note in item.notes),
        responses=sum(finishes.values()),
        finish_reasons=dict(finishes),
        recipe=recipe.facts(),
    )


def finish_evaluation(root: Path, manifest: EvaluationManifest) -> EvaluationManifest:
    """Write the manifest, with the digest of every file of results."""
    names = sorted(
        path.name
        for path in root.iterdir()
        if path.name != LOG_NAME and (path.suffix in _RESULTS or path.name == "scores.json")
    )
    whole = replace(manifest, files={name: sha256_file(root / name) for name in names})
    write_typed(root / EVALUATION, whole)
    return whole
