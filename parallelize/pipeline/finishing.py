"""From translated chunks to a finished corpus: judge, write, align, summarize, manifest last. No engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from parallelize.core.errors import InputError, StorageFault
from parallelize.core.recipe import Recipe
from parallelize.pipeline.corpus_manifest import corpus_manifest
from parallelize.pipeline.corpus_similarity import back_translation_similarity
from parallelize.pipeline.corpus_tables import WrittenTables, write_tables
from parallelize.pipeline.language_state import LanguageState
from parallelize.pipeline.recording import Recorded
from parallelize.store.chunk_files import check_chunk
from parallelize.store.files import atomic_write, check_file, sha256_file
from parallelize.store.manifest import CARD, PARALLEL, FileEntry, Manifest, SourceRows, write_manifest
from parallelize.store.run import RunDirectory
from parallelize.store.summary import CoverageCounts, LanguageFigures, Summary, write_summary

__all__ = ["CorpusTexts", "finish_corpus", "require_whole"]

CITATION = "CITATION.cff"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusTexts:
    """What writes the texts of a corpus, from its manifest as far as it is known."""

    card: Callable[[Manifest, Summary], str]
    """The dataset card."""
    citation: Callable[[Manifest], str]
    """The citation file."""


def finish_corpus(
    run: RunDirectory,
    recipe: Recipe,
    recorded: Recorded,
    languages: Sequence[LanguageState],
    *,
    texts: CorpusTexts,
    versions: Mapping[str, str],
) -> Summary:
    """Judge every translated row and write the corpus. Returns the summary.

    The same translated rows and thresholds give the same bytes. The manifest goes first and comes last:
    while it is missing, the corpus is not complete. Before that, everything that is to be read is checked,
    so that a corpus that was whole stays whole where something is missing.

    Raises:
        InputError: there is no language.
        StorageFault: a file is missing or damaged (the corpus is as it was), or cannot be written.
    """
    require_whole(run, recorded, languages)
    run.manifest.unlink(missing_ok=True)
    written = write_tables(run, recipe, recorded, languages)
    figures = {
        state.code: replace(
            written.summaries[state.code].figures(),
            similarity=back_translation_similarity(
                recorded.chunks, state.whole_paths(run, recorded.chunks), written.kept[state.code]
            ),
        )
        for state in languages
    }
    summary = _summary(run, recorded, written, figures)
    write_summary(run, summary)
    manifest = corpus_manifest(run, recipe, recorded, languages, summary, written.files, versions)
    manifest = _with_citation(run, manifest, texts.citation(manifest))
    card = texts.card(manifest, summary)
    atomic_write(run.corpus / CARD, card)
    _forget_others(run, set(written.files))
    write_manifest(run.manifest, replace(manifest, card_sha256=hashlib.sha256(card.encode()).hexdigest()))
    return summary


def _with_citation(run: RunDirectory, manifest: Manifest, citation: str) -> Manifest:
    path = run.corpus / CITATION
    atomic_write(path, citation)
    entry = FileEntry(sha256=sha256_file(path), bytes=path.stat().st_size)
    return replace(manifest, files={**manifest.files, CITATION: entry})


def require_whole(run: RunDirectory, recorded: Recorded, languages: Sequence[LanguageState]) -> None:
    """See that every chunk that a corpus is made of is there and undamaged; change nothing.

    Raises:
        InputError: there is no language.
        StorageFault: a chunk is missing or damaged; the message names it.
    """
    if not languages:
        raise InputError(
            f"no language of {run.root} is translated yet", remedy="build it first, with `parallelize build`"
        )
    for chunk in recorded.chunks:
        check_chunk(chunk.path)
    for state in languages:
        missing = state.missing(run, recorded.chunks)
        if missing:
            raise StorageFault(
                f"{state.code}: {missing} of {len(recorded.chunks)} translated chunks are missing from "
                f"{run.translations(state.code)}; the corpus is left as it is",
                remedy="run `parallelize build` again: what is in the memory is not translated twice",
            )
        for path in state.paths(run, recorded.chunks):
            if path is not None:
                check_chunk(path)
    if recorded.rejects_sha256 is not None:
        check_file(run.source_rejects, recorded.rejects_sha256)


def _summary(
    run: RunDirectory,
    recorded: Recorded,
    written: WrittenTables,
    figures: Mapping[str, LanguageFigures],
) -> Summary:
    kept_in = written.kept_in
    beside = [
        run.coverage,
        run.source_rejects,
        *(run.rejects / f"{code}.parquet" for code in figures),
    ]
    return Summary(
        source=_source_rows(recorded),
        languages=figures,
        coverage=CoverageCounts(kept_in_languages={str(n): kept_in[n] for n in sorted(kept_in)}),
        parallel_rows=sum(rows for _, rows in written.files[PARALLEL]),
        files={path.relative_to(run.root).as_posix(): sha256_file(path) for path in beside},
    )


def _source_rows(recorded: Recorded) -> SourceRows:
    return SourceRows(
        rows=recorded.rows,
        records=recorded.records,
        rejected=sum(recorded.rejected.values()),
        rejected_reasons=recorded.rejected,
    )


def _forget_others(run: RunDirectory, names: set[str]) -> None:
    """Remove folders of languages that are no longer part of the corpus, and nothing else."""
    for folder in run.corpus.iterdir():
        if folder.is_dir() and folder.name not in names and any(folder.glob("train-*-of-*.parquet")):
            for path in folder.glob("train-*-of-*.parquet"):
                path.unlink()
            folder.rmdir()
