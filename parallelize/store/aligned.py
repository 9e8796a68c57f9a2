"""Reads the aligned view of a finished corpus: one row per id, its texts in every language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from parallelize.core.errors import InputError, StorageFault
from parallelize.core.records import ANSWER_ROLES, ground_truth
from parallelize.core.trees import Tree, value_at
from parallelize.store.corpus import OWN_COLUMN, SAME_COLUMN, own_column
from parallelize.store.files import check_file, refuse_links, sha256_file
from parallelize.store.manifest import read_manifest
from parallelize.store.row_texts import RowTexts, row_texts
from parallelize.store.run import RunDirectory

__all__ = ["AlignedCorpus", "AlignedRow", "open_aligned"]

_BATCH_ROWS = 1_024


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
    bytes_per_row: int
    """Average size of a row before compression, all languages together; at least 1."""

    def ids(self) -> Iterator[str]:
        """Every id, in order, without reading any text."""
        for batch in self._batches([f"{OWN_COLUMN}.id"]):
            yield from batch.column(OWN_COLUMN).field("id").to_pylist()

    def read(self, languages: Sequence[str], *, only: Collection[str] | None = None) -> Iterator[AlignedRow]:
        """Rows in order, with the texts of the languages named.

        Args:
            languages: codes; all must be in `languages` of the corpus.
            only: ids to read. None: all.

        Raises:
            StorageFault: a file is missing or damaged.
        """
        wanted = None if only is None else pa.array(sorted(only), pa.string())
        source = [self.source_language] if self._has_answers() else []
        for batch in self._batches(list(dict.fromkeys([OWN_COLUMN, SAME_COLUMN, *languages, *source]))):
            ids = batch.column(OWN_COLUMN).field("id")
            rows = batch if wanted is None else batch.filter(pc.is_in(ids, wanted))
            for row in rows.to_pylist():
                ours, same = row[OWN_COLUMN], row.get(SAME_COLUMN) or {}
                trees = {
                    code: {**same, **row[code]} for code in [*languages, *source] if row[code] is not None
                }
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

    def _has_answers(self) -> bool:
        """Whether one of the first rows offers choices, or has answers that are translated."""
        first = next(iter(self._batches([OWN_COLUMN])), None)
        rows = [] if first is None else first.column(OWN_COLUMN).to_pylist()
        return any(place["role"] in ANSWER_ROLES for row in rows for place in row["texts"])

    def _batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for path in self.files:
            try:
                with pq.ParquetFile(path, page_checksum_verification=True) as file:
                    if own_column(file.schema_arrow) is None:
                        raise InputError(
                            f"{path} was made by an earlier version, whose corpora had other columns",
                            remedy="build the corpus again",
                        )
                    there = [name for name in columns if name.partition(".")[0] in file.schema_arrow.names]
                    yield from file.iter_batches(batch_size=_BATCH_ROWS, columns=there)
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
    size = rows = 0
    for name, file in zip(view.files, files, strict=True):
        check_file(file, manifest.files[name].sha256)
        try:
            facts = pq.read_metadata(file)
        except (OSError, pa.ArrowException) as error:
            raise StorageFault(
                f"{file} is missing or damaged: {error}", remedy="run `parallelize judge` to write it anew"
            ) from error
        rows += facts.num_rows
        size += sum(facts.row_group(index).total_byte_size for index in range(facts.num_row_groups))
    return AlignedCorpus(
        name=manifest.name or path.name,
        source_language=manifest.source.language,
        languages=view.languages,
        align=view.align,
        license=manifest.license,
        manifest_sha256=sha256_file(manifest_path),
        files=files,
        rows=rows,
        bytes_per_row=max(1, size // max(rows, 1)),
    )


def _placed(folder: Path, name: str) -> Path:
    """A file of the manifest, inside the folder; a published corpus has it below `data/`."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"the manifest names a file outside its folder: {name!r}")
    published = folder / "data" / name
    return published if not path.is_file() and published.is_file() else path
