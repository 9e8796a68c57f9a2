"""Columns that training libraries read, and how a row of a corpus becomes one of theirs.

The contracts, with the files that they were read from, are in docs/export.md; `Contract.source` names them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import pyarrow as pa

from parallelize.core.trees import JsonObject
from parallelize.stages.export_contract import Contract
from parallelize.stages.export_examples import TrainingExample, with_thinking
from parallelize.stages.export_parts import (
    TURNS,
    columns,
    messages,
    plain_prompt,
    said,
    struct,
    without_calls,
)
from parallelize.stages.export_trl import TRL
from parallelize.store.turns import Turn

__all__ = ["CONTRACTS"]

_TURN_TEXTS = ("name", "tool_call_id", "channel")
"""Keys of a turn beside role and content that are text."""
_CHAT = columns(
    ("messages", pa.list_(struct("role", "content", *_TURN_TEXTS, "thinking", "tool_calls"))),
    *("tools", "id", "language", "answer"),
)
"""In Parquet, tools and calls of them are JSON text."""


def _whole(turns: Sequence[Turn]) -> list[JsonObject]:
    """Turns with what belongs to calls of tools."""
    found = []
    for turn in turns:
        calls = turn.more.get("tool_calls")
        found.append(
            {
                "role": turn.role,
                "content": turn.content,
                **{name: turn.more[name] for name in (*_TURN_TEXTS, "thinking") if turn.more.get(name)},
                **({"tool_calls": calls} if calls else {}),
            }
        )
    return found


def _data_source(item: TrainingExample) -> str:
    return f"{item.data_source}/{item.language}"


def _verl(item: TrainingExample) -> JsonObject:
    return {
        "data_source": _data_source(item),
        "prompt": messages(item.prompt),
        "ability": "math",
        "reward_model": {"style": "rule", "ground_truth": item.answer},
        "extra_info": {
            "split": "train",
            "index": item.index,
            "id": item.id,
            "language": item.language,
            "question": item.question,
            "answer": with_thinking(item),
        },
    }


def _openrlhf(item: TrainingExample) -> JsonObject:
    return {
        "input": messages(item.prompt),
        "output": said(item) if item.completion else [],
        "label": item.answer or "",
        "judged_label": json.dumps(
            {"ground_truth": item.answer or "", "language": item.language}, ensure_ascii=False
        ),
        "datasource": _data_source(item),
        "id": item.id,
        "language": item.language,
    }


def _chat(item: TrainingExample) -> JsonObject:
    tools = {"tools": item.tools} if item.tools else {}
    return {
        "messages": [*_whole(item.prompt), *said(item)],
        **tools,
        "id": item.id,
        "language": item.language,
        "answer": item.answer,
    }


def _alpaca(item: TrainingExample) -> JsonObject:
    asked = next(turn.content for turn in item.prompt if turn.role == "user")
    apart = item.context is not None and asked.startswith(item.context)
    instruction = asked[len(item.context or "") :].lstrip() if apart else asked
    return {
        "instruction": instruction,
        "input": item.context if apart else "",
        "output": with_thinking(item),
        "system": "\n\n".join(turn.content for turn in item.prompt if turn.role == "system"),
        "id": item.id,
        "language": item.language,
        "answer": item.answer,
    }


def _open_instruct(item: TrainingExample) -> JsonObject:
    return {
        "messages": messages(item.prompt),
        "ground_truth": item.answer,
        "dataset": "math",
        "id": item.id,
        "language": item.language,
        "source": _data_source(item),
    }


def _verifiers(item: TrainingExample) -> JsonObject:
    return {
        "prompt": messages(item.prompt),
        "answer": item.answer,
        "task": _data_source(item),
        "info": {"id": item.id, "language": item.language, "question": item.question},
    }


def _nemo_gym(item: TrainingExample) -> JsonObject:
    return {
        "responses_create_params": {"input": messages(item.prompt)},
        "question": item.question,
        "expected_answer": item.answer,
        "id": item.id,
        "language": item.language,
        "source": _data_source(item),
    }


_ALL = (
    Contract(
        name="verl",
        carries=frozenset({"completion"}),
        accepts=without_calls,
        source="volcengine/verl@b178a3cd: docs/preparation/prepare_data.rst, "
        "verl/utils/dataset/rl_dataset.py, "
        "verl/workers/reward_manager/naive.py",
        file_type="parquet",
        needs_answer=True,
        render=_verl,
        schema=columns(
            "data_source",
            ("prompt", TURNS),
            "ability",
            ("reward_model", struct("style", "ground_truth")),
            ("extra_info", struct("split", ("index", pa.int64()), "id", "language", "question", "answer")),
        ),
    ),
    Contract(
        name="openrlhf",
        carries=frozenset({"completion"}),
        accepts=without_calls,
        source="OpenRLHF/OpenRLHF@3c3be623: openrlhf/datasets/prompts_dataset.py, "
        "openrlhf/datasets/sft_dataset.py",
        file_type="jsonl",
        render=_openrlhf,
        schema=columns(
            ("input", TURNS), ("output", TURNS), "label", "judged_label", "datasource", "id", "language"
        ),
    ),
    Contract(
        name="messages",
        carries=frozenset({"completion", "tools"}),
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational language modeling",
        file_type="jsonl",
        needs_completion=True,
        render=_chat,
        schema=_CHAT,
    ),
    Contract(
        name="alpaca",
        carries=frozenset({"completion"}),
        source="tatsu-lab/stanford_alpaca@761dc5bf: README.md, data release",
        file_type="jsonl",
        needs_completion=True,
        accepts=plain_prompt,
        render=_alpaca,
        schema=columns("instruction", "input", "output", "system", "id", "language", "answer"),
    ),
    Contract(
        name="prime-rl",
        source="PrimeIntellect-ai/prime-rl@00a0a329: src/prime_rl/trainer/sft/data.py, SFTDataset",
        file_type="parquet",
        needs_completion=True,
        carries=frozenset({"completion", "tools"}),
        render=_chat,
        schema=_CHAT,
    ),
    Contract(
        name="open-instruct",
        source="allenai/open-instruct: open_instruct/dataset_transformation.py, GROUND_TRUTHS_KEY and "
        "DATASET_SOURCE_KEY (RLVR)",
        file_type="parquet",
        needs_answer=True,
        accepts=without_calls,
        render=_open_instruct,
        schema=columns(("messages", TURNS), "ground_truth", "dataset", "id", "language", "source"),
    ),
    Contract(
        name="verifiers",
        source="PrimeIntellect-ai/verifiers@05071909: docs/v1/tasksets.md, TaskData; "
        "verifiers 0.4.0: v1/taskset.py, v1/task.py",
        file_type="jsonl",
        needs_answer=True,
        accepts=without_calls,
        render=_verifiers,
        module="verifiers_tasks.py",
        schema=columns(("prompt", TURNS), "answer", "task", ("info", struct("id", "language", "question"))),
    ),
    Contract(
        name="nemo-gym",
        source="NVIDIA-NeMo/Gym@195e8fcc: resources_servers/math_with_judge/task_data.py, and "
        "responses_create_params of its example rows",
        file_type="jsonl",
        needs_answer=True,
        accepts=without_calls,
        render=_nemo_gym,
        schema=columns(
            ("responses_create_params", struct(("input", TURNS))),
            "question",
            "expected_answer",
            "id",
            "language",
            "source",
        ),
    ),
)

CONTRACTS: Mapping[str, Contract] = MappingProxyType({item.name: item for item in (*TRL, *_ALL)})
"""Every form by the name that `--format` takes."""
