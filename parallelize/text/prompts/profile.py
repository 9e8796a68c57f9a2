"""What a prompt profile is, and reading one from TOML with every key checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from jinja2 import meta

from parallelize.core.errors import InputError
from parallelize.core.trees import JsonObject
from parallelize.text.prompts.environment import ENVIRONMENT, MARKS, VARIABLES

__all__ = ["PROFILES", "PromptProfile", "ReplyForm", "parse_profile", "profile_of_model", "shipped_profile"]


class ReplyForm(StrEnum):
    """How the translation is found in what the model says."""

    ENVELOPE = "envelope"
    """Between two markers made for this text; anything outside them is a fault."""
    LINE = "line"
    """The reply is one line."""
    WHOLE = "whole"
    """The whole reply, for models trained to say nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptProfile:
    """How to ask one kind of model for a translation."""

    name: str
    version: int
    """Grows with every change that is meant to change replies."""
    chat: bool
    """Whether the prompt goes through the model's chat template; if not, the model continues it."""
    reply: ReplyForm
    user: str
    """Jinja template of the user's turn, or of the whole prompt where `chat` is false."""
    system: str = ""
    """Jinja template of the system turn; empty for none. Several chat templates refuse one."""
    multiline: bool = True
    """Whether a text may hold line breaks."""
    thinking: bool = False
    """Whether a leading `<think>…</think>` of the reply is taken off before it is read."""
    stop: tuple[str, ...] = ()
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    """Arguments for the model's chat template; strings are Jinja templates without texts in them."""
    content_fields: Mapping[str, str] = field(default_factory=dict)
    """Jinja templates of extra fields of the user turn's one content entry; no texts in them."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """What the model calls a language, where that is not our code."""
    names: Mapping[str, str] = field(default_factory=dict)
    """English names that the model was trained with, where they are not ours."""

    @property
    def variables(self) -> frozenset[str]:
        """Variables that the templates use; `context`, `translated_context` and `glossary` may be empty."""
        return _variables(self.system) | _variables(self.user)

    def with_thinking(self) -> PromptProfile:
        """The same profile for a model that may think first; its thoughts are taken off the reply."""
        arguments = {**self.template_arguments}
        if "enable_thinking" in arguments:
            arguments["enable_thinking"] = True
        return replace(self, thinking=True, template_arguments=arguments)

    def as_dict(self) -> JsonObject:
        """JSON form, for digests and manifests."""
        return {
            "name": self.name,
            "version": self.version,
            "chat": self.chat,
            "reply": self.reply.value,
            "user": self.user,
            "system": self.system,
            "multiline": self.multiline,
            "thinking": self.thinking,
            "stop": list(self.stop),
            "template_arguments": dict(self.template_arguments),
            "content_fields": dict(self.content_fields),
            "codes": dict(self.codes),
            "names": dict(self.names),
        }


PROFILES = ("instruct", "few-shot", "translategemma", "hy-mt2", "hunyuan-mt", "tower-plus", "madlad")
"""Names of the shipped profiles."""


def profile_of_model(model: str) -> str | None:
    """The shipped profile that a translation model was trained with, told by the model's name."""
    found = model.lower()
    return next((name for name in PROFILES[2:] if name in found), None)


_KEYS: Mapping[str, type] = {
    "version": int,
    "chat": bool,
    "reply": str,
    "user": str,
    "system": str,
    "multiline": bool,
    "thinking": bool,
    "stop": list,
    "template_arguments": dict,
    "content_fields": dict,
    "codes": dict,
    "names": dict,
}
_REQUIRED = ("version", "chat", "reply", "user")


@cache
def _variables(template: str) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(ENVIRONMENT.parse(template)))


@cache
def shipped_profile(name: str) -> PromptProfile:
    """Return a profile that comes with the package.

    Raises:
        InputError: there is none of that name.
    """
    if name not in PROFILES:
        raise InputError(
            f"there is no prompt profile {name!r}", remedy=f"shipped profiles: {', '.join(PROFILES)}"
        )
    source = files("parallelize.text.prompts").joinpath("profiles", f"{name}.toml")
    return parse_profile(source.read_text(encoding="utf-8"), name=name)


def parse_profile(text: str, *, name: str) -> PromptProfile:
    """Read a profile.

    Args:
        text: TOML. Keys: the fields of `PromptProfile` but its name. Templates may use
            `source` and `target` (each with `code`, `name`, `native_name`, `script` and
            `name_in("zh")`), `text`, `context`, `translated_context`, `glossary` (a list of `source` and
            `target`), `examples`, and the markers `source_open`, `source_close`, `reply_open`, `reply_close`.
        name: what to call it in messages: the file it came from.

    Raises:
        InputError: the file cannot be read as a profile; the message names the key.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"prompt profile {name}: not TOML: {fault}") from fault
    _check_keys(values, name)
    try:
        form = ReplyForm(values["reply"])
    except ValueError as fault:
        allowed = ", ".join(ReplyForm)
        raise InputError(
            f"prompt profile {name}: reply = {values['reply']!r}", remedy=f"allowed: {allowed}"
        ) from fault
    profile = PromptProfile(name=name, **{**values, "reply": form, "stop": tuple(values.get("stop", ()))})
    _check_templates(profile)
    return profile


def _check_keys(values: Mapping[str, Any], name: str) -> None:
    for key, value in values.items():
        wanted = _KEYS.get(key)
        if wanted is None:
            raise InputError(
                f"prompt profile {name}: unknown key {key!r}", remedy=f"allowed: {', '.join(_KEYS)}"
            )
        if type(value) is not wanted:
            raise InputError(f"prompt profile {name}: {key} must be of type {wanted.__name__}")
    for key in _REQUIRED:
        if key not in values:
            raise InputError(f"prompt profile {name}: {key} is missing")
    texts = [*values.get("stop", ())]
    for key in ("content_fields", "codes", "names"):
        texts += values.get(key, {}).values()
    if not all(isinstance(item, str) for item in texts):
        raise InputError(f"prompt profile {name}: stop, content_fields, codes and names hold texts only")


def _check_templates(profile: PromptProfile) -> None:
    name = profile.name
    templates = {"system": profile.system, "user": profile.user}
    templates |= {f"content_fields.{key}": value for key, value in profile.content_fields.items()}
    templates |= {
        f"template_arguments.{key}": value
        for key, value in profile.template_arguments.items()
        if isinstance(value, str)
    }
    for key, template in templates.items():
        if any(mark in template for mark in MARKS):
            raise InputError(f"prompt profile {name}: {key} holds a private-use character (U+E000, U+E001)")
        try:
            unknown = _variables(template) - VARIABLES
        except jinja2.TemplateSyntaxError as fault:
            raise InputError(f"prompt profile {name}: {key}, line {fault.lineno}: {fault.message}") from fault
        if unknown:
            raise InputError(
                f"prompt profile {name}: {key} uses unknown {', '.join(sorted(unknown))}",
                remedy=f"known: {', '.join(sorted(VARIABLES))}",
            )
    if "text" not in _variables(profile.user):
        raise InputError(f"prompt profile {name}: user never uses {{{{ text }}}}")
    if profile.reply is ReplyForm.ENVELOPE and not {"reply_open", "reply_close"} <= profile.variables:
        raise InputError(
            f"prompt profile {name}: an envelope needs {{{{ reply_open }}}} and {{{{ reply_close }}}}"
        )
    if profile.content_fields and not profile.chat:
        raise InputError(f"prompt profile {name}: content_fields need chat = true")
