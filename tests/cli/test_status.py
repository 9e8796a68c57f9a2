"""How far a run is: finished, stopped, or under way."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parallelize.cli.main import cli
from parallelize.core.errors import InputError
from tests.runs import rows, run_build, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


def status(run: Path) -> dict[str, Any]:
    done = CliRunner().invoke(cli, ["status", str(run), "--json"], standalone_mode=False)
    assert done.exception is None, done.exception
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_finished_run(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(40))
    summary = run_build(
        source, tmp_path / "run", "pt", "de", engine={"fault_rate": 0.3}, run={"chunk_rows": 10}
    )
    found = status(tmp_path / "run")
    assert (found["complete"], found["in_use_by"], found["rows"]) == (True, None, 40)
    for item in found["languages"]:
        part = summary["languages"][item["code"]]
        assert (item["rows"], item["done"], item["judged"]) == (40, 40, 40)
        assert (item["kept"], item["reasons"]) == (part["kept"], part["reasons"])
        assert item["engine"].startswith("scripted")
        assert item["seconds_left"] == 0
    assert found["disk_bytes"]["corpus"] > 0
    assert found["free_bytes"] > 0
    text = CliRunner().invoke(cli, ["status", str(tmp_path / "run")]).output
    assert "complete" in text
    assert "100%" in text


def test_a_run_under_way_and_stopped(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(400))
    run = tmp_path / "run"
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "{source}"\n[engine]\nname = "scripted"\ndelay_seconds = 0.02\n'
        "[run]\nchunk_rows = 20\nwindow_segments = 40\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "parallelize", "build", str(recipe), "--out", str(run), "--quiet"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if len(list((run / "translations" / "pt").glob("*.parquet"))) >= 3:
            break
        time.sleep(0.05)
    found = status(run)
    assert f"process {process.pid} on " in (found["in_use_by"] or "")
    (item,) = found["languages"]
    assert not found["complete"]
    assert 60 <= item["done"] < 400
    assert item["rows_per_second"] > 0
    assert item["seconds_left"] > 0
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 143
    stopped = CliRunner().invoke(cli, ["status", str(run)]).output
    assert "stopped before its end" in stopped
    assert "run the same `parallelize build` again" in stopped


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["status", str(tmp_path)], standalone_mode=False)
    assert isinstance(done.exception, InputError)
    with pytest.raises(InputError, match="is not a run directory"):
        raise done.exception
