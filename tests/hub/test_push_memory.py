"""Publishing streams: memory does not follow the size of the corpus (the 1 GB figure: see benchmarks)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks/push_memory.py"


@pytest.mark.slow
def test_memory_is_bounded() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--megabytes", "150"], capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    for step in ("push", "verify"):
        assert figures[step]["peak_mb"] < 500
        assert figures[step]["peak_mb"] - figures["imports"]["peak_mb"] < 150
