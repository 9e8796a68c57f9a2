"""What a Hub keeps for one repository: commits, refs, git blobs and large objects, on disk.

It refuses what the Hub refuses: an unknown parent, a large object that was never uploaded, a path
that leaves the repository, a Parquet file sent as a regular file.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

REGULAR_LIMIT_BYTES = 10_000_000
"""The Hub takes larger files only as large objects."""
LFS_PATTERNS = ("*.7z", "*.arrow", "*.bin", "*.gz", "*.npy", "*.parquet", "*.zip", "*.zst", "*.mp3", "*.png")
"""From the `.gitattributes` that the Hub puts into a new data set repository."""
_REF_NAME = re.compile(r"[A-Za-z0-9][\w.\-/]*")
_OID = re.compile(r"[0-9a-f]{40}")


class HubRefusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, message: str, *, code: str | None = None, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers


def git_sha1(content: bytes) -> str:
    """Object name that git gives a blob."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def lfs_pointer(sha256: str, size: int) -> bytes:
    """The file that git holds in the place of a large object."""
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a tree."""

    oid: str
    size: int
    sha256: str | None = None
    """Set for a large object."""

    def as_api(self, path: str) -> dict[str, Any]:
        """The form in which the tree and paths-info calls show it."""
        shown: dict[str, Any] = {"type": "file", "path": path, "oid": self.oid, "size": self.size}
        if self.sha256 is not None:
            pointer = len(lfs_pointer(self.sha256, self.size))
            shown["lfs"] = {"oid": self.sha256, "size": self.size, "pointerSize": pointer}
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit with its whole tree."""

    oid: str
    parent: str | None
    title: str
    author: str
    tree: dict[str, Entry] = field(default_factory=dict)


def tracked_by_lfs(path: str) -> bool:
    """Whether `.gitattributes` sends this path to large storage."""
    return any(fnmatch(path.rsplit("/", 1)[-1], pattern) for pattern in LFS_PATTERNS)


def check_path(path: str) -> None:
    """Refuse a path that is not inside a repository."""
    parts = path.split("/")
    if not path or path.startswith("/") or any(part in {"", ".", "..", ".git"} for part in parts):
        raise HubRefusal(400, f"Invalid path in repo: {path!r}")


