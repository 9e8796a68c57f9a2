"""Three steps of a real `GRPOTrainer` on a tiny model with random weights, with our rewards on our files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

trl = pytest.importorskip("trl", reason="needs TRL: make test-trainers")
torch = pytest.importorskip("torch", reason="needs torch: make test-trainers")

from parallelize.rewards import accuracy_reward, language_reward, strict_accuracy_reward  # noqa: E402

WORDS = [
    "Der",
    "Händler",
    "verkauft",
    "zwölf",
    "Körbe",
    "am",
    "Morgen",
    "und",
    "acht",
    "Abend",
    "zwanzig",
    "20",
]
TEMPLATE = "{% for m in messages %}{{ m['role'] }} {{ m['content'] }} {% endfor %}assistant"


@pytest.fixture(scope="module")
def tiny() -> tuple[Any, Any]:
    """A model of some thousand weights and a tokenizer of whole words: nothing is downloaded."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    special = ["<pad>", "<eos>", "<unk>"]
    words = {word: at for at, word in enumerate([*special, "user", "assistant", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )
    fast.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=128, pad_token_id=0,
        eos_token_id=1, bos_token_id=None,
    )  # fmt: skip
    return Qwen2ForCausalLM(config), fast


@pytest.mark.parametrize("aggregation", ["sum_then_normalize", "normalize_then_sum"])
def test_grpo_takes_three_steps_with_our_rewards(
    tiny: tuple[Any, Any], tmp_path: Path, aggregation: str
) -> None:
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    rows = [  # as `export --format trl-grpo` writes them; a number and no answer, too
        {
            "prompt": [{"role": "user", "content": "zwölf und acht"}],
            "ground_truth": gold,
            "language": "de",
            "id": str(at),
        }
        for at, gold in enumerate(["20", "12", "", "zwanzig"])
    ]
    model, tokenizer = tiny
    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        reward_funcs=[accuracy_reward, language_reward, strict_accuracy_reward],
        train_dataset=Dataset.from_list(rows),
        args=GRPOConfig(
            output_dir=str(tmp_path), max_steps=3, per_device_train_batch_size=4, num_generations=4,
            max_completion_length=24, report_to=[], use_cpu=True, logging_steps=1, save_strategy="no",
            multi_objective_aggregation=aggregation, disable_tqdm=True, bf16=False,
        ),
    )  # fmt: skip
    trainer.train()
    assert trainer.state.global_step == 3
    logs = [entry for entry in trainer.state.log_history if "reward" in entry]
    assert len(logs) == 3
    for entry in logs:
        for name in ("accuracy_reward", "language_reward", "strict_accuracy_reward"):
            mean = entry[f"rewards/{name}/mean"]
            assert mean is None or math.isnan(float(mean)) or 0.0 <= float(mean) <= 1.0
        assert math.isfinite(float(entry["loss"]))
    assert any(entry["rewards/accuracy_reward/mean"] is not None for entry in logs)
