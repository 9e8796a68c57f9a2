"""Processes of a pool end with the one that made it, also when that is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

PARENT = """
import time
from parallelize.core.children import child_pool

if __name__ == "__main__":
    pool = child_pool(2, int)
    futures = [pool.submit(time.sleep, 1) for _ in range(2)]
    [future.result() for future in futures]
    print(*pool._processes, flush=True)
    time.sleep(600)
"""


def test_a_killed_parent_leaves_no_process(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )
    assert process.stdout is not None
    children = [int(number) for number in process.stdout.readline().split()]
    process.kill()
    process.wait()
    process.stdout.close()
    assert len(children) == 2
    deadline = time.monotonic() + 60
    while any(map(psutil.pid_exists, children)):
        assert time.monotonic() < deadline, f"{children} live on"
        time.sleep(0.1)
