"""`build --explain`: says what a build would do again and why, and is right about it; writes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parallelize.assemble.build import build
from parallelize.assemble.explain import Explanation, LanguageExplanation, explain
from parallelize.cli.explain_text import explanation_text
from parallelize.cli.main import main
from tests.runs import Silent, recipe, rows, write_jsonl

SMALL = {"run": {"chunk_rows": 10}}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "rows.jsonl", rows(40))


def files(root: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}


def explained(source: Path, run: Path, **more: Any) -> tuple[Explanation, LanguageExplanation]:
    before = files(run)
    found = explain(recipe(source, "pt", **{**SMALL, **more}), run, Silent())
    assert files(run) == before
    return found, found.languages["pt"]


def test_nothing_is_there_yet(source: Path, tmp_path: Path) -> None:
    found, pt = explained(source, tmp_path / "run")
    assert (found.rows, found.chunks, found.recorded_before) == (40, 4, False)
    assert (pt.built_before, pt.chunks_reused, pt.rows_redone) == (False, 0, 40)
    assert not (tmp_path / "run").exists()
    assert "was not built here before" in explanation_text(found)


def test_the_same_again_reuses_everything(source: Path, tmp_path: Path) -> None:
    build(recipe(source, "pt", **SMALL), tmp_path / "run", Silent())
    found, pt = explained(source, tmp_path / "run")
    assert (pt.chunks_reused, pt.chunks_redone, pt.changes) == (4, 0, ())
    assert found.chunks_known == 4


@pytest.mark.parametrize(
    ("change", "where", "anew"),
    [
        ({"repair": {"attempts": 2}}, "repair.attempts", ()),
        ({"thresholds": {"back_chrf": 12}}, "thresholds.back_chrf", ()),
        ({"segment": {"max_chars": 60}}, "segment.max_chars", ()),
        ({"glossary": {"pt": {"farmer": "agricultor"}}}, "glossary.farmer", ()),
        ({"engine": {"fault_rate": 0.1}}, "engine.fault_rate", ("engine", "back_translation engine")),
        ({"back_translation": {"enabled": False}}, "back", ()),
    ],
)
def test_a_changed_recipe_is_named_and_the_build_does_as_was_said(
    source: Path, tmp_path: Path, change: dict[str, Any], where: str, anew: tuple[str, ...]
) -> None:
    run = tmp_path / "run"
    build(recipe(source, "pt", **SMALL), run, Silent())
    found, pt = explained(source, run, **change)
    assert where in {item.where for item in pt.changes}
    assert (pt.chunks_reused, pt.rows_redone, pt.asks_anew) == (0, 40, anew)
    assert where in explanation_text(found)
    watcher = Silent()
    build(recipe(source, "pt", **{**SMALL, **change}), run, watcher)
    assert watcher.rows == pt.rows_redone
    work = json.loads((run / "measurements.json").read_text())["engines"]["scripted"]
    assert (work["from_memory"] == 0) == bool(anew)


def test_changed_rows_redo_their_chunk_only(source: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    build(recipe(source, "pt", **SMALL), run, Silent())
    data = rows(40)
    data[13]["problem"] = "Another question about twelve apples?"
    write_jsonl(source, data)
    found, pt = explained(source, run)
    assert found.chunks_known == 3
    assert (pt.chunks_reused, pt.rows_redone, pt.changes) == (3, 10, ())
    assert "1 of them hold rows that are new, changed or moved" in explanation_text(found)
    watcher = Silent()
    build(recipe(source, "pt", **SMALL), run, watcher)
    assert watcher.rows == 10


def test_another_version_of_an_engine_is_named_though_the_recipe_is_the_same(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from parallelize.engines.scripted.translator import ScriptedTranslator

    build(recipe(source, "pt", **SMALL), tmp_path / "run", Silent())
    real = ScriptedTranslator.fingerprint
    monkeypatch.setattr(
        ScriptedTranslator, "fingerprint", lambda *given: replace(real(*given), revision="newer")
    )
    _, pt = explained(source, tmp_path / "run")
    (first, *_) = pt.changes
    assert (first.where, first.before, first.after) == ("engine: revision", "", "newer")
    assert pt.asks_anew == ("engine", "back_translation engine")


def test_the_command_says_it_and_builds_nothing(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["build", "--langs", "pt", "--source", str(source), "--out", str(tmp_path / "run")]
    command += ["--offline", "--explain"]
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main([*command, *more])
        assert ended.value.code == 0
    text, _, data = capsys.readouterr().out.partition("{")
    assert "Source: 40 rows in 1 chunks; nothing was built here before." in text
    assert json.loads("{" + data)["languages"]["pt"]["rows_redone"] == 40
    assert not (tmp_path / "run").exists()
