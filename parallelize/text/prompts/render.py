"""Put one translation request into words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.languages import Language
from parallelize.core.ports import Message, PromptPart
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.text.prompts.environment import ENVIRONMENT, MARKS, ShownLanguage, slot
from parallelize.text.prompts.examples import examples_for
from parallelize.text.prompts.profile import PromptProfile
from parallelize.text.prompts.reply import Envelope, envelope_for
from parallelize.text.sandbox import render_bounded

__all__ = [
    "RENDERER",
    "PromptInput",
    "RenderedPrompt",
    "profile_digest",
    "render",
    "render_template",
    "text_pieces",
]

RENDERER = "parallelize-prompt-1"
"""Changes whenever the same profile is rendered or read in another way."""

_SLOT = re.compile(f"{MARKS[0]}([^{MARKS[1]}]*){MARKS[1]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptInput:
    """What is to be translated."""

    text: str
    source: Language
    target: Language
    context: str = ""
    """Source text before it, to read only; empty for none."""
    translated_context: str = ""
    """The translation of that text; empty where it is not shown."""
    glossary: tuple[tuple[str, str], ...] = ()
    """(source term, target term)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedPrompt:
    """A prompt, ready for a `Generator`."""

    messages: tuple[Message, ...]
    chat: bool
    stop: tuple[str, ...]
    template_arguments: Mapping[str, Any]
    envelope: Envelope
    """The markers that the reply has to stand between, if the profile asks for any."""


def render(profile: PromptProfile, request: PromptInput) -> RenderedPrompt:
    """Put `request` into the words of `profile`.

    Everything that depends on the text, markers included, is in data parts; the rest is the same for
    every text of a language pair, so that engines can reuse it.

    Raises:
        InputError: the template fails, alters a text with a filter, or does not show it exactly once;
            or the text has line breaks and the profile takes none.
    """
    if not profile.multiline and "\n" in request.text:
        raise InputError(f"prompt profile {profile.name} takes one line at a time")
    envelope = envelope_for(request.text, request.context + request.translated_context)
    values = {
        "text": request.text,
        "context": request.context,
        "translated_context": request.translated_context,
        "source_open": envelope.source_open,
        "source_close": envelope.source_close,
        "reply_open": envelope.reply_open,
        "reply_close": envelope.reply_close,
    }
    for number, (term, translation) in enumerate(request.glossary):
        values[f"term{number}"] = term
        values[f"translation{number}"] = translation
    before = tuple(name for name in ("context", "translated_context") if values[name])
    turns, fields, arguments = _skeleton(
        _Key(profile), request.source, request.target, before, len(request.glossary)
    )
    messages = tuple(
        Message(
            role=role,
            parts=tuple(
                PromptPart(text=values[piece] if data else piece, data=data) for piece, data in pieces
            ),
            content_fields=dict(fields) if role == "user" else {},
        )
        for role, pieces in turns
    )
    return RenderedPrompt(
        messages=messages,
        chat=profile.chat,
        stop=profile.stop,
        template_arguments=dict(arguments),
        envelope=envelope,
    )


def profile_digest(profile: PromptProfile, source: Language, target: Language) -> str:
    """sha256, in hex, over all that decides how texts of a pair are asked for and replies are read."""
    probe = PromptInput(
        text="?", source=source, target=target, context="!", translated_context="¡", glossary=(("a", "b"),)
    )
    turns = [
        [message.role, *([part.text, part.data] for part in message.parts), dict(message.content_fields)]
        for message in render(profile, probe).messages
    ]
    fields = (RENDERER, canonical_json(profile.as_dict()), canonical_json(turns))
    return digest_fields(item.encode() for item in fields).hex()


_Pieces = tuple[tuple[str, bool], ...]
"""(template text, False) or (name of a slot, True)."""


class _Key:
    """A profile as a cache key: profiles hold mappings, which have no hash."""

    def __init__(self, profile: PromptProfile) -> None:
        self.profile = profile
        self._identity = canonical_json(profile.as_dict())

    def __hash__(self) -> int:
        return hash(self._identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._identity == other._identity


@lru_cache(maxsize=1024)
def _skeleton(
    key: _Key, source: Language, target: Language, before: tuple[str, ...], terms: int
) -> tuple[tuple[tuple[str, _Pieces], ...], tuple[tuple[str, str], ...], tuple[tuple[str, Any], ...]]:
    """Render the templates once for all texts of a pair: turns with slots, content fields, arguments."""
    profile = key.profile
    shown = {
        "source": _shown(profile, source),
        "target": _shown(profile, target),
    }
    variables = shown | {
        "text": slot("text"),
        **{name: slot(name) if name in before else "" for name in ("context", "translated_context")},
        "glossary": [
            {"source": slot(f"term{number}"), "target": slot(f"translation{number}")}
            for number in range(terms)
        ],
        "examples": examples_for(source, target) if "examples" in profile.variables else [],
        **{name: slot(name) for name in ("source_open", "source_close", "reply_open", "reply_close")},
    }
    turns = []
    for role, template in (("system", profile.system), ("user", profile.user)):
        if template:
            turns.append(
                (role, tuple(text_pieces(render_template(profile.name, template, variables), profile.name)))
            )
    shown_texts = sum(piece == ("text", True) for _, pieces in turns for piece in pieces)
    if shown_texts != 1:
        raise InputError(f"prompt profile {profile.name}: the text occurs {shown_texts} times, not once")
    fields = tuple(
        (name, render_template(profile.name, template, shown))
        for name, template in profile.content_fields.items()
    )
    arguments = tuple(
        (name, render_template(profile.name, value, shown) if isinstance(value, str) else value)
        for name, value in profile.template_arguments.items()
    )
    return tuple(turns), fields, arguments


def _shown(profile: PromptProfile, language: Language) -> ShownLanguage:
    return ShownLanguage.of(
        language, code=profile.codes.get(language.code), name=profile.names.get(language.code)
    )


def render_template(name: str, template: str, variables: Mapping[str, Any]) -> str:
    """Render a template of the prompt `name` in the sandbox.

    Raises:
        InputError: the template fails.
    """
    return render_bounded(ENVIRONMENT, template, variables, where=f"prompt profile {name}")


def text_pieces(rendered: str, name: str) -> Iterator[tuple[str, bool]]:
    """Cut a rendered template at its slots: (template text, False) and (name of a slot, True).

    Raises:
        InputError: a slot was altered by a filter.
    """
    end = 0
    for match in _SLOT.finditer(rendered):
        if match.start() > end:
            yield rendered[end : match.start()], False
        yield match[1], True
        end = match.end()
    if end < len(rendered):
        yield rendered[end:], False
    if any(mark in _SLOT.sub("", rendered) for mark in MARKS):
        raise InputError(
            f"prompt profile {name}: a filter takes a text apart",
            remedy="use {{ text }}, {{ context }} and glossary terms without filters",
        )
