"""Whether the files of a run beside its corpus are what was written, by checksums, digests and names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from parallelize.core.errors import ParallelizeError
from parallelize.store.check_tables import Problem
from parallelize.store.chunk_files import check_chunk
from parallelize.store.files import check_file
from parallelize.store.json_files import read_json
from parallelize.store.languages import read_languages
from parallelize.store.measurements import read_measurements
from parallelize.store.records_index import read_records_index
from parallelize.store.run import RunDirectory
from parallelize.store.summary import read_summary

__all__ = ["run_problems"]


def run_problems(run: RunDirectory) -> list[Problem]:
    """Everything that is wrong with the files of a run, its corpus and its memory left out.

    Reads every byte of records, translations and rejects. Files that are not there yet are no problem.
    """
    return list(_problems(run))


def _problems(run: RunDirectory) -> Iterator[Problem]:
    readers: tuple[tuple[Path, Callable[[], object]], ...] = (
        (run.recipe, lambda: read_json(run.recipe)),
        (run.languages, lambda: read_languages(run.languages)),
        (run.asked, lambda: read_languages(run.asked)),
        (run.records_index, lambda: read_records_index(run)),
        (run.summary, lambda: read_summary(run)),
        (run.measurements, lambda: read_measurements(run)),
    )
    for path, read in readers:
        if path.is_file():
            yield from _tried(run, path, read)
    if run.summary.is_file():
        try:
            beside = read_summary(run).files
        except ParallelizeError:
            beside = {}  # said above
        for name, sha256 in beside.items():
            path = run.root / name
            yield from _tried(run, path, lambda path=path, sha256=sha256: check_file(path, sha256))  # type: ignore[misc]
    for path in sorted([*run.records.glob("*.parquet"), *(run.root / "translations").glob("*/*.parquet")]):
        yield from _tried(run, path, lambda path=path: check_chunk(path))  # type: ignore[misc]


def _tried(run: RunDirectory, path: Path, read: Callable[[], object]) -> Iterator[Problem]:
    try:
        read()
    except ParallelizeError as error:
        where = path.relative_to(run.root).as_posix()
        yield Problem("changed" if path.exists() else "missing", where, error.message)
