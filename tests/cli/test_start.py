"""How soon a command begins: a process, and each of its workers, loads only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_LARGE = ("fasttext", "lingua", "polars", "pyarrow", "pydantic")


@pytest.mark.parametrize("module", ["parallelize.cli.main", "parallelize.assemble.score"])
def test_large_libraries_are_loaded_when_asked_for(module: str) -> None:
    program = f"import sys, {module}; print(*(name for name in {_LARGE} if name in sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.split() == []
