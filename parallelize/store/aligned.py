"""Reads the aligned view of a finished corpus: one row per id, its texts in every language."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

from parallelize.core.errors import InputError, StorageFault
from parallelize.core.records import ANSWER_ROLES, ground_truth
from parallelize.core.trees import Tree, value_at
from parallelize.store.corpus import OWN_COLUMN, SAME_COLUMN, own_column
from parallelize.store.files import check_file, refuse_links, sha256_file, storage_errors
from parallelize.store.manifest import read_manifest
from parallelize.store.row_texts import RowTexts, row_texts
from parallelize.store.run import RunDirectory

__all__ = ["AlignedCorpus", "AlignedRow", "open_aligned"]

_BATCH_ROWS = 1_024
_FEWEST_ROWS = 128
_PLACE = "place"
_PART_BYTES = 32 << 20
"""Texts of rows that are sorted at once."""
_MOST_PARTS = 512
"""Files that are open at once."""
_LZ4 = ipc.IpcWriteOptions(compression="lz4")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedRow:
    """One id with its texts; a language is absent where the row was dropped."""

    id: str
    answer: str | None
    """Ground truth in source form; the texts of each language have their own."""
    texts: Mapping[str, RowTexts]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedCorpus:
    """An opened aligned view; it can be read any number of times."""

    name: str
    source_language: str
    languages: tuple[str, ...]
    """Source language first, then the targets in the manifest's order."""
    align: str
    """`intersection`: only ids kept in every language of the corpus; `union`: in any."""
    license: str | None
    manifest_sha256: str
    files: tuple[Path, ...]
    rows: int
    worded: bool
    """Whether one of the first rows has an answer or choices in words, which only the source can explain."""

    def ids(self) -> Iterator[str]:
        """Every id, in order, without reading any text."""
        for batch in _batches(self.files, [f"{OWN_COLUMN}.id"]):
            yield from batch.column(OWN_COLUMN).field("id").to_pylist()

    def read(self, languages: Sequence[str]) -> Iterator[AlignedRow]:
        """Rows in order, with the texts of the languages named.

        Args:
            languages: codes; all must be in `languages` of the corpus.

        Raises:
            StorageFault: a file is missing or damaged.
        """
        read, columns = self._read(languages)
        for batch in _batches(self.files, columns):
            yield from self._rows(batch, languages, read)

    def read_in_order(
        self,
        languages: Sequence[str],
        places: Callable[[Sequence[str]], npt.NDArray[np.int64]],
        *,
        count: int,
        scratch: Path,
    ) -> Iterator[tuple[int, AlignedRow]]:
        """Rows with their places, by place. Memory is that of one part of the rows, disk that of their texts.

        Rows are first dealt to files, each for a range of places, then each file is sorted.

        Args:
            languages: as in `read`.
            places: for ids, the place of each, or -1 for a row that is not wanted.
            count: places from here on are not wanted either.
            scratch: an empty folder for the files.

        Raises:
            StorageFault: a file is missing or damaged, or the disk is full.
        """
        read, columns = self._read(languages)
        first = next(_batches(self.files, columns), None)
        row_bytes = first.nbytes // len(first) + 1 if first else 1  # equal values are one in the file
        parts = min(count * row_bytes // _PART_BYTES + 1, _MOST_PARTS)
        each = -(-count // parts)
        at_once = min(max(_PART_BYTES // (4 * row_bytes), _FEWEST_ROWS), 8 * _BATCH_ROWS)
        with contextlib.ExitStack() as stack, storage_errors(scratch):
            sinks: dict[int, ipc.RecordBatchStreamWriter] = {}
            for batch in _batches(self.files, columns, rows=at_once):
                found = places(batch.column(OWN_COLUMN).field("id").to_pylist())
                wanted = np.flatnonzero((found >= 0) & (found < count))
                wanted = wanted[np.argsort(found[wanted])]
                dealt = batch.take(pa.array(wanted)).append_column(_PLACE, pa.array(found[wanted]))
                numbers, starts = np.unique(found[wanted] // each, return_index=True)
                for number, start, end in zip(numbers, starts, [*starts[1:], len(wanted)], strict=True):
                    if number not in sinks:
                        sink = ipc.new_stream(scratch / f"{number}.arrows", dealt.schema, options=_LZ4)
                        sinks[number] = stack.enter_context(sink)
                    sinks[number].write_batch(dealt.slice(start, end - start))
        for number in sorted(sinks):
            path = scratch / f"{number}.arrows"
            with storage_errors(path), ipc.open_stream(path) as stream:
                table = stream.read_all()
            path.unlink()
            table = table.sort_by(_PLACE)
            for batch in table.to_batches(max_chunksize=_BATCH_ROWS):
                yield from zip(
                    batch.column(_PLACE).to_pylist(), self._rows(batch, languages, read), strict=True
                )

    def _read(self, languages: Sequence[str]) -> tuple[list[str], list[str]]:
        """The languages that must be read for some languages, and all columns with them."""
        read = list(dict.fromkeys([*languages, self.source_language] if self.worded else languages))
        return read, [OWN_COLUMN, SAME_COLUMN, *read]

    def _rows(
        self, batch: pa.RecordBatch, languages: Sequence[str], read: Sequence[str]
    ) -> Iterator[AlignedRow]:
        for row in batch.to_pylist():
            ours, same = row[OWN_COLUMN], row.get(SAME_COLUMN) or {}
            trees = {code: {**same, **row[code]} for code in read if row.get(code) is not None}
            yield AlignedRow(
                id=ours["id"],
                answer=ours["answer"],
                texts={
                    code: row_texts(
                        trees[code],
                        ours["texts"],
                        answer=_answer_in(trees[code], trees.get(self.source_language), ours),
                    )
                    for code in languages
                    if code in trees
                },
            )


def _batches(
    files: Sequence[Path], columns: Sequence[str], *, rows: int = _BATCH_ROWS
) -> Iterator[pa.RecordBatch]:
    for path in files:
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                if own_column(file.schema_arrow) is None:
                    raise InputError(
                        f"{path} was made by an earlier version, whose corpora had other columns",
                        remedy="build the corpus again",
                    )
                there = [name for name in columns if name.partition(".")[0] in file.schema_arrow.names]
                yield from file.iter_batches(batch_size=rows, columns=there)
        except (OSError, pa.ArrowException) as error:
            raise StorageFault(
                f"{path} is missing or damaged: {error}",
                remedy="run `parallelize judge` on this run: it writes the corpus anew from what is kept",
            ) from error


def _answer_in(tree: Tree, source: Tree | None, ours: Mapping[str, Any]) -> str | None:
    """The ground truth of a row in one language; the source is None where no text is an answer or choice."""
    if source is None:
        return ours["answer"]  # type: ignore[no-any-return]
    paths = ((place["role"], place["path"].partition("{}")[0]) for place in ours["texts"])
    return ground_truth(
        ours["answer"],
        (
            (role, str(value_at(source, path)), str(value_at(tree, path)))
            for role, path in paths
            if role in ANSWER_ROLES
        ),
    )


def open_aligned(path: Path) -> AlignedCorpus:
    """Open the aligned view of a run, or of the folder of a corpus.

    Raises:
        InputError: there is no finished corpus, or it has no aligned view.
        StorageFault: a file that the manifest names is missing or damaged.
    """
    folder = path if (path / "manifest.json").is_file() else RunDirectory(path).corpus
    manifest_path = folder / "manifest.json"
    if folder.is_dir():
        refuse_links(folder)
    if not manifest_path.is_file():
        raise InputError(
            f"{path} holds no finished corpus: {manifest_path} is missing",
            remedy="give the folder that `parallelize build --out` wrote, after the build has ended",
        )
    manifest = read_manifest(manifest_path)
    view = manifest.parallel
    if view is None:
        raise InputError(f"{manifest_path} names no aligned view", remedy="build the corpus again")
    files = tuple(_placed(folder, name) for name in view.files)
    rows = 0
    for name, file in zip(view.files, files, strict=True):
        check_file(file, manifest.files[name].sha256)
        try:
            facts = pq.read_metadata(file)
        except (OSError, pa.ArrowException) as error:
            raise StorageFault(
                f"{file} is missing or damaged: {error}", remedy="run `parallelize judge` to write it anew"
            ) from error
        rows += facts.num_rows
    return AlignedCorpus(
        name=manifest.name or path.name,
        source_language=manifest.source.language,
        languages=view.languages,
        align=view.align,
        license=manifest.license,
        manifest_sha256=sha256_file(manifest_path),
        files=files,
        rows=rows,
        worded=_is_worded(files),
    )


def _is_worded(files: Sequence[Path]) -> bool:
    first = next(_batches(files, [OWN_COLUMN]), None)
    rows = [] if first is None else first.column(OWN_COLUMN).to_pylist()
    return any(place["role"] in ANSWER_ROLES for row in rows for place in row["texts"])


def _placed(folder: Path, name: str) -> Path:
    """A file of the manifest, inside the folder; a published corpus has it below `data/`."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"the manifest names a file outside its folder: {name!r}")
    published = folder / "data" / name
    return published if not path.is_file() and published.is_file() else path
