"""Rows of every kind of file become the same records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from parallelize.core.records import Record, Role
from parallelize.stages.ingest import Roles, SourceSpec, open_source

ROWS: list[dict[str, Any]] = [
    {"question": "What is 2 + 3?", "answer": "Add them.\n#### 5", "level": 1},
    {"question": "What is 6 · 7?", "answer": "Six sevens: <<6*7=42>>42.\n#### 42", "level": 2},
]


def jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def ingest(path: Path | str, **options: Any) -> list[Record]:
    items = list(open_source(SourceSpec(path_or_id=str(path), **options)))
    assert all(isinstance(item, Record) for item in items)
    return [item for item in items if isinstance(item, Record)]


def test_gsm8k_shape_gives_problem_solution_and_answer(tmp_path: Path) -> None:
    first, second = ingest(jsonl(tmp_path / "train.jsonl", ROWS))
    assert [(item.path, item.role, item.text) for item in first.fields] == [
        ("problem", Role.PROBLEM, "What is 2 + 3?"),
        ("solution", Role.SOLUTION, "Add them.\n#### 5"),
    ]
    assert (first.answer, second.answer) == ("5", "42")
    assert first.metadata == {"level": 1}
    assert len(first.id) == 16
    assert first.id != second.id


def test_named_columns_win(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", [{"question": "q", "text": "t", "model": {"proof": "p", "score": 1}}])
    (record,) = ingest(path, roles=Roles(problem="text", solution="model.proof"))
    assert [item.text for item in record.fields] == ["t", "p"]
    assert record.metadata == {"question": "q", "model": {"score": 1}}
