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
from parallelize.store.row_texts import Turn

__all__ = ["CONTRACTS"]

_TURNS = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


_TURN_TEXTS = ("name", "tool_call_id", "channel")
"""Keys of a turn beside role and content that are text."""
_TOOL_TURNS = pa.list_(
    pa.struct([(name, pa.string()) for name in ("role", "content", *_TURN_TEXTS, "thinking", "tool_calls")])
)
"""In Parquet, calls of tools are JSON text."""


def _messages(turns: Sequence[Turn]) -> list[JsonObject]:
    return [{"role": turn.role, "content": turn.content} for turn in turns]


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


def _said(item: TrainingExample) -> list[JsonObject]:
    return [{"role": "assistant", "content": with_thinking(item)}]


def _plain_prompt(item: TrainingExample) -> bool:
    """Whether there is one question, with a system prompt at most."""
    return [turn.role for turn in item.prompt if turn.role != "system"] == ["user"]


def _without_calls(item: TrainingExample) -> bool:
    """Whether no turn calls a tool or is a tool's."""
    return not any(turn.more.get("tool_calls") or turn.role == "tool" for turn in item.prompt)


def _data_source(item: TrainingExample) -> str:
    return f"{item.data_source}/{item.language}"


def _verl(item: TrainingExample) -> JsonObject:
    return {
        "data_source": _data_source(item),
        "prompt": _messages(item.prompt),
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


def _trl_sft(item: TrainingExample) -> JsonObject:
    return {
        "prompt": _messages(item.prompt),
        "completion": _said(item),
        "id": item.id,
        "language": item.language,
        "answer": item.answer,
    }


def _trl_grpo(item: TrainingExample) -> JsonObject:
    return {
        "prompt": _messages(item.prompt),
        "ground_truth": item.answer,
        "language": item.language,
        "id": item.id,
    }


def _trl_dpo(item: TrainingExample) -> JsonObject:
    chosen, rejected = item.pair or ("", "")
    return {
        "prompt": _messages(item.prompt),
        "chosen": [{"role": "assistant", "content": chosen}],
        "rejected": [{"role": "assistant", "content": rejected}],
        "id": item.id,
        "language": item.language,
    }


def _openrlhf(item: TrainingExample) -> JsonObject:
    return {
        "input": _messages(item.prompt),
        "output": _said(item) if item.completion else [],
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
        "messages": [*_whole(item.prompt), *_said(item)],
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
        "messages": _messages(item.prompt),
        "ground_truth": item.answer,
        "dataset": "math",
        "id": item.id,
        "language": item.language,
        "source": _data_source(item),
    }


def _verifiers(item: TrainingExample) -> JsonObject:
    return {
        "prompt": _messages(item.prompt),
        "answer": item.answer,
        "task": _data_source(item),
        "info": {"id": item.id, "language": item.language, "question": item.question},
    }


def _nemo_gym(item: TrainingExample) -> JsonObject:
    return {
        "responses_create_params": {"input": _messages(item.prompt)},
        "question": item.question,
        "expected_answer": item.answer,
        "id": item.id,
        "language": item.language,
        "source": _data_source(item),
    }


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema(list(columns))


_TEXT = pa.string()
_ALL = (
    Contract(
        name="verl",
        carries=frozenset({"completion"}),
        accepts=_without_calls,
        source="volcengine/verl@b178a3cd: docs/preparation/prepare_data.rst, "
        "verl/utils/dataset/rl_dataset.py, "
        "verl/workers/reward_manager/naive.py",
        file_type="parquet",
        needs_answer=True,
        render=_verl,
        schema=_schema(
            ("data_source", _TEXT),
            ("prompt", _TURNS),
            ("ability", _TEXT),
            ("reward_model", pa.struct([("style", _TEXT), ("ground_truth", _TEXT)])),
            (
                "extra_info",
                pa.struct(
                    [
                        ("split", _TEXT),
                        ("index", pa.int64()),
                        *((name, _TEXT) for name in ("id", "language", "question", "answer")),
                    ]
                ),
            ),
        ),
    ),
    Contract(
        name="trl-sft",
        carries=frozenset({"completion"}),
        accepts=_without_calls,
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational prompt-completion",
        file_type="parquet",
        needs_completion=True,
        render=_trl_sft,
        schema=_schema(
            ("prompt", _TURNS), ("completion", _TURNS), ("id", _TEXT), ("language", _TEXT), ("answer", _TEXT)
        ),
    ),
    Contract(
        name="trl-grpo",
        carries=frozenset(),
        accepts=_without_calls,
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational prompt-only; "
        "trl/trainer/grpo_trainer.py, _calculate_rewards",
        file_type="parquet",
        needs_answer=True,
        render=_trl_grpo,
        schema=_schema(("prompt", _TURNS), ("ground_truth", _TEXT), ("language", _TEXT), ("id", _TEXT)),
    ),
    Contract(
        name="openrlhf",
        carries=frozenset({"completion"}),
        accepts=_without_calls,
        source="OpenRLHF/OpenRLHF@3c3be623: openrlhf/datasets/prompts_dataset.py, "
        "openrlhf/datasets/sft_dataset.py",
        file_type="jsonl",
        render=_openrlhf,
        schema=_schema(
            ("input", _TURNS),
            ("output", _TURNS),
            ("label", _TEXT),
            ("judged_label", _TEXT),
            ("datasource", _TEXT),
            ("id", _TEXT),
            ("language", _TEXT),
        ),
    ),
    Contract(
        name="messages",
        carries=frozenset({"completion", "tools"}),
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational language modeling",
        file_type="jsonl",
        needs_completion=True,
        render=_chat,
        schema=_schema(
            ("messages", _TOOL_TURNS),
            ("tools", _TEXT),
            ("id", _TEXT),
            ("language", _TEXT),
            ("answer", _TEXT),
        ),
    ),
    Contract(
        name="alpaca",
        carries=frozenset({"completion"}),
        source="tatsu-lab/stanford_alpaca@761dc5bf: README.md, data release",
        file_type="jsonl",
        needs_completion=True,
        accepts=_plain_prompt,
        render=_alpaca,
        schema=_schema(
            ("instruction", _TEXT),
            ("input", _TEXT),
            ("output", _TEXT),
            ("system", _TEXT),
            ("id", _TEXT),
            ("language", _TEXT),
            ("answer", _TEXT),
        ),
    ),
    Contract(
        name="trl-dpo",
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational preference",
        file_type="parquet",
        needs_pair=True,
        carries=frozenset({"pair"}),
        accepts=_without_calls,
        render=_trl_dpo,
        schema=_schema(
            ("prompt", _TURNS), ("chosen", _TURNS), ("rejected", _TURNS), ("id", _TEXT), ("language", _TEXT)
        ),
    ),
    Contract(
        name="prime-rl",
        source="PrimeIntellect-ai/prime-rl@00a0a329: src/prime_rl/trainer/sft/data.py, SFTDataset",
        file_type="parquet",
        needs_completion=True,
        carries=frozenset({"completion", "tools"}),
        render=_chat,
        schema=_schema(
            ("messages", _TOOL_TURNS),
            ("tools", _TEXT),
            ("id", _TEXT),
            ("language", _TEXT),
            ("answer", _TEXT),
        ),
    ),
    Contract(
        name="open-instruct",
        source="allenai/open-instruct: open_instruct/dataset_transformation.py, GROUND_TRUTHS_KEY and "
        "DATASET_SOURCE_KEY (RLVR)",
        file_type="parquet",
        needs_answer=True,
        accepts=_without_calls,
        render=_open_instruct,
        schema=_schema(
            ("messages", _TURNS),
            *((name, _TEXT) for name in ("ground_truth", "dataset", "id", "language", "source")),
        ),
    ),
    Contract(
        name="verifiers",
        source="PrimeIntellect-ai/verifiers@05071909: docs/v1/tasksets.md, TaskData; "
        "verifiers 0.4.0: v1/taskset.py, v1/task.py",
        file_type="jsonl",
        needs_answer=True,
        accepts=_without_calls,
        render=_verifiers,
        module="verifiers_tasks.py",
        schema=_schema(
            ("prompt", _TURNS),
            ("answer", _TEXT),
            ("task", _TEXT),
            ("info", pa.struct([(name, _TEXT) for name in ("id", "language", "question")])),
        ),
    ),
    Contract(
        name="nemo-gym",
        source="NVIDIA-NeMo/Gym@195e8fcc: resources_servers/math_with_judge/task_data.py, and "
        "responses_create_params of its example rows",
        file_type="jsonl",
        needs_answer=True,
        accepts=_without_calls,
        render=_nemo_gym,
        schema=_schema(
            ("responses_create_params", pa.struct([("input", _TURNS)])),
            *((name, _TEXT) for name in ("question", "expected_answer", "id", "language", "source")),
        ),
    ),
)

CONTRACTS: Mapping[str, Contract] = MappingProxyType({item.name: item for item in _ALL})
"""Every form by the name that `--format` takes."""
