"""Responses of models: the roles of a row, and what is wrong with one (`response_files` reads files)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from parallelize.core.errors import InputError
from parallelize.core.languages import LANGUAGES, language
from parallelize.core.tables import shipped_rows
from parallelize.text.thinking import THINKING_KEYS

__all__ = ["NAMES", "ROLES", "UNNAMED", "Response", "ResponseColumns", "Tags", "response_of"]

_ROLES: Final = shipped_rows(__package__, "response_roles.tsv")
ROLES: Final[Mapping[str, str]] = {role: meaning for role, (meaning, _) in _ROLES.items()}
"""Roles of columns, and what each means. `response` and `language` are required."""
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    role: tuple(names.split()) for role, (_, names) in _ROLES.items()
} | {"thinking": THINKING_KEYS}
"""Columns by role, as people name them, most certain first."""

UNNAMED = "unnamed"
"""Model name of rows that name none."""

_CUT = frozenset({"length", "max_tokens", "max_length", "max_output_tokens", "model_length"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseColumns:
    """How a file's columns map to roles."""

    fields: Mapping[str, str] = field(default_factory=dict)
    """Column by role, for columns that are not named like their role; `a.b.0` looks inside."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Value by role for all rows, in place of a column (`language`, `model`, `prompt_language`, …)."""
    begin_after: str = ""
    """A response begins after the first occurrence of this text; for files that hold whole transcripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One response of a model to one item."""

    row: int
    """Number of the row in its file, from 1, header not counted."""
    id: str
    language: str
    """Code of the language it should be in."""
    response: str
    prompt: str = ""
    prompt_language: str | None = None
    gold: str | None = None
    """Gold answer; None if the row has none."""
    finish_reason: str | None = None
    model: str = UNNAMED
    source: str = ""
    sample: str | None = None
    level: str | None = None
    thinking: str | None = None
    """Thinking that came apart from the response; None if none did."""
    choices: tuple[str, ...] = ()
    """Choices of an item of multiple choice, in order; empty for others."""
    chance: float | None = None
    """Share of right answers of somebody who guesses; None where nothing can be guessed."""
    variant: str | None = None
    """Which instantiation of the item it is; `id` is the item's."""
    output_tokens: int | None = None
    """Tokens that the model wrote, thinking included; None where the file does not say."""

    @property
    def characters(self) -> int:
        """Characters that the model wrote, thinking included."""
        return len(self.response) + len(self.thinking or "")

    @property
    def cut(self) -> bool:
        """Whether the engine stopped at its output limit."""
        return (self.finish_reason or "").strip().lower() in _CUT


class Tags:
    """Language tags of a file, each looked up once; those that are no language are remembered."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self.unknown: dict[str, InputError] = {}
        """Why each tag that is no language is none."""

    def code(self, tag: str) -> str | None:
        """The code of a language tag or of a language's name; None if it is neither."""
        if tag in self._codes:
            return self._codes[tag]
        if tag in self.unknown:
            return None
        try:
            code = language(tag).code
        except InputError as error:
            named = _BY_NAME.get(tag.strip().casefold())
            if named is None:
                self.unknown[tag] = error
                return None
            code = named
        self._codes[tag] = code
        return code


_BY_NAME: Final = {
    name.casefold(): item.code for item in LANGUAGES.values() for name in (item.native_name, item.name)
}


