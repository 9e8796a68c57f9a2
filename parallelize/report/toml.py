"""TOML as text: what a recipe looks like when a card shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pydantic import JsonValue

__all__ = ["to_toml"]


def to_toml(table: Mapping[str, JsonValue]) -> str:
    """Write nested tables as TOML 1.0, leaving out what is None; `tomllib` reads the same values back.

    Args:
        table: strings, numbers, booleans, lists and mappings.
    """
    return "\n".join(_toml_lines(table, ())).strip() + "\n"


def _toml_lines(table: Mapping[str, JsonValue], path: tuple[str, ...]) -> list[str]:
    plain = {k: v for k, v in table.items() if v is not None and not isinstance(v, Mapping)}
    nested = {k: v for k, v in table.items() if isinstance(v, Mapping) and v}
    lines = [f"{_toml_key(key)} = {_toml_value(value)}" for key, value in plain.items()]
    if path and lines:
        lines.insert(0, f"[{'.'.join(_toml_key(part) for part in path)}]")
    if lines:
        lines.append("")
    for key, value in nested.items():
        lines += _toml_lines(value, (*path, key))
    return lines


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml_string(key)


def _toml_string(text: str) -> str:
    # JSON strings are TOML basic strings, except that TOML also wants DEL escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_value(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml_value(item) for item in value if item is not None)}]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_toml_key(k)} = {_toml_value(v)}" for k, v in value.items() if v is not None)
        return f"{{ {inner} }}" if inner else "{}"
    return _toml_string(str(value))
