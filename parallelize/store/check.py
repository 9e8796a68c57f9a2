"""Whether a corpus is what its manifest says: bytes, counts, ids, schema, card.

The same checks serve a folder and a repository on the Hub, which `hub.verify` reads one file at a time, so
that its largest file bounds the disk space needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from parallelize.core.errors import InputError
from parallelize.core.trees import JsonObject
from parallelize.store.check_run import run_problems
from parallelize.store.check_tables import Problem, TableChecks, card_problems, count_problems
from parallelize.store.files import sha256_file
from parallelize.store.manifest import CARD, MANIFEST, FileEntry, Manifest, corpus_folder, read_manifest
from parallelize.store.result_manifests import listed_files
from parallelize.store.run import RunDirectory

__all__ = ["CorpusFiles", "OnProgress", "Verification", "check_corpus", "verify_folder", "verify_path"]

OnProgress = Callable[[str, int, int], None]
"""Told (what is being done, bytes done, bytes in all)."""
_DATA_FOLDERS = ("data/", "rejects/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked, and everything that is wrong."""

    target: str
    """Folder, or `organization/name@revision`."""
    commit: str | None
    """Commit that was read; None for a folder."""
    files: int
    """Files read and hashed, manifest and card included."""
    bytes: int
    rows: Mapping[str, int]
    """Rows found in each config."""
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether the check of the corpus found no problems."""
        return not self.problems

    def as_dict(self) -> JsonObject:
        """Counts of the checked corpus and its problems, for `--json`."""
        return {
            "target": self.target,
            "commit": self.commit,
            "ok": self.ok,
            "files": self.files,
            "bytes": self.bytes,
            "rows": dict(self.rows),
            "problems": [asdict(problem) for problem in self.problems],
        }


class CorpusFiles(Protocol):
    """Where the files of a corpus come from."""

    def paths(self) -> Mapping[str, int]:
        """Size of every file, by path."""
        ...

    def open(self, path: str) -> AbstractContextManager[Path]:
        """A local copy for the time of the block."""
        ...


def verify_path(path: Path, *, on_progress: OnProgress | None = None) -> Verification:
    """Check a run with everything in it, or the folder of a corpus.

    Raises:
        InputError: there is no corpus, or its manifest cannot be read.
    """
    results = listed_files(path) if path.is_dir() else None
    if results is not None:
        return _check_results(path, results)
    found = verify_folder(corpus_folder(path), on_progress=on_progress)
    run = RunDirectory(path)
    if not run.recipe.is_file():
        return found
    return replace(found, problems=(*found.problems, *run_problems(run)))


def _check_results(folder: Path, wanted: Mapping[str, str]) -> Verification:
    """The files of an export or an evaluation beside the digests of their manifest."""
    problems = []
    there = {name: folder / name for name in wanted if (folder / name).is_file()}
    for name, sha256 in wanted.items():
        if name not in there:
            problems.append(Problem("missing", name, "is in the manifest and not there"))
        elif (found := sha256_file(there[name])) != sha256:
            problems.append(_changed(name, sha256[:12], there[name].stat().st_size, found))
    return Verification(
        target=str(folder),
        commit=None,
        files=len(there) + 1,
        bytes=sum(path.stat().st_size for path in there.values()),
        rows={},
        problems=tuple(problems),
    )


def verify_folder(folder: Path, *, on_progress: OnProgress | None = None) -> Verification:
    """Check a corpus folder against its manifest.

    Raises:
        InputError: there is no manifest, or it cannot be read.
    """
    if not (folder / MANIFEST).is_file():
        raise InputError(
            f"{folder} has no {MANIFEST}", remedy="give a run directory, or build the corpus first"
        )
    return check_corpus(_Folder(folder), target=str(folder), commit=None, on_progress=on_progress)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def paths(self) -> Mapping[str, int]:
        return {
            path.relative_to(self._folder).as_posix(): path.stat().st_size
            for path in sorted(self._folder.rglob("*"))
            if path.is_file()
        }

    @contextmanager
    def open(self, path: str) -> Iterator[Path]:
        yield self._folder / path


def check_corpus(
    files: CorpusFiles, *, target: str, commit: str | None, on_progress: OnProgress | None
) -> Verification:
    """Check the files of a corpus, wherever they are, against its manifest.

    Args:
        target: how messages name it.
        commit: commit that is read; None for a folder.
        on_progress: told how far it is.

    Raises:
        InputError: the manifest cannot be read.
    """
    there = files.paths()
    with files.open(MANIFEST) as path:
        manifest = read_manifest(path, where=f"{target}/{MANIFEST}")
    problems: list[Problem] = []
    tables = TableChecks(manifest)
    done, hashed = 0, 1
    for path_in_corpus, entry in _reading_order(manifest):
        if on_progress is not None:
            on_progress("check", done, manifest.bytes)
        if path_in_corpus not in there:
            problems.append(Problem("missing", path_in_corpus, "is in the manifest and not there"))
            tables.skip(path_in_corpus)
            continue
        with files.open(path_in_corpus) as local:
            found = sha256_file(local)
            if found != entry.sha256:
                tables.skip(path_in_corpus)
                size = local.stat().st_size
                problems.append(
                    _changed(path_in_corpus, f"{entry.bytes} bytes {entry.sha256[:12]}", size, found)
                )
            elif path_in_corpus.endswith(".parquet"):
                problems += tables.read(path_in_corpus, local)
        done, hashed = done + entry.bytes, hashed + 1
    if on_progress is not None:
        on_progress("check", done, manifest.bytes)
    problems += _unlisted(there, manifest)
    if manifest.card_sha256 is not None or CARD in there:
        problems += _check_card(files, there, manifest)
        hashed += CARD in there
    problems += count_problems(manifest, tables.rows, tables.incomplete)
    problems += tables.finish()
    return Verification(
        target=target,
        commit=commit,
        files=hashed,
        bytes=done,
        rows=tables.rows,
        problems=tuple(problems),
    )


def _reading_order(manifest: Manifest) -> Iterator[tuple[str, FileEntry]]:
    """Languages first, then the parallel config (which is compared with them), then the rest."""
    seen: set[str] = set()
    for paths in manifest.configs.values():
        for path in paths:
            seen.add(path)
            yield path, manifest.files[path]
    yield from ((path, entry) for path, entry in sorted(manifest.files.items()) if path not in seen)


def _changed(path: str, wanted: str, size: int, found: str) -> Problem:
    return Problem("changed", path, f"should be {wanted}…, is {size} bytes {found[:12]}…")


def _unlisted(there: Mapping[str, int], manifest: Manifest) -> list[Problem]:
    """Data files that readers would load though the manifest does not know them."""
    return [
        Problem("extra", path, "is not in the manifest")
        for path in sorted(there)
        if path.startswith((*manifest.folders, *_DATA_FOLDERS)) and path not in manifest.files
    ]


def _check_card(files: CorpusFiles, there: Mapping[str, int], manifest: Manifest) -> list[Problem]:
    if CARD not in there:
        return [Problem("missing", CARD, "is in the manifest and not there")]
    with files.open(CARD) as local:
        found = sha256_file(local)
        if found != manifest.card_sha256:
            wanted = (manifest.card_sha256 or "no card at all")[:12]
            return [_changed(CARD, wanted, local.stat().st_size, found)]
        return card_problems(local.read_text(encoding="utf-8"), manifest)
