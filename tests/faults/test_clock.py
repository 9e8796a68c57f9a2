"""A clock that jumps for years at every look: the same bytes, whatever was built, added or judged."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from parallelize.assemble.judge import judge_run
from tests.runs import corpus_digests, rows, run_build, write_jsonl


def work(source: Path, run: Path) -> dict[str, str]:
    """A build, a language more, and a judgement: what is published in the end."""
    run_build(source, run, "pt", engine={"fault_rate": 0.2})
    run_build(source, run, "pt", "de", engine={"fault_rate": 0.2})
    judge_run(run, {"back_chrf": 60.0})
    return corpus_digests(run)


def test_no_byte_depends_on_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_jsonl(tmp_path / "rows.jsonl", rows(30))
    calm = work(source, tmp_path / "calm")
    run, real, chance = tmp_path / "jumping", time.time, random.Random(3)
    monkeypatch.setattr(time, "time", lambda: real() + chance.uniform(-1e8, 1e8))
    assert work(source, run) == calm
    # What a killed process left when the clock was years ahead goes with the next build all the same.
    left = run / ".summary.json.abcd1234.tmp"
    left.write_bytes(b"{")
    os.utime(left, (real() + 1e8, real() + 1e8))
    assert work(source, run) == calm
    assert not left.exists()
