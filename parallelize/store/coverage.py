"""`coverage.parquet`: for each record and language `kept`, or why not, in the order of the records."""

from __future__ import annotations

import contextlib
import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from parallelize.core.errors import InputError
from parallelize.store.files import replace_file, storage_errors, temporary_beside

__all__ = [
    "KEPT",
    "Coverage",
    "CoverageWriter",
    "Fates",
    "IdDigest",
    "coverage_writer",
    "id_key",
    "read_coverage",
]

KEPT = "kept"
"""What stands for a kept row where reasons stand for a dropped one."""
_GROUP_ROWS = 1_000
_READ_ROWS = 8_192
Flags = npt.NDArray[np.bool_]


def id_key(id_: str) -> int:
    """64 bits of an id, as good as drawn by lot: the same in every language and every time."""
    return int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest(), "big")


class IdDigest:
    """A digest of ids in their order, however many are added at once."""

    def __init__(self) -> None:
        self._lengths, self._texts = hashlib.sha256(), hashlib.sha256()

    def add(self, ids: pa.StringArray) -> None:
        """Take the ids that come next, none of them missing."""
        ids = ids.cast(pa.string())
        _, offsets, texts = ids.buffers()
        if len(ids):
            ends = np.frombuffer(offsets, dtype=np.int32)[ids.offset : ids.offset + len(ids) + 1]
            self._lengths.update(np.diff(ends).tobytes())
            self._texts.update(memoryview(texts or b"")[ends[0] : ends[-1]])

    def value(self) -> bytes:
        """The digest of all ids so far."""
        return self._lengths.digest() + self._texts.digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of each row in one language: four bytes a row."""

    names: Sequence[str]
    """Distinct fates: `kept`, or reasons joined by `+`."""
    codes: npt.NDArray[np.int32]
    """For each row its place among the names."""

    @property
    def kept(self) -> Flags:
        """Flags of the rows that were kept."""
        return self._are(name == KEPT for name in self.names)

    @property
    def reasons(self) -> list[str]:
        """Every reason that dropped a row, sorted."""
        return sorted({reason for name in self.names if name != KEPT for reason in name.split("+")})

    def dropped_for(self, reason: str) -> Flags:
        """Which rows have a reason among theirs."""
        return self._are(name != KEPT and reason in name.split("+") for name in self.names)

    def counts(self) -> Counter[str]:
        """How many rows had each fate."""
        counts = np.bincount(self.codes, minlength=len(self.names)).tolist()
        return Counter(dict(zip(self.names, counts, strict=True)))

    def _are(self, which: Iterable[bool]) -> Flags:
        return np.fromiter(which, dtype=bool, count=len(self.names))[self.codes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """For each record and language: kept, or why not."""

    keys: npt.NDArray[np.uint64]
    """`id_key` of each id."""
    fates: Mapping[str, Fates]
    """By language."""
    ids: Mapping[str, tuple[bytes, bytes]]
    """By language, the digests (`IdDigest`) of kept and of dropped ids."""


def _schema(codes: Sequence[str]) -> pa.Schema:
    """Ids, then a column for each language; `id` is Indonesian's, where it is one of them."""
    first = "row_id" if "id" in codes else "id"
    return pa.schema([(name, pa.string()) for name in (first, *codes)])


class CoverageWriter:
    """Writes rows as they come, in groups of the same size; see `coverage_writer`."""

    def __init__(self, path: Path, codes: Sequence[str]) -> None:
        self._schema = _schema(codes)
        self._waiting = self._schema.empty_table()
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")

    def add(self, ids: pa.Array, fates: Sequence[pa.Array]) -> None:
        """Add rows: their ids, and their fates in each language."""
        table = pa.concat_tables([self._waiting, pa.table([ids, *fates], schema=self._schema)])
        whole = table.num_rows - table.num_rows % _GROUP_ROWS
        if whole:
            self._write(table.slice(0, whole))
        self._waiting = table.slice(whole)

    def close(self) -> None:
        """Write the rows that wait, and end the file."""
        if self._waiting.num_rows:
            self._write(self._waiting)
        self._file.close()

    def _write(self, table: pa.Table) -> None:
        self._file.write_table(table.combine_chunks(), row_group_size=_GROUP_ROWS)


@contextlib.contextmanager
def coverage_writer(path: Path, codes: Sequence[str]) -> Iterator[CoverageWriter]:
    """What writes a coverage; it takes the place of the file that was there when the block ends well.

    Raises:
        StorageFault: it cannot be written.
    """
    with storage_errors(path), temporary_beside(path) as temporary:
        writer = CoverageWriter(temporary, codes)
        try:
            yield writer
        finally:
            writer.close()
        replace_file(temporary, path)


@dataclass(slots=True)
class _Reading:
    """Fates of one language as they are read."""

    column: int
    names: dict[str, int] = field(default_factory=dict)
    codes: array[int] = field(default_factory=lambda: array("i"))
    digests: tuple[IdDigest, IdDigest] = field(default_factory=lambda: (IdDigest(), IdDigest()))

    def add(self, batch: pa.RecordBatch) -> None:
        fates = batch.column(self.column).dictionary_encode()
        places = [self.names.setdefault(fate, len(self.names)) for fate in fates.dictionary.to_pylist()]
        codes = np.array(places, dtype=np.int32)[fates.indices.to_numpy()]
        self.codes.frombytes(codes.tobytes())
        kept = codes == self.names.get(KEPT)
        for digest, mine in zip(self.digests, (kept, ~kept), strict=True):
            digest.add(batch.column(0).filter(pa.array(mine)))

    def fates(self) -> Fates:
        return Fates(names=list(self.names), codes=np.frombuffer(self.codes, dtype=np.int32))


def read_coverage(path: Path, codes: Sequence[str]) -> Coverage:
    """Read `coverage.parquet`, some rows at a time.

    Raises:
        InputError: it is missing, damaged, or lacks a language.
    """
    keys = array("Q")
    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            reading = {code: _Reading(column=names.index(code, 1)) for code in codes}
            for batch in file.iter_batches(batch_size=_READ_ROWS, use_threads=False):
                keys.extend(map(id_key, batch.column(0).to_pylist()))
                for one in reading.values():
                    one.add(batch)
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(
            f"{path} cannot be read: {reason}", remedy="run `parallelize build` again"
        ) from error
    return Coverage(
        keys=np.frombuffer(keys, dtype=np.uint64),
        fates={code: one.fates() for code, one in reading.items()},
        ids={code: (one.digests[0].value(), one.digests[1].value()) for code, one in reading.items()},
    )
