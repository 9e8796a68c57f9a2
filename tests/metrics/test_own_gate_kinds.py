"""Numbers in words, short millions, signs and prices, scripts and neighbours, intervals: whole verdicts."""

from __future__ import annotations

from pathlib import Path

from tests.metrics.test_examined_pairs import is_right

_LINES = Path(__file__).with_name("own_gate_kinds.tsv").read_text(encoding="utf-8").splitlines()


def test_every_pair_has_its_verdict() -> None:
    wrong = []
    for line in _LINES[1:]:
        language, faulty, source, target = line.split("\t")
        pair = {"language": language, "faulty": faulty == "1", "source": source, "target": target}
        if not is_right(pair):
            wrong.append(pair)
    assert wrong == []
