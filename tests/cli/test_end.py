"""How the process of a command ends: with its code, everything written, and no interpreter taken apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import atexit, sys, threading
atexit.register(lambda: print("at the end"))
threading.Thread(target=lambda: (threading.main_thread().join(), print("a thread"))).start()
class Last:
    def __del__(self):
        print("taken apart")
sys.modules["last"] = Last()
from parallelize.__main__ import run
sys.argv = ["parallelize", *sys.argv[1:]]
run()
"""


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["bogus"], 2), (["status", "/no"], 1)])
def test_the_end_of_a_command(arguments: list[str], code: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == code
    assert ended.stdout.endswith("a thread\nat the end\n")
    assert "taken apart" not in ended.stdout
