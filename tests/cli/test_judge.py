"""`parallelize judge --dry-run` and `--sweep`, and the lines in which a build ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from parallelize.cli.judge import sweep_values
from parallelize.cli.main import cli
from parallelize.core.errors import UsageError

ROWS = [
    {
        "id": f"r{number}",
        "question": f"Ann has {number} apples and buys two. How many has she?",
        "answer": str(number + 2),
    }
    for number in range(3, 13)
]


def call(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), catch_exceptions=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A run, what its build wrote to stdout, and what to stderr."""
    folder = tmp_path_factory.mktemp("judge")
    source = folder / "rows.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    held_out = folder / "test.jsonl"
    held_out.write_text(
        json.dumps({"id": "x", "question": "Nothing of the kind stands in this set. " * 4}) + "\n"
    )
    words = ("build", "--langs", "pt", "--source", str(source), "--offline", "--decontaminate", str(held_out))
    done = call(*words, "--out", str(folder / "run"))
    assert done.exit_code == 0, done.output
    return folder / "run", done.stdout, done.stderr


def test_a_build_ends_in_few_lines(built: tuple[Path, str, str]) -> None:
    run, said, noted = built
    lines = said.rstrip("\n").split("\n")
    assert len(lines) <= 14
    assert lines[0].startswith("pt Portuguese: kept ")
    assert f"parallelize report {run}" in said
    assert f"parallelize export {run}" in said
    assert any("Ann has 3 apples" in line for line in lines)
    assert "0 of 10 rows left out" in noted
    assert "10/10 rows" in noted  # the last line of progress says that all is done


def test_dry_run_says_what_would_change_and_changes_nothing(built: tuple[Path, str, str]) -> None:
    run, _, _ = built
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file() and path.suffix != ".txt"}
    dry = json.loads(call("judge", str(run), "--min-chrf", "99.9", "--dry-run", "--json").stdout)
    assert {path: path.read_bytes() for path in before} == before
    change = dry["languages"]["pt"]
    assert change["rows"] == len(ROWS)
    assert change["kept_then"] < change["kept_now"]
    assert change["lost"]
    said = call("judge", str(run), "--min-chrf", "99.9", "--dry-run").stdout
    assert f"{change['kept_then']} then" in said
    assert "Nothing was changed" in said


def test_sweep_agrees_with_judging(built: tuple[Path, str, str]) -> None:
    run, _, _ = built
    found = json.loads(call("judge", str(run), "--sweep", "back_chrf=50:90:20", "--json").stdout)
    kept = [step["kept"]["pt"] for step in found["steps"]]
    assert [step["value"] for step in found["steps"]] == [50.0, 70.0, 90.0]
    assert kept == sorted(kept, reverse=True)
    for step in found["steps"]:
        dry = call("judge", str(run), "--threshold", f"back_chrf={step['value']}", "--dry-run", "--json")
        assert json.loads(dry.stdout)["languages"]["pt"]["kept_then"] == step["kept"]["pt"]
    assert "back_chrf" in call("judge", str(run), "--sweep", "back_chrf=50:90:20").stdout


def test_sweeps_are_read_with_both_ends() -> None:
    assert sweep_values("back_chrf=30:70:10") == ("back_chrf", [30, 40, 50, 60, 70])
    assert sweep_values("foreign_share=0:0.3:0.1") == ("foreign_share", [0, 0.1, 0.2, 0.3])
    for wrong in (
        "back_chrf",
        "back_chrf=1:2",
        "back_chrf=a:b:c",
        "x=1:2:0",
        "x=2:1:1",
        "x=0:1e9:1",
        "x=0:inf:1",
    ):
        with pytest.raises(UsageError):
            sweep_values(wrong)
