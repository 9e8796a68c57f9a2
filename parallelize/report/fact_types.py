"""The facts of a corpus as templates can name them: types of `report.facts`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parallelize.store.summary import CorpusSimilarity

__all__ = [
    "ColumnFacts",
    "CorpusFacts",
    "EngineFacts",
    "GateFacts",
    "LanguageFacts",
    "ParallelFacts",
    "QualityFacts",
    "ReproduceFacts",
    "SourceFacts",
    "SourceFileFacts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFileFacts:
    """A file of the source, by its name alone."""

    name: str
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Where the rows came from."""

    name: str
    url: str | None
    """Page of a Hub dataset; None for files."""
    config: str | None
    split: str | None
    revision: str | None
    license: str | None
    language: str
    files: Sequence[SourceFileFacts]
    more_files: int
    """Files that are not shown."""
    staying: Sequence[str] = ()
    """Places with language that is in the source language in every corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFacts:
    """One language of the corpus."""

    code: str
    name: str
    native_name: str
    rows_in: int
    kept: int
    dropped: int
    drop_rate: float | None
    """None: no row went in."""
    reasons: Mapping[str, int]
    """The most frequent first."""
    bytes: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelFacts:
    """The config that holds all languages side by side."""

    align: str
    rows: int
    bytes: int
    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """Engines that the same languages were translated by."""

    languages: Sequence[str]
    facts: Sequence[tuple[str, str]]
    """(name with dots, value)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """A measure with its thresholds, and the rows that its reason dropped."""

    measure: str
    reason: str
    meaning: str
    keeps: str
    """`at least` or `at most`."""
    threshold: float | None
    """That of most languages; None: off."""
    exceptions: Mapping[str, float | None]
    """Threshold by language, where it is another one."""
    off_by_choice: Sequence[str]
    """Languages where it is off, and on by default."""
    dropped: Mapping[str, int]
    """Rows by language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityFacts:
    """How a measure is distributed in a language."""

    language: str
    measure: str
    meaning: str
    p05: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproduceFacts:
    """How to make the corpus again."""

    install: str
    build: str
    recipe: str
    """TOML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """A column of a language's config."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFacts:
    """The values that `cards/dataset.md.jinja`, a user's template, or the report can name."""

    name: str
    license: str | None
    summary: str
    """What it is and what translated it, in a sentence."""
    load: str
    """Python lines that load it."""
    columns: Sequence[ColumnFacts]
    """Of a language's config; empty where no sample was given."""
    example: str | None
    """Its first row as JSON; None where no sample was given."""
    bytes: int
    rows: int
    """Of all languages together."""
    source: SourceFacts
    languages: Sequence[LanguageFacts]
    parallel: ParallelFacts | None
    engines: Sequence[EngineFacts]
    engine_classes: Sequence[str]
    """What translated, in words, each once."""
    gates: Sequence[GateFacts]
    quality: Sequence[QualityFacts]
    similarity: Mapping[str, CorpusSimilarity]
    """By language: what comes back of the kept texts; only where something was translated back."""
    similarity_signature: str
    """How sacreBLEU computed it."""
    limits: Sequence[str]
    citation: str
    """BibTeX: that of the recipe, else one made of the facts."""
    reproduce: ReproduceFacts
    created_with: Mapping[str, str]
    fingerprint: str
