"""What a killed command leaves behind is cleaned by the next one, which touches nothing else."""

from __future__ import annotations

import fcntl
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parallelize.core.errors import InputError, RunLocked
from parallelize.store.run import RunDirectory
from parallelize.store.staging import staging_folder
from tests.runs import corpus_digests, recipe, rows, run_build, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leftovers")
    run_build(write_jsonl(folder / "rows.jsonl", rows(80)), folder / "run", "pt", "de", "fr")
    return folder / "run"


def command(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "parallelize", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_exports_leave_nothing_to_the_next(run: Path, tmp_path: Path) -> None:
    chance = random.Random(3)
    out = tmp_path / "out"
    out.mkdir()
    mine = out / ".export-notes"
    mine.mkdir()
    (mine / "keep.txt").write_text("of the user")
    for _ in range(6):
        process = command("export", run, "--format", "messages", "--out", out)
        deadline = time.monotonic() + 20 + chance.random()
        while process.poll() is None and time.monotonic() < deadline:
            if [path for path in out.glob(".export-*") if path != mine] and chance.random() < 0.5:
                break
            time.sleep(0.001)
        process.kill()
        process.communicate()
    ended = command("export", run, "--format", "messages", "--out", out)
    assert ended.communicate()[1] is not None
    assert ended.returncode == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == [".export-notes", "export.json", *(f"mix-{n}.jsonl" for n in range(1, 5))]
    assert (mine / "keep.txt").read_text() == "of the user"


def test_a_staging_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    with staging_folder(tmp_path, ".export-") as one, staging_folder(tmp_path, ".export-") as other:
        assert one.is_dir()
        assert other.is_dir()
    left = tmp_path / ".export-dead"
    left.mkdir()
    (left / "in-use").write_text("")
    (left / "mix-1.jsonl").write_text("{}")
    linked = tmp_path / ".export-link"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "in-use").write_text("")
    linked.symlink_to(elsewhere)
    with staging_folder(tmp_path, ".export-"):
        assert not left.exists()
    assert linked.is_symlink()
    assert (elsewhere / "in-use").exists()


def test_a_build_cleans_what_a_killed_one_left_and_nothing_else(run: Path, tmp_path: Path) -> None:
    before = corpus_digests(run)
    leftovers = [
        run / "corpus/.pt.new/00000.parquet",
        run / "rejects/.fr.new/00000.parquet",
        run / ".summary.json.abcd1234.tmp",
        run / "translations/pt/.x.parquet.a_cd1234.tmp",
        run / "records/.index.json.zzzz0000.tmp",
    ]
    kept = [
        run / "translations/pt/.y.parquet.a_cd1234.tmp",
        run / "notes.tmp",
        run / "corpus/new",
        run / ".hidden",
        run / "corpus/.mine.tmp",
        run / "x.new",
    ]
    for path in (*leftovers, *kept):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    os.utime(leftovers[3], (0, 0))  # one that no worker can be writing
    with RunDirectory(run).locked():
        pass
    assert not [path for path in leftovers if path.exists()]
    assert not (run / "corpus/.pt.new").exists()
    assert all(path.exists() for path in kept)
    for path in kept:
        path.unlink()
    assert corpus_digests(run) == before


def test_a_refused_build_leaves_no_folder(tmp_path: Path) -> None:
    from parallelize.assemble.build import build
    from tests.runs import Silent

    with pytest.raises(InputError):
        build(recipe(tmp_path / "absent.jsonl", "pt"), tmp_path / "run", Silent())
    assert not (tmp_path / "run").exists()
    (tmp_path / "mine").mkdir()
    with pytest.raises(InputError):
        build(recipe(tmp_path / "absent.jsonl", "pt"), tmp_path / "mine", Silent())
    assert (tmp_path / "mine").is_dir()


def test_a_lock_is_refused_while_held_and_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib\nfrom parallelize.store.run import RunDirectory\n"
        "with RunDirectory(pathlib.Path(sys.argv[1])).locked():\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "run")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(RunLocked, match=f"process {holder.pid} on "), RunDirectory(tmp_path / "run").locked():
        pass
    holder.kill()
    holder.communicate()
    with RunDirectory(tmp_path / "run").locked(), (tmp_path / "run/lock").open() as other:
        with pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert str(os.getpid()) in (tmp_path / "run/lock").read_text()


def until_handled(process: subprocess.Popen[str]) -> None:
    """Wait until the process handles SIGTERM: before, the interpreter itself is starting."""
    bit = 1 << (signal.SIGTERM - 1)
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        if int(status.split("SigCgt:")[1].split()[0], 16) & bit:
            return
        time.sleep(0.005)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("what", ["export", "judge", "report", "verify"])
def test_a_signal_in_the_first_seconds_ends_with_a_message(
    run: Path, tmp_path: Path, what: str, number: signal.Signals
) -> None:
    arguments = {
        "export": ("export", run, "--format", "messages", "--out", tmp_path / "out"),
        "judge": ("judge", run),
        "report": ("report", run, "--format", "html", "--out", tmp_path / "r.html"),
        "verify": ("verify", run),
    }[what]
    before = corpus_digests(run)
    ended = 0
    for delay in (0.0, 0.1, 0.4, 1.0):
        process = command(*arguments)
        until_handled(process)
        time.sleep(delay)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        assert process.returncode in {0, 128 + number}, errors
        assert "Traceback" not in errors
        if process.returncode:
            ended += 1
            assert f"stopped by {number.name}" in errors
            assert "run the same command again" in errors
    assert ended
    again = command(*arguments)
    assert again.communicate(timeout=60)
    assert again.returncode == 0
    assert corpus_digests(run) == before
