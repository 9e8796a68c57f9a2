"""Storms: a command and all its processes killed again and again at any moment; at last, the same bytes.

Twenty-two kills in all in an ordinary run, two hundred a storm with `pytest --nightly`, or `--kills N`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.runs import corpus_digests, rows, write_jsonl
from tests.storms import kills

ROOT = Path(__file__).resolve().parents[2]
STORMS = {"workers": 8, "shares": 6, "export": 4, "study": 4}
"""Kills of each storm in an ordinary run."""


def recipe(folder: Path) -> Path:
    source = write_jsonl(folder / "rows.jsonl", rows(160))
    path = folder / "recipe.toml"
    path.write_text(
        f'langs = ["pt", "de"]\n[source]\npath = "{source}"\n'
        '[engine]\nname = "scripted"\nfault_rate = 0.1\ndelay_seconds = 0.02\n[run]\nchunk_rows = 8\n'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n"
    )
    return path


def start(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "parallelize", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def finish(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=200)
    assert process.returncode == 0, errors.decode()


def tables(run: Path) -> dict[str, str]:
    return {name: digest for name, digest in corpus_digests(run).items() if name.endswith(".parquet")}


def kill_all(
    process: subprocess.Popen[bytes], seconds: float, number: signal.Signals = signal.SIGKILL
) -> bool:
    """End a command and every process that it started; False where it had ended by itself."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, number)
    _, errors = process.communicate()
    assert b"Traceback" not in errors or process.returncode == -number, errors.decode()
    return alive


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("calm")
    finish(start("build", recipe(folder), "--out", folder / "run"))
    return folder


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_build_by_workers(calm: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    chance, run, killed = random.Random(5), tmp_path / "run", 0
    command = ("build", calm / "recipe.toml", "--out", run, "--runner", "processes:2")
    for _ in range(kills(request, STORMS["workers"])):
        killed += kill_all(start(*command), chance.uniform(0.5, 5.0))
    finish(start(*command))
    assert killed >= 2
    assert tables(run) == tables(calm / "run")
    assert not (run / "work").exists()
    assert not [*run.rglob(".*.tmp"), *run.rglob(".*.new")]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_shares_of_a_run(calm: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    chance, run, killed = random.Random(6), tmp_path / "run", 0
    finish(start("build", calm / "recipe.toml", "--out", run, "--runner", "none"))
    for number in range(kills(request, STORMS["shares"])):
        killed += kill_all(start("work", run, "--share", f"{number % 2 + 1}/2"), chance.uniform(0.5, 4.0))
    for share in ("1/2", "2/2"):
        finish(start("work", run, "--share", share))
    finish(start("build", calm / "recipe.toml", "--out", run, "--runner", "none"))
    assert killed >= 1
    assert tables(run) == tables(calm / "run")


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_export(calm: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    chance, killed = random.Random(7), 0
    out, wanted = tmp_path / "out", tmp_path / "wanted"
    command = ("export", calm / "run", "--format", "messages", "--out")
    finish(start(*command, wanted))
    for _ in range(kills(request, STORMS["export"])):
        killed += kill_all(start(*command, out), chance.uniform(0.3, 3.0))
    finish(start(*command, out))
    assert killed >= 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        path.name: path.read_bytes() for path in wanted.iterdir()
    }
    shutil.rmtree(out)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_study(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Two models on a benchmark in two languages; SIGKILL, SIGTERM and SIGINT in turn."""
    for code, text in {
        "de": "Der Bauer verkauft {n} Äpfel. Wie viele?",
        "en": "He sells {n}. How many?",
    }.items():
        rows = [{"problem": text.format(n=n), "answer": n} for n in range(60)]
        write_jsonl(tmp_path / f"apples_{code}.jsonl", rows)
    recipe = tmp_path / "study.toml"
    recipe.write_text(
        f'title = "s"\nbenchmarks = ["{tmp_path}/apples_{{lang}}.jsonl"]\nlangs = ["de", "en"]\n[engine]\n'
        'name = "scripted"\ndelay_seconds = 0.3\n'
        '[[models]]\nname = "first"\n[[models]]\nname = "second"\nengine = { seed = 7 }\n'
    )
    chance, killed, out = random.Random(8), 0, tmp_path / "out"
    signals = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
    finish(start("study", recipe, "--out", tmp_path / "calm", "--quiet"))
    for turn in range(kills(request, STORMS["study"])):
        process = start("study", recipe, "--out", out, "--quiet")
        killed += kill_all(process, chance.uniform(0.5, 4.0), signals[turn % 3])
    finish(start("study", recipe, "--out", out, "--quiet"))
    assert killed >= 1
    assert results(out) == results(tmp_path / "calm")
    assert not [*out.rglob(".*.tmp"), *out.rglob(".*.new")]


def results(folder: Path) -> dict[str, bytes]:
    """Every file of a study that holds no times."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"lock", "log.jsonl", "measurements.json"}
        if "memory" not in path.parts
    }
