"""Templates of cards: they run in a sandbox, and every value in them is escaped for Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from parallelize.core.errors import InputError
from parallelize.text.markdown import code, escape, fenced

__all__ = ["check", "render"]

_KEPT_FILTERS = (
    *("abs", "batch", "count", "d", "default", "dictsort", "first", "float", "groupby", "int", "items"),
    *("last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round"),
    *("select", "selectattr", "slice", "sort", "sum", "title", "trim", "truncate", "unique", "upper"),
)
"""Filters that return data, never markup, so that nothing gets around the escaping."""


def _code(value: object) -> Markup:
    return Markup(code(value))  # noqa: S704 - Markdown, not HTML


def _fenced(value: object, language: str = "") -> Markup:
    return Markup(fenced(value, language))  # noqa: S704 - Markdown, not HTML


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
    ours = {"bytes": _bytes, "code": _code, "commas": _commas, "fenced": _fenced, "link": _link}
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
