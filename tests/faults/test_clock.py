"""A clock that jumps for years at every look: the same bytes, whatever was built, added or judged."""

from __future__ import annotations

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
    looks, real, chance = [], time.time, random.Random(3)

    def jumping() -> float:
        looks.append(chance.uniform(-1e8, 1e8))
        return real() + looks[-1]

    monkeypatch.setattr(time, "time", jumping)
    assert work(source, tmp_path / "jumping") == calm
    assert len(looks) > 3
