"""Every known mark of thinking parts a response in the same way, and marks that are none are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallelize.text.thinking import (
    THINKING_FORMS,
    ThinkingForm,
    ThinkingTags,
    after_leading_thinking,
    answer_start,
    is_thinking_mark,
    may_have_marks,
    split_response,
    unread_mark,
)

FORMS = pytest.mark.parametrize("form", THINKING_FORMS, ids=lambda form: form.opening)


@FORMS
def test_every_form_parts_thinking_and_answer(form: ThinkingForm) -> None:
    text = f"{form.opening}\nuno dos\n{form.closing}\n\ntres"
    split = split_response(text)
    assert (split.thinking or "").strip() == "uno dos"
    assert (split.answer or "").strip() == "tres"
    assert split.response.split() == ["uno", "dos", "tres"]
    assert text[answer_start(text) :].strip() == "tres"
    assert after_leading_thinking(text) == "tres"
    assert is_thinking_mark(form.opening)
    assert may_have_marks(text)


@FORMS
def test_a_close_without_an_open_is_understood(form: ThinkingForm) -> None:
    split = split_response(f"uno dos{form.closing}tres")
    assert (split.thinking, split.answer) == ("uno dos", "tres")


@FORMS
def test_an_open_without_a_close_is_unfinished(form: ThinkingForm) -> None:
    text = f"{form.opening}uno dos"
    assert split_response(text).unfinished
    assert answer_start(text) == 0
    assert after_leading_thinking(text) is None


HARMONY = [
    (
        "<|channel|>analysis<|message|>uno<|end|><|start|>assistant<|channel|>final<|message|>dos<|return|>",
        "uno",
        "dos",
    ),
    ("<|start|>assistant<|channel|>final<|message|>dos<|return|>", None, "dos"),
    ("uno<|end|><|start|>assistant<|channel|>final<|message|>dos", "uno", "dos"),
    ("<|channel|>analysis<|message|>uno", "uno", None),
    ("<|channel|>analysis<|message|>uno<|end|>", "uno", None),
    ("analysisUno.assistantfinalDos", "Uno.", "Dos"),
    ("Uno.assistantfinal**Dos**", "Uno.", "**Dos**"),
    ("analysisUno dos", "Uno dos", None),
    (
        "<|channel|>analysis<|message|>uno<|end|><|start|>assistant<|channel|>commentary to=functions.sum "
        '<|constrain|>json<|message|>{"a": 1}<|call|>',
        "uno",
        "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "thinking", "answer"), HARMONY)
def test_channels_of_harmony(text: str, thinking: str | None, answer: str | None) -> None:
    split = split_response(text)
    assert (split.thinking.strip() if split.thinking else split.thinking) == thinking
    assert (split.answer.strip() if split.answer else split.answer) == answer


@pytest.mark.parametrize(
    "text",
    [
        "analysis: the sum is 5",
        "Analysis of the data: 5",
        "$[THIN]$ and <b>bold</b>, x<think, |a|>5",
        "the assistantship was finally granted",
    ],
)
def test_text_without_marks_is_its_own_answer(text: str) -> None:
    split = split_response(text)
    assert (split.thinking, split.answer) == (None, text)


def test_marks_of_ones_own_come_beside_the_table() -> None:
    tags = ThinkingTags(opening="<<mull>>", closing="<</mull>>")
    assert split_response("<<mull>>uno<</mull>>dos", tags).answer == "dos"
    assert split_response("<think>uno</think>dos", tags).answer == "dos"
    assert split_response("uno", ThinkingTags(opened=True)).unfinished


def test_thinking_that_came_apart() -> None:
    split = split_response("dos", thinking="uno")
    assert (split.thinking, split.answer, split.response.split()) == ("uno", "dos", ["uno", "dos"])
    both = split_response("<think>dos</think>tres", thinking="uno")
    assert (both.thinking or "").split() == ["uno", "dos"]
    assert both.answer == "tres"


def test_marks_after_a_marker_belong_to_the_reply() -> None:
    reply = "<think>uno</think><translation-1>a </think> b</translation-1>"
    assert after_leading_thinking(reply, before="<translation-1>") == reply.partition("</think>")[2]
    quoted = "<translation-1>a </think> b</translation-1>"
    assert after_leading_thinking(quoted, before="<translation-1>") == quoted


@given(st.text(alphabet="<>/think|[]THINK◁▷analysi final\n{}", max_size=60))
def test_no_text_is_lost(text: str) -> None:
    split = split_response(text)
    assert split.text is not None
    if split.thinking is None and "channel" not in text:
        assert split.answer == text
    assert 0 <= answer_start(text) <= len(text)


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("<brainstorm>\nuno dos\n</brainstorm>\ntres", "<brainstorm>"),
        ("[PLAN]uno[/PLAN] dos", "[PLAN]"),
        ("<think>uno</think>dos", None),
        ("<brainstorm>uno</brainstorm>", None),
        ("<brainstorm> uno dos", None),
        ("<answer>uno</answer> dos", None),
        ("<div>uno</div> dos", None),
        ("uno <brainstorm>dos</brainstorm> tres", None),
    ],
)
def test_a_mark_that_nobody_reads_is_told(text: str, mark: str | None) -> None:
    assert unread_mark(text) == mark
