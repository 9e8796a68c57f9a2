"""Whether a corpus is what its manifest says: bytes, counts, ids, schema, card.

The same checks serve a folder and a repository on the Hub; a repository is read one file at a time, so
that its largest file bounds the disk space needed.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from parallelize.core.errors import InputError
from parallelize.hub.client import (
    Again,
    HubAccess,
    Patience,
    RetryPolicy,
    checked_repo,
    hub_access,
    translate_error,
)
from parallelize.hub.destination import OnProgress
from parallelize.hub.remote import DATASET, Snapshot, read_snapshot
from parallelize.store.check_tables import Problem, TableChecks, card_problems, count_problems
from parallelize.store.manifest import CARD, MANIFEST, Manifest, corpus_folder, parse_manifest

__all__ = ["Problem", "Verification", "hash_file", "verify", "verify_folder", "verify_repo"]

_READ_CHUNK = 1 << 20
_DATA_FOLDERS = ("data/", "rejects/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked, and everything that is wrong."""

    target: str
    """Folder, or `organization/name@revision`."""
    commit: str | None
    """Commit that was read; None for a folder."""
    manifest: Manifest
    files: int
    """Files read and hashed, manifest and card included."""
    bytes: int
    rows: Mapping[str, int]
    """Rows found in each config."""
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """JSON form, for `--json`."""
        return {
            "target": self.target,
            "commit": self.commit,
            "ok": self.ok,
            "files": self.files,
            "bytes": self.bytes,
            "rows": dict(self.rows),
            "problems": [
                {"kind": problem.kind, "where": problem.where, "message": problem.message}
                for problem in self.problems
            ],
        }


class _Files(Protocol):
    """Where the files of a corpus come from."""

    def paths(self) -> Mapping[str, int]:
        """Size of every file, by path."""
        ...

    def open(self, path: str) -> AbstractContextManager[Path]:
        """A local copy for the time of the block."""
        ...


def hash_file(path: Path) -> str:
    """sha256 of a file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_READ_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def verify(
    target: str | Path,
    *,
    token: str | None = None,
    endpoint: str | None = None,
    retry: RetryPolicy | None = None,
    on_progress: OnProgress | None = None,
) -> Verification:
    """Check a run, a corpus folder, or a published corpus `organization/name[@revision]`.

    A path that exists is taken as a path.

    Raises:
        InputError: there is no corpus, or its manifest cannot be read.
        UsageError: neither a path nor a repository name.
        EnvironmentFault: the Hub is unreachable or the token insufficient.
    """
    if (
        isinstance(target, Path)
        or Path(target).exists()
        or target.count("/") != 1
        or target.startswith((".", "/", "~"))
    ):
        return verify_folder(corpus_folder(Path(target)), on_progress=on_progress)
    repo, _, revision = target.partition("@")
    return verify_repo(
        repo,
        revision=revision or "main",
        token=token,
        endpoint=endpoint,
        retry=retry,
        on_progress=on_progress,
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
    return _verify(_Folder(folder), target=str(folder), commit=None, on_progress=on_progress)


def verify_repo(
    repo: str,
    *,
    revision: str = "main",
    token: str | None = None,
    endpoint: str | None = None,
    retry: RetryPolicy | None = None,
    on_progress: OnProgress | None = None,
) -> Verification:
    """Download a published corpus file by file and check it against its manifest.

    Args:
        repo: `organization/name`.
        revision: branch, tag or commit.
        token: None means `HF_TOKEN`, else the token of `hf auth login`, else none.
        endpoint: None means `HF_ENDPOINT`, else huggingface.co.
        retry: how long to insist.
        on_progress: told (what is being done, bytes done, bytes in all).

    Raises:
        InputError: the revision has no manifest, or it cannot be read.
        EnvironmentFault: the Hub is unreachable or the token insufficient.
    """
    import httpx2

    checked_repo(repo)
    policy = retry or RetryPolicy()
    patience = Patience(policy)
    with hub_access(token=token, endpoint=endpoint, timeout_seconds=policy.timeout_seconds) as access:
        while True:
            try:
                snapshot = _snapshot(access, repo, revision)
                if MANIFEST not in snapshot.files:
                    raise InputError(
                        f"{repo}@{revision} has no {MANIFEST}: nothing was published there by `push`"
                    )
                files = _Published(access, repo, snapshot, patience)
                return _verify(
                    files, target=f"{repo}@{revision}", commit=snapshot.commit, on_progress=on_progress
                )
            except (httpx2.HTTPError, Again, OSError, RuntimeError) as error:
                verdict = translate_error(error, repo=repo, access=access)
                if not isinstance(verdict, Again):
                    raise verdict from None
                patience.wait(verdict)


def _snapshot(access: HubAccess, repo: str, revision: str) -> Snapshot:
    from huggingface_hub.errors import RevisionNotFoundError

    try:
        return read_snapshot(access, repo, revision)
    except RevisionNotFoundError:
        raise InputError(
            f"{repo} has no revision {revision}", remedy="give a branch, a tag or a full commit"
        ) from None


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


class _Published:
    def __init__(self, access: HubAccess, repo: str, snapshot: Snapshot, patience: Patience) -> None:
        self._access = access
        self._repo = repo
        self._snapshot = snapshot
        self._patience = patience

    def paths(self) -> Mapping[str, int]:
        return {path: file.size for path, file in self._snapshot.files.items()}

    @contextmanager
    def open(self, path: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="parallelize-verify-") as folder:
            local = self._access.api.hf_hub_download(
                self._repo,
                path,
                repo_type=DATASET,
                revision=self._snapshot.commit,
                local_dir=folder,
                force_download=True,
            )
            self._patience.progress()
            yield Path(local)


def _verify(
    files: _Files, *, target: str, commit: str | None, on_progress: OnProgress | None
) -> Verification:
    there = files.paths()
    with files.open(MANIFEST) as path:
        manifest = parse_manifest(path.read_bytes(), where=f"{target}/{MANIFEST}")
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
            found = hash_file(local)
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
        manifest=manifest,
        files=hashed,
        bytes=done,
        rows=tables.rows,
        problems=tuple(problems),
    )


def _reading_order(manifest: Manifest) -> Iterator[tuple[str, Any]]:
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


def _check_card(files: _Files, there: Mapping[str, int], manifest: Manifest) -> list[Problem]:
    if CARD not in there:
        return [Problem("missing", CARD, "is in the manifest and not there")]
    with files.open(CARD) as local:
        found = hash_file(local)
        if found != manifest.card_sha256:
            wanted = (manifest.card_sha256 or "no card at all")[:12]
            return [_changed(CARD, wanted, local.stat().st_size, found)]
        return card_problems(local.read_text(encoding="utf-8"), manifest)
