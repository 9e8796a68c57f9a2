"""Turns of a chat, in every form in which rows have them: who speaks, what is said, calls and thinking."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from parallelize.core.speakers import SPEAKER_KEYS, SPEAKERS, speaker_of
from parallelize.core.trees import Tree
from parallelize.text.kinds import parsed_json
from parallelize.text.thinking import THINKING_KEYS
from parallelize.text.transcripts import spoken_turns

__all__ = ["EXCHANGE", "Turn", "said_in", "turns_of"]

_SPEECH_KEYS: Final = ("content", "value", "text", "message", "utterance", "parts")
_AS_THEY_ARE: Final = frozenset({"developer", "call"})
"""Roles that stay what the source calls them."""
_KNOWN: Final = frozenset({*SPEAKERS, *SPEAKERS.values()})
_SIDES: Final = {"input": "user", "output": "assistant"}
EXCHANGE: Final = frozenset(_SIDES)
"""Keys of an item of a chat that is two turns."""
_PART_TEXTS: Final = ("text", "content")
"""Keys of a part under which its text stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a chat."""

    role: str
    """As OpenAI's format calls it."""
    content: str
    """Text parts of a list of parts are joined; empty where there is none."""
    more: Tree = field(default_factory=dict)
    """The other keys of the turn: calls of tools, names, thinking."""


def turns_of(chat: Any) -> tuple[Turn, ...]:
    """Turns of a list of objects, pairs, or texts that user and assistant say in turn; also as one text."""
    if isinstance(chat, str):
        if (inside := parsed_json(chat)) is None:
            spoken = spoken_turns(chat)
            return tuple(Turn(role=one.speaker, content=chat[one.start : one.end]) for one in spoken)
        chat = inside
    if not isinstance(chat, list):
        return ()
    found: list[Turn] = []
    for number, turn in enumerate(chat):
        if isinstance(turn, str):
            found.append(Turn(role="assistant" if number % 2 else "user", content=turn))
        elif isinstance(turn, list):
            found += _pair_of(turn)
        elif isinstance(turn, Mapping) and turn.keys() >= EXCHANGE:
            found += (Turn(role=role, content=_joined(_parts(turn[key]))) for key, role in _SIDES.items())
        elif isinstance(turn, Mapping):
            found += _turn(turn)
    return _with_sides(found)


def said_in(turns: Sequence[Turn]) -> str:
    """All that is said or thought in some turns, for a look whether a text is among it."""
    return "\n".join(
        itertools.chain.from_iterable(
            (turn.content, *(str(turn.more[key]) for key in THINKING_KEYS if turn.more.get(key)))
            for turn in turns
        )
    )


def _pair_of(turn: Sequence[Any]) -> Iterator[Turn]:
    """A pair: who speaks and what is said, or what a user says and what is said to it."""
    if len(turn) == 2 and all(isinstance(one, str) for one in turn):
        if turn[0].lower() in SPEAKERS:
            yield Turn(role=_role(turn[0]), content=turn[1])
        else:
            yield Turn(role="user", content=turn[0])
            yield Turn(role="assistant", content=turn[1])


def _turn(turn: Tree) -> Iterator[Turn]:
    """An item with its speaker; calls of tools and what they give may be items that name none."""
    speaker = next((turn[key] for key in SPEAKER_KEYS if isinstance(turn.get(key), str)), "")
    key = next((key for key in _SPEECH_KEYS if turn.get(key) is not None), None)
    more = {
        name: value for name, value in turn.items() if name not in {key, *SPEAKER_KEYS} and value is not None
    }
    if not speaker and turn.get("type") == "function_call":
        yield Turn(role="assistant", content="", more={"tool_calls": [_call(turn, "call_id", "arguments")]})
    elif not speaker and turn.get("type") == "function_call_output":
        more = {"tool_call_id": turn.get("call_id")}
        yield Turn(role="tool", content=str(turn.get("output", "")), more=more)
    elif key is not None or speaker:
        parts = _parts(None if key is None else turn[key])
        results = [part for part in parts if part.get("type") == "tool_result"]
        for part in results:
            yield Turn(
                role="tool",
                content=_joined(_parts(part.get("content"))),
                more={"tool_call_id": part.get("tool_use_id")},
            )
        said = [part for part in parts if part.get("type") != "tool_result"]
        if said or not results:
            yield Turn(role=_role(speaker), content=_joined(said), more={**_held(said), **more})


def _parts(value: Any) -> list[Tree]:
    """The parts of what a turn says; a text is one. A list of parts may stand as JSON in a mixed column."""
    if isinstance(value, str):
        inside = parsed_json(value) if value.startswith('[{"type"') else None
        if not (isinstance(inside, list) and all(isinstance(one, dict) and "type" in one for one in inside)):
            return [{"text": value}]
        value = inside
    items = value if isinstance(value, list) else []
    found = [{"text": one} if isinstance(one, str) else one for one in items]
    return [one for one in found if isinstance(one, Mapping)]


def _joined(parts: Sequence[Tree]) -> str:
    texts = (next((part[key] for key in _PART_TEXTS if part.get(key)), None) for part in parts)
    return "\n\n".join(text for text in texts if isinstance(text, str))


def _held(parts: Sequence[Tree]) -> Tree:
    """Thinking and calls of tools that are parts of what is said."""
    thoughts = [part["thinking"] for part in parts if isinstance(part.get("thinking"), str)]
    calls = [_call(part, "id", "input") for part in parts if part.get("type") == "tool_use"]
    return {
        **({"thinking": "\n\n".join(thoughts)} if thoughts else {}),
        **({"tool_calls": calls} if calls else {}),
    }


def _call(item: Tree, name: str, arguments: str) -> Tree:
    """A call of a tool as OpenAI's format has it."""
    given = item.get(arguments)
    written = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return {
        "id": item.get(name),
        "type": "function",
        "function": {"name": item.get("name"), "arguments": written},
    }


def _role(speaker: str) -> str:
    role = speaker_of(speaker)
    return speaker if speaker in _AS_THEY_ARE or role in _AS_THEY_ARE else role


def _with_sides(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Turns of two people with names of their own: who speaks first asks, the other one answers."""
    names = list(dict.fromkeys(turn.role for turn in turns if turn.role != "system"))
    if len(names) != 2 or not _KNOWN.isdisjoint(names):
        return tuple(turns)
    sides = dict(zip(names, ("user", "assistant"), strict=True))
    return tuple(replace(turn, role=sides.get(turn.role, turn.role)) for turn in turns)
