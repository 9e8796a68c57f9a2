"""What is to be published, and what that means for a repository as it is now."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from parallelize.core.errors import InputError
from parallelize.core.secrets import environment_secrets, secret_fields
from parallelize.core.trees import JsonObject
from parallelize.hub.redaction import Redactor
from parallelize.hub.remote import LARGE_BYTES, LocalFile, Snapshot, git_blob_sha1
from parallelize.store.check import OnProgress, verify_folder
from parallelize.store.files import refuse_links, sha256_file
from parallelize.store.manifest import (
    CARD,
    MANIFEST,
    UNKNOWN_REPOSITORY,
    Manifest,
    corpus_folder,
    read_manifest,
    write_manifest,
)

__all__ = ["Plan", "Publication", "make_plan", "prepare", "require_license"]

_TEXT_SUFFIXES = frozenset({".csv", ".html", ".json", ".jsonl", ".md", ".toml", ".txt", ".yaml", ".yml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A corpus that was verified and may be published."""

    folder: Path
    manifest: Manifest
    card: str
    """Text of the dataset card."""
    files: tuple[LocalFile, ...]
    """In order of path, manifest and card last."""

    @property
    def digest(self) -> str:
        """sha256 of the manifest, which names every other byte."""
        return self.files[-1].sha256

    @property
    def bytes(self) -> int:
        """Size of all files together, in bytes."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The difference between a publication and a commit of a repository."""

    repo: str
    branch: str
    base: Snapshot | None
    """The commit it was computed for; None if there is no repository yet."""
    upload: tuple[LocalFile, ...]
    """New or changed."""
    unchanged: tuple[str, ...]
    delete: tuple[str, ...]
    """Files of the corpus published before that this one no longer has."""
    owned: tuple[str, ...]
    """Paths that no one else may change while this is being published."""

    @property
    def changes(self) -> bool:
        """Whether a commit is needed at all."""
        return bool(self.upload or self.delete)

    @property
    def upload_bytes(self) -> int:
        """Size of what is new or changed."""
        return sum(file.size for file in self.upload)

    def as_dict(self) -> JsonObject:
        """What a push would upload, keep and delete, for `--json`."""
        return {
            "repo": self.repo,
            "branch": self.branch,
            "base": None if self.base is None else self.base.commit,
            "upload": [{"path": f.path, "bytes": f.size, "sha256": f.sha256} for f in self.upload],
            "unchanged": list(self.unchanged),
            "delete": list(self.delete),
            "upload_bytes": self.upload_bytes,
        }


def prepare(
    run: Path,
    repo: str,
    staging: Path,
    *,
    redactor: Redactor | None = None,
    on_progress: OnProgress | None = None,
) -> Publication:
    """Check a finished run, and list what would be published, by hash.

    The card names the repository, and the manifest that card; the run stays as it is.

    Args:
        run: a run directory, or its corpus folder.
        repo: where it is published, `organization/name`.
        staging: a folder for the card and the manifest, as long as they are published.
        redactor: knows the secrets that must not be in a published file.
        on_progress: told (what is being done, bytes done, bytes in all) while files are read.

    Raises:
        InputError: the corpus is unfinished, has no card, does not verify, or a text file
            of it holds a credential.
    """
    folder = corpus_folder(run)
    checked = verify_folder(folder, on_progress=on_progress)
    if checked.problems:
        shown = "\n".join(f"  - {problem}" for problem in checked.problems[:10])
        raise InputError(
            f"{folder} does not agree with its manifest ({len(checked.problems)} problems):\n{shown}",
            remedy="build the corpus again, then publish it",
        )
    manifest = read_manifest(folder / MANIFEST)
    if manifest.card_sha256 is None or not (folder / CARD).is_file():
        raise InputError(f"{folder} has no {CARD}", remedy="build the corpus again; the card is part of it")
    refuse_links(folder)
    secret = next(secret_fields(manifest.recipe), None)
    if secret is not None:
        raise InputError(
            f"recipe.{secret} in {MANIFEST} looks like a key; it is not published",
            remedy="take it out of the recipe, revoke it, and build again",
        )
    files = [_local_file(folder, path, entry.sha256) for path, entry in sorted(manifest.files.items())]
    card = (folder / CARD).read_bytes()
    named = _card_naming(repo, card)
    place = folder
    if named != card:
        manifest, place = replace(manifest, card_sha256=hashlib.sha256(named).hexdigest()), staging
        (staging / CARD).write_bytes(named)
        write_manifest(staging / MANIFEST, manifest)
    files += [_local_file(place, path, sha256_file(place / path)) for path in (CARD, MANIFEST)]
    _refuse_credentials(files, redactor or Redactor(environment_secrets(os.environ)))
    return Publication(folder=folder, manifest=manifest, card=named.decode("utf-8"), files=tuple(files))


