"""Processes of an engine end with the process that started them, also when that one is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import subprocess, sys, time
from parallelize.engines.vllm.orphans import OrphanWatch
sleeper = [sys.executable, "-c", "import time; time.sleep(120)"]
before = subprocess.Popen(sleeper)
if sys.argv[1] == "named":
    engine = subprocess.Popen(sleeper)
    watch = OrphanWatch([engine])
else:
    watch = OrphanWatch()
    engine = subprocess.Popen(sleeper)
    time.sleep(1.5)
if sys.argv[2] == "ended":
    watch.end()
print(before.pid, engine.pid, flush=True)
time.sleep(120)
"""


@pytest.mark.parametrize("kind", ["named", "new"])
@pytest.mark.parametrize("until", ["killed", "ended"])
def test_only_the_engine_ends_with_a_killed_process(kind: str, until: str) -> None:
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, kind, until], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert started.stdout is not None
    before, engine = (psutil.Process(int(pid)) for pid in started.stdout.readline().split())
    try:
        os.kill(started.pid, signal.SIGKILL)
        started.wait()
        gone, _ = psutil.wait_procs([engine], timeout=3 if until == "ended" else 20)
        assert bool(gone) == (until == "killed")
        assert before.is_running()
    finally:
        for process in (before, engine):
            if process.is_running():
                process.kill()
        started.stdout.close()
