"""Chats that are one text, whose turns begin with marks: `Human: … Assistant: …`, `### Instruction: …`."""

from __future__ import annotations

import itertools
import re
from typing import Final, NamedTuple

__all__ = ["SpokenTurn", "is_call", "spoken_turns"]

_MARK: Final = re.compile(
    r"""
      \#\#\#[ ]? (?:(?P<asked>Human|User|Instruction|Input|Question|Prompt)      # ### Human:
                 |(?P<said>Assistant|Response|Output|Answer|Bot|AI|GPT)|(?P<told>System|Context)) [ ]? :
    | ^ (?:(?P<human>Human|User|H|USER|HUMAN)|(?P<bot>Assistant|AI|Bot|GPT|A|ASSISTANT|BOT)
        |(?P<rules>System|SYSTEM)|(?P<tool>FUNCTION[ ]RESPONSE)) : (?=\s|$)     # Human:
    | (?<=[.?!>]\s) (?:(?P<upper>USER)|(?P<lower>ASSISTANT)) : (?=\s|$)         # … USER: …
    """,
    re.VERBOSE | re.MULTILINE,
)
"""What begins a turn, as programs look for it."""
_SPEAKERS: Final = {
    **dict.fromkeys(("asked", "human", "upper"), "user"),
    **dict.fromkeys(("said", "bot", "lower"), "assistant"),
    **dict.fromkeys(("told", "rules"), "system"),
    "tool": "tool",
    "": "system",
}
_CALL: Final = re.compile(r"<(functioncall|tool_call|function_call)>\s*\{[^\n]*\}\s*(?:</\1>)?")


class SpokenTurn(NamedTuple):
    """Where a turn stands in the text, without its mark and the white space around it."""

    start: int
    end: int
    speaker: str
    """`user`, `assistant`, `tool`, or `system` for what stands before the first mark, too."""


def spoken_turns(text: str) -> tuple[SpokenTurn, ...]:
    """What is said in a chat that is one text; nothing in any other text: both sides must have a mark."""
    marks = list(_MARK.finditer(text))
    speakers = ["", *(mark.lastgroup or "" for mark in marks)]
    if not {"user", "assistant"} <= {_SPEAKERS[name] for name in speakers}:
        return ()
    ends = itertools.pairwise([0, *(place for mark in marks for place in mark.span()), len(text)])
    found = []
    for name, (start, end) in zip(speakers, itertools.islice(ends, 0, None, 2), strict=True):
        said = text[start:end]
        if said.strip():
            low = start + len(said) - len(said.lstrip())
            found.append(SpokenTurn(low, start + len(said.rstrip()), _SPEAKERS[name]))
    return tuple(found)


def is_call(said: str) -> bool:
    """Whether what a turn says is a call of a tool between the marks of one, and nothing else."""
    return _CALL.fullmatch(said.partition("<|")[0].strip()) is not None
