"""Bytes of a source file: counted and digested as they pass, decompressed, read by line."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

import zstandard

from parallelize.core.errors import InputError, StorageFault
from parallelize.store.bombs import bomb, most_unpacked

__all__ = ["COMPRESSED", "DigestedFile", "file_sha256", "open_bytes", "refuse_packed"]

_BUFFER = 1 << 20
_HEAD = 8  # bytes
_UNPACK = "unpack it, and name the file inside"
_PACKED = (
    (b"PK\x03\x04", "a zip archive", _UNPACK),
    (b"BZh", "compressed by bzip2", "give its name the extension .bz2"),
    (b"\xfd7zXZ\x00", "compressed by xz", "give its name the extension .xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\x1f\x8b", "compressed by gzip", "give its name the extension .gz"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", "give its name the extension .zst"),
    (b"PAR1", "a Parquet file", "give its name the extension .parquet"),
)
"""First bytes, what they say, and what to do, by the formats' specifications."""
_FEED = 1 << 13
"""Compressed bytes taken at a time: bounds what one call can expand to (a zstd block of 4 bytes may hold
128 KiB, RFC 8878 section 3.1.1.2)."""


class DigestedFile(io.RawIOBase):
    """A file read from start to end, whose sha256 is computed on the way."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb", buffering=0)
        self._digest = hashlib.sha256()
        self.size_bytes = path.stat().st_size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer) or 0
        self._digest.update(memoryview(buffer)[:count])
        return count

    def finish(self) -> str:
        """Read what is left and return the hex digest of the whole file."""
        buffer = bytearray(_BUFFER)
        while self.readinto(buffer):
            pass
        return self._digest.hexdigest()

    def close(self) -> None:
        self._file.close()
        super().close()


class _Decompressor(Protocol):
    """One frame on its way: what `zstandard`, `lzma` and `bz2` have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


_MOST_MEMORY = 512_000_000
"""Bytes that one xz frame may ask for; `xz -9` needs 65 million."""
_FRAMES: Final[dict[str, Callable[[], _Decompressor]]] = {
    ".zst": lambda: zstandard.ZstdDecompressor().decompressobj(),
    ".xz": lambda: lzma.LZMADecompressor(memlimit=_MOST_MEMORY),
    ".bz2": bz2.BZ2Decompressor,
}
"""Compressions of one or more frames, by the extension."""
COMPRESSED: Final = frozenset((".gz", *_FRAMES))
"""Extensions of compressed files that are read."""


class _FramedFile(io.RawIOBase):
    """Decompressed bytes of one or more frames.

    The libraries' own readers may end without a word when a frame is cut short; this one says so.
    """

    def __init__(self, raw: io.RawIOBase, begin: Callable[[], _Decompressor]) -> None:
        super().__init__()
        self._raw, self._begin = raw, begin
        self._frame: _Decompressor | None = None
        self._feed = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        while not self._ready:
            if not self._feed:
                self._feed = self._raw.read(_FEED) or b""
            if not self._feed:
                if self._frame is not None:
                    raise EOFError("the last frame is not complete")
                return 0
            self._advance()
        count = min(len(buffer), len(self._ready))
        memoryview(buffer)[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _advance(self) -> None:
        if self._frame is None:
            self._frame = self._begin()
        try:
            self._ready = memoryview(self._frame.decompress(self._feed))
        except OSError as error:  # what bzip2 says of damage; reading is not here
            raise zlib.error(str(error)) from error
        self._feed = b""
        if self._frame.eof:
            self._feed = self._frame.unused_data
            self._frame = None


class _Bounded(io.RawIOBase):
    """What an archive unpacks to, up to a bound: a few kilobytes may hold gigabytes of one sign."""

    def __init__(self, packed: io.RawIOBase | gzip.GzipFile, shown: str, size: int) -> None:
        super().__init__()
        self._packed, self._shown = packed, shown
        self._left = most_unpacked(size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        count = self._packed.readinto(buffer) or 0
        self._left -= count
        if self._left < 0:
            raise bomb(self._shown)
        return count


def refuse_packed(path: Path, shown: str) -> None:
    """Say what to do with an archive, or a file whose extension hides what it is; other files pass.

    Args:
        path: the file; one that cannot be opened passes, for who reads it says why.
        shown: its name in messages.

    Raises:
        InputError: it begins like an archive, a compressed file or a Parquet file.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return
    for magic, kind, remedy in _PACKED:
        if head.startswith(magic):
            raise InputError(f"{shown} is {kind}", remedy=remedy)


@contextmanager
def open_bytes(path: Path, shown: str) -> Iterator[tuple[BinaryIO, DigestedFile]]:
    """Open a file for reading from start to end, decompressing what `COMPRESSED` names.

    Args:
        path: the file.
        shown: its name in messages.

    Yields:
        The decompressed bytes, and the file that keeps their digest.

    Raises:
        InputError: the archive is damaged or cut short (while reading), of another kind, or the file cannot
            be read.
        StorageFault: reading failed.
    """
    suffix = path.suffix.lower()
    if suffix not in COMPRESSED:
        refuse_packed(path, shown)
    try:
        raw = DigestedFile(path)
        size = path.stat().st_size
    except OSError as error:
        raise InputError(
            f"{shown} cannot be opened: {error.strerror}", remedy="check the file's permissions"
        ) from error
    with raw:
        stream: BinaryIO
        if suffix == ".gz":
            unpacked = gzip.GzipFile(fileobj=io.BufferedReader(raw, _BUFFER))
            stream = cast(BinaryIO, io.BufferedReader(_Bounded(unpacked, shown, size), _BUFFER))
        elif suffix in _FRAMES:
            framed = _FramedFile(raw, _FRAMES[suffix])
            stream = cast(BinaryIO, io.BufferedReader(_Bounded(framed, shown, size), _BUFFER))
        else:
            stream = cast(BinaryIO, io.BufferedReader(raw, _BUFFER))
        with _explained(shown):
            yield stream, raw


@contextmanager
def _explained(shown: str) -> Iterator[None]:
    """Turn the many ways in which reading an archive fails into one message that names the file."""
    try:
        yield
    except EOFError as error:
        raise InputError(
            f"{shown} is cut short: the archive ends in the middle",
            remedy="fetch or write the file again; its last rows are missing",
        ) from error
    except (zlib.error, gzip.BadGzipFile, zstandard.ZstdError, lzma.LZMAError) as error:
        raise InputError(
            f"{shown} is not a readable archive: {error}",
            remedy="fetch or write the file again, or correct its extension",
        ) from error
    except OSError as error:
        raise StorageFault(
            f"reading {shown} failed: {error.strerror or error}", remedy="check the disk, then run again"
        ) from error


def file_sha256(path: Path) -> str:
    """Hex digest of a file, read in pieces."""
    with DigestedFile(path) as file:
        return file.finish()
