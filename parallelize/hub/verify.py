"""Checks a published corpus against its manifest, one file at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parallelize.core.errors import InputError
from parallelize.hub.client import HubAccess, Patience, RetryPolicy, checked_repo, hub_access, in_rounds
from parallelize.hub.remote import Snapshot, downloaded, read_snapshot
from parallelize.store.check import OnProgress, Verification, check_corpus, verify_path
from parallelize.store.manifest import MANIFEST

__all__ = ["verify", "verify_repo"]


def verify(target: str | Path, *, on_progress: OnProgress | None = None, **hub: Any) -> Verification:
    """Check a run, a corpus folder, or a published corpus `organization/name[@revision]`.

    A path that exists is taken as a path.

    Args:
        target: which one.
        on_progress: told (what is being done, bytes done, bytes in all).
        hub: further arguments of `verify_repo`, such as its `endpoint`.

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
        return verify_path(Path(target), on_progress=on_progress)
    repo, _, revision = target.partition("@")
    return verify_repo(repo, revision=revision or "main", on_progress=on_progress, **hub)


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
    checked_repo(repo)
    policy = retry or RetryPolicy()
    with hub_access(token=token, endpoint=endpoint, timeout_seconds=policy.timeout_seconds) as access:
        patience = Patience(policy, access.contact)

        def check() -> Verification:
            snapshot = _snapshot(access, repo, revision)
            if MANIFEST not in snapshot.files:
                raise InputError(
                    f"{repo}@{revision} has no {MANIFEST}: nothing was published there by `push`"
                )
            files = _Published(access, repo, snapshot, patience)
            return check_corpus(
                files, target=f"{repo}@{revision}", commit=snapshot.commit, on_progress=on_progress
            )

        return in_rounds(access, repo, patience, check)


def _snapshot(access: HubAccess, repo: str, revision: str) -> Snapshot:
    from huggingface_hub.errors import RevisionNotFoundError

    try:
        return read_snapshot(access, repo, revision)
    except RevisionNotFoundError:
        raise InputError(
            f"{repo} has no revision {revision}", remedy="give a branch, a tag or a full commit"
        ) from None


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
        with downloaded(self._access, self._repo, path, self._snapshot.commit) as local:
            self._patience.progress()
            yield local
