"""A build that keeps nothing says so by its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from parallelize.cli.main import main
from tests.runs import write_jsonl


@pytest.mark.parametrize("as_json", [False, True])
def test_a_build_that_keeps_nothing_ends_with_a_gate_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    recipe = tmp_path / "strict.toml"
    (tmp_path / "rows.jsonl").write_text(json.dumps({"id": "a", "question": "How many hens has she?"}) + "\n")
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "{tmp_path / "rows.jsonl"}"\n[engine]\nname = "scripted"\n'
        "[gates.thresholds]\nback_chrf = 101\n"
    )
    with pytest.raises(SystemExit) as ended:
        main(["build", str(recipe), "--out", str(tmp_path / "run"), *(["--json"] if as_json else [])])
    shown = capsys.readouterr()
    assert ended.value.code == 4
    assert "no row was kept (pt: language, back_translation)" in shown.err
    assert "parallelize report" in shown.err
    assert (tmp_path / "run" / "corpus" / "manifest.json").exists(), "what was found out stays"
    if as_json:
        assert json.loads(shown.out)["languages"]["pt"]["kept"] == 0


def test_a_source_whose_problems_are_blank_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{"problem": problem, "answer": "1"} for problem in ("", None, "  ")]
    source = write_jsonl(tmp_path / "rows.jsonl", rows)
    with pytest.raises(SystemExit) as ended:
        main(["build", "--source", str(source), "--langs", "pt", "--out", str(tmp_path / "run"), "--quiet"])
    said = capsys.readouterr().err
    assert ended.value.code == 4
    assert "no row of the source can be used (no_text 3)" in said


def test_a_source_of_tasks_about_words_says_how_they_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = ("Translate into French: the cat sleeps.", "Which word rhymes with cat: hat or dog?")
    source = write_jsonl(tmp_path / "rows.jsonl", [{"problem": task, "solution": "hat"} for task in tasks])
    with pytest.raises(SystemExit) as ended:
        main(["build", "--source", str(source), "--langs", "pt", "--out", str(tmp_path / "run"), "--quiet"])
    said = capsys.readouterr().err
    assert ended.value.code == 4
    assert "untranslatable 2" in said
    assert "language_tasks" in said
    assert pl.read_parquet(tmp_path / "run" / "rejects" / "source.parquet").height == 2