class Repository:
    """One repository in one folder. The caller holds the server's lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("commits", "blobs", "lfs", "staged"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    @classmethod
    def create(cls, folder: Path, *, private: bool, author: str) -> Repository:
        """Make a repository with the Hub's initial commit."""
        repository = cls(folder)
        repository._write("meta.json", {"private": private})
        attributes = "".join(f"{pattern} filter=lfs diff=lfs merge=lfs -text\n" for pattern in LFS_PATTERNS)
        tree = {".gitattributes": repository.put_blob(attributes.encode())}
        first = repository._store_commit(parent=None, tree=tree, title="initial commit", author=author)
        repository._write("refs.json", {"branches": {"main": first.oid}, "tags": {}})
        return repository

    def _write(self, name: str, value: object) -> None:
        temporary = self.folder / f"{name}.tmp"
        temporary.write_text(json.dumps(value))
        temporary.replace(self.folder / name)

    @property
    def private(self) -> bool:
        return bool(json.loads((self.folder / "meta.json").read_text())["private"])

    @property
    def refs(self) -> dict[str, dict[str, str]]:
        refs: dict[str, dict[str, str]] = json.loads((self.folder / "refs.json").read_text())
        return refs

    # ---- objects

    def put_blob(self, content: bytes) -> Entry:
        oid = git_sha1(content)
        (self.folder / "blobs" / oid).write_bytes(content)
        return Entry(oid=oid, size=len(content))

    def large_object(self, sha256: str) -> Path:
        return self.folder / "lfs" / sha256

    def staged_object(self, sha256: str) -> Path:
        return self.folder / "staged" / sha256

    def content(self, entry: Entry) -> Path:
        """File that holds the bytes of an entry."""
        return self.large_object(entry.sha256) if entry.sha256 else self.folder / "blobs" / entry.oid

    # ---- commits and refs

    def _store_commit(self, *, parent: str | None, tree: dict[str, Entry], title: str, author: str) -> Commit:
        shown = {path: asdict(entry) for path, entry in sorted(tree.items())}
        body = {"parent": parent, "tree": shown, "title": title, "author": author}
        count = sum(1 for _ in (self.folder / "commits").iterdir())
        oid = hashlib.sha1(json.dumps([body, count]).encode()).hexdigest()
        (self.folder / "commits" / f"{oid}.json").write_text(json.dumps(body))
        return Commit(oid=oid, parent=parent, title=title, author=author, tree=tree)

    def commit(self, revision: str) -> Commit:
        """Find a commit by branch, tag or full object name."""
        refs = self.refs
        short = revision.removeprefix("refs/heads/").removeprefix("refs/tags/")
        oid = refs["branches"].get(short) or refs["tags"].get(short) or revision
        path = self.folder / "commits" / f"{oid}.json"
        if not _OID.fullmatch(oid) or not path.is_file():
            raise HubRefusal(404, f"Invalid rev id: {revision}", code="RevisionNotFound")
        body = json.loads(path.read_text())
        tree = {name: Entry(**entry) for name, entry in body.pop("tree").items()}
        return Commit(oid=oid, tree=tree, **body)

    def history(self, revision: str) -> Iterator[Commit]:
        """Commits from a revision back to the first."""
        commit: Commit | None = self.commit(revision)
        while commit is not None:
            yield commit
            commit = self.commit(commit.parent) if commit.parent else None

    def create_branch(self, name: str, starting_point: str) -> None:
        if not _REF_NAME.fullmatch(name) or name.startswith("refs/") or ".." in name:
            raise HubRefusal(400, f"Invalid reference for a branch: refs/heads/{name}")
        refs = self.refs
        if name in refs["branches"]:
            raise HubRefusal(409, "Reference already exists")
        refs["branches"][name] = self.commit(starting_point).oid
        self._write("refs.json", refs)

    def delete_branch(self, name: str) -> None:
        refs = self.refs
        if name == "main":
            raise HubRefusal(403, "Cannot delete the default branch")
        if name not in refs["branches"]:
            raise HubRefusal(404, "Reference does not exist", code="RevisionNotFound")
        del refs["branches"][name]
        self._write("refs.json", refs)

    def create_tag(self, name: str, revision: str) -> None:
        if not _REF_NAME.fullmatch(name):
            raise HubRefusal(400, f"Invalid tag: {name}")
        refs = self.refs
        if name in refs["tags"]:
            raise HubRefusal(409, "Tag reference exists already")
        refs["tags"][name] = self.commit(revision).oid
        self._write("refs.json", refs)

    def apply(self, branch: str, operations: list[dict[str, Any]], *, author: str) -> Commit:
        """Make a commit out of the lines of a commit request, or change nothing at all."""
        refs = self.refs
        if branch not in refs["branches"]:
            raise HubRefusal(404, f"Invalid rev id: {branch}", code="RevisionNotFound")
        if (
            not operations
            or operations[0].get("key") != "header"
            or not operations[0]["value"].get("summary")
        ):
            raise HubRefusal(400, "The first line of a commit must be a header with a summary")
        header = operations[0]["value"]
        head = self.commit(branch)
        parent = header.get("parentCommit")
        if parent is not None and parent != head.oid:
            raise HubRefusal(412, "A commit has happened since. Please refresh and try again.")
        tree = dict(head.tree)
        touched: set[str] = set()
        for operation in operations[1:]:
            self._apply_one(tree, operation.get("key"), operation.get("value") or {}, touched)
        commit = self._store_commit(parent=head.oid, tree=tree, title=header["summary"], author=author)
        refs["branches"][branch] = commit.oid
        self._write("refs.json", refs)
        return commit

    def _apply_one(self, tree: dict[str, Entry], key: Any, value: dict[str, Any], touched: set[str]) -> None:
        path = value.get("path", "")
        check_path(path.rstrip("/") if key == "deletedFolder" else path)
        if path in touched:
            raise HubRefusal(400, f"{path} is changed twice in one commit")
        touched.add(path)
        if key == "file":
            tree[path] = self._regular(path, value)
        elif key == "lfsFile":
            tree[path] = self._large(path, value)
        elif key == "deletedFile":
            if tree.pop(path, None) is None:
                raise HubRefusal(404, "A file with this name doesn't exist", code="EntryNotFound")
        elif key == "deletedFolder":
            gone = [name for name in tree if name.startswith(path.rstrip("/") + "/")]
            if not gone:
                raise HubRefusal(404, "A folder with this name doesn't exist", code="EntryNotFound")
            for name in gone:
                del tree[name]
        else:
            raise HubRefusal(400, f"Unknown operation {key!r}")

    def _regular(self, path: str, value: dict[str, Any]) -> Entry:
        import base64

        if value.get("encoding") != "base64":
            raise HubRefusal(400, f"{path}: unknown encoding")
        content = base64.b64decode(value["content"], validate=True)
        if content and (tracked_by_lfs(path) or len(content) > REGULAR_LIMIT_BYTES):
            raise HubRefusal(400, f"Your push was rejected because {path} must be stored as a large file")
        return self.put_blob(content)

    def _large(self, path: str, value: dict[str, Any]) -> Entry:
        sha256 = value.get("oid", "")
        if value.get("algo") != "sha256" or not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise HubRefusal(400, f"{path}: large files are named by their sha256")
        stored = self.large_object(sha256)
        if not stored.is_file():
            raise HubRefusal(400, f"LFS pointer pointed to a file that does not exist: {path} ({sha256})")
        size = stored.stat().st_size
        if value.get("size", size) != size:
            raise HubRefusal(400, f"{path}: {sha256} has {size} bytes, not {value['size']}")
        return Entry(oid=git_sha1(lfs_pointer(sha256, size)), size=size, sha256=sha256)
