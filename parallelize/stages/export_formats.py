"""Columns that training libraries read, and how a row of a corpus becomes one of theirs.

The contracts, with the files that they were read from, are in docs/export.md; `Contract.source` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import pyarrow as pa

from parallelize.store.aligned import AlignedRow, Texts

__all__ = ["CONTRACTS", "Contract", "Example", "example"]

FileType = Literal["parquet", "jsonl"]
_TURNS = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One id in one language, split into what is asked and what is to be learned."""

    id: str
    language: str
    answer: str | None
    prompt: tuple[tuple[str, str], ...]
    """(role, content) up to and with the last user turn; the instruction is at its end."""
    completion: str | None
    """The solution, or the last assistant turn; None if there is none."""
    question: str
    """The problem without the instruction."""
    data_source: str
    index: int
    """Place in the file, from 0."""


def example(
    row: AlignedRow, language: str, *, instruction: str | None, data_source: str, index: int
) -> Example | None:
    """Split a row in one language; None where it has nothing that could be asked.

    A chat is asked with all its turns up to the last assistant turn, which is the completion.
    """
    texts = row.texts[language]
    turns, completion = _split(texts)
    asked = next((i for i in range(len(turns) - 1, -1, -1) if turns[i][0] == "user"), None)
    if asked is None or not turns[asked][1].strip():
        return None
    question = turns[asked][1]
    if instruction:
        turns[asked] = ("user", f"{question}\n\n{instruction}")
    return Example(
        id=row.id,
        language=language,
        answer=row.answer,
        prompt=tuple(turns),
        completion=completion,
        question=question,
        data_source=data_source,
        index=index,
    )


def _split(texts: Texts) -> tuple[list[tuple[str, str]], str | None]:
    if not texts.messages:
        return [("user", texts.problem or "")], texts.solution or None
    turns = list(texts.messages)
    if turns[-1][0] == "assistant":
        return turns[:-1], turns[-1][1] or None
    return turns, None


def _messages(turns: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"role": role, "content": content} for role, content in turns]


def _is_plain(item: Example) -> bool:
    return len(item.prompt) == 1


def _verl(item: Example) -> dict[str, Any]:
    return {
        "data_source": item.data_source,
        "prompt": _messages(item.prompt),
        "ability": "math",
        "reward_model": {"style": "rule", "ground_truth": item.answer},
        "extra_info": {
            "split": "train",
            "index": item.index,
            "id": item.id,
            "language": item.language,
            "question": item.question,
            "answer": item.completion,
        },
    }


def _trl_sft(item: Example) -> dict[str, Any]:
    return {
        "prompt": _messages(item.prompt),
        "completion": [{"role": "assistant", "content": item.completion}],
        "id": item.id,
        "language": item.language,
        "answer": item.answer,
    }


def _trl_grpo(item: Example) -> dict[str, Any]:
    return {
        "prompt": _messages(item.prompt),
        "ground_truth": item.answer,
        "language": item.language,
        "id": item.id,
    }


def _openrlhf(item: Example) -> dict[str, Any]:
    return {
        "input": _messages(item.prompt),
        "output": [{"role": "assistant", "content": item.completion}] if item.completion else [],
        "label": item.answer or "",
        "datasource": f"{item.data_source}/{item.language}",
        "id": item.id,
        "language": item.language,
    }


def _chat(item: Example) -> dict[str, Any]:
    return {
        "messages": [*_messages(item.prompt), {"role": "assistant", "content": item.completion}],
        "id": item.id,
        "language": item.language,
        "answer": item.answer,
    }


def _alpaca(item: Example) -> dict[str, Any]:
    return {
        "instruction": item.prompt[-1][1],
        "input": "",
        "output": item.completion,
        "id": item.id,
        "language": item.language,
        "answer": item.answer,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What one library reads."""

    name: str
    source: str
    """Repository, commit and file that the columns were read from."""
    file_type: FileType
    """What the library's own examples use."""
    schema: pa.Schema
    render: Callable[[Example], dict[str, Any]]
    needs_answer: bool = False
    """Whether a row without ground truth is of no use to it."""
    needs_completion: bool = False
    """Whether a row without a solution is of no use to it."""
    accepts: Callable[[Example], bool] = lambda _item: True
    """Whether the form can hold this row at all."""

    def usable(self, item: Example) -> bool:
        """Whether the row can be written in this form."""
        return (
            (item.answer is not None or not self.needs_answer)
            and (item.completion is not None or not self.needs_completion)
            and self.accepts(item)
        )


def _schema(*columns: tuple[str, pa.DataType]) -> pa.Schema:
    return pa.schema(list(columns))


_TEXT = pa.string()
_ALL = (
    Contract(
        name="verl",
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
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational prompt-only; "
        "trl/trainer/grpo_trainer.py, _calculate_rewards",
        file_type="parquet",
        needs_answer=True,
        render=_trl_grpo,
        schema=_schema(("prompt", _TURNS), ("ground_truth", _TEXT), ("language", _TEXT), ("id", _TEXT)),
    ),
    Contract(
        name="openrlhf",
        source="OpenRLHF/OpenRLHF@3c3be623: openrlhf/datasets/prompts_dataset.py, "
        "openrlhf/datasets/sft_dataset.py",
        file_type="jsonl",
        render=_openrlhf,
        schema=_schema(
            ("input", _TURNS),
            ("output", _TURNS),
            ("label", _TEXT),
            ("datasource", _TEXT),
            ("id", _TEXT),
            ("language", _TEXT),
        ),
    ),
    Contract(
        name="messages",
        source="huggingface/trl@f2cd5771: docs/source/dataset_formats.md, conversational language modeling",
        file_type="jsonl",
        needs_completion=True,
        render=_chat,
        schema=_schema(("messages", _TURNS), ("id", _TEXT), ("language", _TEXT), ("answer", _TEXT)),
    ),
    Contract(
        name="alpaca",
        source="tatsu-lab/stanford_alpaca@761dc5bf: README.md, data release",
        file_type="jsonl",
        needs_completion=True,
        accepts=_is_plain,
        render=_alpaca,
        schema=_schema(
            ("instruction", _TEXT),
            ("input", _TEXT),
            ("output", _TEXT),
            ("id", _TEXT),
            ("language", _TEXT),
            ("answer", _TEXT),
        ),
    ),
)

CONTRACTS: Mapping[str, Contract] = MappingProxyType({item.name: item for item in _ALL})
"""Every form by the name that `--format` takes."""
