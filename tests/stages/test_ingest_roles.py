"""Which column is what, told from names and values, or said by the user."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parallelize.stages.ingest import NO_COLUMN, NoteKind, RejectedRow, RejectReason, Roles
from tests.stages.ingest_files import items, json_lines, opened, records, refusal, texts, write

LONG = "First we add the two numbers, then we halve the sum. " * 8


def mapped(
    tmp_path: Path, *rows: dict[str, Any], roles: Roles | None = None, **options: Any
) -> dict[str, Any]:
    source = opened(write(tmp_path / "a.jsonl", json_lines(rows)), roles=roles or Roles(), **options)
    names = ("problem", "solution", "answer", "messages", "id")
    found = {name: getattr(source.mapping, name) for name in names}
    return {name: str(column) for name, column in found.items() if column is not None}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"question": "q", "answer": "work\n#### 4"},
            {"problem": "question", "solution": "answer"},
        ),
        (
            {"problem": "p", "solution": "s", "answer": "4", "unique_id": "u/1.json"},
            {"problem": "problem", "solution": "solution", "answer": "answer", "id": "unique_id"},
        ),
        ({"question": "q", "answer": "18"}, {"problem": "question", "answer": "answer"}),
        ({"question": "q", "answer": LONG}, {"problem": "question", "solution": "answer"}),
        (
            {"problem": 3, "question": "q", "answer": "18", "id": "AIME-3"},
            {"problem": "question", "answer": "answer", "id": "id"},
        ),
        ({"prompt": "p", "completion": "c"}, {"problem": "prompt", "solution": "completion"}),
        (
            {"instruction": "i", "input": "", "output": "o"},
            {"problem": "instruction", "solution": "output"},
        ),
        (
            {"query": "q", "reasoning_content": "r", "response": "o", "expected_answer": 4},
            {"problem": "query", "solution": "reasoning_content", "answer": "expected_answer"},
        ),
        (
            {"question": "q", "model_prediction": {"proof": "p", "score": 1}},
            {"problem": "question", "solution": "model_prediction.proof"},
        ),
        (
            {"prompt": "p", "messages": [{"role": "user", "content": "p"}]},
            {"messages": "messages"},
        ),
        (
            {"problem": "p", "answer": "4", "messages": [{"role": "user", "content": "p"}], "uuid": "x"},
            {"problem": "problem", "answer": "answer", "id": "uuid"},
        ),
        (
            {"conversations": [{"from": "human", "value": "p"}], "id": 7},
            {"messages": "conversations", "id": "id"},
        ),
    ],
)
def test_detection(row: dict[str, Any], expected: dict[str, str], tmp_path: Path) -> None:
    assert mapped(tmp_path, row) == expected


def test_an_id_column_must_be_unique_and_present_to_be_detected(tmp_path: Path) -> None:
    assert "id" not in mapped(tmp_path, {"problem": "a", "id": 1}, {"problem": "b", "id": 1})
    assert "id" not in mapped(tmp_path, {"problem": "a", "id": 1}, {"problem": "b", "id": None})
    assert mapped(tmp_path, {"problem": "a", "id": 1, "uuid": "x"}, {"problem": "b", "id": 1, "uuid": "y"})[
        "id"
    ] == ("uuid")


def test_files_that_differ_are_all_looked_at(tmp_path: Path) -> None:
    """Ids that start again in every file, and a column that only a later file has."""
    write(tmp_path / "a.jsonl", json_lines([{"problem": "a", "id": 0}]))
    write(tmp_path / "b.jsonl", json_lines([{"problem": "b", "id": 0, "solution": "s"}]))
    source = opened(tmp_path)
    assert source.mapping.id is None
    assert str(source.mapping.solution) == "solution"
    assert len(list(source)) == 2
    assert {note.kind for note in source.describe().notes} >= {NoteKind.NO_SOLUTION}


def test_the_user_can_name_columns_exclude_roles_and_reach_inside(tmp_path: Path) -> None:
    row = {"a.b": "literal", "a": {"b": "nested", "c": 1}, "question": "q", "answer": "4"}
    path = write(tmp_path / "a.jsonl", json_lines([row]))
    (record,) = records(path, roles=Roles(problem="question", solution="a.b"))
    assert texts(record)["solution"] == "literal"
    (record,) = records(path, roles=Roles(problem="question", solution=NO_COLUMN, answer=NO_COLUMN))
    assert texts(record) == {"problem": "q"}
    assert record.answer is None
    assert record.metadata["answer"] == "4"


def test_a_nested_column_leaves_its_neighbours(tmp_path: Path) -> None:
    rows = [
        {"question": "q", "model": {"proof": "p", "score": {"n": 1}}},
        {"question": "r", "model": {"proof": "o"}},
    ]
    first, second = records(
        write(tmp_path / "a.jsonl", json_lines(rows)), roles=Roles(problem="question", solution="model.proof")
    )
    assert first.metadata == {"model": {"score": {"n": 1}}}
    assert second.metadata == {}


def test_answers_become_text_in_one_way(tmp_path: Path) -> None:
    values = [
        42,
        42.0,
        -0.0,
        0.5,
        1e21,
        1e-7,
        True,
        ["7"],
        ["1", "2"],
        [],
        "",
        None,
        "1,000",
        "\\frac{1}{2}",
        float("nan"),
    ]
    rows = [{"problem": str(index), "answer": value} for index, value in enumerate(values)]
    text = json_lines(rows)
    found = [record.answer for record in records(write(tmp_path / "a.jsonl", text))]
    assert found == [
        "42",
        "42",
        "0",
        "0.5",
        "1e+21",
        "0.0000001",
        "true",
        "7",
        "1, 2",
        None,
        None,
        None,
        "1,000",
        "\\frac{1}{2}",
        None,
    ]


def test_an_answer_spelled_infinity_is_an_answer(tmp_path: Path) -> None:
    (record,) = records(
        write(tmp_path / "a.jsonl", json_lines([{"problem": "limit?", "answer": "Infinity"}]))
    )
    assert record.answer == "Infinity"


def test_solution_and_worked_answer_together(tmp_path: Path) -> None:
    row = {"problem": "p", "reasoning": "because", "answer": "It is 3 + 1.\n#### 4"}
    source = opened(write(tmp_path / "a.jsonl", json_lines([row])))
    (record,) = source
    assert texts(record) == {"problem": "p", "solution": "because"}  # type: ignore[arg-type]
    assert record.answer == "4"  # type: ignore[union-attr]
    assert record.metadata == {"answer": row["answer"]}  # type: ignore[union-attr]


def test_think_blocks_are_left_as_they_are(tmp_path: Path) -> None:
    text = "<think>\nHm, 3 + 4…\n</think>\n\nThe answer is \\boxed{7}."
    (record,) = records(write(tmp_path / "a.jsonl", json_lines([{"problem": "p", "response": text}])))
    assert texts(record)["solution"] == text
    assert record.answer == "7"


def test_chats_of_both_styles(tmp_path: Path) -> None:
    openai = {
        "messages": [
            {"role": "system", "content": ""},
            {"role": "user", "content": "What is 1 + 1?", "name": "ann"},
            {"role": "assistant", "content": [{"type": "text", "text": "\\boxed{2}"}], "weight": None},
        ],
        "source": "x",
    }
    (record,) = records(write(tmp_path / "a.jsonl", json_lines([openai])))
    assert record.message_roles == ("system", "user", "assistant")
    assert texts(record) == {
        "messages.0": "",
        "messages.1": "What is 1 + 1?",
        "messages.2": "\\boxed{2}",
    }
    assert record.answer == "2"
    assert record.metadata == {"source": "x", "messages": [{}, {"name": "ann"}, {}]}
    sharegpt = {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "ho"}]}
    (record,) = records(write(tmp_path / "b.jsonl", json_lines([sharegpt])))
    assert record.message_roles == ("user", "assistant")
    assert record.metadata == {}


def test_unusable_rows_are_rejected_with_a_reason_and_counted(tmp_path: Path) -> None:
    rows = [
        {"problem": "fine", "id": 1},
        {"problem": None, "id": 2},
        {"problem": " \n", "id": 3},
        {"id": 4},
        {"problem": "also fine", "solution": None, "id": 5},
    ]
    path = write(tmp_path / "a.jsonl", json_lines(rows))
    source = opened(path)
    found = list(source)
    rejected = [item for item in found if isinstance(item, RejectedRow)]
    assert [(item.id, item.reason) for item in rejected] == [
        (str(i), RejectReason.NO_PROBLEM) for i in (2, 3, 4)
    ]
    assert rejected[0].detail == f"{path}:2: column 'problem' is null or blank"
    described = source.describe()
    assert (described.rows, described.records, described.rejected) == (5, 2, 3)
    assert described.rejected_by_reason == {"no_problem": 3}


def test_unusable_chats_are_rejected(tmp_path: Path) -> None:
    user = {"role": "user", "content": "hi"}
    rows = [
        {"messages": [user]},
        {"messages": []},
        {"messages": [{"role": "user", "content": " "}]},
        {"messages": [user, {"role": "assistant", "content": None, "tool_calls": []}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}]},
    ]
    found = items(write(tmp_path / "a.jsonl", json_lines(rows)))
    assert [item.reason.value for item in found if isinstance(item, RejectedRow)] == [
        "no_text",
        "no_text",
        "bad_chat",
        "bad_chat",
    ]


def test_the_choice_is_explained(tmp_path: Path) -> None:
    rows = [{"instruction": "i", "input": "extra", "output": "o", "id": 3}]
    path = write(tmp_path / "a.jsonl", json_lines(rows))
    assert opened(path, roles=Roles(problem="instruction")).mapping.explain() == (
        "problem ← instruction (as given); solution ← output (detected); id ← id (detected); "
        "answer read from the solution, where it marks one. "
        "Kept as metadata, not translated, though the name fits a role: input"
    )
    gsm = write(tmp_path / "b.jsonl", json_lines([{"question": "q", "answer": "w\n#### 4"}]))
    assert "solution ← answer (its values are worked solutions" in opened(gsm).mapping.explain()


def test_a_chat_and_plain_columns_cannot_both_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json_lines([{"problem": "p", "messages": []}]))
    assert "both given" in refusal(path, roles=Roles(problem="problem", messages="messages")).message
