"""A translation memory that several builds share through an object store.

Each build works on a copy on its own disk and exchanges files: what others wrote comes in, what it wrote goes
out. Files are named by their content and never changed, so nobody has to wait for anybody.
"""

from __future__ import annotations

import hashlib
import logging
import re
from pathlib import Path
from typing import Final

from parallelize.store.objects import ObjectFolder

__all__ = ["SharedMemory"]

_LOG = logging.getLogger(__name__)
_FILE: Final = re.compile(r"[A-Za-z0-9_-]+/([0-9a-f]{32})\.parquet")


class SharedMemory:
    """A folder with a memory, kept in step with a folder of an object store."""

    def __init__(self, address: str, folder: Path) -> None:
        """Connect; nothing is copied yet.

        Args:
            address: of the shared memory.
            folder: of the copy; nobody else may merge its files.

        Raises:
            EnvironmentFault: the package for this kind of store is not installed.
            InputError: the address cannot be read.
        """
        self._there = ObjectFolder(address)
        self._folder = folder
        self._refused: set[str] = set()

    def exchange(self) -> int:
        """Fetch what others wrote, and give what they lack. Returns the files fetched.

        Raises:
            StorageFault: the store is out of reach, or the copy cannot be written.
        """
        theirs = {name for name in self._there.names() if _FILE.fullmatch(name)}
        ours = {path.relative_to(self._folder).as_posix() for path in self._folder.glob("*/*.parquet")}
        fetched = sum(self._fetch(name) for name in sorted(theirs - ours - self._refused))
        for name in sorted(ours - theirs):
            if _FILE.fullmatch(name):
                self._there.store(self._folder / name, name)
        return fetched

    def _fetch(self, name: str) -> bool:
        """Fetch one file; one that is not what its name says is left where it is."""
        path = self._folder / name
        try:
            self._there.fetch(name, path)
        except FileNotFoundError:  # removed meanwhile
            return False
        if hashlib.sha256(path.read_bytes()).hexdigest()[:32] == path.stem:
            return True
        path.unlink()
        self._refused.add(name)
        _LOG.warning("%s/%s is damaged and not used", self._there.address, name)
        return False
