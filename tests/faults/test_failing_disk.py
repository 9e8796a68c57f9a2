"""A disk that fails at any call of a command: words, nothing half written, and a second run mends it.

`python -m tests.faults.failing_disk` tries every call of every command; here are some of each.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.failing_disk import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
MOST = {"build": 1, "export": 1, "judge": 1}
"""Faults of each kind in an ordinary run: an I/O error once, for good, and a disk of so many sizes."""
NIGHTLY = 20


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="needs Linux and a C compiler")
@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_failing_disk_spoils_nothing(name: str, request: pytest.FixtureRequest) -> None:
    nightly = request.config.getoption("--nightly")
    if not nightly and name not in MOST:
        pytest.skip("at night")
    most = NIGHTLY if nightly else MOST[name]
    module = [sys.executable, "-m", "tests.faults.failing_disk"]
    ended = subprocess.run(
        [*module, name, "--most", str(most), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout, ended.stderr
    found = json.loads(ended.stdout)[name]
    assert found["wrong"] == []
    assert found["faults"] >= 3 * most
    assert ended.returncode == 0
