"""Which column is what, told from names and values, or said by the user."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parallelize.core.records import Record, rewritten
from parallelize.stages.ingest import NO_COLUMN, NoteKind, RejectedRow, RejectReason, Roles, TextPolicy
from tests.stages.ingest_files import items, json_lines, opened, records, refusal, roles_found, texts, write

LONG = "First we add the two numbers, then we halve the sum. " * 8


def mapped(tmp_path: Path, *rows: dict[str, Any], **options: Any) -> dict[str, str]:
    return roles_found(opened(write(tmp_path / "a.jsonl", json_lines(rows)), **options))


def rule_of(tmp_path: Path, pattern: str, *rows: dict[str, Any], **options: Any) -> tuple[str, str] | None:
    """Role and treatment of a place; None where there is no text."""
    layout = opened(write(tmp_path / "a.jsonl", json_lines(rows)), **options).layout
    return next(
        ((rule.role.value, rule.treatment.value) for rule in layout.rules() if rule.pattern == pattern), None
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"question": "q", "answer": "work\n#### 4"},
            {"problem": "question", "solution": "answer", "answer": "answer"},
        ),
        (
            {"problem": "p", "solution": "Add both.", "answer": "4", "unique_id": "u/1.json"},
            {"problem": "problem", "solution": "solution", "answer": "answer", "id": "unique_id"},
        ),
        ({"question": "q", "answer": "18"}, {"problem": "question", "answer": "answer"}),
        (
            {"question": "q", "answer": LONG},
            {"problem": "question", "solution": "answer", "answer": "answer"},
        ),
        (
            {"problem": 3, "question": "q", "answer": "18", "id": "AIME-3"},
            {"problem": "question", "answer": "answer", "id": "id"},
        ),
        ({"prompt": "p", "completion": "Yes, it is."}, {"problem": "prompt", "solution": "completion"}),
        (
            {"instruction": "i", "input": "", "output": "Well done."},
            {"problem": "instruction", "solution": "output"},
        ),
        (
            {
                "query": "q",
                "reasoning_content": "So it is all of them.",
                "response": "Four of them.",
                "expected_answer": 4,
            },
            {
                "problem": "query",
                "thinking": "reasoning_content",
                "solution": "response",
                "answer": "expected_answer",
            },
        ),
        (
            {"question": "q", "model_prediction": {"proof": "It holds.", "score": 1}},
            {"problem": "question", "solution": "model_prediction.proof"},
        ),
        (
            {"prompt": "p", "messages": [{"role": "user", "content": "p"}]},
            {"problem": "prompt", "message": "messages[role=user].content"},
        ),
        (
            {"conversations": [{"from": "human", "value": "p"}], "id": 7},
            {"message": "conversations[from=human].value", "id": "id"},
        ),
        (
            {"Question": "q", "ID": "x", "Answer": "4"},
            {"problem": "Question", "answer": "Answer", "id": "ID"},
        ),
        (
            {" Problem Statement ": "q", "Final-Answer": "4"},
            {"problem": " Problem Statement ", "answer": "Final-Answer"},
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
    write(tmp_path / "b.jsonl", json_lines([{"problem": "b", "id": 0, "solution": "So it is."}]))
    source = opened(tmp_path)
    assert source.layout.id is None
    assert roles_found(source)["solution"] == "solution"
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
    assert record.row == row


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
    row = {"problem": "p", "reasoning": "Because they add up.", "answer": "It is 3 + 1.\n#### 4"}
    source = opened(write(tmp_path / "a.jsonl", json_lines([row])))
    (record,) = source
    assert [item.path for item in record.texts] == ["problem", "reasoning", "answer"]  # type: ignore[union-attr]
    assert record.answer == "4"  # type: ignore[union-attr]


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
    assert [item.speaker for item in record.texts] == ["user", "assistant"]
    assert texts(record) == {
        "messages[1].content": "What is 1 + 1?",
        "messages[2].content[0].text": "\\boxed{2}",
    }
    assert record.answer == "2"
    assert record.row == openai
    sharegpt = {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "ho"}]}
    (record,) = records(write(tmp_path / "b.jsonl", json_lines([sharegpt])))
    assert [item.speaker for item in record.texts] == ["user", "assistant"]


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
        "no_text",
    ]


def test_the_choice_is_explained_and_what_stays_english_is_named(tmp_path: Path) -> None:
    row = {
        "instruction": "What is it about?",
        "input": "The baker sold all of his bread before noon.",
        "output": "It is about a baker.",
        "tools": [{"name": "look_up", "description": "Looks up what the words of a text mean"}],
        "level": "easy",
        "id": 3,
    }
    layout = opened(write(tmp_path / "a.jsonl", json_lines([row]))).layout
    lines = [line.strip() for line in layout.explain().splitlines()]
    assert lines[1:] == [
        "instruction: problem, translated (is called instruction)",
        "input: context, translated (as in Alpaca)",
        "output: solution, translated (is called output)",
        "tools[].description: other, stays as it is (belongs to a tool)",
        "answer: read from the solution, where it marks one",
        "id: id",
    ]
    assert [rule.pattern for rule in layout.staying()] == ["tools[].description"]


TURNS = [
    {"role": "user", "content": "Where is the train?"},
    {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "find", "arguments": "{}"}}]},
    {"role": "tool", "content": "The train is in the station of the next town."},
    {"role": "assistant", "content": "It is in the next town.", "thinking": "The tool says where it is."},
]


def test_tools_are_copied_and_the_policy_can_change_it(tmp_path: Path) -> None:
    row = {"messages": TURNS}
    assert rule_of(tmp_path, "messages[role=tool].content", row) == ("other", "copy")
    policy = TextPolicy(treatments={"messages[role=tool].content": "translate", "thinking": "keep"})
    assert rule_of(tmp_path, "messages[role=tool].content", row, policy=policy) == ("other", "translate")
    assert rule_of(tmp_path, "messages[role=assistant].thinking", row, policy=policy) == ("thinking", "keep")
    (record,) = records(tmp_path / "a.jsonl", policy=policy)
    assert [(item.name, item.treatment.value) for item in record.texts] == [
        ("messages[0].content", "translate"),
        ("messages[2].content", "translate"),
        ("messages[3].content", "translate"),
        ("messages[3].thinking", "keep"),
    ]


def test_a_pattern_that_fits_nothing_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json_lines([{"problem": "p"}]))
    error = refusal(path, policy=TextPolicy(treatments={"messages[].thought": "keep"}))
    assert "no text at 'messages[].thought'" in error.message


def test_thinking_inside_a_text_can_be_kept(tmp_path: Path) -> None:
    text = "<think>Let me see what it is.</think>\n\nIt is four."
    path = write(tmp_path / "a.jsonl", json_lines([{"problem": "p", "response": text}]))
    (record,) = records(path, policy=TextPolicy(treatments={"thinking": "keep"}))
    assert [(item.name, item.treatment.value, item.text) for item in record.texts] == [
        ("problem", "translate", "p"),
        ("response<thinking>", "keep", "<think>Let me see what it is.</think>"),
        ("response<answer>", "translate", "\n\nIt is four."),
    ]


def test_code_and_json_are_told_by_their_shape(tmp_path: Path) -> None:
    code = "def area(side):\n    return side * side\n"
    rows = [
        {
            "problem": "Write a function for the area of a square.",
            "solution": code,
            "checks": '{"in": [2], "out": 4}',
        },
        {"problem": "Say what the area of a square is.", "solution": "It is the square of a side."},
        {"problem": "Name the corners of a square.", "solution": "They have no names."},
    ]
    first, second, _ = records(write(tmp_path / "a.jsonl", json_lines(rows)))
    assert [(item.path, item.treatment.value) for item in first.texts] == [
        ("problem", "translate"),
        ("solution", "copy"),
    ]
    assert [(item.path, item.treatment.value) for item in second.texts] == [
        ("problem", "translate"),
        ("solution", "translate"),
    ]


def test_sentences_in_json_are_texts_with_their_places(tmp_path: Path) -> None:
    said = '{"summary": "The baker sold all of his bread.", "count": 40, "type": "short story of a day"}'
    rows = [
        {
            "messages": [
                {"role": "user", "content": "Sum it up as JSON."},
                {"role": "assistant", "content": said},
            ]
        }
    ]
    (record,) = records(write(tmp_path / "a.jsonl", json_lines(rows)))
    part = record.texts[1]
    assert (part.name, part.text) == ("messages[1].content{}summary", "The baker sold all of his bread.")
    found = rewritten(record.row, [(part.path, part.part, 'Der Bäcker sagt: "alles weg"')])
    assert json.loads(found["messages"][1]["content"]) == json.loads(said) | {
        "summary": 'Der Bäcker sagt: "alles weg"'
    }


def test_choices_and_answers_that_are_choices(tmp_path: Path) -> None:
    rows = [
        {"question": "Which is it?", "options": ["a cow", "a hen"], "answer": "a hen", "answer_idx": "B"},
        {
            "question": "And which is this?",
            "options": ["a dog", "a cat"],
            "answer": "a dog",
            "answer_idx": "A",
        },
    ]
    assert rule_of(tmp_path, "options[]", *rows) == ("choice", "translate")
    assert rule_of(tmp_path, "answer", *rows) == ("answer", "translate")
    assert rule_of(tmp_path, "answer_idx", *rows) == ("answer", "copy")


def test_a_row_of_a_place_that_comes_late_is_told_by_itself(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"problem": f"What is {n}?"} for n in range(600)]
    rows[599]["remark"] = "This one was written by hand, and it is the last of all."
    *_, last = records(write(tmp_path / "a.jsonl", json_lines(rows)))
    assert [item.path for item in last.texts] == ["problem", "remark"]


def test_an_id_that_is_missing_later_costs_one_row(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"problem": f"What is {n}?", "id": n} for n in range(600)]
    rows[550]["id"] = None
    rows[551]["id"] = 3
    found = items(write(tmp_path / "a.jsonl", json_lines(rows)))
    assert [item.reason for item in found if isinstance(item, RejectedRow)] == [RejectReason.BAD_ID] * 2


def test_a_column_of_letters_is_the_key_of_choices_and_what_asks_is_the_problem(tmp_path: Path) -> None:
    rows = [
        {"Frage": "Which of them lays eggs?", "Option A": "the dog", "Option B": "the hen", "Key": "B",
         "Why": "Hens are birds, and all of the birds lay eggs."},
        {"Frage": "Which of them gives milk?", "Option A": "the cow", "Option B": "the hen", "Key": "A",
         "Why": "It is a cow that gives the milk to us."},
    ]  # fmt: skip
    source = opened(write(tmp_path / "a.jsonl", json_lines(rows)))
    assert [one.answer for one in source if isinstance(one, Record)] == ["B", "A"]
    assert source.layout.problem is not None
    assert source.layout.problem.pattern == "Frage"


def test_answers_in_words_among_numbers_are_translated_and_numbers_are_not(tmp_path: Path) -> None:
    rows = [
        {"prompt": f"What is the answer to question {n} of the sheet?", "solution": one}
        for n, one in enumerate(["Wednesday", "8", "14"])
    ]
    found = items(write(tmp_path / "a.jsonl", json_lines(rows)))
    said = [[text.text for text in one.to_translate()][1:] for one in found if isinstance(one, Record)]
    assert said == [["Wednesday"], [], []]


def test_what_no_format_can_do_without_and_labels_of_the_language_are_told(tmp_path: Path) -> None:
    rows = [{"notes": "12", "solution": "It is the second of the two numbers.", "lang": "en"}]
    layout = opened(write(tmp_path / "a.jsonl", json_lines(rows))).layout
    assert "--problem" in layout.lacking()[0]
    riddle = {"riddle": "What has keys and opens no door?", "how": "A piano has keys that open no door."}
    assert opened(write(tmp_path / "b.jsonl", json_lines([riddle]))).layout.lacking() == layout.lacking()
    riddle.pop("how")
    assert opened(write(tmp_path / "c.jsonl", json_lines([riddle]))).layout.lacking() == []
    assert [rule.pattern for rule in layout.language_labels()] == ["lang"]


def test_language_that_stands_in_json_alone_is_read_there(tmp_path: Path) -> None:
    said = {"question": "How many cars does the ferry carry at noon?", "answer": 54}
    path = write(tmp_path / "a.jsonl", json_lines([{"n": 1, "data": json.dumps(said)}]))
    (record,) = records(path)
    assert [item.text for item in record.to_translate()] == [said["question"]]
    beside = {"n": 1, "data": json.dumps(said), "problem": "How many cars are there?"}
    (record,) = records(write(tmp_path / "b.jsonl", json_lines([beside])))
    assert [item.text for item in record.to_translate()] == [beside["problem"]]


def test_a_source_whose_json_says_nothing_has_no_language(tmp_path: Path) -> None:
    row = {"code": "def f(a):\n    return a[::-1]", "input": "[1, 2, 3]", "output": "[3, 2, 1]"}
    assert "was recognised" in refusal(write(tmp_path / "a.jsonl", json_lines([row]))).message


def test_what_is_asked_is_told_by_what_answers_it(tmp_path: Path) -> None:
    row = {
        "heading": "Boats",
        "scene": "It is dark.",
        "riddle": "Who steers the boat?",
        "solution": "Ann does it.",
    }
    assert roles_found(opened(write(tmp_path / "a.jsonl", json_lines([row]))))["problem"] == "riddle"
    (record,) = records(write(tmp_path / "a.jsonl", json_lines([row])), roles=Roles(problem=NO_COLUMN))
    assert all(item.role.value != "problem" for item in record.texts)


def test_a_source_without_a_problem_says_which_option_names_it(tmp_path: Path) -> None:
    rows = [{"Frage": f"Tom has {n} boxes with six pencils each. How many pencils has he?"} for n in range(9)]
    source = write(tmp_path / "a.jsonl", json_lines(rows))
    assert (
        "problem: none: no column is called so (--problem COLUMN names one)"
        in opened(source).layout.explain()
    )
    named = opened(source, roles=Roles(problem="Frage")).layout
    assert "problem: none" not in named.explain()
