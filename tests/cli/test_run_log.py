"""The log of a run: JSON lines, rotated, redacted. Progress as JSON, troubles and workers in `status`."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parallelize.cli import run_log
from parallelize.cli.main import cli
from parallelize.core.errors import InputError
from parallelize.store.run import RunDirectory
from parallelize.store.run_log import newest_troubles
from tests.runs import rows, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_bytes().splitlines()]


def made_recipe(folder: Path, count: int = 30, more: str = "") -> Path:
    source = write_jsonl(folder / "rows.jsonl", rows(count))
    path = folder / "recipe.toml"
    path.write_text(
        f'langs = ["pt"]\n[source]\npath = "{source}"\n[engine]\nname = "scripted"\n{more}'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n"
    )
    return path


def test_every_command_of_a_run_logs_lines(tmp_path: Path) -> None:
    run = str(tmp_path / "run")
    for arguments in (["build", str(made_recipe(tmp_path)), "--out", run], ["judge", run]):
        ended = CliRunner().invoke(cli, arguments, standalone_mode=False)
        assert ended.exception is None, ended.exception
    found = lines(tmp_path / "run")
    assert [line["command"] for line in found if line["message"] == "ends"] == ["build", "judge"]
    for line in found:
        assert line.keys() >= {"time", "level", "command", "process", "logger", "message"}
        assert line["time"].endswith("+00:00")


def test_a_key_a_control_character_and_a_traceback_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_SERVICE_API_KEY", "unshaped0key0value")

    def work() -> None:
        with run_log.log_run(tmp_path, "build"):
            logging.getLogger("x").warning("key %s, \x1b[31m\nand sk-%s", "unshaped0key0value", "a" * 30)
            raise ValueError("unshaped0key0value")

    with pytest.raises(ValueError, match="unshaped"):
        work()
    data = (tmp_path / "log.jsonl").read_bytes()
    assert b"unshaped0key0value" not in data
    assert b"sk-a" not in data
    assert b"\x1b" not in data
    warned, stopped = lines(tmp_path)[1:]
    assert warned["message"].startswith("key <redacted>, \x1b[31m\nand <redacted>")
    assert stopped["level"] == "error"
    assert "Traceback" in stopped["error"]
    assert [item.level for item in newest_troubles(tmp_path, 5)] == ["warning", "error"]


def test_a_log_is_rotated_and_no_line_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "_LARGEST_BYTES", 20_000)
    with run_log.log_run(tmp_path, "build"):
        for number in range(500):
            logging.getLogger("x").info("line %d %s", number, "y" * 100)
    parts = sorted(path.name for path in tmp_path.iterdir())
    assert parts == ["log.1.jsonl", "log.2.jsonl", "log.3.jsonl", "log.4.jsonl", "log.jsonl"]
    assert all((tmp_path / name).stat().st_size < 21_000 for name in parts)
    kept = [
        json.loads(line)["message"]
        for name in ("log.4.jsonl", "log.3.jsonl", "log.2.jsonl", "log.1.jsonl", "log.jsonl")
        for line in (tmp_path / name).read_bytes().splitlines()
    ]
    numbers = [int(message.split()[1]) for message in kept if message.startswith("line")]
    assert numbers == list(range(numbers[0], 500))


def test_the_level_of_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "_level", logging.INFO)
    command = ["--log-level", "error", "build", str(made_recipe(tmp_path)), "--out", str(tmp_path / "run")]
    assert CliRunner().invoke(cli, command, standalone_mode=False).exception is None
    assert not (tmp_path / "run" / "log.jsonl").exists()


def test_a_refused_build_leaves_no_log(tmp_path: Path) -> None:
    command = ["build", "--source", str(tmp_path / "no.jsonl"), "--langs", "pt", "--engine", "scripted"]
    ended = CliRunner().invoke(cli, [*command, "--out", str(tmp_path / "run")], standalone_mode=False)
    assert isinstance(ended.exception, InputError)
    assert not (tmp_path / "run").exists()


def test_progress_for_schedulers(tmp_path: Path) -> None:
    recipe = made_recipe(tmp_path)
    command = [sys.executable, "-m", "parallelize", "build", str(recipe), "--json-progress", "--json"]
    ended = subprocess.run(
        [*command, "--out", str(tmp_path / "run")], cwd=ROOT, capture_output=True, check=True
    )
    assert json.loads(ended.stdout)["languages"]["pt"]["kept"] == 30
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert {event["event"] for event in events} >= {"note", "progress", "end"}
    last = [event for event in events if event["event"] == "progress"][-1]["rows"]["pt"]
    assert (last["total"], last["done"], last["kept"]) == (30, 30, 30)
    assert events[-1]["exit_code"] == 0
    (tmp_path / "rows.jsonl").unlink()
    failed = subprocess.run([*command, "--out", str(tmp_path / "other")], cwd=ROOT, capture_output=True)
    event = json.loads(failed.stderr.splitlines()[0])
    assert (event["event"], event["exit_code"], failed.returncode) == ("end", 1, 1)
    assert "rows.jsonl" in event["error"]


def test_status_names_living_workers_and_troubles(tmp_path: Path) -> None:
    recipe, run = made_recipe(tmp_path), tmp_path / "run"
    CliRunner().invoke(cli, ["build", str(recipe), "--out", str(run), "--runner", "none"])
    code = (
        "import sys, time, pathlib\nfrom parallelize.store.run import RunDirectory\n"
        "with RunDirectory(pathlib.Path(sys.argv[1])).joined():\n"
        "    print('in', flush=True)\n    time.sleep(60)\n"
    )
    workers = [
        subprocess.Popen([sys.executable, "-c", code, str(run)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "in\n"
    with run_log.log_run(run, "work"):
        logging.getLogger("x").warning("the server is slow")
    workers[0].kill()
    workers[0].communicate()
    found = json.loads(CliRunner().invoke(cli, ["status", str(run), "--json"]).stdout)
    assert [name.split()[1] for name in found["workers"]] == [str(workers[1].pid)]
    assert found["troubles"][-1]["message"] == "the server is slow"
    shown = CliRunner().invoke(cli, ["status", str(run)]).output
    assert f"worker: process {workers[1].pid}" in shown
    assert "work warning: the server is slow" in shown
    workers[1].kill()
    workers[1].communicate()
    assert RunDirectory(run).workers() == []
    deadline = time.monotonic() + 60
    CliRunner().invoke(cli, ["work", str(run), "--share", "1/1"])
    ended = CliRunner().invoke(cli, ["build", str(recipe), "--out", str(run), "--runner", "none"])
    assert ended.exit_code == 0
    assert time.monotonic() < deadline
    assert not (run / "work").exists()
