"""Steps with verdicts and problems in several columns become training rows, or say what they lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parallelize.core.errors import InputError
from parallelize.stages.lettered import letter_of, lettered
from parallelize.store.row_texts import RowTexts, row_texts
from parallelize.store.turns import turns_of
from tests.runs import run_build
from tests.stages.test_export import export, written

TOLD = ["Six boxes hold twelve rolls each.", "That makes seventy rolls.", "So there are seventy."]


@pytest.mark.parametrize(
    ("row", "verdicts"),
    [
        ({"completions": TOLD, "labels": [True, False, False]}, [True, False, False]),
        ({"steps": TOLD, "ratings": [1, 0, -1]}, [True, False, False]),
        ({"steps": TOLD, "labels": ["+", "-", "-"]}, [True, False, False]),
        ({"response": TOLD, "label": ["+", "+", "-"]}, [True, True, False]),
        ({"steps": TOLD, "label": 1}, [True, False]),
        ({"steps": TOLD, "label": -1}, [True, True, True]),
        ({"steps": [{"text": one, "is_correct": "right" in one} for one in TOLD]}, [False, False, False]),
        ({"steps": TOLD, "labels": [True, False]}, []),
        ({"steps": TOLD, "labels": ["a", "b", "c"]}, []),
        ({"steps": TOLD}, []),
    ],
)
def test_verdicts_on_steps_are_found_in_every_form(row: dict[str, Any], verdicts: list[bool]) -> None:
    name = next(iter(row))
    within = ".text" if isinstance(row[name][0], dict) else ""
    facts = [{"path": f"{name}[{n}]{within}", "role": "solution", "speaker": ""} for n in range(3)]
    found = row_texts(row, facts, answer=None)
    assert list(found.verdicts) == verdicts
    assert list(found.steps) == TOLD[: len(verdicts)]


def test_steps_with_verdicts_and_problems_of_several_columns_become_training_rows(tmp_path: Path) -> None:
    question = "A baker packs six boxes with twelve rolls each. How many rolls are there?"
    task = "Write a program that reads two numbers and prints the larger one of them."
    judged = {"problem": question, "steps": TOLD, "label": 1}
    program = {
        "description": task,
        "input_format": "The first line holds two of the numbers.",
        "output_format": "Print the larger one of the two numbers.",
        "examples": [{"input": "1 2\n", "output": "2"}],
        "editorial": "It is enough to compare the two numbers with each other.",
        "official_tests": [{"input": "3 4", "output": "4"}],
    }
    off = dict.fromkeys(("answer_faults", "number_faults", "left_words", "structure_faults"), False)
    for name, row in (("judged", judged), ("program", program)):
        source = tmp_path / f"{name}.jsonl"
        source.write_text(json.dumps(row) + "\n")
        run_build(source, tmp_path / name, "pt", thresholds=off, back_translation={"enabled": False})
    export(tmp_path / "judged", "trl-prm", tmp_path / "prm", languages=("en", "pt"))
    english, ours = written(tmp_path / "prm", "trl-prm", 2)
    assert (english["prompt"], english["completions"], english["labels"]) == (
        question,
        TOLD[:2],
        [True, False],
    )
    assert len(ours["completions"]) == 2
    assert ours["completions"] != TOLD[:2]
    said = export(tmp_path / "judged", "trl-sft", tmp_path / "sft", languages=("en", "pt"))
    assert said["files"]["mix-2.parquet"]["left_out"] == {"verdicts on steps": 2}
    with pytest.raises(InputError, match="verdict on each"):
        export(tmp_path / "program", "trl-prm", tmp_path / "none", languages=("en", "pt"))
    with pytest.raises(InputError, match="label that is true or false"):
        export(tmp_path / "program", "trl-kto", tmp_path / "none", languages=("en", "pt"))
    export(tmp_path / "program", "messages", tmp_path / "m", languages=("en", "pt"))
    asked, told = written(tmp_path / "m", "messages", 2)[0]["messages"]
    wanted = (task, program["input_format"], program["output_format"], "```\n1 2\n```", "```\n2\n```")
    assert (asked["content"], told["content"]) == ("\n\n".join(map(str, wanted)), program["editorial"])


def asked_and_said(row: dict[str, Any], *paths: str, role: str = "message") -> RowTexts:
    return row_texts(row, [{"path": one, "role": role, "speaker": "user"} for one in paths], answer=None)


def test_a_chat_is_read_in_every_form_of_its_turns() -> None:
    said = [("user", "How many?"), ("assistant", "Nine.")]
    asked = {"role": "user", "content": "How many?"}
    think = {"type": "thinking", "thinking": "I count them."}
    parts = [think, {"type": "text", "text": "Nine."}]
    forms: list[Any] = [
        [asked, {"role": "assistant", "content": "Nine."}],
        [asked, {"role": "assistant", "content": parts}],
        [asked, {"role": "assistant", "content": json.dumps(parts)}],
        [asked, {"role": "assistant", "content": ["Nine."]}],
        [asked, {"role": "assistant", "content": [{"type": "text", "content": "Nine."}]}],
        [["How many?", "Nine."]],
        [["user", "How many?"], ["assistant", "Nine."]],
        ["How many?", "Nine."],
        json.dumps([asked, {"role": "assistant", "content": "Nine."}]),
    ]
    for form in forms:
        found = asked_and_said({"chat": form}, "chat[0].content").messages
        assert [(turn.role, turn.content) for turn in found] == said, form
        assert [turn.more.get("thinking") for turn in found] in ([None, None], [None, "I count them."])
    [found] = turns_of([{"role": "user", "content": '[{"a": 1}]'}])
    assert found.content == '[{"a": 1}]'


def test_calls_of_tools_of_other_makers_are_calls() -> None:
    call = {"type": "tool_use", "id": "t1", "name": "get_tide", "input": {"place": "Faro"}}
    given = {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "3"}]}
    theirs = turns_of([{"role": "assistant", "content": [call]}, {"role": "user", "content": [given]}])
    items = [
        {"type": "function_call", "call_id": "t1", "name": "get_tide", "arguments": '{"place": "Faro"}'},
        {"type": "function_call_output", "call_id": "t1", "output": "3"},
        {"type": "reasoning", "summary": []},
    ]
    assert theirs == turns_of(items)
    assert [(turn.role, turn.content) for turn in theirs] == [("assistant", ""), ("tool", "3")]
    [made] = theirs[0].more["tool_calls"]
    assert made["function"] == {"name": "get_tide", "arguments": '{"place": "Faro"}'}


def test_what_stands_in_a_chat_and_is_not_said_is_named() -> None:
    row = {
        "chat": [{"role": "system", "rules": "Be brief.", "content": None}, {"role": "user", "content": "Hi"}]
    }
    assert asked_and_said(row, "chat[0].rules", "chat[1].content").left == ("chat[0].rules",)
    tree = {"thread": [{"role": "user", "text": "Hi", "replies": [{"role": "assistant", "text": "Ho"}]}]}
    found = asked_and_said(tree, "thread[0].text", "thread[0].replies[0].text")
    assert found.left == ("thread[0].replies[0].text",)
    within = {"params": {"input": [{"role": "user", "content": "Hi"}]}}
    assert [turn.content for turn in asked_and_said(within, "params.input[0].content").messages] == ["Hi"]
    both = {"input": [{"role": "user", "content": "Hi"}], "output": [{"role": "assistant", "content": "Ho"}]}
    found = asked_and_said(both, "input[0].content", "output[0].content")
    assert ([turn.content for turn in found.messages], found.left) == (["Hi", "Ho"], ())


@pytest.mark.parametrize(
    ("choices", "shown"),
    [
        ("['the ferry', 'the road']", "A. the ferry\nB. the road"),
        ('{"a": "the ferry", "b": "the road"}', "A. the ferry\nB. the road"),
        ("A. the ferry\nB. the road", "A. the ferry\nB. the road"),
        (["(A) the ferry", "(B) the road"], "(A) the ferry\n(B) the road"),
        (["A ferry", "A road"], "A. A ferry\nB. A road"),
    ],
)
def test_choices_in_one_text_or_with_their_letters_are_shown_once(choices: Any, shown: str) -> None:
    count = len(choices) if isinstance(choices, list) else 0
    paths = [f"options[{n}]" for n in range(count)] or ["options{}[0]"]
    places = [{"path": one, "role": "choice", "speaker": ""} for one in paths]
    texts = row_texts(
        {"question": "Which?", "options": choices},
        [{"path": "question", "role": "problem", "speaker": ""}, *places],
        answer="b" if choices == '{"a": "the ferry", "b": "the road"}' else "B",
    )
    assert lettered(texts) == f"Which?\n\n{shown}"
    assert letter_of(texts) in ("B", None)


def test_a_pair_of_chats_in_one_text_has_what_both_begin_with_as_its_prompt(tmp_path: Path) -> None:
    asked = "\n\nHuman: How do I keep the bread fresh for a week?\n\nAssistant: "
    told = ("Wrap it in a clean cloth and put it away.", "I do not know anything about the bread.")
    row = {"chosen": asked + told[0], "rejected": asked + told[1]}
    source = tmp_path / "a.jsonl"
    source.write_text(json.dumps(row) + "\n")
    run_build(source, tmp_path / "run", "pt", back_translation={"enabled": False})
    export(tmp_path / "run", "trl-dpo", tmp_path / "out", languages=("en", "pt"))
    english, ours = written(tmp_path / "out", "trl-dpo", 2)
    assert [turn["content"] for turn in english["prompt"]] == ["How do I keep the bread fresh for a week?"]
    assert [english[name][0]["content"] for name in ("chosen", "rejected")] == list(told)
    assert ours["prompt"] != english["prompt"]
    assert ours["chosen"][0]["content"] != told[0]
