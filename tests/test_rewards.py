"""Rewards, called as TRL's GRPOTrainer and verl's reward managers call them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

import parallelize.assemble.rewarding
import parallelize.rewards
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ScoreOptions, score_responses
from parallelize.metrics.off_target import PartStatus
from parallelize.rewards import accuracy_reward, compute_score, language_reward, strict_accuracy_reward
from parallelize.text.thinking import ResponsePart

GERMAN = "Der Händler verkauft am Morgen zwölf Körbe und am Abend noch einmal acht. Die Antwort ist 20."
FRENCH = "Le marchand vend douze paniers le matin et encore huit le soir. La réponse est \\boxed{20}."
ENGLISH = "The merchant sells twelve baskets in the morning and eight more in the evening: \\boxed{20}."
THAI = "พ่อค้าขายตะกร้าสิบสองใบในตอนเช้าและอีกแปดใบในตอนเย็น คำตอบคือ \\boxed{20}"


def as_trl_calls(function: Any, completions: list[Any], **columns: list[Any]) -> list[float | None]:
    """The call of `GRPOTrainer._calculate_rewards` (huggingface/trl@f2cd5771)."""
    found: list[float | None] = function(
        prompts=[[{"role": "user", "content": "How many?"}]] * len(completions),
        completions=completions,
        completion_ids=[[1, 2]] * len(completions),
        trainer_state=SimpleNamespace(global_step=3),
        log_extra=lambda column, values: None,
        log_metric=lambda name, value: None,
        **columns,
    )
    return found


def as_verl_calls(function: Any, response: str, truth: str, language: str) -> dict[str, float]:
    """The call of `NaiveRewardManager.__call__` (volcengine/verl@b178a3cd)."""
    found: dict[str, float] = function(
        data_source="acme/apples",
        solution_str=response,
        ground_truth=truth,
        extra_info={"language": language, "index": 0, "num_turns": None, "rollout_reward_scores": {}},
    )
    return found


def chat(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


def test_accuracy_in_several_languages_and_forms() -> None:
    found = as_trl_calls(
        accuracy_reward,
        [
            chat(GERMAN),
            chat(FRENCH),
            chat("Es sind 1.250 Äpfel. Die Antwort ist 1.250."),
            chat("Keine Ahnung."),
        ],
        ground_truth=["20", "21", "1250", "4"],
        language=["de", "fr", "de", "de"],
    )
    assert found == [1.0, 0.0, 1.0, 0.0]


def test_plain_completions_and_other_column_name() -> None:
    assert as_trl_calls(accuracy_reward, [ENGLISH], answer=["20"], language=["en"]) == [1.0]
    assert as_trl_calls(accuracy_reward, [THAI], ground_truth=["20"], language=["th"]) == [1.0]


def test_thinking_is_not_the_answer() -> None:
    closed = "<think>So \\boxed{7}?</think>The answer is 20."
    assert accuracy_reward(completions=[closed, "<think>It is \\boxed{20}"], ground_truth=["20", "20"]) == [
        1.0,
        1.0,  # the last box of thinking that never closed, as in evaluation
    ]


def test_a_row_without_gold_answer_is_left_out_and_a_batch_without_is_an_error() -> None:
    assert accuracy_reward(completions=[ENGLISH], ground_truth=[None]) == [None]
    with pytest.raises(ValueError, match="ground_truth"):
        accuracy_reward(completions=[ENGLISH])
    with pytest.raises(ValueError, match="2 languages for 1"):
        language_reward(completions=[ENGLISH], language=["en", "de"])


def test_language_is_voted_for_each_row() -> None:
    texts = [GERMAN, ENGLISH, FRENCH, THAI, ENGLISH, "$x = 5$"]
    found = as_trl_calls(
        language_reward, [chat(t) for t in texts], language=["de", "de", "fr", "th", "th", "de"]
    )
    assert found == [1.0, 0.0, 1.0, 1.0, 0.0, None]


def test_thinking_in_another_language_is_off_target() -> None:
    mixed = f"<think>{ENGLISH}</think>{GERMAN}"
    whole = f"<think>{GERMAN}</think>{GERMAN}"
    assert language_reward(completions=[mixed, whole, f"{ENGLISH}</think>{GERMAN}"], language="de") == [
        0.0,
        1.0,
        0.0,
    ]


def test_strict_accuracy_needs_both() -> None:
    found = as_trl_calls(
        strict_accuracy_reward,
        [GERMAN, ENGLISH, GERMAN, "\\boxed{20}"],
        ground_truth=["20", "20", "3", "20"],
        language=["de"] * 4,
    )
    assert found == [1.0, 0.0, 0.0, 0.0]


def test_verl_gets_a_score_and_its_parts() -> None:
    both = as_verl_calls(compute_score, GERMAN, "20", "de")
    assert both == {"score": 2.0, "accuracy": 1.0, "language": 1.0, "language_judged": 1.0}
    assert as_verl_calls(compute_score, ENGLISH, "20", "de")["score"] == 1.0
    weighted = partial(compute_score, language_weight=0.25)
    assert as_verl_calls(weighted, ENGLISH, "20", "de")["score"] == 1.0
    assert as_verl_calls(weighted, GERMAN, "3", "de")["score"] == 0.25
    bare = as_verl_calls(compute_score, "\\boxed{20}", "20", "de")
    assert bare == {"score": 1.0, "accuracy": 1.0, "language": 0.0, "language_judged": 0.0}
    assert all(isinstance(value, float) for value in bare.values())
    assert compute_score("x", GERMAN, "20")["score"] == 1.0


def test_verl_can_load_the_file_by_its_path() -> None:
    spec = importlib.util.spec_from_file_location("custom_module", parallelize.rewards.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert as_verl_calls(module.compute_score, GERMAN, "20", "de")["score"] == 2.0


def test_batch_and_single_calls_agree_from_many_threads() -> None:
    texts = [GERMAN, ENGLISH, FRENCH, THAI] * 8
    batch = language_reward(completions=texts, language="fr")
    with ThreadPoolExecutor(8) as pool:
        single = list(pool.map(lambda text: language_reward(completions=[text], language="fr")[0], texts))
    assert batch == single


def test_rewards_are_the_verdicts_of_evaluation() -> None:
    half = (
        "These are the baskets that the merchant has sold in the morning, and here are those of the evening. "
    )
    texts = [
        GERMAN,
        ENGLISH,
        half + THAI,
        f"<think>{ENGLISH}</think>{THAI}",
        f"<think>{THAI}",
        "",
        "\\boxed{20}",
    ]
    rows = [
        Response(row=row, id=str(row), language="th", response=text, gold="20")
        for row, text in enumerate([*texts, THAI], start=1)
    ]
    language = language_reward(completions=[row.response for row in rows], language="th")
    accuracy = accuracy_reward(
        completions=[row.response for row in rows], ground_truth=["20"] * 8, language="th"
    )
    judged = score_responses(rows, parallelize.assemble.rewarding._judge, ScoreOptions())
    for verdict, on, correct in zip(judged, language, accuracy, strict=True):
        statuses = {verdict.parts[part].status for part in (ResponsePart.THINKING, ResponsePart.ANSWER)}
        expected = 0.0 if PartStatus.OFF in statuses else 1.0 if PartStatus.ON in statuses else None
        assert on == expected, verdict.response.response
        assert verdict.answer is not None
        assert correct == float(bool(verdict.answer.correct))
    assert language == [0.0, 0.0, 0.0, 0.0, 1.0, None, None, 1.0]


def test_the_module_imports_nothing_heavy() -> None:
    code = (
        "import sys, parallelize.rewards\n"
        "heavy = {'numpy', 'sympy', 'torch', 'datasets', 'lingua', 'py3langid', 'pyarrow', 'polars'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_golds_and_languages_of_every_kind_raise_nothing() -> None:
    completions = ["\\boxed{20}"] * 6
    golds: list[object] = [20, 20.0, ["20"], {"ground_truth": "20"}, None, "#### 20"]
    with pytest.warns(UserWarning, match="qzz"):
        assert language_reward(completions=[GERMAN], language=["qzz"]) == [None]
    assert accuracy_reward(completions=completions, ground_truth=golds, language=["qzz"] * 6) == [
        1.0, 1.0, 1.0, 1.0, None, 1.0,
    ]  # fmt: skip
    assert compute_score("x", "\\boxed{20}", 20, {"language": "qzz"})["accuracy"] == 1.0  # type: ignore[arg-type]


def test_thinking_that_came_apart_is_judged_and_never_the_answer() -> None:
    turn = {"role": "assistant", "content": GERMAN, "reasoning_content": ENGLISH}
    assert language_reward(completions=[[turn]], language="de") == [0.0]
    apart = {"role": "assistant", "content": "Das sind 20.", "reasoning_content": "\\boxed{7}"}
    assert accuracy_reward(completions=[[apart]], ground_truth=["20"], language="de") == [1.0]


def test_loops_and_hidden_thinking_are_not_rewarded() -> None:
    hidden = f"<think>```\n{ENGLISH}\n{ENGLISH}\n```</think>{GERMAN}"
    lot = " ".join(["Haus", "Baum", "grün", "laufen", "Tisch", "Berg"] * 12)
    found = language_reward(completions=["ist die " * 200, lot, hidden], language="de")
    assert [reward for reward in found if reward] == []


@pytest.mark.slow
def test_a_batch_made_to_hang_keeps_its_budget() -> None:
    bombs = [f"\\boxed{{{n}^{{9^{{9^{{9}}}}}} + x}}" for n in range(2, 514)]
    accuracy_reward(completions=["\\boxed{x+1}"] * 2, ground_truth=["1+x"] * 2)  # processes are there
    began = time.monotonic()
    found = accuracy_reward(completions=bombs, ground_truth=["y^2"] * len(bombs), budget_seconds=4.0)
    assert time.monotonic() - began < 9.0
    assert 1.0 not in found
    assert accuracy_reward(completions=["\\boxed{x+2}"], ground_truth=["2+x"]) == [1.0]


def test_a_word_without_end_is_judged_in_no_time() -> None:
    language_reward(completions=[GERMAN], language="de")
    begin = time.process_time()
    assert language_reward(completions=["a" * 200_000, "ab" * 100_000], language="de") == [0.0, 0.0]
    assert time.process_time() - begin < 4.0


def test_a_comparison_that_cannot_be_started_ends_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr("parallelize.core.line_programs.subprocess.Popen", fails)
    parallelize.assemble.rewarding.POOL.close()
    with pytest.warns(UserWarning, match="could not be compared"):
        found = accuracy_reward(
            completions=["\\boxed{x^2-1}", "\\boxed{4}"], ground_truth=["(x-1)(x+1)", "4"], workers=1
        )
    assert found == [None, 1.0]
