"""Translation memory: every reply ever paid for, at its address.

A folder for each language pair holds immutable Parquet files, each named by the sha256 of its bytes.
Writers only add files (temporary name, fsync, rename, fsync of the folder), so several runs may share
one memory and a killed writer leaves nothing half-written. Duplicates are harmless. A reply that waits
for its file stands in the writer's journal, which the next process takes over if the writer was killed.
A file is written under the name of what its writer holds a lock on, its journal or that of merging: the next
one with this lock knows what a killed writer left half-written.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import logging
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.ports import Reply
from parallelize.store.files import fsync_folder, replace_file, storage_errors
from parallelize.store.journal import SUFFIX, Journal, abandoned, read_journal
from parallelize.store.parquet import parquet_table
from parallelize.store.replies import as_line, as_table, from_line, from_table

__all__ = ["FLUSH_REPLIES", "SYNC_SECONDS", "Memory"]

FLUSH_REPLIES = 512
"""A file is written after so many replies of a pair; until then they are in the journal."""
SYNC_SECONDS = 2.0
"""The journal is made safe so often: the most that a power loss takes. A kill takes nothing."""

_COMPACT_FILES = 64
_TOUCH_SECONDS = 30.0
_GROUP_ROWS = 2_048
_CACHED_GROUPS = 64
_READS = 8
"""Attempts to read a reply while other processes merge files; each reads the folder anew."""
_LOG = logging.getLogger(__name__)


def _write(held: Path, table: pa.Table) -> Path:
    """Write a file of replies beside `held`, a file that this process has the lock of."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", row_group_size=_GROUP_ROWS)
    data = buffer.getvalue()
    path = held.with_name(f"{hashlib.sha256(data).hexdigest()[:32]}.parquet")
    temporary = _temporary(held)
    with storage_errors(path):
        try:
            temporary.write_bytes(data)
            replace_file(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    return path


def _temporary(held: Path) -> Path:
    return held.with_name(f".{held.name.lstrip('.')}.tmp")


@dataclass(slots=True)
class _Pair:
    """The part of a memory for one language pair, as one process sees it."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    prefixes: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    """First 8 bytes of each address, sorted."""
    places: np.ndarray = field(default_factory=lambda: np.empty((0, 2), dtype=np.uint32))
    """(file number, row) beside each prefix."""
    recent: dict[bytes, Reply] = field(default_factory=dict)
    """Replies of this process and of other living ones, not yet folded into the arrays."""
    unwritten: list[Reply] = field(default_factory=list)
    journal: Journal | None = None
    """Holds `unwritten`."""
    oldest: float | None = None
    """Monotonic time of the oldest reply that a power loss would take; None if there is none."""


class Memory:
    """A translation memory opened for reading and writing by this process.

    Not safe for use from several threads. Memory use: 16 bytes for each stored reply, plus a cache.
    """

    def __init__(self, root: Path, *, merges: bool = True) -> None:
        """Open, and create if needed, the memory in `root`. Damaged files are set aside and reported.

        Args:
            merges: whether small files may be merged into large ones at the end.
        """
        self.root = root
        self._merges = merges
        self._touched = time.monotonic()
        self.damaged: list[Path] = []
        self._pairs: dict[str, _Pair] = {}
        self._cache: OrderedDict[tuple[Path, int], list[Reply]] = OrderedDict()
        with storage_errors(root):
            root.mkdir(parents=True, exist_ok=True)

    def get(self, pair: str, address: bytes) -> Reply | None:
        """Return the reply at an address, or None.

        Args:
            pair: source and target language, `en-pt`.
            address: 32 bytes.
        """
        part = self._pair(pair)
        found = part.recent.get(address)
        if found is not None:
            return found
        for _ in range(_READS):
            try:
                return part.recent.get(address) or self._stored(part, address)
            except FileNotFoundError:  # another process compacted the folder
                part = self._pairs[pair] = self._load(part.folder, part)
        return None  # compacted again and again under our hands: as if it were not there

    def put(self, pair: str, reply: Reply) -> None:
        """Keep a reply: it outlives this process at once, and a power loss from the next `tick` on.

        Raises:
            StorageFault: it could not be written.
        """
        part = self._pair(pair)
        if part.journal is None:
            part.journal = Journal(part.folder)
        part.journal.append(as_line(reply))
        if part.oldest is None:
            part.oldest = time.monotonic()
        part.unwritten.append(reply)
        part.recent[reply.address] = reply
        if len(part.unwritten) >= FLUSH_REPLIES:
            self._flush(part)

    def tick(self) -> None:
        """Make safe what has waited for `SYNC_SECONDS`; to be called every half second or so."""
        now = time.monotonic()
        alive = now - self._touched >= _TOUCH_SECONDS
        self._touched = now if alive else self._touched
        for part in self._pairs.values():
            if alive and part.journal:
                part.journal.touch()
            if part.journal and part.oldest is not None and now - part.oldest >= SYNC_SECONDS * 0.75:
                part.journal.sync()
                part.oldest = None

    def flush(self) -> None:
        """Write all replies that wait in memory to files now."""
        for part in self._pairs.values():
            self._flush(part)

    def close(self) -> None:
        """Write everything, merge small files, and make files of what killed writers left."""
        self.flush()
        for part in self._pairs.values():
            if part.journal is not None:
                part.journal.close()
            if self._merges:
                self._compact(part)
        if self._merges:
            for path in self.root.glob(f"*/*{SUFFIX}"):
                self._read_journal(_Pair(folder=path.parent), path)
        self._pairs.clear()
        self._cache.clear()

    def look_again(self) -> None:
        """Learn of files that came into the folders meanwhile."""
        for pair, part in self._pairs.items():
            if set(part.folder.glob("*.parquet")) - set(part.files):
                self._pairs[pair] = self._load(part.folder, part)

    # --- inside ---

    def _pair(self, pair: str) -> _Pair:
        part = self._pairs.get(pair)
        if part is None:
            folder = self.root / pair
            with storage_errors(folder):
                folder.mkdir(parents=True, exist_ok=True)
            part = self._pairs[pair] = self._load(folder)
        return part

    def _load(self, folder: Path, before: _Pair | None = None) -> _Pair:
        """Read a folder; `before` is what this process already knew of it and has not written yet."""
        part = _Pair(folder=folder)
        if before is not None:
            part.recent, part.unwritten = before.recent, before.unwritten
            part.journal, part.oldest = before.journal, before.oldest
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            if part.journal is None or path != part.journal.path:
                self._read_journal(part, path)
        prefixes, places = [], []
        for path in sorted(folder.glob("*.parquet")):
            addresses = self._addresses(path)
            if addresses is None:
                continue
            rows = np.arange(len(addresses), dtype=np.uint32)
            prefixes.append(addresses)
            places.append(np.stack([np.full(len(rows), len(part.files), dtype=np.uint32), rows], axis=1))
            part.files.append(path)
        if prefixes:
            joined = np.concatenate(prefixes)
            order = np.argsort(joined, kind="stable")
            part.prefixes, part.places = joined[order], np.concatenate(places)[order]
        return part

    def _read_journal(self, part: _Pair, path: Path) -> None:
        """Learn the replies of another writer; if it is gone, make a file of them."""
        with abandoned(path) as is_abandoned:
            try:
                lines, damaged = read_journal(path)
            except FileNotFoundError:  # its writer has just ended
                return
            replies = [from_line(line) for line in lines]
            if damaged:
                _LOG.warning(
                    "memory journal %s: %d damaged lines; their replies are made again", path, damaged
                )
            if not is_abandoned:
                part.recent.update((reply.address, reply) for reply in replies)
                return
            if replies:
                _write(path, as_table(replies))
            _temporary(path).unlink(missing_ok=True)
            if damaged:
                self.damaged.append(path.replace(path.with_suffix(".damaged")))
            else:
                path.unlink(missing_ok=True)

    def _addresses(self, path: Path) -> np.ndarray | None:
        """First 8 bytes of each address of a file; None, and the file set aside, if it is damaged."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(data).hexdigest()[:32] != path.stem:
            aside = path.with_suffix(".damaged")
            path.replace(aside)
            self.damaged.append(aside)
            _LOG.warning(
                "memory file %s is damaged: set aside as %s; its replies will be made again", path, aside
            )
            return None
        raw = b"".join(parquet_table(data, columns=["address"]).column(0).to_pylist())
        return np.frombuffer(raw, dtype=">u8").reshape(-1, 4)[:, 0].astype(np.uint64)

    def _stored(self, part: _Pair, address: bytes) -> Reply | None:
        prefix = np.uint64(int.from_bytes(address[:8], "big"))
        index = int(np.searchsorted(part.prefixes, prefix))
        while index < len(part.prefixes) and part.prefixes[index] == prefix:
            number, row = part.places[index]
            reply = self._group(part.files[number], int(row) // _GROUP_ROWS)[int(row) % _GROUP_ROWS]
            if reply.address == address:
                return reply
            index += 1
        return None

    def _group(self, path: Path, group: int) -> list[Reply]:
        key = (path, group)
        cached = self._cache.get(key)
        if cached is None:
            with pq.ParquetFile(path) as handle:
                cached = from_table(handle.read_row_group(group))
            self._cache[key] = cached
            if len(self._cache) > _CACHED_GROUPS:
                self._cache.popitem(last=False)
        else:
            self._cache.move_to_end(key)
        return cached

    def _flush(self, part: _Pair) -> None:
        if not part.unwritten or part.journal is None:
            return
        path = _write(part.journal.path, as_table(part.unwritten))
        addresses = np.frombuffer(b"".join(reply.address for reply in part.unwritten), dtype=">u8")
        prefixes = addresses.reshape(-1, 4)[:, 0].astype(np.uint64)
        rows = np.arange(len(prefixes), dtype=np.uint32)
        place = np.stack([np.full(len(rows), len(part.files), dtype=np.uint32), rows], axis=1)
        part.files.append(path)
        order = np.argsort(prefixes, kind="stable")
        at = np.searchsorted(part.prefixes, prefixes[order])
        part.prefixes = np.insert(part.prefixes, at, prefixes[order])
        part.places = np.insert(part.places, at, place[order], axis=0)
        for reply in part.unwritten:
            part.recent.pop(reply.address, None)
        part.unwritten, part.oldest = [], None
        part.journal.clear()

    def _compact(self, part: _Pair) -> None:
        """Merge small files into large ones, if no other process does."""
        lock = part.folder / ".compact"
        with _try_lock(lock) as locked:
            if not locked:
                return
            _temporary(lock).unlink(missing_ok=True)
            small = [path for path in sorted(part.folder.glob("*.parquet")) if path.stat().st_size < 4 << 20]
            if len(small) < _COMPACT_FILES:
                return
            for start in range(0, len(small), _COMPACT_FILES * 2):
                batch = small[start : start + _COMPACT_FILES * 2]
                if len(batch) < 2:
                    continue
                merged = _write(lock, pa.concat_tables([pq.read_table(path) for path in batch]))
                for path in batch:
                    if path != merged:
                        path.unlink(missing_ok=True)
            fsync_folder(part.folder)


@contextmanager
def _try_lock(path: Path) -> Iterator[bool]:
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
