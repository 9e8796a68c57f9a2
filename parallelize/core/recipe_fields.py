"""What all recipes are made of: strict tables whose every field is classed, and messages that name the key.

Fields marked `DATA` are part of fingerprints: a change makes new work. Fields marked `SPEED` are recorded
and never hashed.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
)

from parallelize.core.errors import InputError
from parallelize.core.languages import language

__all__ = [
    "DATA",
    "SPEED",
    "LanguageCodes",
    "StrictTable",
    "check_table",
    "data_field",
    "data_fields",
    "merged_tables",
    "read_table",
    "runner_field",
    "speed_field",
]

DATA: Final[dict[str, JsonValue]] = {"changes": "data"}
"""Class of a field whose value changes what is produced: hashed."""
SPEED: Final[dict[str, JsonValue]] = {"changes": "speed"}
"""Class of a field that changes only how fast, where or how visibly the work is done: not hashed."""

_DISCRIMINATED = frozenset({"bergamot", "apertium", "scripted", "vllm", "openai", "batch"})
"""Engine names, which pydantic puts into the place of an error."""

Table = TypeVar("Table", bound=BaseModel)


def data_field(default: Any = ..., **more: Any) -> Any:
    """A field that changes what is produced."""
    return Field(default, json_schema_extra=DATA, **more)


def speed_field(default: Any = ..., **more: Any) -> Any:
    """A field that changes only how the work is done."""
    return Field(default, json_schema_extra=SPEED, **more)


def runner_field(what: str) -> Any:
    """The field that says who does the engine's work.

    Args:
        what: is done: `translates`.
    """
    return speed_field(
        "here",
        pattern=r"^(here|none|processes:[1-9]\d*|ray(:.+)?)$",
        description=f"who {what}: here, processes:N, ray, ray:ADDRESS; none: `parallelize work` does",
    )


def _codes(value: Any) -> Any:
    if not isinstance(value, tuple | list):
        return value
    return tuple(dict.fromkeys(language(str(tag)).code for tag in value))


LanguageCodes = Annotated[tuple[str, ...], BeforeValidator(_codes)]
"""Languages as codes, each once, whatever tags were written."""


class StrictTable(BaseModel):
    """A table of a recipe: unknown keys and wrong types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _lists_are_tuples(cls, table: Any) -> Any:
        """Take a list for a tuple: TOML and JSON have no other."""
        if not isinstance(table, dict):
            return table
        return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def data_fields(model: BaseModel) -> dict[str, Any]:
    """Return the fields of a model that change data, nested models likewise, as JSON values.

    Raises:
        TypeError: a field is in neither class (a mistake in this module; a test looks for it).
    """
    found: dict[str, Any] = {}
    for name, info in type(model).model_fields.items():
        extra = info.json_schema_extra
        kind = extra.get("changes") if isinstance(extra, dict) else None
        if kind not in {"data", "speed"}:
            raise TypeError(f"{type(model).__name__}.{name} is classed neither DATA nor SPEED")
        if kind == "data":
            found[name] = _plain(getattr(model, name))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return data_fields(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def read_table(path: Path, *, what: str = "recipe") -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        InputError: the file is missing or is no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        copied = "`parallelize recipe` lists recipes to copy, `parallelize recipe NAME > FILE` copies one"
        remedy = copied if what.endswith("recipe") else "check the path"
        raise InputError(f"no {what} at {path}", remedy=remedy) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid TOML: {error}", remedy="mend the line it names") from None


def check_table(table: type[Table], data: Mapping[str, Any], *, where: str, remedy: str) -> Table:
    """Check nested tables against what they should be.

    Raises:
        InputError: naming each key that is unknown or has a wrong value, with near names.
    """
    try:
        return table.model_validate(dict(data))
    except ValidationError as error:
        lines = [_explain(item, table) for item in error.errors()]
        raise InputError(f"{where} does not fit:\n  " + "\n  ".join(lines), remedy=remedy) from None


def _explain(item: Any, root: type[BaseModel]) -> str:
    place = [str(part) for part in item["loc"] if part not in _DISCRIMINATED]
    key = ".".join(place)
    if not key and item["type"] == "value_error":  # about several keys, which the message names
        return str(item["ctx"]["error"])
    if item["type"] == "extra_forbidden":
        allowed = _keys_at(place[:-1], root)
        near = difflib.get_close_matches(place[-1], allowed, n=2, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else f"; known here: {', '.join(allowed)}"
        return f"{key}: unknown key{hint}"
    if item["type"] == "value_error":
        return f"{key}: {str(item['ctx']['error']).removeprefix(f'{key}: ')}"
    return f"{key}: {item['msg'][0].lower()}{item['msg'][1:]}, not {item['input']!r:.80}"


def _keys_at(place: list[str], root: type[BaseModel]) -> list[str]:
    models: list[type[BaseModel]] = [root]
    for part in place:
        following: list[type[BaseModel]] = []
        for model in models:
            info = model.model_fields.get(part)
            if info is not None:
                following += _models_in(info.annotation)
        models = following or models
    return sorted({name for model in models for name in model.model_fields})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models_in(part)]


def merged_tables(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Nested tables with the values of `over` put in."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = (
            merged_tables(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
        )
    return result
