"""Scores and their evidence are the same in every process: sets of texts have another order in each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_PROGRAM = """
from tests.metrics.test_gate_kinds import PAIRS
from parallelize.assemble.scorers import translation_scorer
from parallelize.core.language_pair import LanguagePair

scorer = translation_scorer()
for language, source, target, _ in PAIRS:
    print(scorer.score_row([("text", source, target)], languages=LanguagePair("en", language)))
"""


def test_evidence_does_not_depend_on_the_order_of_sets() -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    one, other = ((process.communicate()[0] or "").splitlines() for process in running)
    assert len(one) > 500
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []
