"""Folders for what is not finished yet, and what killed processes left of them.

A staging folder holds a lock for as long as its process lives. The next one beside it removes those whose
lock nobody holds any more, and nothing else.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["clear_run", "clear_staging", "staging_folder"]

_LOCK = "in-use"
_TEMPORARY = re.compile(r"\..+\.[A-Za-z0-9_]{8}\.tmp")
"""Names that `files.temporary_beside` gives."""
_WORKERS_SECONDS = 3600.0
"""Workers write translations without the lock of the run; none writes one file for so long."""


@contextlib.contextmanager
def staging_folder(beside: Path, prefix: str) -> Iterator[Path]:
    """Give a new folder in `beside`, removed at the end; leftovers of killed processes go first.

    Args:
        beside: an existing folder.
        prefix: beginning of the name; folders of the same beginning are leftovers unless they are in use.
    """
    clear_staging(beside, prefix)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=beside))
        try:
            handle = (folder / _LOCK).open("w")
        except FileNotFoundError:  # another process took the empty folder for a leftover
            continue
        break
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def clear_staging(beside: Path, prefix: str) -> None:
    """Remove staging folders whose process is gone. What cannot be told or removed stays."""
    for folder in beside.glob(f"{prefix}*"):
        if folder.is_dir() and not folder.is_symlink():
            with contextlib.suppress(OSError):
                _remove_unused(folder)


def _remove_unused(folder: Path) -> None:
    lock = folder / _LOCK
    if not lock.is_file():
        folder.rmdir()  # killed before it held anything; fails where there is something
        return
    with lock.open() as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)


def clear_run(root: Path) -> None:
    """Remove what killed processes left half written in a run. Its lock must be held.

    These are the folders `.<language>.new` of corpus and rejects, and files `.<name>.<random>.tmp`.
    """
    corpus, rejects = root / "corpus", root / "rejects"
    for folder in (*corpus.glob(".*.new"), *rejects.glob(".*.new")):
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
    for place in (root, corpus, rejects, root / "records", root / "batches"):
        _clear_temporary(place)
    for place in (root / "translations").glob("*"):
        _clear_temporary(place, seconds=_WORKERS_SECONDS)


def _clear_temporary(place: Path, *, seconds: float | None = None) -> None:
    """Remove temporary files, or those that were not written to for so long."""
    for path in place.glob(".*.tmp"):
        if _TEMPORARY.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            with contextlib.suppress(OSError):
                if seconds is None or time.time() - path.stat().st_mtime >= seconds:
                    path.unlink()
