"""Who speaks in a chat, however data sets call them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["SPEAKERS", "SPEAKER_KEYS", "TOOL_SPEAKERS", "speaker_of"]

_NAMES: Final = {
    "user": "human user prompter student learner pupil asker questioner customer client patient",
    "assistant": "gpt chatgpt assistant bot model ai"
    " tutor teacher expert agent helper answerer advisor doctor",
    "system": "system developer",
    "tool": "tool function ipython observation environment tool_response function_response function-response",
    "call": "tool_call function_call function-call",
}
SPEAKERS: Final[Mapping[str, str]] = {name: role for role, names in _NAMES.items() for name in names.split()}
"""Names of speakers in ShareGPT exports, OpenAI's format and chat templates, as one list of roles."""
TOOL_SPEAKERS: Final = frozenset({"tool", "call"})
SPEAKER_KEYS: Final = ("role", "from", "speaker")
"""Keys under which a turn says who speaks."""


def speaker_of(name: str) -> str:
    """The role that OpenAI's format gives a speaker; an unknown name stays."""
    return SPEAKERS.get(name.lower(), name)
