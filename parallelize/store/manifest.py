"""The folder of a publishable corpus, and its manifest.

    README.md                                   the dataset card
    manifest.json                               written last: what every other file must be
    data/<language>/train-00000-of-0000N.parquet
    data/parallel/train-00000-of-0000N.parquet
    rejects/<language>.parquet                  optional

The same layout is used on the Hub, so that one reader serves both. The folder `data/` may be left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from parallelize.core.errors import InputError

__all__ = [
    "CARD",
    "MANIFEST",
    "MANIFEST_SCHEMA",
    "PARALLEL",
    "FileEntry",
    "LanguageEntry",
    "Manifest",
    "ParallelEntry",
    "corpus_folder",
    "data_pattern",
    "parse_manifest",
]

MANIFEST = "manifest.json"
CARD = "README.md"
PARALLEL = "parallel"
"""Name of the config that holds all languages side by side."""
MANIFEST_SCHEMA = 1
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{2,8})*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """What one file must be."""

    sha256: str
    """64 hexadecimal digits."""
    bytes: int
    rows: int | None = None
    """None for a file that is not a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageEntry:
    """Counts and files of one language; `rows_in == kept + dropped`."""

    rows_in: int
    kept: int
    dropped: int
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Rows dropped by reason; a row with several reasons counts for each."""
    files: tuple[str, ...]
    engine: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    """Bound of each measure, None for a gate that is off; a measure left out has its default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelEntry:
    """Counts and files of the config that aligns the languages."""

    align: Literal["intersection", "union"]
    rows: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A manifest that is well formed; whether it tells the truth is for `verify` to say."""

    name: str
    license: str | None
    """Licence of this corpus, as the user gave it; not the source's."""
    languages: Mapping[str, LanguageEntry]
    parallel: ParallelEntry | None
    files: Mapping[str, FileEntry]
    """Every file but the manifest and the card, by path with `/`."""
    card_sha256: str | None
    raw: Mapping[str, Any]
    """The whole manifest, with the parts that only cards and readers use."""

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


def parse_manifest(content: bytes, *, where: str = MANIFEST) -> Manifest:
    """Read a manifest strictly.

    Args:
        content: the bytes of `manifest.json`.
        where: how to name it in messages.

    Raises:
        InputError: it is not JSON, has another schema, or a field is missing, of the wrong type, or
            names a path outside the corpus.
    """
    try:
        raw = json.loads(content)
    except ValueError as error:
        raise InputError(f"{where} is not JSON: {error}", remedy="build the corpus again") from error
    if not isinstance(raw, dict):
        raise InputError(f"{where} must hold an object, not {type(raw).__name__}")
    reader = _Reader(where)
    schema = reader.take(raw, "schema", int)
    if schema != MANIFEST_SCHEMA:
        raise InputError(
            f"{where} has schema {schema}; this version of parallelize reads {MANIFEST_SCHEMA}",
            remedy="use the version of parallelize that wrote it, or build the corpus again",
        )
    files = {path: reader.file(path, entry) for path, entry in reader.take(raw, "files", dict).items()}
    languages = {
        code: reader.language(code, entry, files)
        for code, entry in reader.take(raw, "languages", dict).items()
    }
    parallel = raw.get("parallel")
    return Manifest(
        name=reader.take(raw, "name", str),
        license=reader.take(raw, "license", str, optional=True),
        languages=languages,
        parallel=None if parallel is None else reader.parallel(parallel, files),
        files=files,
        card_sha256=reader.take(raw, "card_sha256", str, optional=True),
        raw=raw,
    )


class _Reader:
    """Takes typed fields out of JSON and names the field that is wrong."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, message: str) -> InputError:
        return InputError(
            f"{self.where}: {message}", remedy="build the corpus again; do not edit its manifest"
        )

    def take(self, value: Mapping[str, Any], key: str, kind: type, *, optional: bool = False) -> Any:
        found = value.get(key.rpartition(".")[2])
        if found is None and optional:
            return None
        if not isinstance(found, kind) or isinstance(found, bool):
            raise self.fail(f"{key} must be {kind.__name__}, not {type(found).__name__}")
        if isinstance(found, int) and found < 0:
            raise self.fail(f"{key} must not be negative")
        return found

    def path(self, path: Any, where: str) -> str:
        parts = path.split("/") if isinstance(path, str) else [""]
        if any(part in {"", ".", ".."} or part.startswith(".") for part in parts) or "\\" in path:
            raise self.fail(f"{where} names a path outside the corpus: {path!r}")
        return str(path)

    def file(self, path: str, entry: Any) -> FileEntry:
        self.path(path, "files")
        if path in {MANIFEST, CARD}:
            raise self.fail(f"files must not list {path}")
        if not isinstance(entry, dict):
            raise self.fail(f"files[{path!r}] must be an object")
        sha256 = self.take(entry, f"{path}.sha256", str)
        if not _SHA256.fullmatch(sha256):
            raise self.fail(f"files[{path!r}].sha256 is not a sha256: {sha256!r}")
        return FileEntry(
            sha256=sha256,
            bytes=self.take(entry, f"{path}.bytes", int),
            rows=self.take(entry, f"{path}.rows", int, optional=True),
        )

    def listed(
        self, value: Mapping[str, Any], where: str, known: Mapping[str, FileEntry], config: str
    ) -> tuple[str, ...]:
        paths = tuple(self.path(path, where) for path in self.take(value, f"{where}.files", list))
        for path in paths:
            if path not in known:
                raise self.fail(f"{where} names {path}, which files does not list")
            if path.rpartition("/")[0] not in {config, f"data/{config}"} or not path.endswith(".parquet"):
                raise self.fail(f"{where} names {path}, which is not a Parquet file in data/{config}/")
        if not paths or len(set(paths)) != len(paths):
            raise self.fail(f"{where}.files is empty or names a file twice")
        if len({path.rpartition("/")[0] for path in paths}) != 1:
            raise self.fail(f"{where}.files are not all in one folder")
        return paths

    def language(self, code: str, entry: Any, known: Mapping[str, FileEntry]) -> LanguageEntry:
        if not _LANGUAGE.fullmatch(code) or code == PARALLEL:
            raise self.fail(f"{code!r} is not a language code")
        if not isinstance(entry, dict):
            raise self.fail(f"languages.{code} must be an object")
        where = f"languages.{code}"
        reasons = self.take(entry, f"{where}.reasons", dict, optional=True) or {}
        for reason in reasons:
            self.take(reasons, reason, int)
        return LanguageEntry(
            rows_in=self.take(entry, f"{where}.rows_in", int),
            kept=self.take(entry, f"{where}.kept", int),
            dropped=self.take(entry, f"{where}.dropped", int),
            reasons=reasons,
            files=self.listed(entry, where, known, code),
            engine=self.take(entry, f"{where}.engine", dict, optional=True) or {},
            thresholds=self.take(entry, f"{where}.thresholds", dict, optional=True) or {},
        )

    def parallel(self, entry: Any, known: Mapping[str, FileEntry]) -> ParallelEntry:
        if not isinstance(entry, dict):
            raise self.fail("parallel must be an object")
        align = self.take(entry, "parallel.align", str)
        if align not in {"intersection", "union"}:
            raise self.fail(f"parallel.align must be intersection or union, not {align!r}")
        return ParallelEntry(
            align=align,
            rows=self.take(entry, "parallel.rows", int),
            files=self.listed(entry, "parallel", known, PARALLEL),
        )
