"""The frame of every HTML page: one file, nothing loaded, its own style and script and no others.

Dataset text is hostile. It gets into a page in two ways only: as a value of a template, which Jinja escapes,
or as JSON in a data block, which a script shows through `textContent`. Characters that reorder or hide text
are replaced by their names on both ways, and a content-security policy that names each style and script by
its hash stands behind that.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from parallelize.core.measures import MEASURES
from parallelize.report.wording import reason_words
from parallelize.stages.ladder import in_words
from parallelize.store.json_files import json_line

__all__ = ["CONTROLS", "asset", "fill", "inert", "render_page", "script_json"]

CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\r\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
"""Control characters, and those that turn the direction of the text around them (Unicode UAX 9)."""


def inert(text: str) -> str:
    """Text without characters that control its surroundings: each is replaced by its name, as `[U+202E]`.

    A lone surrogate, which no file can hold, becomes U+FFFD.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return CONTROLS.sub(lambda match: f"[{control_name(match.group())}]", whole)


def control_name(character: str) -> str:
    """Code point of an invisible character, written out, such as `U+202E`."""
    return f"U+{ord(character):04X}"


def script_json(value: Any) -> Markup:
    """JSON that can stand in a `<script type="application/json">`: no character of it can end the element."""
    text = json_line(value).decode().rstrip("\n")
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - JSON without markup


def asset(name: str) -> str:
    """A file of this package: a template, a style or a script."""
    return files("parallelize.report").joinpath(name).read_text(encoding="utf-8")


def fill(template: str, values: Mapping[str, Any]) -> Markup:
    """Fill a template of this package; every value that is not `Markup` is made inert and escaped."""
    return Markup(_environment().get_template(template).render(**values))  # noqa: S704 - escaped by Jinja


def render_page(
    *, title: str, body: Markup, styles: Sequence[str] = (), script: str = "", data: Any = None
) -> str:
    """The whole page.

    Args:
        title: of the document.
        body: what is between header and footer.
        styles: texts of `<style>` elements that the body brings with it, such as those of its charts.
        script: text of the one script, at the end; empty for none.
        data: JSON value for the script, in the element `data`; None for none.
    """
    style = asset("page.css")
    return fill(
        "page.html.jinja",
        {
            "title": title,
            "body": body,
            "style": Markup(style),  # noqa: S704 - our own file
            "script": Markup(script),  # noqa: S704 - our own file
            "data": None if data is None else script_json(data),
            "policy": _policy([style, *styles], [script] if script else []),
        },
    )


def _policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Nothing may be loaded or sent; only these very styles and scripts count."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hashes(styles)}",
            f"script-src {_hashes(scripts)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hashes(texts: Sequence[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{digest}'" for digest in dict.fromkeys(digests)) or "'none'"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FunctionLoader(asset),
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"measures": MEASURES, "rung_words": in_words, "reason_words": reason_words}
    environment.filters |= {"count": _count, "share": _share, "figure": _figure, "money": _money}
    return environment


def _finalize(value: object) -> object:
    if value is None:
        return "–"
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _share(part: int, whole: int) -> str:
    """A share in per cent; `–` of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _figure(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits, without an exponent where it can be read without."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"


def _money(value: float) -> str:
    """An amount in the currency of the recipe's prices, which has no name."""
    return f"{value:,.2f}"
