"""What a repository on the Hub holds now, read in a few calls and compared by hash."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.hub.client import HubAccess
from parallelize.store.manifest import MANIFEST, Manifest
from parallelize.store.manifest import read_manifest as read_manifest_file
from parallelize.store.staging import staging_folder

__all__ = [
    "DATASET",
    "LocalFile",
    "RemoteFile",
    "Snapshot",
    "downloaded",
    "git_blob_sha1",
    "read_manifest",
    "read_snapshot",
]

DATASET = "dataset"
_READ_CHUNK = 1 << 20
LARGE_BYTES = 10_000_000
"""The Hub keeps larger files in large storage, whatever their name."""


def git_blob_sha1(path: Path) -> str:
    """Object name that git gives the content of a file; the Hub shows it for files outside large storage."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(_READ_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file of one commit. Either hash names the content."""

    size: int
    git_sha1: str
    """Of the content; for a large file, of its pointer."""
    sha256: str | None
    """Of the content, for files in large storage."""

    @property
    def identity(self) -> str:
        """Equal for equal content in equal storage."""
        return self.sha256 or self.git_sha1


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file of this machine to publish, with its size and digests."""

    path: str
    """In the repository."""
    source: Path
    size: int
    sha256: str
    git_sha1: str | None
    """None for a file that the Hub keeps in large storage only, where sha256 names it."""

    def matches(self, remote: RemoteFile | None) -> bool:
        """Whether the Hub holds exactly these bytes."""
        if remote is None or remote.size != self.size:
            return False
        return remote.sha256 == self.sha256 if remote.sha256 else remote.git_sha1 == self.git_sha1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One commit of a repository."""

    commit: str
    files: Mapping[str, RemoteFile]
    private: bool

    def identities(self, paths: Iterable[str]) -> dict[str, str | None]:
        """Content of some paths, None where there is no file."""
        return {path: self.files[path].identity if path in self.files else None for path in sorted(paths)}


def read_snapshot(access: HubAccess, repo: str, revision: str) -> Snapshot:
    """List a revision, pinned to the commit it names now.

    Raises:
        huggingface_hub.errors.RepositoryNotFoundError: there is no such repository, or it is not visible.
        huggingface_hub.errors.RevisionNotFoundError: there is no such revision.
    """
    from huggingface_hub import RepoFile

    info: Any = access.api.repo_info(repo, repo_type=DATASET, revision=revision)
    tree = access.api.list_repo_tree(repo, repo_type=DATASET, revision=info.sha, recursive=True)
    files = {
        item.path: RemoteFile(
            size=item.size, git_sha1=item.blob_id, sha256=None if item.lfs is None else item.lfs.sha256
        )
        for item in tree
        if isinstance(item, RepoFile)
    }
    return Snapshot(commit=info.sha, files=files, private=bool(info.private))


@contextmanager
def downloaded(access: HubAccess, repo: str, path: str, commit: str) -> Iterator[Path]:
    """A file of a commit, on this disk for the time of the block."""
    with staging_folder(Path(tempfile.gettempdir()), "parallelize-hub-") as folder:
        local = access.api.hf_hub_download(
            repo, path, repo_type=DATASET, revision=commit, local_dir=folder, force_download=True
        )
        yield Path(local)


def read_manifest(access: HubAccess, repo: str, snapshot: Snapshot) -> Manifest | None:
    """Download and read the manifest of a commit, None if the commit has none.

    Raises:
        InputError: there is a `manifest.json` that is not one of ours: the repository is something else's.
    """
    if MANIFEST not in snapshot.files:
        return None
    with downloaded(access, repo, MANIFEST, snapshot.commit) as local:
        try:
            return read_manifest_file(local, where=f"{repo}@{snapshot.commit[:12]}/{MANIFEST}")
        except InputError as error:
            raise InputError(
                f"{repo} holds a {MANIFEST} that cannot be read as a corpus: {error.message}",
                remedy="publish to another repository, or remove that file from this one first",
            ) from error
