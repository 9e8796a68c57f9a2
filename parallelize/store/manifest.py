"""The folder of a publishable corpus, and its manifest.

    README.md                                   the dataset card
    manifest.json                               written last: what every other file must be
    data/<language>/train-00000-of-0000N.parquet
    data/parallel/train-00000-of-0000N.parquet
    rejects/<language>.parquet                  optional

The same layout is used on the Hub, so that one reader serves both. The folder `data/` may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from pydantic import JsonValue
from pydantic.dataclasses import dataclass

from parallelize.core.errors import InputError
from parallelize.core.provenance import EngineFingerprint
from parallelize.store.json_files import parse_json, parse_object, write_typed
from parallelize.store.strict import STRICT, Count

__all__ = [
    "CARD",
    "MANIFEST",
    "MANIFEST_SCHEMA",
    "PARALLEL",
    "UNKNOWN_REPOSITORY",
    "FileEntry",
    "LanguageEntry",
    "Manifest",
    "ParallelEntry",
    "SourceEntry",
    "SourceFileEntry",
    "SourceNote",
    "SourceRows",
    "SourceText",
    "corpus_folder",
    "data_pattern",
    "parse_manifest",
    "read_manifest",
    "write_manifest",
]

MANIFEST = "manifest.json"
CARD = "README.md"
UNKNOWN_REPOSITORY = "ORGANIZATION/NAME"
"""What a card calls its repository until `push` knows it."""
PARALLEL = "parallel"
"""Name of the config that holds all languages side by side."""
MANIFEST_SCHEMA = 1
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{2,8})*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REMEDY = "build the corpus again; do not edit its manifest"


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class FileEntry:
    """What one file must be."""

    sha256: str
    """64 hexadecimal digits."""
    bytes: Count
    rows: Count | None = None
    """None for a file that is not a table."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class LanguageEntry:
    """Counts and files of one language; `rows_in == kept + dropped`."""

    rows_in: Count
    kept: Count
    dropped: Count
    reasons: Mapping[str, Count] = field(default_factory=dict)
    """Rows dropped by reason; a row with several reasons counts for each."""
    fingerprint: str
    """64 hexadecimal digits over recipe and engines; names the translated chunks of the run."""
    engine: EngineFingerprint
    back_translation_engine: EngineFingerprint | None = None
    """None: nothing was translated back."""
    repair_engine: EngineFingerprint | None = None
    thresholds: Mapping[str, int | float | None] = field(default_factory=dict)
    """Bound of each measure, None for a gate that is off; a measure left out has its default."""
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class ParallelEntry:
    """Counts and files of the config that aligns the languages."""

    align: Literal["intersection", "union"]
    languages: tuple[str, ...] = ()
    """Columns of the view: the source language first."""
    rows: Count
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SourceFileEntry:
    """A file that the source rows came from."""

    path: str
    """Relative to the folder that was read."""
    size_bytes: Count | None = None
    rows: Count | None = None
    """None where a limit ended the reading before the file's end."""
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SourceNote:
    """Something that the reader of the source met, how often, and where first."""

    kind: str
    count: Count
    first: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SourceText:
    """A place of the source with language in it."""

    path: str
    """As `messages[role=user].content`."""
    role: str
    treatment: str
    """`translate`, `copy`, `json` or `keep`; what is copied or kept is the same in every language."""
    why: str
    share: float | None = None
    """Share of the rows looked at that have a text there."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SourceEntry:
    """Where the source rows came from, in the words of ingest, without folders of this machine."""

    source: str
    """The dataset's id on the Hub; of files only the last part of their path."""
    kind: str
    """`files` or `hub`."""
    name: str
    config: str | None = None
    split: str | None = None
    revision: str | None = None
    """Commit of a Hub dataset; None for files."""
    license: str | None = None
    language: str
    """BCP-47 code of the source texts."""
    files: tuple[SourceFileEntry, ...] = ()
    limit: int | None = None
    finished: bool = True
    rows: Count = 0
    records: Count = 0
    rejected: Count = 0
    rejected_by_reason: Mapping[str, Count] = field(default_factory=dict)
    notes: tuple[SourceNote, ...] = ()
    texts: tuple[SourceText, ...] = ()
    """Places with language, and what was done with it."""
    family: str | None = None
    """Family of datasets whose columns the source has."""
    decontamination: Mapping[str, JsonValue] | None = None
    """Evaluation sets whose rows were kept out."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class SourceRows:
    """How many source rows there were; `rows == records + rejected`."""

    rows: Count
    records: Count
    rejected: Count
    """Rows that could not become records."""
    rejected_reasons: Mapping[str, Count] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Manifest:
    """A manifest that is well formed; whether it tells the truth is for `verify` to say."""

    schema: int = MANIFEST_SCHEMA
    name: str
    created_with: Mapping[str, str]
    """Version by package."""
    recipe: Mapping[str, JsonValue]
    """The resolved recipe without what belongs to one machine."""
    fingerprint: str
    """Of the recipe."""
    license: str | None = None
    """Licence of this corpus, as the user gave it; not the source's."""
    citation: str | None = None
    source: SourceEntry
    languages: Mapping[str, LanguageEntry]
    parallel: ParallelEntry | None = None
    rows: SourceRows
    files: Mapping[str, FileEntry]
    """Every file but the manifest and the card, by path with `/`."""
    card_sha256: str | None = None

    @property
    def configs(self) -> dict[str, tuple[str, ...]]:
        """Files of each config: the languages in order of the manifest, then `parallel`."""
        configs = {language: entry.files for language, entry in self.languages.items()}
        if self.parallel is not None:
            configs[PARALLEL] = self.parallel.files
        return configs

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders that belong to the configs, with a `/` at their end."""
        return tuple(sorted({f"{files[0].rpartition('/')[0]}/" for files in self.configs.values()}))

    @property
    def bytes(self) -> int:
        """Size of all listed files."""
        return sum(entry.bytes for entry in self.files.values())


def corpus_folder(run: Path) -> Path:
    """Return the publishable folder of a run, or `run` itself if it is one.

    Raises:
        InputError: there is no manifest, so the corpus is absent or unfinished.
    """
    for folder in (run / "corpus", run):
        if (folder / MANIFEST).is_file():
            return folder
    if not run.exists():
        raise InputError(f"{run} does not exist", remedy="give the run directory that `build` wrote")
    raise InputError(
        f"{run} has no corpus/{MANIFEST}: the corpus is not finished",
        remedy="continue it with `parallelize build`; the manifest is written last",
    )


def data_pattern(files: tuple[str, ...]) -> str:
    """Return the glob under which a config's files are declared in the card.

    The pattern holds the number of shards, so shards of an earlier, larger version that were left
    behind are never loaded with the new ones.
    """
    if len(files) == 1:
        return files[0]
    first = files[0]
    return re.sub(r"-\d{5}-of-", "-*-of-", first)


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest; what `parse_manifest` would refuse is not written.

    Raises:
        InputError: it contradicts itself.
        StorageFault: the disk is full or the folder cannot be written.
    """
    _refuse(manifest, str(path))
    write_typed(path, manifest)


