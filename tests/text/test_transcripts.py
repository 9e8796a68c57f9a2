"""Chats in one text: where their turns are, and what only looks like one."""

from __future__ import annotations

import time

import pytest

from parallelize.text.transcripts import is_call, spoken_turns


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("\n\nHuman: How?\n\nAssistant: So.", [("user", "How?"), ("assistant", "So.")]),
        ("### Human: How?### Assistant: So.", [("user", "How?"), ("assistant", "So.")]),
        (
            "Do it.\n\n### Instruction:\nName two.\n\n### Input:\na, b\n\n### Response:\n",
            [("system", "Do it."), ("user", "Name two."), ("user", "a, b")],
        ),
        (
            "A chat. USER: How? ASSISTANT: So.</s>",
            [("system", "A chat."), ("user", "How?"), ("assistant", "So.</s>")],
        ),
        (
            "USER: How?\n\nASSISTANT: <functioncall> {}\n\nFUNCTION RESPONSE: 4\n\nASSISTANT: So.",
            [("user", "How?"), ("assistant", "<functioncall> {}"), ("tool", "4"), ("assistant", "So.")],
        ),
        ("Human: a drama in one act", []),
        ("Question: How?\nAnswer: So.", []),
        ("The human: how? The assistant: so.", []),
        ("A: It rains.\nB: It snows.", []),
        ("", []),
    ],
)
def test_turns_of_a_chat_in_one_text(text: str, turns: list[tuple[str, str]]) -> None:
    assert [(turn.speaker, text[turn.start : turn.end]) for turn in spoken_turns(text)] == turns


def test_what_is_only_a_call() -> None:
    assert is_call('<functioncall> {"name": "f"} <|endoftext|>')
    assert is_call('<tool_call>{"name": "f"}</tool_call>')
    assert not is_call("I call it: <functioncall> {}")


@pytest.mark.parametrize("piece", ["Human: ", "### ", "\nH: \nA: ", ". USER: . ASSISTANT: ", "<tool_call>{"])
def test_long_texts_stay_quick(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    spoken_turns(text)
    is_call(text)
    assert time.process_time() - start < 1
