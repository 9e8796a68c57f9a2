"""Builds in batches: killed between waves, through files alone, and what a plan says of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import orjson
import pytest

from parallelize.assemble.build import build as build_here
from parallelize.assemble.plan import plan
from parallelize.core.errors import InputError, LeftToWorkers
from parallelize.core.recipe import load_recipe
from parallelize.engines.scripted.translator import cipher
from parallelize.store.run import RunDirectory
from parallelize.store.summary import Summary
from tests.runs import Silent, corpus_digests, recipe, rows, write_jsonl

ROOT = Path(__file__).resolve().parents[2]
PROFILE = """version = 1
chat = true
reply = "whole"
user = "{{ source.code }}>{{ target.code }}|{{ text }}"
"""
RECIPE = """langs = ["pt"]
[source]
path = "{source}"
[engine]
name = "batch"
model = "cipher"
prompt = "{prompt}"
protection = "masked"
{more}
[gates.thresholds]
off_target_parts = false
foreign_share = false
"""


def write_recipe(folder: Path, count: int, **more: object) -> Path:
    source = write_jsonl(folder / "rows.jsonl", rows(count))
    (folder / "cipher.toml").write_text(PROFILE)
    options = "\n".join(f"{name} = {json.dumps(value)}" for name, value in more.items())
    path = folder / "recipe.toml"
    path.write_text(RECIPE.format(source=source, prompt=folder / "cipher.toml", more=options))
    return path


def build(path: Path, run: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "parallelize", "build", str(path), "--out", str(run), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=run.parent
    )


def tables(run: Path) -> dict[str, str]:
    return {name: digest for name, digest in corpus_digests(run).items() if name.endswith(".parquet")}


def stats(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats") as response:
        found: dict[str, Any] = json.load(response)
        return found


def started(*arguments: str) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, "-m", "tests.engines.batch_server", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@pytest.mark.slow
def test_a_build_that_is_killed_between_waves_pays_once(tmp_path: Path) -> None:
    server, port = started("--share", "0.2", "--batch-share", "0.15", "--looks", "3", "--seed", "5")
    options = {"requests": 25, "gather_seconds": 0.3, "poll_seconds": 0.2, "max_attempts": 20}
    path = write_recipe(tmp_path, 40, base_url=f"http://127.0.0.1:{port}/v1", **options)
    run, kills = tmp_path / "run", 0
    try:
        for enough in (2, 6):
            process = build(path, run)
            while stats(port)["batches"] < enough and process.poll() is None:
                time.sleep(0.02)
            if process.poll() is None:
                process.kill()
                kills += 1
            process.communicate()
        process = build(path, run)
        out, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
        told = stats(port)
        assert kills == 2
        assert set(told["answered"].values()) == {1}
        blamed = told["went_wrong"].get("bad_line", 0)
        summary = json.loads(out)["languages"]["pt"]
        assert summary["rows_in"] == 40
        assert summary["kept"] >= 40 - blamed
        assert sum(told["went_wrong"].values()) > 10
        assert list(RunDirectory(run).batches.iterdir()) == []
    finally:
        server.kill()
        server.communicate()


def answer(folder: Path) -> int:
    """What a batch program does with files of requests that have no replies yet."""
    answered = 0
    for path in sorted(folder.glob("requests-*.jsonl")):
        replies = path.with_name(path.name.replace("requests", "replies"))
        if replies.exists():
            continue
        lines = []
        for line in path.read_bytes().splitlines():
            asked = orjson.loads(line)
            pair, _, said = asked["body"]["messages"][-1]["content"].partition("|")
            text = said.translate(cipher(*pair.split(">")))
            body = {"choices": [{"finish_reason": "stop", "message": {"content": text}}]}
            lines.append({"custom_id": asked["custom_id"], "response": {"status_code": 200, "body": body}})
        replies.write_bytes(b"\n".join(map(orjson.dumps, lines)))
        answered += len(lines)
    return answered


def test_a_build_through_files_alone_takes_a_wave_for_each_direction(tmp_path: Path) -> None:
    folder = tmp_path / "waves"
    path = write_recipe(tmp_path, 12, gather_seconds=0.3)

    def built(run: str, **files: str) -> Summary:
        return build_here(load_recipe(path, {"run": files}), tmp_path / run, Silent())

    waves = []
    for _ in range(2):  # there, and back
        with pytest.raises(LeftToWorkers, match="requests are written to 1 file"):
            built("run", requests_out=str(folder), replies_in=str(folder))
        waves.append(answer(folder))
    assert min(waves) >= 12
    summary = built("run", requests_out=str(folder), replies_in=str(folder))
    assert summary.languages["pt"].kept == 12
    assert built("again", replies_in=str(folder)).languages["pt"].kept == 12
    assert tables(tmp_path / "again") == tables(tmp_path / "run")


def test_workers_and_other_engines_go_with_no_batches(tmp_path: Path) -> None:
    path = write_recipe(tmp_path, 2, base_url="http://127.0.0.1:9/v1")
    with pytest.raises(InputError, match=r"answers in batches, and run\.runner is processes:2"):
        build_here(load_recipe(path, {"run": {"runner": "processes:2"}}), tmp_path / "run", Silent())
    scripted = recipe(tmp_path / "rows.jsonl", "pt", run={"requests_out": str(tmp_path / "out")})
    with pytest.raises(InputError, match="need the engine batch"):
        build_here(scripted, tmp_path / "other", Silent())


def test_a_plan_counts_batches_at_their_price_and_asks_for_none(tmp_path: Path) -> None:
    prices = {"per_million_input_tokens": 3.0, "per_million_output_tokens": 15.0}
    path = write_recipe(tmp_path, 20, base_url="http://127.0.0.1:9/v1")
    engine = {"name": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "cipher"}
    table = {"prompt": str(tmp_path / "cipher.toml"), "protection": "masked"}
    one_by_one = recipe(tmp_path / "rows.jsonl", "pt", engine={**engine, **table}, prices=prices)
    watcher = Silent()
    batches = plan(load_recipe(path, {"prices": prices}), tmp_path / "run", watcher).money
    single = plan(one_by_one, tmp_path / "other", Silent(), use_engine=False).money
    assert batches is not None
    assert single is not None
    assert batches.mid == pytest.approx(single.mid / 2)
    assert any("not asked for a pilot" in text for text in watcher.warnings)
