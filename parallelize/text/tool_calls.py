"""Calls of tools as models write them: they are in no language, whatever their arguments say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["steps_of_agents", "without_calls"]

_FORMS: Final[dict[tuple[str, str], str]] = {
    # opening and closing mark, as patterns: who writes it
    (
        r"<(?P<tag>tool_(?:calls?|responses?|code|outputs?)|function_(?:calls?|results?)"
        r"|[\w-]{2,12}:(?:tool|function)_calls?)\b[^<>\n]{0,80}>",
        r"</(?P=tag)>",
    ): "Qwen, GLM, Hermes, Claude, MiniMax",
    (r"<function=[\w.-]{1,64}>", r"</function>"): "Llama 3, Qwen3-Coder",
    (r"<invoke\b[^<>\n]{0,80}>", r"</invoke>"): "Claude",
    (r"<start_function_call>", r"<end_function_call>"): "FunctionGemma",
    (r"<\|tool_calls_section_begin\|>", r"<\|tool_calls_section_end\|>"): "Kimi K2",
    (r"<\|tool_call_begin\|>", r"<\|tool_call_end\|>"): "Kimi K2",
    (r"<｜tool▁calls▁begin｜>", r"<｜tool▁calls▁end｜>"): "DeepSeek",
    (r"<\|(?P<pipe>tool_calls?|tool_responses?)\|>", r"<\|/(?P=pipe)\|>"): "Granite, Phi-4",
    (r"<\|START_ACTION\|>", r"<\|END_ACTION\|>"): "Command A",
    (r"<\|python_tag\|>", r"<\|eo[mt]_id\|>|\n"): "Llama 3.1",
}  # fmt: skip
_CALL: Final = re.compile("|".join(f"(?:{opening})(?s:.*?)(?:{closing}|\\Z)" for opening, closing in _FORMS))
"""A call that never closes goes on to the end: it was cut."""
_HEAD: Final = re.compile(r"(?:\[TOOL_CALLS\]|\bfunctools(?=\[))[ \t]*(?:[\w.-]{1,64}\[(?:ARGS|CALL_ID)\])?")
"""What stands before a call in JSON (Mistral, Phi-4); the JSON itself is no prose anyway."""


def without_calls(text: str) -> str:
    """The text with a line end in place of each call of a tool and of what the tool answered."""
    if "<" in text:
        text = _CALL.sub("\n", text)
    return _HEAD.sub("\n", text) if "[" in text else text


_STEP: Final = re.compile(
    r"""
    ^[ \t]*(?:\*\*)?
    (?:
        (?P<call>Action(?:[ ]Input)?[ ]?\d{0,3}:)(?:\*\*)?[^\n]*[^\s]   # Action 2: search[the old bridge]
      | (?P<said>Thought|Observation|Final[ ]Answer)[ ]?\d{0,3}:(?:\*\*)?  # Thought 2:
    )
    """,
    re.MULTILINE | re.VERBOSE,
)


def steps_of_agents(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is a call, of the actions and marks of an agent's protocol (ReAct).

    Programs read both: an action is a call with its arguments, a mark says what follows it. A text with
    actions but no other mark is none.
    """
    if "Action" not in text:
        return
    found = list(_STEP.finditer(text))
    if any(one["call"] for one in found) and any(one["said"] for one in found):
        yield from ((*one.span(), one["call"] is not None) for one in found)
