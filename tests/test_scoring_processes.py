"""Scores come out the same wherever they are measured, also when a process that measures is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from parallelize.assemble.scorers import default_scorer, scoring_processes
from parallelize.core.language_pair import LanguagePair
from parallelize.core.recipe import parse_recipe
from parallelize.pipeline.scoring import ScoringHere, ScoringProcesses
from tests.runs import corpus_digests, rows, run_build, write_jsonl

ROOT = Path(__file__).resolve().parents[1]
TEXTS = [
    ("There are 12 boxes in the room.", "En la habitación hay 12 cajas."),
    ("The answer is 8.", "La respuesta es 9."),
    ("First, we add $3 + 5$.", "First, we add $3 + 5$."),
]
PAIR = {"languages": LanguagePair("en", "es")}


@pytest.mark.slow
def test_a_build_gives_the_same_bytes(tmp_path: Path) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(12))
    run_build(source, tmp_path / "here", "pt", run={"scoring_processes": 0})
    run_build(source, tmp_path / "beside", "pt", run={"scoring_processes": 2})
    assert corpus_digests(tmp_path / "here") == corpus_digests(tmp_path / "beside")


@pytest.mark.slow
async def test_a_killed_process_costs_nothing_but_speed(caplog: pytest.LogCaptureFixture) -> None:
    here, beside = ScoringHere(default_scorer()), ScoringProcesses(default_scorer, 1)
    before = {child.pid for child in psutil.Process().children()}
    try:
        wanted = [await here.score_segment(*pair, **PAIR) for pair in TEXTS]
        assert [await beside.score_segment(*pair, **PAIR) for pair in TEXTS] == wanted
        workers = [
            child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())
        ]
        (worker,) = [child for child in workers if child.pid not in before]
        worker.kill()
        found = await asyncio.gather(*(beside.score_segment(*pair, **PAIR) for pair in TEXTS))
        assert list(found) == wanted
        row = [("problem", *TEXTS[0])]
        assert await beside.score_row(row, **PAIR) == await here.score_row(row, **PAIR)
    finally:
        beside.close()
    assert caplog.text.count("ended unexpectedly") == 1


PROGRAM = """
import asyncio, time
from parallelize.core.language_pair import LanguagePair
from parallelize.assemble.scorers import default_scorer
from parallelize.pipeline.scoring import ScoringProcesses
import psutil
async def main():
    scoring = ScoringProcesses(default_scorer, 1)
    await scoring.score_segment("one", "uno", languages=LanguagePair("en", "es"))
    print(*(child.pid for child in psutil.Process().children()), flush=True)
    time.sleep(120)
if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.slow
def test_scoring_processes_end_with_a_killed_build(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(
        [sys.executable, str(program)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert started.stdout is not None
    family = [psutil.Process(int(pid)) for pid in started.stdout.readline().split()]
    assert family
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    started.stdout.close()
    _, left = psutil.wait_procs(family, timeout=20)
    assert not left


def test_where_scores_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def processes(cores: int, engine: str, **run: int) -> int:
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(cores), raising=False)
        table = {"name": engine, **({"model": "m"} if engine == "vllm" else {})}
        return scoring_processes(parse_recipe({"langs": ["pt"], "engine": table, "run": run}))

    assert [processes(cores, "vllm") for cores in (2, 4, 16, 128)] == [0, 1, 4, 8]
    assert processes(16, "bergamot") == 0
    assert processes(2, "vllm", scoring_processes=3) == 3
    assert processes(16, "vllm", scoring_processes=0) == 0
