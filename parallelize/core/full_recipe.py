"""A recipe with every key, its default and its meaning, commented out: to be copied and cut down."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

__all__ = ["full_recipe"]

_WIDTH = 100


def full_recipe(model: type[BaseModel]) -> str:
    """TOML text with a comment for each key of a recipe; as it stands, it says nothing but the defaults.

    Args:
        model: the recipe's class.
    """
    head = [
        "# Every key of a recipe, with its default and what it means. Take the # from a line to set it;",
        "# leave out the rest. A line without = has no default: give it a value of your own.",
    ]
    return "\n".join([*head, *_table(model, "")]) + "\n"


def _table(model: type[BaseModel], path: str, *, off: bool = False) -> Iterator[str]:
    """Plain keys first, since what follows a table's header belongs to it; then the tables within."""
    fields = model.model_fields
    tables = {name: found for name, field in fields.items() if (found := _tables_of(field))}
    if path:
        yield ""
        yield f"# [{path}]{'  # off unless the table is there' if off else ''}"
        if model.__doc__:
            yield f"# {model.__doc__.strip().splitlines()[0]}"
    for name, field in fields.items():
        if name not in tables:
            yield from _key(name, field)
    for name, found in tables.items():
        inner = f"{path}.{name}" if path else name
        unset = off or fields[name].get_default(call_default_factory=True) is None
        for choice in found:
            yield from _table(choice, inner, off=unset)


def _tables_of(field: FieldInfo) -> list[type[BaseModel]]:
    """The classes of tables that a field may hold; empty for a plain value, or a table of tables."""
    found = []
    waiting = [field.annotation]
    while waiting:
        kind = waiting.pop(0)
        origin = typing.get_origin(kind)
        if origin in {typing.Union, types.UnionType, typing.Annotated}:
            waiting += typing.get_args(kind)
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            found.append(kind)
    return found


def _key(name: str, field: FieldInfo) -> Iterator[str]:
    if field.description:
        yield from _wrapped(field.description)
    default = field.get_default(call_default_factory=True)
    if default is None or default is PydanticUndefined:
        yield f"# {name}"
    elif isinstance(default, dict) and not default:
        yield f"# {name} = {{}}"
    else:
        yield f"# {name} = {_value(default)}"


def _wrapped(text: str) -> Iterator[str]:
    line = "#   "
    for word in text.split():
        if len(line) + len(word) > _WIDTH:
            yield line.rstrip()
            line = "#   "
        line += f"{word} "
    yield line.rstrip()


def _value(value: object) -> str:
    """A default as TOML: JSON is TOML for texts, numbers, truth values and lists of them."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(str(key))} = {_value(item)}" for key, item in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, tuple | list | set | frozenset):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, int | float | bool):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=False)
