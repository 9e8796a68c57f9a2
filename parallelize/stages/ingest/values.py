"""Turning what files and datasets hold into JSON values, the same way every time.

| found | becomes |
|---|---|
| date, time, timestamp | ISO 8601 text, `2024-05-01T12:00:00+00:00` |
| duration | ISO 8601 text in seconds, `PT90.5S` |
| decimal | its digits as text, `1.10` |
| bytes | base64 text |
| NaN, ±infinity | the text `NaN`, `Infinity`, `-Infinity` (a `NonFinite`), reported |
| map | list of `[key, value]` pairs (`Entry`), whose keys are no texts |
| list | list |
| UUID | its canonical text |
"""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from parallelize.core.trees import has_surrogate
from parallelize.stages.ingest.places import Entry
from parallelize.stages.ingest.spec import NoteKind, Report

__all__ = ["NonFinite", "answer_text", "held_answer", "plain"]

_ANSWER_KEYS = ("ground_truth", "answer", "final_answer", "expected_answer", "gold")
"""Keys of a JSON text under which a short answer stands."""

_WORDS = re.compile(r"[^\W\d_]{3,}(?:[ .'’-]+[^\W\d_]+)*\.?")
"""An answer in words."""
_FIXED_EXPONENT = 21
"""Below 1e21 a number is written without exponent, as ECMAScript does (Number::toString)."""


class NonFinite(str):
    """Text that stands for a number that JSON lacks. As a text or an answer it counts as missing."""

    __slots__ = ()


def plain(value: Any, report: Report, column: str = "") -> Any:
    """Return the JSON value of `value`; see the table of this module.

    Args:
        value: what a reader found.
        report: told about numbers that JSON lacks and about lone surrogates.
        column: top-level column of the value, for the report.

    Raises:
        TypeError: the value has no JSON form.
    """
    kind = type(value)
    if kind is str:
        if has_surrogate(value):
            report(NoteKind.SURROGATE, column)
        return value
    if value is None or kind is int or kind is bool:
        return value
    if kind is float:
        return _number(value, report, column)
    if isinstance(value, Mapping):
        return {str(key): plain(item, report, column or str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        found = [plain(item, report, column) for item in value]
        return Entry(found) if type(value) is tuple and len(found) == 2 else found
    return _scalar(value, report, column)


def _number(value: float, report: Report, column: str) -> float | str:
    if math.isfinite(value):
        return value
    report(NoteKind.NON_FINITE, column)
    if math.isnan(value):
        return NonFinite("NaN")
    return NonFinite("Infinity" if value > 0 else "-Infinity")


def _scalar(value: Any, report: Report, column: str) -> str:
    if isinstance(value, NonFinite):
        report(NoteKind.NON_FINITE, column)
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return _duration(value)
    raise TypeError(f"a value of type {type(value).__name__} has no JSON form")


def _duration(value: dt.timedelta) -> str:
    # Nanoseconds: pandas gives them to durations that Arrow stores in that unit.
    nanoseconds = (value.days * 86_400 + value.seconds) * 10**9 + value.microseconds * 1000
    nanoseconds += int(getattr(value, "nanoseconds", 0))
    return f"PT{(Decimal(nanoseconds) / 10**9).normalize():f}S"


def answer_text(value: Any) -> str | None:
    """Return a ground-truth answer as text: `42` for 42 and 42.0, `true` for True, `0.5` for 0.5.

    A list of one answer is that answer; several are joined by `, `, but words are ways to say one: the first.

    Returns:
        The text, or `None` for null, blank text, NaN and an empty list.

    Raises:
        TypeError: an object, or a list that holds one.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value if value.strip() and not isinstance(value, NonFinite) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _decimal_text(value)
    if isinstance(value, list):
        parts = [part for part in map(answer_text, value) if part is not None]
        if any(_WORDS.fullmatch(part) for part in parts):
            del parts[1:]
        return ", ".join(parts) or None
    raise TypeError(f"an answer cannot be of type {type(value).__name__}")


def held_answer(text: str) -> str | None:
    """The answer in a JSON text: `42` in `["42"]` and in `{"ground_truth": "42"}`; None for other texts.

    A list of numbers may be an interval or a point, and is an answer itself.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if isinstance(value, Mapping):
        value = [value[key] for key in _ANSWER_KEYS if key in value][:1]
    elif not (isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)):
        return None
    try:
        return answer_text(value)
    except TypeError:
        return None


def _decimal_text(value: float) -> str | None:
    if not math.isfinite(value):
        return None
    if value == 0:
        return "0"
    digits = Decimal(repr(value))
    if -7 <= digits.adjusted() < _FIXED_EXPONENT:
        text = f"{digits:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return repr(value)
