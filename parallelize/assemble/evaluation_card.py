"""The card of an evaluation: what was asked of which model, and the figures that came of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parallelize.core.evaluation_recipe import EvaluationRecipe
from parallelize.core.provenance import public_name
from parallelize.evaluation.result_files import card_facts
from parallelize.evaluation.score_report import ScoreReport
from parallelize.report.card import render_evaluation_card
from parallelize.store.files import atomic_write
from parallelize.store.result_manifests import EvaluationManifest

__all__ = ["write_card"]


def write_card(
    root: Path, recipe: EvaluationRecipe, reports: Mapping[str, ScoreReport], manifest: EvaluationManifest
) -> None:
    """Write `README.md`, the card of the evaluation."""
    known = manifest.model.fingerprint
    sampling = {key: str(value) for key, value in known.sampling.items()}
    facts = card_facts(
        reports,
        name=f"Evaluation of {manifest.model.name}",
        model={"id": known.model, "revision": known.revision},
        benchmarks={
            item.name: {
                "dataset": public_name(item.path),
                "revision": _revision(manifest.benchmarks[item.name]),
            }
            for item in recipe.benchmarks
        },
        settings={
            "samples for each problem": str(recipe.samples),
            **sampling,
            "prompt": f"{recipe.prompt.style}, instruction: {recipe.prompt.instruction}",
            "prompts sha256": str(manifest.prompts["sha256"]),
        },
        created_with=manifest.created_with,
    )
    atomic_write(root / "README.md", render_evaluation_card(facts))


def _revision(languages: Mapping[str, Any]) -> str | None:
    """The commits of a Hub dataset that were read, whatever name it was asked by; None for files."""
    parts = [part for item in languages.values() for part in item.get("levels", {"": item}).values()]
    return ", ".join(dict.fromkeys(part["revision"] for part in parts if part.get("revision"))) or None
