"""Write a file whole or not at all, and never trust one that changed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from parallelize.core.errors import InputError, StorageFault

__all__ = [
    "REMEDY",
    "atomic_write",
    "check_file",
    "fsync_folder",
    "refuse_links",
    "replace_file",
    "sha256_file",
    "storage_errors",
    "temporary_beside",
    "written_along",
]

Item = TypeVar("Item")


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn an `OSError` while writing `path` into a `StorageFault` that names it and says what to do."""
    try:
        yield
    except OSError as error:
        remedy = "run the same command again once it can be written; what was done so far is kept"
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            remedy = "free some space and run the same command again; what was done so far is kept"
        raise StorageFault(f"could not write {path}: {error.strerror or error}", remedy=remedy) from error


def fsync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Give a temporary name in the folder of `path`, removed if it is still there at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    temporary.chmod(0o666 & ~_umask())
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def replace_file(temporary: Path, path: Path) -> None:
    """Make a finished temporary file durable under its final name."""
    handle = os.open(temporary, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    temporary.replace(path)
    fsync_folder(path.parent)


def written_along(items: Iterable[Item], path: Path, line: Callable[[Item], bytes]) -> Iterator[Item]:
    """The same items; the line of each is written as it passes, and the file is there when all have passed.

    Raises:
        StorageFault: the file cannot be written.
    """
    with storage_errors(path), temporary_beside(path) as temporary:
        with temporary.open("wb") as handle:
            for item in items:
                handle.write(line(item))
                yield item
        replace_file(temporary, path)


def atomic_write(path: Path, data: bytes | str) -> None:
    """Write a file so that a reader sees the old content or the new one, also after a power loss.

    Half a character (a lone surrogate) of a text becomes a question mark: UTF-8 has none.

    Raises:
        StorageFault: the disk is full or the folder cannot be written.
    """
    content = data.encode("utf-8", "replace") if isinstance(data, str) else data
    with storage_errors(path), temporary_beside(path) as temporary:
        temporary.write_bytes(content)
        replace_file(temporary, path)


def sha256_file(path: Path) -> str:
    """Hex sha256 of a file, read in pieces."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def refuse_links(folder: Path) -> None:
    """Refuse a folder with a symbolic link that leads out of it: what is outside is not ours to read or send.

    Links inside a folder stay allowed, and those of a download cache (`snapshots/…` into `blobs/`).

    Raises:
        InputError: naming the link and where it leads.
    """
    root = folder.resolve()
    home = root.parent.parent if root.parent.name == "snapshots" else root
    for place, folders, names in os.walk(root):
        for name in (*folders, *names):
            path = Path(place, name)
            if path.is_symlink() and not path.resolve().is_relative_to(home):
                raise InputError(
                    f"{path} is a symbolic link to {path.resolve()}, outside of {folder}",
                    remedy="put the file itself there, or remove the link",
                )


REMEDY = "run the build again: it makes the file anew from what is kept"


def check_file(path: Path, sha256: str, *, remedy: str = REMEDY) -> None:
    """See that a file is there and has the bytes it was written with.

    Raises:
        StorageFault: it is missing or was changed.
    """
    try:
        found = sha256_file(path)
    except OSError as error:
        raise StorageFault(f"{path} cannot be read: {error.strerror or error}", remedy=remedy) from error
    if found != sha256:
        raise StorageFault(f"{path} is damaged: its bytes are not those that were written", remedy=remedy)


def _umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current
