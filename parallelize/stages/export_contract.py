"""What a training library reads: its columns, its file type, and which rows it can hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from parallelize.core.trees import JsonObject, Tree
from parallelize.stages.export_examples import TrainingExample

__all__ = ["Contract", "FileType"]

FileType = Literal["parquet", "jsonl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Columns and file type that one training library reads."""

    name: str
    source: str
    """Repository, commit and file that the columns were read from."""
    file_type: FileType
    """What the library's own examples use."""
    schema: pa.Schema
    render: Callable[[TrainingExample], JsonObject]
    needs_answer: bool = False
    """Whether a row without ground truth is of no use to it."""
    needs_completion: bool = False
    """Whether a row without a solution is of no use to it."""
    needs_pair: bool = False
    """Whether a row without a better and a worse completion is of no use to it."""
    needs_verdicts: bool = False
    """Whether a row whose steps are not called right or wrong is of no use to it."""
    needs_liking: bool = False
    """Whether a row that is not called good or bad as a whole is of no use to it."""
    accepts: Callable[[TrainingExample], bool] = lambda _item: True
    """Whether the form can hold this row at all."""
    carries: frozenset[str] = frozenset()
    """What it holds of `completion`, `pair`, `tools`, `verdicts on steps`; all else is named as left out."""

    module: str = ""
    """Module of ours that is written beside the files as `parallelize_tasks.py`; empty for most libraries."""

    def left_out(self, item: TrainingExample) -> tuple[str, ...]:
        """Texts of a row that the form has no place for."""
        there = (
            ("completion", item.completion),
            ("pair", item.pair),
            ("tools", item.tools),
            ("verdicts on steps", item.verdicts),
        )
        names = [name for name, value in there if value and name not in self.carries]
        if item.thinking and not (item.completion and "completion" in self.carries):
            names.append("thinking")
        return (*item.left, *names)

    def as_table(self, row: Tree) -> JsonObject:
        """A rendered row as its schema has it: nested values where the schema has text become JSON text."""
        found = dict(row)
        if "tools" in found and not isinstance(found["tools"], str):
            found["tools"] = json.dumps(found["tools"], ensure_ascii=False)
        if "tools" in self.schema.names:
            found["messages"] = [
                {**turn, "tool_calls": json.dumps(turn["tool_calls"], ensure_ascii=False)}
                if turn.get("tool_calls") and not isinstance(turn["tool_calls"], str)
                else turn
                for turn in found["messages"]
            ]
        return found

    def lacks(self, item: TrainingExample | None) -> str:
        """What a row lacks to be written in this form; empty where it lacks nothing."""
        if item is None:
            return "a problem or a turn of a user"
        needed = (
            (self.needs_answer and item.answer is None, "a ground truth"),
            (self.needs_completion and item.completion is None, "a solution or a last turn of an assistant"),
            (self.needs_pair and item.pair is None, "a better and a worse completion"),
            (self.needs_verdicts and not item.verdicts, "steps with a verdict on each (labels, ratings)"),
            (self.needs_liking and item.liked is None, "a column label that is true or false"),
            (not self.accepts(item), "a shape that the format can hold (single question, no calls of tools)"),
        )
        return next((name for lacking, name in needed if lacking), "")