def _card_naming(repo: str, card: bytes) -> bytes:
    """A card whose examples load the corpus from its repository."""
    unknown, known = (f'load_dataset("{name}"'.encode() for name in (UNKNOWN_REPOSITORY, repo))
    return card.replace(unknown, known)


def require_license(publication: Publication) -> None:
    """Check that readers will know what they may do.

    Raises:
        InputError: the corpus has no licence.
    """
    if not (publication.manifest.license or "").strip():
        raise InputError(
            f"{publication.manifest.name} has no licence, so nobody would know what they may do with it",
            remedy="build again with --license, as in --license cc-by-4.0; nothing is translated again",
        )


def _local_file(folder: Path, path: str, sha256: str) -> LocalFile:
    source = folder / path
    size = source.stat().st_size
    git_sha1 = git_blob_sha1(source) if size <= LARGE_BYTES else None
    return LocalFile(path=path, source=source, size=size, sha256=sha256, git_sha1=git_sha1)


def _refuse_credentials(files: list[LocalFile], redactor: Redactor) -> None:
    for file in files:
        if file.source.suffix in _TEXT_SUFFIXES:
            line = redactor.find(file.source.read_text(encoding="utf-8", errors="replace"))
            if line is not None:
                raise InputError(
                    f"{file.path}, line {line}, holds what looks like a credential; it is not published",
                    remedy="take it out of the recipe or the data, revoke it, and build again",
                )


def make_plan(
    publication: Publication,
    *,
    repo: str,
    branch: str,
    base: Snapshot | None,
    previous: Manifest | None,
    allow_removal: bool = False,
) -> Plan:
    """Compare a publication with what a branch holds.

    Args:
        base: the head of the branch, None for a repository that is not there yet.
        previous: the manifest at `base`.
        allow_removal: whether languages published before may disappear.

    Raises:
        InputError: a language would disappear, or the repository has data files of someone else that
            would be loaded with this corpus.
    """
    there = {} if base is None else base.files
    ours = {file.path for file in publication.files}
    owned_before = set() if previous is None else set(previous.files)
    gone = [] if previous is None else sorted(set(previous.languages) - set(publication.manifest.languages))
    if gone and not allow_removal:
        raise InputError(
            f"{repo} has {', '.join(gone)}, which this corpus lacks; publishing it would remove them",
            remedy="build with these languages too (nothing is translated twice), or pass --allow-removal",
        )
    folders = publication.manifest.folders
    strays = sorted(path for path in there if path.startswith(folders) and path not in ours | owned_before)
    if strays:
        raise InputError(
            f"{repo} has files among the data that no manifest lists: {', '.join(strays[:5])}",
            remedy="remove them from the repository, or publish to another one",
        )
    return Plan(
        repo=repo,
        branch=branch,
        base=base,
        upload=tuple(file for file in publication.files if not file.matches(there.get(file.path))),
        unchanged=tuple(file.path for file in publication.files if file.matches(there.get(file.path))),
        delete=tuple(sorted(path for path in owned_before - ours if path in there)),
        owned=tuple(sorted(ours | owned_before)),
    )
