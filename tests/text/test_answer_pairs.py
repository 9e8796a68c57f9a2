"""The table of hard pairs: what is right in any language is called right, and what is wrong is not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from parallelize.evaluation.accuracy import judge_answer
from parallelize.text.thinking import split_response

TABLE = Path(__file__).parents[2] / "benchmarks" / "data" / "answer_pairs.tsv"
ROWS = [
    line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]


def test_the_table_is_large_and_has_both() -> None:
    kinds = Counter(row[0] for row in ROWS)
    assert len(ROWS) >= 345
    assert len(kinds) >= 12
    assert sum(row[4] == "0" for row in ROWS) >= 50


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({row[0] for row in ROWS}))
def test_hard_pairs(kind: str) -> None:
    wrong = []
    for _, language, gold, response, right in (row for row in ROWS if row[0] == kind):
        split = split_response(response)
        verdict = judge_answer(
            split.answer,
            gold.replace("\\n####", "\n####"),
            language,
            unclosed=split.thinking,
            timeout_seconds=20.0,
        )
        if (verdict.correct is True) != (right == "1"):
            wrong.append((language, gold, response, verdict.value, verdict.correct))
    assert wrong == []
