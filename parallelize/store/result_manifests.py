"""Manifests of files beside a run: of an export (`export.json`) and of an evaluation (`evaluation.json`).

Both are written last, hold the digest of every other file, and are read as the type that wrote them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue
from pydantic.dataclasses import dataclass

from parallelize.core.provenance import EngineFingerprint
from parallelize.store.json_files import read_typed
from parallelize.store.strict import STRICT, Count

__all__ = [
    "EVALUATION",
    "EXPORT",
    "EvaluatedModel",
    "EvaluationManifest",
    "ExportManifest",
    "ExportedCorpus",
    "ExportedFile",
    "ExportedInstruction",
    "ExportedRows",
    "listed_files",
    "read_evaluation",
    "read_export",
]

EXPORT = "export.json"
EVALUATION = "evaluation.json"
Facts = Mapping[str, JsonValue]
"""What a dataset, a prompt or a recipe says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExportedFile:
    """One training file of an export."""

    languages: tuple[str, ...]
    rows: Count
    rows_by_language: Mapping[str, Count]
    ids: Count
    """Different source rows."""
    left_out: Mapping[str, Count]
    """Texts that the form has no place for, by path."""
    bytes: Count
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExportedCorpus:
    """The corpus that an export was made from."""

    name: str
    manifest_sha256: str
    align: str
    license: str | None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExportedInstruction:
    """Sentences at the end of prompts."""

    kind: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExportedRows:
    """Rows of the corpus by what became of them; `rows` is the sum of the others."""

    rows: Count
    incomplete: Count
    unusable: Count
    contaminated: Count
    eligible: Count


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ExportManifest:
    """What an export wrote, from which corpus and how."""

    schema: Literal[1] = 1
    created_with: Mapping[str, str]
    corpus: ExportedCorpus
    format: str
    contract: str
    """Where the form is written down."""
    file_type: str
    languages: tuple[str, ...]
    mix: Literal["nested", "all"]
    rows: Count | None
    rows_per_language: Count | None
    repeat: str | None
    seed: int
    instruction: ExportedInstruction
    decontamination: tuple[Facts, ...]
    corpus_rows: ExportedRows
    files: Mapping[str, ExportedFile]
    other_files: Mapping[str, str] = Field(default_factory=dict)
    """Digests of files that hold no training rows."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class EvaluatedModel:
    """The model that was asked, and everything that its replies depend on."""

    name: str
    fingerprint: EngineFingerprint
    fingerprint_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class EvaluationManifest:
    """What was asked of which model; no time, no speed, nothing of interruptions."""

    schema: Literal["parallelize-evaluation-1"] = "parallelize-evaluation-1"
    created_with: Mapping[str, str]
    model: EvaluatedModel
    prompts: Facts
    languages: tuple[str, ...]
    samples: Count
    benchmarks: Mapping[str, Mapping[str, Facts]]
    """What was read of each benchmark, by language."""
    notes: tuple[str, ...]
    responses: Count
    finish_reasons: Mapping[str, Count]
    recipe: Facts
    files: Mapping[str, str] = Field(default_factory=dict)
    """Digest of every file of results."""


def read_export(folder: Path) -> ExportManifest:
    """What an export in this folder wrote.

    Raises:
        InputError: the manifest is missing, damaged, or of another version.
    """
    remedy = "export again into another folder, or remove this file and what it wrote"
    return read_typed(folder / EXPORT, ExportManifest, remedy=remedy)


def read_evaluation(folder: Path) -> EvaluationManifest:
    """What an evaluation in this folder asked.

    Raises:
        InputError: the manifest is missing, damaged, or of another version.
    """
    remedy = "remove it and run `parallelize evaluate` again: no reply that is in the memory is asked for"
    return read_typed(folder / EVALUATION, EvaluationManifest, remedy=remedy)


def listed_files(folder: Path) -> dict[str, str] | None:
    """Digests of the files that the manifest of an export or an evaluation names; None where there is none.

    Raises:
        InputError: the manifest is damaged.
    """
    if (folder / EXPORT).is_file():
        export = read_export(folder)
        return {**{name: file.sha256 for name, file in export.files.items()}, **export.other_files}
    if (folder / EVALUATION).is_file():
        return dict(read_evaluation(folder).files)
    return None
