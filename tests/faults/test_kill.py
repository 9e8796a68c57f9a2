"""SIGKILL at any moment: the next run goes on, makes nothing twice, and ends with the same bytes."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.runs import corpus_digests, rows, write_jsonl
from tests.storms import kills

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
DELAY_SECONDS = "0.02"
ON_THE_WAY = 1
"""The one reply that the driver has noted and the journal may not have yet."""


def start(source: Path, run: Path, log: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.driver", str(source), str(run), str(log), DELAY_SECONDS],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def replies(log: Path) -> list[bytes]:
    return [line for line in log.read_bytes().split(b"\n") if len(line) == 64] if log.exists() else []


def finish(process: subprocess.Popen[bytes]) -> None:
    _, errors = process.communicate(timeout=3600)
    assert process.returncode == 0, errors.decode()


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_twenty_kills_change_nothing_and_repeat_only_what_was_on_its_way(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    storm = kills(request, KILLS)
    source = write_jsonl(tmp_path / "rows.jsonl", rows(15 * storm))
    finish(start(source, tmp_path / "calm", tmp_path / "calm.log"))
    calm = corpus_digests(tmp_path / "calm")
    wanted = set(replies(tmp_path / "calm.log"))

    chance = random.Random(7)
    run, log = tmp_path / "stormy", tmp_path / "stormy.log"
    killed = 0
    while killed < storm:
        before = len(replies(log))
        process = start(source, run, log)
        enough = chance.randint(1, 5 * len(wanted) // (2 * storm))
        deadline = time.monotonic() + (chance.uniform(0.5, 3.0) if killed % 4 == 0 else 60)
        while process.poll() is None and len(replies(log)) - before < enough and time.monotonic() < deadline:
            time.sleep(0.005)
        if process.poll() is not None:
            break  # finished before its time: nothing is left to disturb
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += 1
    finish(start(source, run, log))

    made = replies(log)
    repeated = len(made) - len(set(made))
    assert killed >= 2 * storm // 5
    assert set(made) == wanted
    # Answered is kept: only what was between the engine and the journal can be made again.
    assert repeated <= killed * ON_THE_WAY
    ours = corpus_digests(run)
    assert {name: ours[name] for name in calm if name.endswith(".parquet")} == {
        name: digest for name, digest in calm.items() if name.endswith(".parquet")
    }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_stop_saves_everything_and_says_how_to_go_on(tmp_path: Path, number: signal.Signals) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(200))
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        f'langs = ["pt"]\n[source]\npath = "{source}"\n[engine]\nname = "scripted"\ndelay_seconds = 0.2\n'
        "[gates.thresholds]\noff_target_parts = false\nforeign_share = false\n"
    )
    run = tmp_path / "run"
    command = [sys.executable, "-m", "parallelize", "build", str(recipe), "--out", str(run)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(run.rglob("memory/*/*.journal")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert b"run the same command again" in errors
    assert b"Traceback" not in errors
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_killed_judging_ends_in_the_same_bytes(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    from tests.runs import run_build

    run = tmp_path / "run"
    run_build(write_jsonl(tmp_path / "rows.jsonl", rows(200)), run, "pt", "de", engine={"fault_rate": 0.1})
    whole = corpus_digests(run)
    command = [sys.executable, "-m", "parallelize", "judge", str(run)]
    chance = random.Random(11)
    broken = 0
    for _ in range(kills(request, KILLS)):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        manifest = run / "corpus" / "manifest.json"
        # Half of the kills wait until the corpus is being written: while it is, it has no manifest.
        deadline = time.monotonic() + chance.uniform(0.2, 3.0)
        writing = chance.random() < 0.5
        while process.poll() is None and time.monotonic() < deadline + (30 if writing else 0):
            if writing and not manifest.exists():
                time.sleep(chance.uniform(0, 0.1))
                break
            time.sleep(0.001)
        process.kill()
        process.communicate()
        if manifest.exists():
            assert corpus_digests(run) == whole
        else:
            broken += 1
    assert broken
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
    assert corpus_digests(run) == whole
    assert not [path for path in run.rglob(".*") if path.name.endswith((".tmp", ".new"))]
