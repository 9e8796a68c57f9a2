"""What is said in formulas, comments and attributes is translated as `[texts]` says, and counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parallelize.core.errors import InputError
from parallelize.core.records import Record
from parallelize.stages.ingest import TextPolicy
from tests.runs import run_build
from tests.stages.ingest_files import items, json_lines, opened, write

CODE = "# go through all of the plums\ndef add(xs):\n    total = 0  # the sum so far\n    return sum(xs)\n"
ROW = {
    "problem": "How many plums are left if $3 \\text{ plums} + 4 \\text{ plums} = x$?",
    "solution": f"There are $x = 7 \\text{{ plums}}$ at $5 \\text{{ kg}}$, as the code says:\n"
    f"\n```python\n{CODE}```\n"
    "\nSo the number of them is $\\boxed{7 \\text{ plums}}$.",
    "answer": "7",
    "code": CODE,
    "tests": "# these are the tests of it\nassert add([1]) == 1\n",
}
OFF = dict.fromkeys(("answer_faults", "number_faults", "structure_faults", "left_words"), False)


def built(tmp_path: Path, row: dict[str, Any], **texts: str) -> tuple[dict[str, Any], dict[str, Any]]:
    source = write(tmp_path / "rows.jsonl", json_lines([row]))
    run_build(
        source, tmp_path / "run", "pt", thresholds=OFF, back_translation={"enabled": False}, texts=texts
    )
    found = pl.read_parquet(tmp_path / "run/corpus/pt/*.parquet").to_dicts()[0]
    return found, found["parallelize"]["scores"]


def test_words_in_formulas_are_translated_and_code_is_not(tmp_path: Path) -> None:
    row, scores = built(tmp_path, ROW)
    assert "\\text{ plums}" not in row["problem"]
    assert row["problem"].count("\\text{ ") == 2
    solution = row["solution"]
    assert "$x = 7 \\text{ plums}$" not in solution
    assert "\\text{ kg}" in solution
    assert "$\\boxed{7 \\text{ plums}}$" in solution  # a final answer is a value
    assert CODE in solution
    assert row["code"] == CODE
    assert row["tests"] == ROW["tests"]
    assert scores["inner_words"] == 0


def test_a_policy_keeps_formulas_and_translates_comments(tmp_path: Path) -> None:
    row, _ = built(tmp_path, ROW, formulas="keep", comments="translate")
    assert row["problem"].count("\\text{ plums}") == 2
    for text in (row["code"], row["solution"]):
        assert "go through all of the plums" not in text
        assert "the sum so far" not in text
        assert "\ndef add(xs):\n    total = 0  # " in text
        assert "\n    return sum(xs)\n" in text
    assert row["tests"] == ROW["tests"]


def test_answers_in_words_stand_in_boxes_as_they_stand_alone(tmp_path: Path) -> None:
    row, _ = built(
        tmp_path,
        {
            "problem": "On which day does Ann go to the market?",
            "solution": "She goes there on $\\boxed{\\text{Monday}}$.",
            "answer": "Monday",
        },
    )
    assert row["answer"] != "Monday"
    assert f"\\boxed{{\\text{{{row['answer']}}}}}" in row["solution"]


def test_what_stays_is_said_and_json_is_no_policy_for_words(tmp_path: Path) -> None:
    source = opened(write(tmp_path / "a.jsonl", json_lines([ROW])))
    list(source)
    assert "comments" in " ".join(map(str, source.describe().notes))
    with pytest.raises(InputError, match="formulas is json"):
        TextPolicy(treatments={"formulas": "json"})


def test_what_an_agent_observes_is_translated_without_its_mark(tmp_path: Path) -> None:
    turns = [
        ("user", "Which of the two towns has the older bridge of all?"),
        ("assistant", "Thought: I have to look for both of the towns.\nAction: search[bridges]"),
        ("user", "Observation: The bridge of the first town is the older one."),
    ]
    chat = {"messages": [{"role": role, "content": said} for role, said in turns]}
    plain = {"messages": [chat["messages"][0], {"role": "assistant", "content": turns[2][1]}]}
    found = items(write(tmp_path / "a.jsonl", json_lines([chat, plain])))
    acting, other = (list(one.texts) for one in found if isinstance(one, Record))
    assert acting[2].text == "The bridge of the first town is the older one."
    assert other[1].text == turns[2][1]
