"""The quality report of a run, from what its files say."""

from __future__ import annotations

from pathlib import Path

from parallelize.core.errors import StorageFault
from parallelize.core.thresholds import Thresholds
from parallelize.pipeline.recording import load_recorded
from parallelize.pipeline.translating import translated_paths, translation_path
from parallelize.report.reported import ReportedLanguage
from parallelize.store.files import atomic_write, check_file, refuse_links
from parallelize.store.manifest import Manifest, corpus_folder, read_manifest
from parallelize.store.measurements import read_measurements
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Summary, read_summary

__all__ = ["finished_languages", "write_report"]


def write_report(run: RunDirectory, out: Path | None = None) -> Path:
    """Write the HTML report of a finished run. Returns where it is.

    Args:
        out: where to; None for `report.html` in the run directory.

    Raises:
        InputError: there is no run, or its corpus is not finished.
        StorageFault: a file of the run is missing or damaged, or the report cannot be written.
    """
    # Only here: a worker, or a recipe with a mistake, shall not wait for polars and the templates.
    from parallelize.report.facts import corpus_facts
    from parallelize.report.run_page import run_page

    manifest, summary, languages = finished_languages(run)
    page = run_page(
        run,
        facts=corpus_facts(manifest, summary),
        summary=summary,
        measurements=read_measurements(run),
        languages=languages,
    )
    path = run.report if out is None else out
    atomic_write(path, page)
    return path


def finished_languages(run: RunDirectory) -> tuple[Manifest, Summary, list[ReportedLanguage]]:
    """Manifest and summary of a finished run, and where the rows of its languages are.

    Raises:
        InputError: there is no run, or its corpus is not finished.
        StorageFault: a file of the run is missing or damaged.
    """
    run.require()
    for folder in (run.corpus, run.rejects, run.records, run.root / "translations"):
        refuse_links(folder)
    corpus = corpus_folder(run.root)
    manifest = read_manifest(run.manifest)
    summary = read_summary(run)
    for name, sha256 in summary.files.items():
        check_file(run.root / name, sha256)
    recorded = load_recorded(run)
    languages = []
    for code, entry in manifest.languages.items():
        fingerprint = bytes.fromhex(entry.fingerprint)
        chunks = []
        found = translated_paths(run, code, recorded.chunks, fingerprint, retry=True)
        for chunk, path in zip(recorded.chunks, found, strict=True):
            if path is None:
                lost = translation_path(run, code, chunk, fingerprint)
                raise StorageFault(
                    f"{lost} is missing, the translation of {chunk.path.name}",
                    remedy="run `parallelize build` again",
                )
            chunks.append((path, chunk.rows))
        languages.append(
            ReportedLanguage(
                code=code,
                chunks=chunks,
                corpus=[corpus / name for name in entry.files],
                thresholds=Thresholds.of(entry.thresholds),
            )
        )
    return manifest, summary, languages
