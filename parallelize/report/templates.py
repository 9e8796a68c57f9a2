"""Markdown with data in it: every value is escaped, templates run in a sandbox.

The escapes follow the CommonMark 0.31 and GitHub Flavored Markdown specifications: ASCII punctuation may
be escaped by a backslash anywhere outside code, and raw HTML starts with `<`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from parallelize.core.errors import InputError

__all__ = ["check", "code", "escape", "fenced", "render", "to_toml"]

_PUNCTUATION = re.compile(r"([\\`*_\[\]|~$])")
_LINE_START = re.compile(r"^(\d+(?=[.)](?:\s|$))|[#+=\-])")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control characters, and the invisible ones that change the order or meaning of what is read."""
_KEPT_FILTERS = (
    *("abs", "batch", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items"),
    *("last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round"),
    *("select", "selectattr", "slice", "sort", "sum", "title", "trim", "truncate", "unique", "upper"),
)
"""Filters that return data, never markup, so that nothing gets around the escaping."""


def escape(text: str) -> str:
    """Return text that Markdown shows as it is, on one line, also inside a table cell."""
    line = " ".join(_HIDDEN.sub("", text.replace("\t", " ")).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # Without this, GitHub and the Hub turn a bare address into a link.
    line = _PUNCTUATION.sub(r"\\\1", line).replace("://", "&#58;//")
    return _LINE_START.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", line)


def code(value: object) -> Markup:
    """Return a code span; a value with backticks gets a longer fence, a pipe is escaped for tables."""
    text = " ".join(_HIDDEN.sub("", str(value)).split())
    if not text:
        return Markup("")
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return Markup(f"{fence}{space}{text.replace('|', chr(92) + '|')}{space}{fence}")  # noqa: S704 - Markdown


def fenced(value: object, language: str = "") -> Markup:
    """Return a fenced code block whose fence is longer than any run of backticks in the value."""
    text = "\n".join(_HIDDEN.sub("", line) for line in str(value).splitlines())
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    label = re.sub(r"[^a-z0-9]", "", language)
    return Markup(f"{fence}{label}\n{text}\n{fence}")  # noqa: S704 - Markdown, not HTML


def _link(value: object, url: str | None) -> Markup:
    """A link if there is a plain https address, else the value alone."""
    shown = _finalize(value)
    plain = url is not None and re.fullmatch(r"https://[A-Za-z0-9./_\-]+", url)
    return Markup(f"[{shown}]({url})") if plain else shown  # noqa: S704 - escaped


def _percent(value: float | None) -> Markup:
    return Markup("–") if value is None else Markup(f"{100 * value:.1f} %")  # noqa: S704 - a number


def _number(value: float | None, digits: int = 2) -> Markup:
    if value is None:
        return Markup("–")
    return Markup(f"{value:,}" if isinstance(value, int) else f"{value:,.{int(digits)}f}")  # noqa: S704 - a number


def _bytes(value: int) -> Markup:
    size, unit = float(value), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):  # noqa: B007 - the unit is used after the loop
        if size < 1000:
            break
        size /= 1000
    return Markup(f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}")  # noqa: S704 - a number


def _commas(values: Iterable[object]) -> Markup:
    return Markup(", ").join([_finalize(value) for value in values])


def _finalize(value: object) -> Markup:
    if isinstance(value, Markup):
        return value
    if value is None:
        return Markup("–")
    if isinstance(value, bool):
        return Markup("yes" if value else "no")  # noqa: S704 - constant
    if isinstance(value, int | float):
        return _number(value)
    return Markup(escape(str(value)))  # noqa: S704 - escaped


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    kept = {name: environment.filters[name] for name in _KEPT_FILTERS}
    ours = {"bytes": _bytes, "code": code, "commas": _commas, "fenced": fenced, "link": _link}
    environment.filters.clear()
    environment.filters.update({**kept, **ours, "number": _number, "percent": _percent})
    for name in ("lipsum", "joiner", "cycler"):
        environment.globals.pop(name, None)
    return environment


def render(template: str, values: Mapping[str, Any], *, where: str) -> str:
    """Fill a Markdown template in a sandbox.

    Args:
        template: Jinja source. Every `{{ value }}` is escaped for Markdown; the filters `code`, `fenced`,
            `percent`, `number`, `bytes`, `commas` format it.
        values: JSON values. They are never read as template source.
        where: name of the template, for messages.

    Raises:
        InputError: the template is malformed, names something that does not exist, or does something
            that the sandbox forbids.
    """
    try:
        return _environment().from_string(template).render(dict(values))
    except TemplateError as error:
        raise _malformed(error, where) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"{where}: {type(error).__name__}: {error}", remedy="mend the template; cards/ has working ones"
        ) from error


def check(template: str, *, where: str) -> None:
    """Parse a template without filling it.

    Raises:
        InputError: it is malformed.
    """
    try:
        _environment().from_string(template)
    except TemplateError as error:
        raise _malformed(error, where) from error


def _malformed(error: TemplateError, where: str) -> InputError:
    line = getattr(error, "lineno", None)
    at = f"{where}, line {line}" if line else where
    return InputError(f"{at}: {error}", remedy="mend the template; cards/ has working ones")


def to_toml(table: Mapping[str, Any]) -> str:
    """Write nested tables as TOML 1.0, leaving out what is None; `tomllib` reads the same values back.

    Args:
        table: strings, numbers, booleans, lists and mappings.
    """
    return "\n".join(_toml_lines(table, ())).strip() + "\n"


def _toml_lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
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


def _toml_value(value: Any) -> str:
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