def response_of(
    where: str, number: int, roles: Mapping[str, Any], plan: ResponseColumns, tags: Tags
) -> Response | None:
    """Make a response of the values of a row; None where its language is not known (`tags.unknown` says why).

    A missing response (null, or an empty cell) is kept as an empty one: it is counted, not skipped.

    Args:
        where: file and row, for messages.
        roles: values by role.

    Raises:
        InputError: a value is no text, or there is no language; the message names row and field.
    """
    text = _text(where, "response", roles.get("response")) or ""
    if plan.begin_after:
        head, found, tail = text.partition(plan.begin_after)
        text = tail if found else head
    code = _code(where, "language", roles.get("language"), tags)
    asked_in = roles.get("prompt_language")
    prompt_code = None if _filled(asked_in) is None else _code(where, "prompt_language", asked_in, tags)
    if prompt_code is None and _filled(asked_in) is not None:
        raise _unknown(where, "prompt_language", str(asked_in), tags)
    if code is None:
        return None
    prompt = roles.get("prompt")
    choices = _choices(roles.get("choices"))
    return Response(
        row=number,
        id=_filled(roles.get("id")) or str(number),
        language=code,
        response=text,
        prompt=prompt if isinstance(prompt, str) else "",
        prompt_language=prompt_code,
        gold=_gold(where, roles.get("gold")),
        finish_reason=_filled(roles.get("finish_reason")),
        model=_filled(roles.get("model")) or UNNAMED,
        source=_filled(roles.get("source")) or "",
        sample=_filled(roles.get("sample")),
        level=_filled(roles.get("level")),
        thinking=_text(where, "thinking", roles.get("thinking")) or None,
        choices=choices,
        chance=_chance(roles.get("chance"), choices),
        variant=_filled(roles.get("variant")),
        output_tokens=_whole_number(roles.get("output_tokens")),
    )


def _filled(value: Any) -> str | None:
    """A short value as text without white space around it; None for nothing, blanks and what is no scalar."""
    if value is None or isinstance(value, list | Mapping):
        return None
    return _scalar(value).strip() or None


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _text(where: str, role: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | Mapping):
        kind = "a list" if isinstance(value, list) else "an object"
        raise InputError(
            f"{where}, {role}: {kind}, not text",
            remedy=f"name the text inside it with dots, as in --field {role}={_example(value)}",
        )
    return _scalar(value)


def _example(value: Any) -> str:
    """A path to the first text inside a value, for a remedy."""
    path = ["COLUMN"]
    for _ in range(8):
        if isinstance(value, Mapping) and value:
            name = next(iter(value))
            path.append(str(name))
            value = value[name]
        elif isinstance(value, list) and value:
            path.append("0")
            value = value[0]
        else:
            break
    return ".".join(path)


def _gold(where: str, value: Any) -> str | None:
    if isinstance(value, list):
        texts = [text for item in value if (text := _gold(where, item)) is not None]
        return ", ".join(texts) or None
    if isinstance(value, Mapping):
        raise InputError(
            f"{where}, gold: an object, not text",
            remedy=f"name the text inside it with dots, as in --field gold={_example(value)}",
        )
    return str(value).lower() if isinstance(value, bool) else _filled(value)


def _choices(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping) and isinstance(value.get("text"), list):
        value = value["text"]
    if isinstance(value, Mapping):
        value = [value[key] for key in sorted(value)]
    if not isinstance(value, list):
        return ()
    texts = [item.get("text", item.get("value")) if isinstance(item, Mapping) else item for item in value]
    return tuple(_scalar(text).strip() for text in texts if text is not None)


def _chance(value: Any, choices: Sequence[str]) -> float | None:
    """What is said, else one of the choices."""
    text = _filled(value)
    if text is not None:
        try:
            found = float(text)
        except ValueError:
            return None
        return found if 0 < found < 1 else None
    return 1 / len(choices) if len(choices) > 1 else None


def _whole_number(value: Any) -> int | None:
    text = _filled(value)
    return int(text) if text is not None and text.isdecimal() and len(text) < 12 else None


def _code(where: str, role: str, tag: Any, tags: Tags) -> str | None:
    text = _filled(tag)
    if text is None:
        raise InputError(
            f"{where}, {role}: no language",
            remedy="fill the field in, or give one language for all rows with --language",
        )
    return tags.code(text)


def _unknown(where: str, role: str, tag: str, tags: Tags) -> InputError:
    error = tags.unknown[_filled(tag) or tag]
    return InputError(f"{where}, {role}: {error.message}", remedy=error.remedy)
