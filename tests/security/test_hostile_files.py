"""Files that nobody should write, for every command that reads one: a result, or an error in words.

`python -m tests.security.hostile_files` tries every command on every file; here stand those that ended in a
traceback or took long, and a neighbour of each, in one process.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.security.hostile_files import COMMANDS, FILES

ROOT = Path(__file__).resolve().parents[2]
FOUND = (
    "build deep-900.jsonl",
    "terms deep-200.jsonl",
    "evaluate deep-900.jsonl",
    "build surrogate-key.jsonl",
    "score utf-16-cut.csv",
    "audit scalars.jsonl",
    "law binary-ids.parquet",
    "calibrate array-of-null.json",
    "inspect wide.csv",
    "review --import pearmut.jsonl",
    "review --import long-cell.csv",
)


def test_what_was_found_stays_mended() -> None:
    assert all(name.rpartition(" ")[0] in COMMANDS and name.rpartition(" ")[2] in FILES for name in FOUND)
    command = [sys.executable, "-m", "tests.security.hostile_files", *FOUND]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ", found 0;" in ended.stdout
