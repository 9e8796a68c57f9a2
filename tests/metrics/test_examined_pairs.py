"""Pairs that examiners wrote without sight of the code: each keeps the verdict it has, right or still wrong.

`examined_pairs.jsonl` holds them by round; `open` marks a verdict that is wrong today. The table of them is
printed by `benchmarks/examined_pairs.py`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from parallelize.assemble.scorers import translation_scorer
from parallelize.core.language_pair import LanguagePair
from parallelize.core.thresholds import Thresholds
from parallelize.stages.score import Scorer

PAIRS: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("examined_pairs.jsonl").read_text(encoding="utf-8").splitlines()
]
ROUNDS = list(dict.fromkeys(pair["round"] for pair in PAIRS))


@cache
def _scorer() -> Scorer:
    return translation_scorer()


def is_right(pair: dict[str, Any]) -> bool:
    """Whether a faulty pair is dropped, or a faithful one kept, by the default thresholds."""
    languages = LanguagePair("en", pair["language"])
    scores = _scorer().score_row([("text", pair["source"], pair["target"])], languages=languages)
    return Thresholds.of().judge(scores).kept is not pair["faulty"]


@pytest.mark.parametrize("name", ROUNDS)
def test_no_verdict_changes_unseen(name: str) -> None:
    pairs = [pair for pair in PAIRS if pair["round"] == name]
    turned = [pair for pair in pairs if is_right(pair) is pair.get("open", False)]
    assert turned == [], "wrong now where it was right, or right where `open` is to be taken away"
