"""Values inside rows of logs: paths, messages in pieces, chats, golds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parallelize.core.languages import LANGUAGES
from parallelize.core.speakers import speaker_of
from parallelize.text.thinking import THINKING_CHANNEL, THINKING_KEYS

__all__ = [
    "Roles",
    "Row",
    "chat_roles",
    "code_in",
    "first_question",
    "is_chat",
    "look_up",
    "message_parts",
    "one_gold",
    "prompt_text",
    "turns_of",
]

Row = Mapping[str, Any]
Roles = dict[str, Any]
"""Values by role; a role that is not there has none."""


def look_up(row: Any, path: str) -> Any:
    """The value at a path such as `outputs.0.text`; None where there is none.

    A key that itself has dots in it goes before the path; a list without an index gives all its items.
    """
    if isinstance(row, Mapping) and path in row:
        return row[path]
    head, _, rest = path.partition(".")
    if isinstance(row, Mapping):
        inner = row.get(head)
    elif isinstance(row, list):
        if not head.lstrip("-").isdecimal():
            return [look_up(item, path) for item in row]
        inner = row[int(head)] if -len(row) <= int(head) < len(row) else None
    else:
        return None
    return look_up(inner, rest) if rest else inner


def message_parts(message: Any) -> tuple[Any, str | None]:
    """What a message says, and the thinking that came apart from it.

    Args:
        message: an object with `content` (text, or pieces with a type) and perhaps a key of `THINKING_KEYS`;
            ShareGPT's `value` stands for `content`.
    """
    if not isinstance(message, Mapping):
        return message, None
    content = message.get("content", message.get("value"))
    if isinstance(content, Mapping):
        content = next((content[key] for key in _SAID_KEYS if isinstance(content.get(key), str)), content)
    thoughts = [str(message[key]) for key in THINKING_KEYS if message.get(key)]
    if isinstance(content, Sequence) and not isinstance(content, str):
        pieces = []
        for piece in content:
            if not isinstance(piece, Mapping):
                pieces.append(str(piece))
            elif piece.get("type") in {"reasoning", "thinking", "think"}:
                thoughts.append(str(next((piece[key] for key in _PIECE_KEYS if piece.get(key)), "")))
            elif piece.get("type") in {"text", "output_text", "refusal", None}:
                pieces.append(str(piece.get("text") or piece.get("refusal") or ""))
        content = "".join(pieces)
    if content is None:
        content = message.get("refusal") or ""
    return content, thoughts[0] if thoughts else None


_SAID_KEYS: Final = ("answer", "text", "content")
_PIECE_KEYS: Final = ("reasoning", "thinking", "text", "summary", "content")
_ASKED: Final = "user"
_ANSWERED: Final = "assistant"


def _role(turn: Any) -> str:
    return speaker_of(str(turn.get("role", turn.get("from", "")))) if isinstance(turn, Mapping) else ""


def turns_of(value: Any) -> Any:
    """A chat written as JSON text, or in pairs of a role and a text, as turns; anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] == "[" and '"role"' in value[:_HEAD]:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(value, list) and value and all(_is_pair(turn) for turn in value):
        return [{"role": role, "content": text} for role, text in value]
    return value


_HEAD: Final = 4_000


def _is_pair(turn: Any) -> bool:
    named = isinstance(turn, list) and len(turn) == 2 and isinstance(turn[0], str)
    return named and speaker_of(turn[0]) in {_ASKED, _ANSWERED}


def is_chat(value: Any) -> bool:
    """Whether a value is a list of turns with a role and a content."""
    if not isinstance(value, list) or not all(isinstance(turn, Mapping) for turn in value):
        return False
    return any(_role(turn) and ("content" in turn or "value" in turn) for turn in value)


def _last_place(turns: Sequence[Any], role: str, end: int) -> int:
    """Where the last turn of a role before a place stands; -1 where none does."""
    return next((at for at in range(end - 1, -1, -1) if _role(turns[at]) == role), -1)


def _last(turns: Sequence[Any], role: str) -> Any:
    at = _last_place(turns, role, len(turns))
    return turns[at] if at >= 0 else None


def chat_roles(turns: Sequence[Any]) -> Roles:
    """Response and prompt of a chat: the last turn of the assistant, and the last of the user before it.

    Turns of the assistant in the channel `analysis` (gpt-oss) since then are its thinking.
    """
    end = _last_place(turns, _ANSWERED, len(turns))
    begin = _last_place(turns, _ASKED, len(turns) if end < 0 else end)
    text, thinking = ("", None) if end < 0 else message_parts(turns[end])
    thoughts = [str(message_parts(turn)[0]) for turn in turns[begin + 1 : max(end, 0)] if _thinks(turn)]
    if thinking is not None:
        thoughts.append(thinking)
    if end >= 0 and _thinks(turns[end]):
        thoughts, text = [*thoughts, str(text)], ""
    return {
        "response": text,
        "thinking": "\n\n".join(thoughts) if thoughts else None,
        "prompt": prompt_text(turns[begin]) if begin >= 0 else "",
    }


def _thinks(turn: Any) -> bool:
    return _role(turn) == _ANSWERED and turn.get("channel") == THINKING_CHANNEL


def first_question(turns: Any) -> str:
    """What the user says before anybody answers; "" where that is nothing."""
    if not is_chat(turns):
        return ""
    answered = next((at for at, turn in enumerate(turns) if _role(turn) == _ANSWERED), len(turns))
    asked = _last(turns[:answered], _ASKED)
    return "" if asked is None else prompt_text(asked)


def prompt_text(value: Any) -> str:
    """A prompt as text: the words of a message, of the last user turn of a chat, or the text itself."""
    if is_chat(value):
        value = _last(value, _ASKED) or value[-1]
    if isinstance(value, Mapping):
        value = message_parts(value)[0]
    return value if isinstance(value, str) else ""


def one_gold(value: Any) -> Any:
    """A list of one gold answer is that answer."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def code_in(name: str) -> str | None:
    """The language in the name of a task or file (`mgsm_native_cot_de`, `mgsm:de`), the last that is one."""
    return next((piece for piece in reversed(re.split(r"[^A-Za-z-]+", name)) if piece in LANGUAGES), None)
