"""Columns that TRL's trainers read."""

from __future__ import annotations

import pyarrow as pa

from parallelize.core.trees import JsonObject
from parallelize.stages.export_contract import Contract
from parallelize.stages.export_examples import TrainingExample
from parallelize.stages.export_parts import TURNS, columns, messages, plain_prompt, said, without_calls

__all__ = ["TRL"]


def _trl_sft(item: TrainingExample) -> JsonObject:
    return {
        "prompt": messages(item.prompt),
        "completion": said(item),
        "id": item.id,
        "language": item.language,
        "answer": item.answer,
    }


def _trl_grpo(item: TrainingExample) -> JsonObject:
    return {
        "prompt": messages(item.prompt),
        "ground_truth": item.answer,
        "language": item.language,
        "id": item.id,
    }


def _trl_dpo(item: TrainingExample) -> JsonObject:
    chosen, rejected = item.pair or ("", "")
    return {
        "prompt": messages(item.prompt),
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
        "id": item.id,
        "language": item.language,
    }


def _trl_prm(item: TrainingExample) -> JsonObject:
    return {
        "prompt": "\n\n".join(turn.content for turn in item.prompt),
        "completions": list(item.steps),
        "labels": list(item.verdicts),
        "id": item.id,
        "language": item.language,
    }


def _trl_kto(item: TrainingExample) -> JsonObject:
    return {
        "prompt": messages(item.prompt),
        "completion": said(item),
        "label": item.liked,
        "id": item.id,
        "language": item.language,
    }


TRL = (
    Contract(
        name="trl-sft",
        carries=frozenset({"completion"}),
        accepts=without_calls,
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational prompt-completion",
        file_type="parquet",
        needs_completion=True,
        render=_trl_sft,
        schema=columns(("prompt", TURNS), ("completion", TURNS), "id", "language", "answer"),
    ),
    Contract(
        name="trl-grpo",
        carries=frozenset(),
        accepts=without_calls,
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational prompt-only; "
        "trl/trainer/grpo_trainer.py, _calculate_rewards",
        file_type="parquet",
        needs_answer=True,
        render=_trl_grpo,
        schema=columns(("prompt", TURNS), "ground_truth", "language", "id"),
    ),
    Contract(
        name="trl-dpo",
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational preference",
        file_type="parquet",
        needs_pair=True,
        carries=frozenset({"pair"}),
        accepts=without_calls,
        render=_trl_dpo,
        schema=columns(("prompt", TURNS), ("chosen", TURNS), ("rejected", TURNS), "id", "language"),
    ),
    Contract(
        name="trl-prm",
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, stepwise supervision",
        file_type="parquet",
        needs_verdicts=True,
        carries=frozenset({"completion", "verdicts on steps"}),
        accepts=plain_prompt,
        render=_trl_prm,
        schema=columns(
            "prompt",
            ("completions", pa.list_(pa.string())),
            ("labels", pa.list_(pa.bool_())),
            "id",
            "language",
        ),
    ),
    Contract(
        name="trl-kto",
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational unpaired preference",
        file_type="parquet",
        needs_completion=True,
        needs_liking=True,
        carries=frozenset({"completion"}),
        accepts=without_calls,
        render=_trl_kto,
        schema=columns(("prompt", TURNS), ("completion", TURNS), ("label", pa.bool_()), "id", "language"),
    ),
)
"""Forms of TRL, from SFT to process rewards."""
