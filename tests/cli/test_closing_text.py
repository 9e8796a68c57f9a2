"""The lines in which a build ends: reasons in words, what translated, what kept means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parallelize.cli.closing_text import closing_text
from parallelize.store.manifest import read_manifest, write_manifest
from parallelize.store.run import RunDirectory
from parallelize.store.summary import read_summary
from tests.runs import rows, run_build, write_jsonl


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    folder = tmp_path_factory.mktemp("closing")
    write_jsonl(folder / "rows.jsonl", rows(12))
    run_build(folder / "rows.jsonl", folder / "run", "de", engine={"fault_rate": 0.9})
    return RunDirectory(folder / "run")


def said(run: RunDirectory) -> str:
    return closing_text(run, read_summary(run), "de", 3.0)


def test_reasons_are_in_words_and_a_dropped_row_has_its_figure_and_bound(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    lines = said(run).splitlines()
    reason = next(iter(read_summary(run).languages["de"].frequent_reasons))[0]
    assert any(line.startswith(f"Why     {reason}: ") for line in lines)
    assert any(
        line.startswith("Dropped ") and (", at most " in line or ", at least " in line) for line in lines
    )
    assert f"Rejects {run.rejects}  (every dropped row with its reasons, evidence and texts)" in lines


def test_who_translated_and_what_kept_means(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = said(run)
    assert "Engine  a pseudo-engine for tests, which translates nothing" in text
    assert "Meaning Kept means that no automatic check found a fault" in text
    assert " ".join(text.split()).count("Nobody has read it.") == 1
    free = ("Corpus", "Report", "Rejects", "Next", "de ")
    assert all(len(line) <= 60 for line in text.splitlines() if not line.startswith(free))


def test_of_a_small_engine_it_says_what_readers_found(run: RunDirectory) -> None:
    manifest = read_manifest(run.manifest)
    entry = manifest.languages["de"]
    small = replace(entry, engine=replace(entry.engine, engine="bergamot"))
    try:
        write_manifest(run.manifest, replace(manifest, languages={"de": small}))
        assert "one in seven had a serious fault" in " ".join(said(run).split())
    finally:
        write_manifest(run.manifest, manifest)
