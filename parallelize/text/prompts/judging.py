"""Prompts that grade: ask how much of the meaning a translation keeps, and read the grade fail-closed.

A prompt is a small TOML file with a Jinja template, rendered in the same sandbox as prompts that translate. A
grade counts only if the whole reply is one number between the markers made for these two texts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import jinja2
from jinja2 import meta

from parallelize.core.errors import InputError
from parallelize.core.languages import Language
from parallelize.core.ports import Message, PromptPart
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.text.prompts.environment import ENVIRONMENT, ShownLanguage, slot
from parallelize.text.prompts.render import render_template, text_pieces
from parallelize.text.prompts.reply import Envelope, envelope_for
from parallelize.text.thinking import after_leading_thinking

__all__ = [
    "JUDGES",
    "JudgePrompt",
    "judge_digest",
    "parse_judge",
    "read_grade",
    "render_judge",
    "shipped_judge",
]

JUDGES = ("adequacy",)
"""Names of the prompts that ship."""

_READER = "parallelize-judge-1"
"""Changes whenever the same prompt is rendered, or its reply read, in another way."""
_TEXTS = ("text", "translation")
_MARKERS = (
    "source_open",
    "source_close",
    "translation_open",
    "translation_close",
    "score_open",
    "score_close",
)
_VARIABLES = frozenset({"source", "target", *_TEXTS, *_MARKERS})
_KEYS: Mapping[str, type] = {"version": int, "user": str, "template_arguments": dict, "thinking": bool}
_HIGHEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgePrompt:
    """How to ask for a grade."""

    name: str
    version: int
    """Grows with every change that is meant to change grades."""
    user: str
    """Jinja template of the user's turn."""
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments for the model's chat template."""
    thinking: bool = False
    """Whether a leading `<think>…</think>` of the reply is taken off before it is read."""


@cache
def shipped_judge(name: str) -> JudgePrompt:
    """Return a prompt that comes with the package.

    Raises:
        InputError: there is none of that name.
    """
    if name not in JUDGES:
        raise InputError(f"there is no judge prompt {name!r}", remedy=f"shipped: {', '.join(JUDGES)}")
    source = files("parallelize.text.prompts").joinpath("judges", f"{name}.toml")
    return parse_judge(source.read_text(encoding="utf-8"), name=name)


def parse_judge(text: str, *, name: str) -> JudgePrompt:
    """Read a prompt from TOML: `version`, `user`, and if needed `template_arguments` and `thinking`.

    Raises:
        InputError: the file cannot be read as a prompt; the message names the key.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"judge prompt {name}: not TOML: {fault}") from fault
    for key, value in values.items():
        if key not in _KEYS or type(value) is not _KEYS[key]:
            allowed = ", ".join(f"{known} ({kind.__name__})" for known, kind in _KEYS.items())
            raise InputError(f"judge prompt {name}: {key} = {value!r:.60}", remedy=f"allowed: {allowed}")
    missing = [key for key in ("version", "user") if key not in values]
    if missing:
        raise InputError(f"judge prompt {name}: {missing[0]} is missing")
    try:
        used = meta.find_undeclared_variables(ENVIRONMENT.parse(values["user"]))
    except jinja2.TemplateSyntaxError as fault:
        raise InputError(f"judge prompt {name}: user, line {fault.lineno}: {fault.message}") from fault
    if used - _VARIABLES:
        raise InputError(
            f"judge prompt {name}: user uses unknown {', '.join(sorted(used - _VARIABLES))}",
            remedy=f"known: {', '.join(sorted(_VARIABLES))}",
        )
    needed = {*_TEXTS, "score_open", "score_close"} - used
    if needed:
        raise InputError(f"judge prompt {name}: user never uses {', '.join(sorted(needed))}")
    return JudgePrompt(name=name, **values)


def render_judge(
    prompt: JudgePrompt, *, text: str, translation: str, source: Language, target: Language
) -> tuple[tuple[Message, ...], Envelope]:
    """Ask for the grade of a translation; both texts are data parts, never template or control token.

    Raises:
        InputError: the template fails, alters a text, or does not show each exactly once.
    """
    envelope = envelope_for(text, translation)
    values = {
        "text": text,
        "translation": translation,
        "source_open": envelope.source_open,
        "source_close": envelope.source_close,
        "translation_open": envelope.reply_open,
        "translation_close": envelope.reply_close,
        "score_open": f"<score-{envelope.tag}>",
        "score_close": f"</score-{envelope.tag}>",
    }
    pieces = _skeleton(prompt.name, prompt.user, source, target)
    parts = tuple(PromptPart(text=values[piece] if data else piece, data=data) for piece, data in pieces)
    return (Message(role="user", parts=parts),), envelope


@lru_cache(maxsize=256)
def _skeleton(name: str, template: str, source: Language, target: Language) -> tuple[tuple[str, bool], ...]:
    shown = {"source": ShownLanguage.of(source), "target": ShownLanguage.of(target)}
    slots = {key: slot(key) for key in (*_TEXTS, *_MARKERS)}
    pieces = tuple(text_pieces(render_template(name, template, {**shown, **slots}), name))
    for key in _TEXTS:
        count = pieces.count((key, True))
        if count != 1:
            raise InputError(f"judge prompt {name}: {key} occurs {count} times, not once")
    return pieces


def judge_digest(prompt: JudgePrompt, source: Language, target: Language) -> str:
    """sha256, in hex, over all that decides how a pair is asked about and grades are read."""
    pieces = _skeleton(prompt.name, prompt.user, source, target)
    fields = (_READER, canonical_json(asdict(prompt)), canonical_json([list(piece) for piece in pieces]))
    return digest_fields(item.encode() for item in fields).hex()


def read_grade(prompt: JudgePrompt, reply: str, envelope: Envelope) -> int | None:
    """The grade, 0–100, if the reply is that and nothing else; `None` for every other reply."""
    body = reply.strip()
    if prompt.thinking:
        body = after_leading_thinking(body) or ""
    tag = f"score-{envelope.tag}"
    match = re.fullmatch(rf"<{tag}>[ \t\r\n]*([0-9]{{1,3}})[ \t\r\n]*</{tag}>", body)
    if match is None:
        return None
    grade = int(match[1])
    return grade if grade <= _HIGHEST else None
