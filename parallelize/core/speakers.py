"""Who speaks in a chat, however data sets call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["SPEAKERS", "SPEAKER_KEYS", "TOOL_SPEAKERS", "speaker_of"]

SPEAKERS: Final[Mapping[str, str]] = {
    "human": "user",
    "user": "user",
    "prompter": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "assistant": "assistant",
    "bot": "assistant",
    "model": "assistant",
    "ai": "assistant",
    **dict.fromkeys(
        ("student", "learner", "pupil", "asker", "questioner", "customer", "client", "patient"), "user"
    ),
    **dict.fromkeys(
        ("tutor", "teacher", "expert", "agent", "helper", "answerer", "advisor", "doctor"), "assistant"
    ),
    "system": "system",
    "developer": "system",
    "tool": "tool",
    "function": "tool",
    "ipython": "tool",
    "observation": "tool",
    "environment": "tool",
    "tool_response": "tool",
    "function_response": "tool",
    "function-response": "tool",
    "tool_call": "call",
    "function_call": "call",
    "function-call": "call",
}
"""Names of speakers in ShareGPT exports, OpenAI's format and chat templates, as one list of roles."""
TOOL_SPEAKERS: Final = frozenset({"tool", "call"})
SPEAKER_KEYS: Final = ("role", "from", "speaker")
"""Keys under which a turn says who speaks."""


def speaker_of(name: str) -> str:
    """The role that OpenAI's format gives a speaker; an unknown name stays."""
    return SPEAKERS.get(name.lower(), name)
