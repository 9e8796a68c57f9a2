"""`parallelize plan`, glossaries from files, and what engines cannot do, at the command line."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from parallelize.cli.main import main
from parallelize.core.recipe import load_recipe
from tests.runs import rows, write_jsonl


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(item) for item in arguments])
    return int(ended.value.code or 0)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "rows.jsonl", rows(20))


@pytest.fixture
def toml(tmp_path: Path, source: Path) -> Path:
    """A recipe on the scripted engine, with prices."""
    path = tmp_path / "small.toml"
    path.write_text(
        f"""# Rows of a test.
langs = ["pt"]
[source]
path = "{source}"
[engine]
name = "scripted"
counts_tokens = true
[gates.thresholds]
off_target_parts = false
foreign_share = false
[prices]
per_million_output_tokens = 1000
"""
    )
    return path


def test_a_plan_then_a_build_by_the_same_options(
    toml: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert run("plan", toml, "--out", out, "--rows", "5", "--gpus", "2,4", "--json", "--quiet") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["basis"], found["rows"], found["sampled_rows"]) == ("pilot", 20, 5)
    assert found["totals"]["wall_clock_hours_by_gpus"].keys() == {"2", "4"}
    assert found["totals"]["money"]["mid"] == pytest.approx(found["totals"]["output_tokens"]["mid"] / 1_000)
    page = Path(found["page"]).read_text(encoding="utf-8")
    assert "Building 20 rows into Portuguese takes about" in page
    assert "What is uncertain" in page
    assert "Time on 4" in page
    assert re.search(r"Of the pilot's rows \d+ of \d+ into Portuguese were kept\.", html.unescape(page))
    pilot = (out / "pilot/report.html").read_text(encoding="utf-8")
    assert "Quality report of a pilot" in pilot
    assert '<a href="../plan.html">the plan</a>' in pilot
    assert run("build", toml, "--out", out, "--json", "--quiet") == 0
    measured = json.loads((out / "measurements.json").read_text())
    tokens = measured["engines"]["scripted"]["output_tokens"]
    assert measured["cost"] == pytest.approx(tokens / 1_000)
    assert measured["engines"]["scripted"]["from_memory"] > 0


def test_a_plan_reads_well(toml: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("plan", toml, "--out", tmp_path / "run", "--rows", "5") == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("Measured on a pilot of 5 rows; 20 rows, ")
    assert "theory to practice was 1:2" in shown.out
    assert f"parallelize report {tmp_path / 'run' / 'pilot'}" in shown.out
    assert run("report", tmp_path / "run" / "pilot") == 0
    assert run("plan", toml, "--out", tmp_path / "other", "--no-engine") == 0
    assert capsys.readouterr().out.count("NOT MEASURED") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--gpus", "0"], 2, "--gpus 0 cannot be read"),
        (["--gpus", "many"], 2, "--gpus many cannot be read"),
        (["--rows", "0"], 2, "--rows"),
        (["--tokenizer", "no/such/folder"], 1, "no tokenizer at no/such/folder"),
        (["--glossary", "none.toml"], 1, "no glossary at none.toml"),
    ],
)
def test_mistakes_are_named(
    toml: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert run("plan", toml, "--out", tmp_path / "run", *arguments) == code
    assert said in capsys.readouterr().err


def test_a_glossary_file_is_found_beside_the_recipe(toml: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.toml").write_text('[pt]\nfarmer = "agricultor"\napple = ["maçã", "maçãs"]\n')
    toml.write_text('glossary = "terms.toml"\n' + toml.read_text())
    terms = load_recipe(toml).glossary
    assert terms == {"pt": {"farmer": "agricultor", "apple": ("maçã", "maçãs")}}
    inside = toml.read_text().replace('glossary = "terms.toml"\n', "")
    toml.write_text(inside + '[glossary.pt]\nfarmer = "agricultor"\napple = ["maçã", "maçãs"]\n')
    assert load_recipe(toml).glossary == terms


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[pt]\n"" = "x"\n', "cannot be empty"),
        ('[pt]\na = ""\n', "cannot be empty"),
        ("[pt]\na = []\n", "cannot be empty"),
        ('[xx-nowhere]\na = "b"\n', "xx-nowhere"),
        ("[pt\n", "not valid TOML"),
    ],
)
def test_a_wrong_glossary_is_refused(
    toml: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    (tmp_path / "terms.toml").write_text(text)
    assert run("plan", toml, "--out", tmp_path / "run", "--glossary", tmp_path / "terms.toml") == 1
    assert said in capsys.readouterr().err


def test_an_engine_that_is_not_told_of_the_glossary_is_named(
    toml: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "terms.toml").write_text('[pt]\nfarmer = "qqq"\n')
    glossary = ["--glossary", tmp_path / "terms.toml"]
    assert run("build", toml, "--out", tmp_path / "run", "--json", "--quiet", *glossary) == 0
    shown = capsys.readouterr()
    assert "pt: scripted cannot be told of the glossary; it is a gate only" in shown.err
    assert json.loads(shown.out)["languages"]["pt"]["reasons"]["glossary"] > 0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[repair]\ncandidates = 2\n", "scripted always answers the same"),
        ("[repair]\ncandidates = 5\n", "5 cannot come from 4 attempts"),
        ("[repair]\ncandidates = 2\n[back_translation]\nenabled = false\n", "which is off"),
        (
            '[repair.engine]\nname = "openai"\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\n'
            'prompt = "tower-plus"\ncontext = true\n',
            "'tower-plus' shows no context",
        ),
    ],
)
def test_what_an_engine_cannot_do_is_refused_before_any_work(
    toml: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, said: str
) -> None:
    toml.write_text(toml.read_text() + table)
    assert run("build", toml, "--out", tmp_path / "run") == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "run" / "memory").exists()
