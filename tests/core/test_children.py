"""Children of a pool: order kept, a death told (that none outlives its parent: test_processes)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from parallelize.core.children import child_pool, map_in_children
from parallelize.core.errors import EnvironmentFault

ROOT = Path(__file__).resolve().parents[2]


def tools(start: int) -> list[int]:
    return [start, os.getpid()]


def add(made: list[int], number: int) -> int:
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return made[0] + number


def test_results_come_in_order_and_items_are_read_a_few_ahead() -> None:
    read = []

    def items() -> list[int]:
        for number in range(40):
            read.append(number)
            yield number

    found = []
    for result in map_in_children(add, items(), partial(tools, 100), processes=2, remedy="none"):
        found.append(result)
        assert len(read) - len(found) <= 2 * 3
    assert found == [100 + number for number in range(40)]


def test_a_child_that_ends_is_told_with_what_to_do() -> None:
    with pytest.raises(EnvironmentFault, match="ended unexpectedly") as told:
        list(map_in_children(add, [1, -1, 2], partial(tools, 0), processes=1, remedy="take fewer"))
    assert told.value.remedy == "take fewer"


_ENDLESS = """
import sys, time
from functools import partial
from parallelize.core.children import child_pool, map_in_children
from tests.core.test_children import add, tools
for _ in map_in_children(add, iter(int, 1), partial(tools, 0), processes=1, remedy="none"):
    print("begun", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="semaphores have names of their own elsewhere")
def test_semaphores_of_a_killed_process_go_with_the_next_pool() -> None:
    command = [sys.executable, "-c", _ENDLESS]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    left = list(Path("/dev/shm").glob(f"sem.parallelize-{process.pid}-*"))
    assert left
    mine = Path(f"/dev/shm/sem.parallelize-{os.getpid()}-kept")
    mine.touch()
    for path in (*left, mine):
        os.utime(path, (0, 0))
    child_pool(1, list).shutdown()
    assert not [path for path in left if path.exists()]
    assert mine.exists()
    mine.unlink()
