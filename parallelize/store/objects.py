"""Folders of object stores (`s3://`, `gs://`, `hf://`), reached through fsspec.

Only whole files go back and forth, and a file is never changed under its name: whoever writes it last, writes
the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from parallelize.core.errors import EnvironmentFault, InputError, StorageFault
from parallelize.store.files import storage_errors, temporary_beside

__all__ = ["ObjectFolder", "is_address", "local_copy"]

_ADDRESS: Final = re.compile(r"(?:s3|gs|gcs|hf)://\S+")
_MAGIC: Final = re.compile(r"[*?\[]")
_PACKAGES: Final = {"s3": "parallelize[s3]", "gs": "parallelize[gs]", "gcs": "parallelize[gs]"}


def is_address(text: str | None) -> bool:
    """Whether a path is one of an object store."""
    return text is not None and _ADDRESS.fullmatch(text) is not None


class ObjectFolder:
    """A folder of an object store."""

    def __init__(self, address: str) -> None:
        """Connect; keys are found as the store's own tools find them (environment, profiles, metadata).

        Raises:
            EnvironmentFault: the package for this kind of store is not installed.
            InputError: the address cannot be read.
        """
        from fsspec.core import url_to_fs

        self.address = address.rstrip("/")
        scheme = address.partition("://")[0]
        try:
            self._files, root = url_to_fs(self.address)
        except ImportError as error:
            raise EnvironmentFault(
                f"{scheme}:// needs another package: {error}",
                remedy=f"pip install '{_PACKAGES.get(scheme, 'fsspec')}'",
            ) from error
        except ValueError as error:
            raise InputError(f"{address} cannot be read: {error}") from error
        self._root = root.rstrip("/")

    def names(self) -> list[str]:
        """Names of all files below, with the folders between; sorted. Empty if there is no such folder.

        Raises:
            StorageFault: the store is out of reach, or refuses us.
        """
        with self._reached():
            self._files.invalidate_cache()
            try:
                found = self._files.find(self._root)
            except FileNotFoundError:
                return []
        return sorted(path[len(self._root) + 1 :] for path in found)

    def versions(self, names: Sequence[str]) -> list[str]:
        """What tells the content of each file from what it was before: size, and etag or time.

        Raises:
            StorageFault: the store is out of reach, or refuses us.
        """
        with self._reached():
            return [_version(self._files.info(self._path(name))) for name in names]

    def fetch(self, name: str, to: Path) -> None:
        """Copy a file from the store: whole or not at all.

        Raises:
            FileNotFoundError: it is not there (any more).
            StorageFault: the store is out of reach, or refuses us.
        """
        with storage_errors(to), temporary_beside(to) as temporary:
            with self._reached():
                self._files.get_file(self._path(name), str(temporary))
            temporary.replace(to)

    def store(self, path: Path, name: str) -> None:
        """Copy a file to the store.

        Raises:
            StorageFault: the store is out of reach, or refuses us.
        """
        with self._reached():
            if self._files.protocol in {"file", ("file", "local")}:  # others know no folders
                self._files.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(path), self._path(name))

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        """Turn what a store's client raises into a fault with a remedy; a missing file stays one."""
        expected: tuple[type[Exception], ...] = (OSError, *_client_errors())
        try:
            yield
        except FileNotFoundError:
            raise
        except expected as error:
            raise StorageFault(
                f"{self.address} cannot be reached: {str(error) or type(error).__name__:.300}",
                remedy="check the address, the keys in the environment and the network; then run the same "
                "command again",
            ) from error


def local_copy(address: str, cache: Path) -> Path:
    """Fetch what an address names: a file, a folder, or the files that a pattern matches.

    What was fetched before and has not changed in the store is not fetched again.

    Args:
        address: of an object store.
        cache: folder for copies; each address has a folder of its own there.

    Returns:
        A path that names the same files: a file, a folder, or a pattern.

    Raises:
        InputError: nothing is there.
        StorageFault: the store is out of reach, or refuses us.
    """
    magic = _MAGIC.search(address)
    above = address if magic is None else address[: address.rfind("/", 0, magic.start())]
    folder = ObjectFolder(above)
    names = folder.names()
    single = names == [""] or not names
    if single:  # a file: its folder is above it
        above, _, name = above.rpartition("/")
        folder, names = ObjectFolder(above), [name]
    place = cache / hashlib.sha256(above.encode()).hexdigest()[:16] / above.rpartition("/")[2]
    try:
        versions = folder.versions(names)
    except FileNotFoundError:
        raise InputError(f"nothing is at {address}", remedy="check the address") from None
    for name, version in zip(names, versions, strict=True):
        path = _inside(place, name)
        stamp = path.with_name(f".{path.name}.version")
        if path.is_file() and stamp.is_file() and stamp.read_text() == version:
            continue
        folder.fetch(name, path)
        stamp.write_text(version)
    if single:
        return place / names[0]
    kept = {_inside(place, name) for name in names}
    for path in place.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and path not in kept:
            path.unlink()  # the store has it no more
    return place if magic is None else place / address[len(above) + 1 :]


def _inside(place: Path, name: str) -> Path:
    """Where a file goes; a name that leads out of the folder is refused.

    Raises:
        InputError: it does.
    """
    path = Path(os.path.normpath(place / name))
    if not path.is_relative_to(place):
        raise InputError(f"the store has a file named {name!r:.80}, which leads out of its folder")
    return path


def _version(info: Any) -> str:
    marks = (info.get(key) for key in ("ETag", "etag", "blob_id", "md5Hash", "mtime", "LastModified"))
    return f"{info.get('size')}:{next((str(mark) for mark in marks if mark), '')}"


def _client_errors() -> tuple[type[Exception], ...]:
    """Failures of stores' clients that are no `OSError`, of packages that are installed."""
    found: list[type[Exception]] = []
    with contextlib.suppress(ImportError):
        from botocore.exceptions import BotoCoreError, ClientError

        found += [BotoCoreError, ClientError]
    with contextlib.suppress(ImportError):
        from huggingface_hub.errors import HfHubHTTPError

        found.append(HfHubHTTPError)
    return tuple(found)
