"""Workers on one run: processes that are killed, shares side by side, rows that end workers; same bytes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from parallelize.assemble.build import build
from parallelize.assemble.unit_work import UnitWork, begun_path, note_begun
from parallelize.assemble.work import share_of_units, work_share
from parallelize.assemble.worker_units import open_worker
from parallelize.core.errors import InputError, LeftToWorkers, RunLocked
from parallelize.core.recipe import Recipe
from parallelize.core.units import Unit
from parallelize.pipeline.recording import load_recorded
from parallelize.pipeline.window import task_group
from parallelize.store.chunk_files import find_chunk, write_chunk
from parallelize.store.languages import read_languages, write_languages
from parallelize.store.measurements import read_measurements
from parallelize.store.run import RunDirectory
from tests.runs import Silent, corpus_digests, recipe, rows, write_jsonl

ROOT = Path(__file__).resolve().parents[2]


def of(source: Path, runner: str = "here", *, delay: float = 0.0) -> Recipe:
    engine = {"fault_rate": 0.1, "delay_seconds": delay}
    return recipe(source, "pt", "de", engine=engine, run={"chunk_rows": 8, "runner": runner})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_jsonl(tmp_path_factory.mktemp("source") / "rows.jsonl", rows(64))


@pytest.fixture(scope="module")
def calm(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    run = tmp_path_factory.mktemp("calm")
    build(of(source), run, Silent())
    return tables(run)


def tables(run: Path) -> dict[str, str]:
    """Digests of the corpus without manifest and card, which name the delay of the engine."""
    return {name: digest for name, digest in corpus_digests(run).items() if name.endswith(".parquet")}


def workers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "work" in child.cmdline()]


def test_processes_make_the_same_bytes_also_when_they_are_killed(
    source: Path, calm: dict[str, str], tmp_path: Path
) -> None:
    watcher, killed = Silent(), []

    def kill() -> None:
        """Kill a worker twice: when the first rows are there, and again later."""
        for enough in (8, 40):
            while watcher.rows < enough:
                time.sleep(0.01)
            victim = workers()[0]
            victim.kill()
            killed.append(victim.pid)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    summary = build(of(source, "processes:2", delay=0.05), tmp_path, watcher)
    killer.join(5)
    assert len(killed) == 2
    assert any("was ended by signal 9" in text for text in watcher.warnings)
    assert tables(tmp_path) == calm
    assert summary.languages["pt"].rows_in == 64
    measured = read_measurements(RunDirectory(tmp_path))
    assert measured is not None
    assert measured.engines["scripted"].gpus >= 2
    assert measured.engines["scripted"].replies > 0
    assert workers() == []


def test_shares_side_by_side_and_a_build_that_finishes(
    source: Path, calm: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(LeftToWorkers, match="128 rows are recorded and left to workers"):
        build(of(source, "none"), tmp_path, Silent())
    command = [sys.executable, "-m", "parallelize", "work", str(tmp_path), "--json", "--share"]
    started = [
        subprocess.Popen([*command, f"{share}/2"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for share in (1, 2)
    ]
    while not list(tmp_path.rglob("memory/*/*.journal")) and started[0].poll() is None:
        time.sleep(0.02)
    with pytest.raises(RunLocked, match="workers are at work"):
        build(of(source, "none"), tmp_path, Silent())
    told = []
    for process in started:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
        told.append(json.loads(out)["rows"])
    assert sum(told) == 128
    assert min(told) > 0
    build(of(source, "none"), tmp_path, Silent())
    assert tables(tmp_path) == calm
    measured = read_measurements(RunDirectory(tmp_path))
    assert measured is not None
    assert measured.engines["scripted"].pairs.keys() == {"en-pt", "pt-en", "en-de", "de-en"}
    assert not RunDirectory(tmp_path).work.exists()


def test_a_share_that_is_stopped_goes_on_when_it_is_started_again(
    source: Path, calm: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(LeftToWorkers):
        build(of(source, "none", delay=0.1), tmp_path, Silent())
    command = [sys.executable, "-m", "parallelize", "work", str(tmp_path), "--share", "1/1"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    while not list(tmp_path.rglob("memory/*/*.journal")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert b"run the same command again" in errors
    assert work_share(tmp_path, 1, 1, Silent())["errors"] == 0
    build(of(source, "none"), tmp_path, Silent())
    assert tables(tmp_path) == calm


def test_shares_never_overlap_and_together_are_everything(source: Path, tmp_path: Path) -> None:
    with pytest.raises(LeftToWorkers):
        build(of(source, "none"), tmp_path, Silent())
    work = open_worker(tmp_path, Silent())
    parts = [share_of_units(work, share, 3) for share in (1, 2, 3)]
    together = sorted((unit.chunk, unit.code) for part in parts for unit in part)
    chunks = load_recorded(RunDirectory(tmp_path)).chunks
    assert together == sorted((chunk.digest, code) for chunk in chunks for code in ("pt", "de"))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_worker_with_another_engine_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(LeftToWorkers):
        build(of(source, "none"), tmp_path, Silent())
    run = RunDirectory(tmp_path)
    asked = read_languages(run.asked)
    write_languages(run.asked, {**asked, "pt": replace(asked["pt"], fingerprint="00" * 32)})
    with pytest.raises(InputError, match="pt: this worker would answer with another engine"):
        work_share(tmp_path, 1, 2, Silent())


def test_a_row_that_ended_workers_becomes_a_reject_and_the_others_are_as_ever(
    source: Path, tmp_path: Path
) -> None:
    with pytest.raises(LeftToWorkers):
        build(of(source, "none"), tmp_path, Silent())
    run = RunDirectory(tmp_path)
    chunk = load_recorded(run).chunks[1]
    unit = Unit(chunk=chunk.digest, code="pt", one_by_one=True, left_out=(3,))
    begun: list[int] = []

    def note(unit: Unit, row: int) -> None:
        note_begun(run, unit, row)
        begun.append(int(begun_path(run, unit).read_text()))

    async def work(units: UnitWork) -> None:
        async with units.opened(note) as opened, task_group() as group:
            task = await opened.begin(group, unit)
            assert task is not None
            assert (await task).errors == 0

    asyncio.run(work(open_worker(tmp_path, Silent())))
    assert begun == list(range(8))
    work_share(tmp_path, 1, 1, Silent())
    summary = build(of(source, "none"), tmp_path, Silent())
    rejected = pq.read_table(run.rejects / "pt.parquet").to_pylist()
    left_out = [row for row in rejected if "worker process ended twice" in str(row)]
    assert len(left_out) == 1
    assert "row-00011" in str(left_out[0])
    assert "engine_failure" in str(left_out[0])
    assert summary.languages["pt"].rows_in == summary.languages["de"].rows_in == 64


def test_of_two_that_write_one_chunk_the_first_wins(tmp_path: Path) -> None:
    first = write_chunk(tmp_path, "stem", pa.table({"a": [1]}), first_wins=True)
    assert write_chunk(tmp_path, "stem", pa.table({"a": [2]}), first_wins=True) == first
    assert find_chunk(tmp_path, "stem") == first
    replaced = write_chunk(tmp_path, "stem", pa.table({"a": [3]}))
    assert list(tmp_path.glob("*.parquet")) == [replaced]


def test_two_that_write_at_the_same_moment_lose_nothing(tmp_path: Path) -> None:
    """Whoever is later sees the other's file or writes its own; none is ever taken away."""
    gate = threading.Barrier(2)

    def write(value: int) -> None:
        for number in range(60):
            gate.wait()
            write_chunk(tmp_path, f"stem{number}", pa.table({"a": [value]}), first_wins=True)

    threads = [threading.Thread(target=write, args=(value,)) for value in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(60):
        found = find_chunk(tmp_path, f"stem{number}")
        assert found is not None
        assert pq.read_table(found)["a"].to_pylist() in ([1], [2])


def test_a_worker_ends_with_its_owner(source: Path, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom parallelize.assemble.build import build\n"
        "from tests.runners.test_workers import of\nfrom tests.runs import Silent\n"
        "build(of(Path(sys.argv[1]), 'processes:2', delay=2.0), Path(sys.argv[2]), Silent())\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", program, str(source), str(tmp_path)], cwd=ROOT)
    found: list[psutil.Process] = []
    deadline = time.monotonic() + 60
    while len(found) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
        found = [item for item in psutil.Process(owner.pid).children() if "work" in item.cmdline()]
    assert len(found) == 2
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    _, alive = psutil.wait_procs(found, timeout=20)
    assert [item for item in alive if item.status() != psutil.STATUS_ZOMBIE] == []
