"""The page docs/a-row.md is what its program prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_page_is_what_the_program_prints() -> None:
    program = ROOT / "docs" / "a_row.py"
    assert len(program.read_text(encoding="utf-8").splitlines()) < 80
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, encoding="utf-8", check=True, cwd=ROOT
    )
    assert done.stdout == (ROOT / "docs" / "a-row.md").read_text(encoding="utf-8")
