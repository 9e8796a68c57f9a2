"""No reward raises for what a model said or a row holds, whatever it is."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import pytest

from parallelize.rewards import (
    accuracy_reward,
    compute_score,
    language_reward,
    nemo_gym_verify,
    reward_func,
    strict_accuracy_reward,
)

COMPLETIONS: list[Any] = [
    "", "\x00", "\ud800 abc", None, 5, b"18", [], [{}], [None], ["a"], {"role": "assistant", "content": "18"},
    [{"role": "assistant", "content": None}], [{"role": "assistant", "content": [{"type": "image"}]}],
    [{"role": "assistant", "content": "\\boxed{18}", "reasoning_content": 5, "tool_calls": [{}]}],
    "\\boxed{", "\\boxed{\\frac{1}{0}}", "<think>" * 50, "\\boxed{" + "(" * 3000 + "}", float("nan"),
]  # fmt: skip
GOLDS: list[Any] = [
    None, "", 5, 5.5, float("nan"), float("inf"), True, [1, 2], [], {"a": 1}, {"ground_truth": ["1", "one"]},
    {1, 2}, b"5", "#### 12", "\ud800", object(), [None, [1]], "\\frac{", 10**400,
]  # fmt: skip
LANGUAGES: list[Any] = ["de", None, "", "xx", 5, ["de"], "\ud800", "English"]
BODIES: list[Any] = [
    {}, {"response": None}, {"response": {"output": [5, {"type": "message", "content": 5}]}, "language": 5},
]  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_accuracy_takes_every_gold_and_completion() -> None:
    for said, gold in itertools.product(COMPLETIONS, GOLDS):
        (found,) = accuracy_reward(
            completions=[said], ground_truth=[gold], language="de", timeout_seconds=0.2, workers=1
        )
        assert found in (None, 0.0, 1.0)


def test_language_takes_every_tag_and_completion() -> None:
    for said, tag in itertools.product(COMPLETIONS, LANGUAGES):
        assert language_reward(completions=[said], language=[tag])[0] in (None, 0.0, 1.0)
        (both,) = strict_accuracy_reward(
            completions=[said], ground_truth=["5"], language=[tag], timeout_seconds=0.2
        )
        assert both in (None, 0.0, 1.0)
        assert 0.0 <= compute_score("", said, "5", {"language": tag}, timeout_seconds=0.2)["score"] <= 2.0


def test_the_signatures_of_trainers_take_every_row() -> None:
    for label in (*GOLDS, '{"ground_truth":', '{"ground_truth": 5, "language": 5}', "{}"):
        assert len(reward_func(["p 18"], ["p"], [label])["rewards"]) == 1
    queries: list[Any] = [None, "q", ""]
    assert len(reward_func(queries, [None, None, ""], ["5"] * 3)["rewards"]) == 3  # type: ignore[list-item]
    for body in BODIES:
        assert nemo_gym_verify(body)["reward"] == 0.0
