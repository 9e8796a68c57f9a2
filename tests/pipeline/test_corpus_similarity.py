"""Corpus-level BLEU and chrF++ of what comes back: sacreBLEU's own figures, with its signatures."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import sacrebleu

from parallelize.store.run import RunDirectory
from parallelize.store.summary import read_summary
from tests.runs import rows, run_build, write_jsonl


def test_figures_are_those_of_sacrebleu_over_the_kept_rows(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(30))
    run_build(source, tmp_path / "run", "de", "ar", engine={"fault_rate": 0.4})
    run = RunDirectory(tmp_path / "run")
    summary = read_summary(run)
    kept = set(pl.read_parquet(run.corpus / "de" / "*.parquet")["id"])
    texts = [
        text
        for path in sorted(run.translations("de").glob("*.parquet"))
        for row in pl.read_parquet(path).to_dicts()
        if row["id"] in kept
        for text in row["texts"]
    ]
    found = summary.languages["de"].similarity
    assert found is not None
    assert 0 < found.rows == len(kept) < 30
    assert found.texts == len(texts)
    sources, backs = [text["source"] for text in texts], [text["back"] for text in texts]
    assert found.bleu == round(sacrebleu.corpus_bleu(backs, [sources]).score, 2)
    assert found.chrf == round(sacrebleu.corpus_chrf(backs, [sources], word_order=2).score, 2)
    assert f"version:{sacrebleu.__version__}" in found.chrf_signature
    assert "nw:2" in found.chrf_signature
    assert "tok:13a" in found.bleu_signature
    for text in (
        (run.corpus / "README.md").read_text("utf-8"),
        (run.root / "report.html").read_text("utf-8"),
    ):
        assert found.bleu_signature in text
        assert str(found.chrf) in text


def test_nothing_translated_back_has_no_figure(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(6))
    run_build(source, tmp_path / "run", "de", back_translation={"enabled": False})
    assert read_summary(RunDirectory(tmp_path / "run")).languages["de"].similarity is None
    assert "sacreBLEU" not in (tmp_path / "run" / "corpus" / "README.md").read_text("utf-8")
