"""Lines that must outlive their process, kept one by one until they are part of a larger file.

A line is in the operating system's hands as soon as `append` returns, so a killed process loses none; `sync`
makes it safe against a power loss. Each line begins with the sha256 of its content: a line that was cut or
altered is known as such, and the others are read.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parallelize.store.files import fsync_folder, storage_errors
from parallelize.store.leases import age, this_host

__all__ = ["FOREIGN_SECONDS", "SUFFIX", "Journal", "abandoned", "read_journal"]

SUFFIX = ".journal"
FOREIGN_SECONDS = 600.0
"""A writer on another machine whose journal nobody touched for so long is gone."""
_DIGEST_CHARACTERS = 32


class Journal:
    """A journal that this process writes; a lock on it tells other processes that its writer lives."""

    def __init__(self, folder: Path) -> None:
        """Begin a journal under a new name.

        Raises:
            StorageFault: it could not be created.
        """
        while True:
            self.path = folder / f"{secrets.token_hex(8)}.{this_host()}{SUFFIX}"
            with storage_errors(self.path):
                self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
            if _locked(self._handle, wait=True) is False or os.fstat(self._handle).st_nlink:
                break
            os.close(self._handle)  # another process took the new file for an abandoned one
        with storage_errors(self.path):
            fsync_folder(folder)
        self._size = 0
        self._synced = 0

    def append(self, content: bytes) -> None:
        """Add a line; `content` holds no line break.

        Raises:
            StorageFault: it could not be written; the journal is as it was before.
        """
        line = _digest(content) + b" " + content + b"\n"
        with storage_errors(self.path):
            try:
                written = os.write(self._handle, line)
                while written < len(line):
                    written += os.write(self._handle, line[written:])
            except OSError:
                os.ftruncate(self._handle, self._size)
                raise
        self._size += len(line)

    def sync(self) -> None:
        """Make everything appended safe against a power loss."""
        if self._synced != self._size:
            with storage_errors(self.path):
                os.fsync(self._handle)
            self._synced = self._size

    def touch(self) -> None:
        """Give a sign of life, for machines that do not see the lock."""
        with contextlib.suppress(OSError):
            os.utime(self._handle)

    def clear(self) -> None:
        """Forget all lines: they are kept elsewhere."""
        with storage_errors(self.path):
            os.ftruncate(self._handle, 0)
        self._size = self._synced = 0

    def close(self) -> None:
        """End the journal; it is removed if it holds nothing."""
        if self._size == 0:
            self.path.unlink(missing_ok=True)
        os.close(self._handle)


def read_journal(path: Path) -> tuple[list[bytes], int]:
    """Return the sound lines of a journal, and how many were not.

    The last line may be half-written, also while its writer lives; that is no damage and not counted.
    """
    lines = path.read_bytes().split(b"\n")
    found, damaged = [], 0
    for line in lines[:-1]:
        digest, _, content = line.partition(b" ")
        if digest == _digest(content):
            found.append(content)
        else:
            damaged += 1
    return found, damaged


@contextmanager
def abandoned(path: Path) -> Iterator[bool]:
    """Say whether the writer of a journal is gone; if so, nobody else takes the journal meanwhile.

    The lock of a writer on another machine may not be seen here: such a writer is gone if it gave no sign of
    life for long.
    """
    host = path.name.split(".")[1:-1]
    if host and host != [this_host()] and (age(path) or 0.0) < FOREIGN_SECONDS:
        yield False
        return
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        yield False
        return
    try:
        yield _locked(handle, wait=False) and os.fstat(handle).st_nlink > 0
    finally:
        os.close(handle)


def _locked(handle: int, *, wait: bool) -> bool:
    """Lock a file. False if another process has it, or if this file system has no locks."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_CHARACTERS].encode()
