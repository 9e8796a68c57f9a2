"""Templates of cards: they run in a sandbox, and every value in them is escaped for Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from parallelize.text.figure_tables import percent
from parallelize.text.markdown import code, escape, fenced
from parallelize.text.sandbox import BoundedSandbox, check_template_text, render_bounded

__all__ = ["check", "render"]


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
    return Markup(percent(value))  # noqa: S704 - a number


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


_SANDBOX = BoundedSandbox(
    shown=_finalize,
    filters={
        "bytes": _bytes,
        "code": _code,
        "commas": _commas,
        "fenced": _fenced,
        "link": _link,
        "number": _number,
        "percent": _percent,
    },
    autoescape=True,
)


def render(template: str, values: Mapping[str, Any], *, where: str) -> str:
    """Fill a Markdown template in a sandbox.

    Args:
        template: Jinja source. Every `{{ value }}` is escaped for Markdown; the filters `code`, `fenced`,
            `percent`, `number`, `bytes`, `commas` format it.
        values: they are never read as template source.
        where: name of the template, for messages.

    Raises:
        InputError: the template is malformed, names something that does not exist, does something that the
            sandbox forbids, or takes too much time or memory; the message names the line.
    """
    return render_bounded(_SANDBOX, template, values, where=where)


def check(template: str, *, where: str) -> None:
    """Parse a template without filling it.

    Raises:
        InputError: it is malformed.
    """
    check_template_text(_SANDBOX, template, where=where)
