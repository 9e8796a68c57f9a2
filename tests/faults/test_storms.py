"""Storms: a command and all its processes killed again and again at any moment; at last, the same bytes.

Eighteen kills in all in an ordinary run, two hundred a storm with `pytest --nightly`, or `--kills N`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.runs import corpus_digests, rows, write_jsonl
from tests.storms import kills

ROOT = Path(__file__).resolve().parents[2]
STORMS = {"workers": 5, "shares": 5, "export": 4, "study": 4}
"""Kills of each storm in an ordinary run."""


def recipe(folder: Path) -> Path:
    source = write_jsonl(folder / "rows.jsonl", rows(64))
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
    _, errors = process.communicate(timeout=900)
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
    assert alive or process.returncode == 0, errors.decode()
    assert b"Traceback" not in errors or process.returncode == -number, errors.decode()
    return alive


def storm(
    request: pytest.FixtureRequest,
    name: str,
    command: Callable[[int], tuple[object, ...]],
    seconds: tuple[float, float],
    whole: Callable[[], None],
    signals: Sequence[signal.Signals] = (signal.SIGKILL,),
) -> None:
    """Kill a command as often as wanted, then let it end; whenever it ended by itself, begin anew.

    Args:
        name: of the storm.
        command: arguments of the next start, which is numbered from 0.
        seconds: between these a start is killed, by chance: parts of what an undisturbed one takes here and
            now, so that on a busy machine kills fall into all that is done, not into the start alone.
        whole: looks at what a start that ended by itself left, and removes it.
        signals: taken in turn.
    """
    chance, killed, started = random.Random(name), 0, 0
    while killed < kills(request, STORMS[name]):
        number = signals[killed % len(signals)]
        alive = kill_all(start(*command(started)), chance.uniform(*seconds), number)
        killed, started = killed + alive, started + 1
        if not alive:
            whole()
    finish(start(*command(started)))
    whole()


def timed(*arguments: object) -> float:
    """Seconds on the clock of an undisturbed command."""
    begun = time.monotonic()
    finish(start(*arguments))
    return time.monotonic() - begun


def compare(out: Path, wanted: Path, found: Callable[[Path], object]) -> Callable[[], None]:
    def whole() -> None:
        assert found(out) == found(wanted)
        assert not [*out.rglob(".*.tmp"), *out.rglob(".*.new")]
        shutil.rmtree(out)

    return whole


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A folder with a recipe and its undisturbed run, and the seconds that this took."""
    folder = tmp_path_factory.mktemp("calm")
    return folder, timed("build", recipe(folder), "--out", folder / "run")


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_build_by_workers(calm: tuple[Path, float], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder, seconds = calm
    run = tmp_path / "run"
    command = ("build", folder / "recipe.toml", "--out", run, "--runner", "processes:2")
    same = compare(run, folder / "run", tables)

    def whole() -> None:
        assert not (run / "work").exists()
        same()

    storm(request, "workers", lambda _: command, (0.05 * seconds, 0.5 * seconds), whole)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_shares_of_a_run(calm: tuple[Path, float], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder, seconds = calm
    run = tmp_path / "run"
    build = ("build", folder / "recipe.toml", "--out", run, "--runner", "none")
    same = compare(run, folder / "run", tables)
    finish(start(*build))

    def whole() -> None:
        for share in ("1/2", "2/2"):
            finish(start("work", run, "--share", share))
        finish(start(*build))
        same()
        finish(start(*build))

    shares = ("1/2", "2/2")
    work = lambda number: ("work", run, "--share", shares[number % 2])  # noqa: E731 - one line of a table
    storm(request, "shares", work, (0.05 * seconds, 0.4 * seconds), whole)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_export(calm: tuple[Path, float], tmp_path: Path, request: pytest.FixtureRequest) -> None:
    out, wanted = tmp_path / "out", tmp_path / "wanted"
    command = ("export", calm[0] / "run", "--format", "messages", "--out")
    seconds = timed(*command, wanted)
    same = compare(out, wanted, lambda folder: {path.name: path.read_bytes() for path in folder.iterdir()})
    storm(request, "export", lambda _: (*command, out), (0.1 * seconds, seconds), same)


@pytest.mark.slow
@pytest.mark.timeout(7200)
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
    out = tmp_path / "out"
    seconds = timed("study", recipe, "--out", tmp_path / "calm", "--quiet")
    command = ("study", recipe, "--out", out, "--quiet")
    signals = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
    same = compare(out, tmp_path / "calm", results)
    storm(request, "study", lambda _: command, (0.1 * seconds, 0.9 * seconds), same, signals)


def results(folder: Path) -> dict[str, bytes]:
    """Every file of a study that holds no times."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"lock", "log.jsonl", "measurements.json"}
        if "memory" not in path.parts
    }