def read_manifest(path: Path, *, where: str | None = None) -> Manifest:
    """Read the manifest in a file; see `parse_manifest`."""
    return parse_manifest(path.read_bytes(), where=where or str(path))


def parse_manifest(content: bytes, *, where: str = MANIFEST) -> Manifest:
    """Read a manifest strictly.

    Args:
        content: the bytes of `manifest.json`.
        where: how to name it in messages.

    Raises:
        InputError: it is damaged, has another schema, or a field is missing, unknown, of the wrong type, or
            names a path outside the corpus.
    """
    raw = parse_json(content, where=where, remedy=_REMEDY)
    if isinstance(raw, dict):
        _refuse_schema(raw.get("schema"), where)
    manifest = parse_object(raw, Manifest, where=where, remedy=_REMEDY)
    _refuse(manifest, where)
    return manifest


def _refuse_schema(schema: object, where: str) -> None:
    if isinstance(schema, int) and schema != MANIFEST_SCHEMA:
        raise InputError(
            f"{where} has schema {schema}; this version of parallelize reads {MANIFEST_SCHEMA}",
            remedy="use the version of parallelize that wrote it, or build the corpus again",
        )


def _refuse(manifest: Manifest, where: str) -> None:
    wrong = next(_contradictions(manifest), None)
    if wrong is not None:
        raise InputError(f"{where}: {wrong}", remedy=_REMEDY)


def _contradictions(manifest: Manifest) -> Iterator[str]:
    """What is wrong with the manifest by itself: paths, hashes, codes, files that are not listed."""
    for path, entry in manifest.files.items():
        if not _is_inside(path):
            yield f"files names a path outside the corpus: {path!r}"
        if path in {MANIFEST, CARD}:
            yield f"files must not list {path}"
        if not _SHA256.fullmatch(entry.sha256):
            yield f"files[{path!r}].sha256 is not a sha256: {entry.sha256!r}"
    for code in manifest.languages:
        if not _LANGUAGE.fullmatch(code) or code == PARALLEL:
            yield f"{code!r} is not a language code"
    for config, paths in manifest.configs.items():
        yield from _wrong_files(manifest, config, paths)


def _wrong_files(manifest: Manifest, config: str, paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        if not _is_inside(path):
            yield f"{config} names a path outside the corpus: {path!r}"
        if path not in manifest.files:
            yield f"{config} names {path}, which files does not list"
        if path.rpartition("/")[0] not in {config, f"data/{config}"} or not path.endswith(".parquet"):
            yield f"{config} names {path}, which is not a Parquet file in data/{config}/"
    if not paths or len(set(paths)) != len(paths):
        yield f"{config}.files is empty or names a file twice"
    if len({path.rpartition("/")[0] for path in paths}) != 1:
        yield f"{config}.files are not all in one folder"


def _is_inside(path: str) -> bool:
    """Whether a path of the manifest stays in the corpus and names nothing hidden."""
    return "\\" not in path and not any(part.startswith(".") or not part for part in path.split("/"))
