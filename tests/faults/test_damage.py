"""A damaged file is named, derived again or not needed: some trials of `python -m tests.faults.damage`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.damage import COMMANDS, finished, trials, wrong

TRIALS = 12
"""In an ordinary run; all of them with `--nightly`."""


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_no_command_takes_a_damaged_file_for_data(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    whole = finished(tmp_path)
    found = trials(whole)
    assert len(found) > 50 * len(COMMANDS)
    if not request.config.getoption("--nightly"):
        found = random.Random(16).sample([trial for trial in found if trial.command != "build fr"], TRIALS)
    calm: dict[str, dict[str, str]] = {}
    assert {str(trial): fault for trial in found if (fault := wrong(trial, whole, calm))} == {}
