"""Calls of tools are cut out of what is judged as prose; what only speaks of tools stays."""

from __future__ import annotations

import time

import pytest

from parallelize.text.protect import find_spans
from parallelize.text.tool_calls import without_calls

ARGUMENTS = '{"query": "the cheapest room in the old town"}'


@pytest.mark.parametrize(
    "call",
    [
        f"<tool_call>\n{ARGUMENTS}\n</tool_call>",
        "<tool_call>find\n<arg_key>query</arg_key>\n<arg_value>the old town</arg_value>\n</tool_call>",
        "<function=find>\n<parameter=query>\nthe old town\n</parameter>\n</function>",
        f"<|tool_calls_section_begin|>functions.find:0{ARGUMENTS}<|tool_calls_section_end|>",
        f"<｜tool▁calls▁begin｜>{ARGUMENTS}<｜tool▁calls▁end｜>",
        f"<|tool_call|>{ARGUMENTS}<|/tool_call|>",
        '<function_calls>\n<invoke name="find">the old town</invoke>\n</function_calls>',
        f"<minimax:tool_call>{ARGUMENTS}</minimax:tool_call>",
        "<|python_tag|>find(query='the old town')<|eom_id|>",
        f"<tool_response>{ARGUMENTS}</tool_response>",
    ],
)
def test_calls_of_every_form_are_cut_out(call: str) -> None:
    assert without_calls(f"Ich suche.\n{call}\nEs gibt zwei Zimmer.").split("\n") == [
        *("Ich suche.", "", "", "Es gibt zwei Zimmer.")
    ]
    assert "old town" not in without_calls(f"Ich suche. {call[: -len(call) // 3]}"), "cut in the middle"


def test_heads_before_json_go_and_other_words_stay() -> None:
    assert without_calls(f"[TOOL_CALLS]find[ARGS]{ARGUMENTS}") == f"\n{ARGUMENTS}"
    text = "A hammer is a tool; <tools> and the function f(x) are in functools."
    assert without_calls(text) == text


@pytest.mark.parametrize(
    "piece", ["<tool_call>", "<function=a>", "<invoke ", "[TOOL_CALLS]", "<|tool_call|>"]
)
def test_hostile_texts_take_no_time(piece: str) -> None:
    began = time.perf_counter()
    without_calls(piece * 9_000)
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (
            "Thought 1: I look for it.\nAction 1: Search[the old bridge]\nObservation 1: It is of wood.",
            ["Thought 1:", "Action 1: Search[the old bridge]", "Observation 1:"],
        ),
        (
            "Thought: The key may fit.\n\nAction: take key 1 from shelf 2",
            ["Thought:", "Action: take key 1 from shelf 2"],
        ),
        (
            "Thought: I add.\nAction: Calculator\nAction Input: three plus four\nFinal Answer: It is seven.",
            ["Thought:", "Action: Calculator", "Action Input: three plus four", "Final Answer:"],
        ),
        ("Action: a film of 1993 about a train.\nDrama: a film about a horse.", []),
        ("A Thought: it rains.\nWhat to do about an Action: nothing.", []),
    ],
)
def test_steps_of_an_agent_are_hidden_and_what_it_thinks_is_not(text: str, hidden: list[str]) -> None:
    assert [text[span.start : span.end] for span in find_spans(text)] == hidden
