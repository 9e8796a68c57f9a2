"""Rows of JSON files. `orjson` reads them; what it refuses or rounds is read again by Python's parser."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, BinaryIO

import orjson

from parallelize.core.errors import InputError
from parallelize.stages.ingest.files import (
    DataFile,
    Numbered,
    Reporter,
    as_utf8,
    at,
    decoded_document,
    decoded_line,
    place_text,
    text_lines,
)
from parallelize.stages.ingest.values import NonFinite, has_surrogate, plain

__all__ = ["LIST_COLUMN", "as_row", "json_array", "json_lines", "only_array"]

LIST_COLUMN = "conversations"
"""Column in which the only list of a row without columns stands."""

_DEEPEST = 100
"""Levels of lists and objects that a row may have; what walks rows later needs no guard of its own."""
_EXACT_LIMIT = 2.0**63
"""orjson reads integers beyond 64 bits as floats; a float this large is read again by the exact parser."""


def json_lines(file: DataFile, report: Reporter, stream: BinaryIO) -> Numbered:
    """Rows of a file with one JSON value a line.

    Raises:
        InputError: a line is no JSON, or has a key twice; the message names line and column, or key.
    """
    for number, line in text_lines(stream, file):
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            text = decoded_line(line, file, number)
            if not text.strip():
                continue
            row = _exact_row(text, file, number, report)
        if _needs_exact(row) or _may_repeat_keys(line, row):
            row = _exact_row(decoded_line(line, file, number), file, number, report)
        yield number, as_row(row)


def _exact_row(text: str, file: DataFile, number: int, report: Reporter) -> Any:
    try:
        value = _exact(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file.shown}, line {number}, column {error.colno}: broken JSON ({error.msg})",
            remedy=_json_remedy(text),
        ) from error
    except RecursionError as error:
        raise _too_deep(f"{file.shown}, line {number}") from error
    _refuse_oddities(value, file, number)
    return plain(value, at(report, number))


def _too_deep(where: str) -> InputError:
    return InputError(
        f"{where}: JSON is nested too deeply, more than {_DEEPEST} levels",
        remedy="flatten it, or keep the inner levels as text",
    )


def _json_remedy(text: str) -> str:
    if text.lstrip().startswith("["):
        return "this looks like a JSON array: name the file .json, or set format = json"
    if not text.endswith("\n"):
        return "the line may be cut off: correct it, or write the file again"
    return "correct this line; every line must be one complete JSON object"


def _exact(text: str) -> Any:
    """Parse with Python's own parser: any integer, NaN, lone surrogates, and exact error positions."""
    return json.loads(text, parse_float=_float, parse_int=_int, object_pairs_hook=_object)


class _Repeating(dict[str, Any]):
    """An object in which a key stands twice; JSON leaves open which value counts (RFC 8259, section 4)."""

    key = ""
    """The key."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counts = Counter(key for key, _ in pairs)
    repeating = _Repeating(found)
    repeating.key = next(key for key, count in counts.items() if count > 1)
    return repeating


def _refuse_oddities(value: Any, file: DataFile, number: int, level: int = 0) -> None:
    """Refuse keys that stand twice in an object or cannot be written, and rows nested too deeply."""
    if isinstance(value, _Repeating):
        raise InputError(
            f"{place_text(file, number)}: the key {value.key!r} stands there twice",
            remedy="keep one of the two values, or give them different keys",
        )
    if level > _DEEPEST:
        raise _too_deep(place_text(file, number))
    if isinstance(value, dict) and any(map(has_surrogate, value)):
        key = next(filter(has_surrogate, value))
        raise InputError(
            f"{place_text(file, number)}: the key {key!r} holds a lone surrogate",
            remedy="give it another name: half a character cannot be written",
        )
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        _refuse_oddities(item, file, number, level + 1)


def _may_repeat_keys(data: bytes, value: Any) -> bool:
    """Whether there are more signs of a key than keys; a text may hold such signs, too."""
    signs = data.count(b'":') - data.count(b'\\":') + data.count(b'" :')
    return signs != (len(value) if isinstance(value, dict) else 0) and signs > (
        _keys(value) if type(value) in _HOLDERS else 0
    )


_HOLDERS = frozenset((dict, list))


def _keys(value: Any) -> int:
    """Keys of an object or list, and of all that it holds."""
    found, inner = (len(value), value.values()) if type(value) is dict else (0, value)
    for item in inner:
        if type(item) in _HOLDERS:
            found += _keys(item)
    return found


def _float(literal: str) -> float | NonFinite:
    value = float(literal)
    return value if abs(value) != float("inf") else NonFinite(literal)


def _int(literal: str) -> int | NonFinite:
    try:
        return int(literal)
    except ValueError:  # more digits than Python converts (sys.get_int_max_str_digits)
        return NonFinite(literal)


def _needs_exact(value: Any, level: int = 0) -> bool:
    """Whether a number may have lost digits, or the value is too deep: Python's parser says more."""
    kind = type(value)
    if kind is float:
        return bool(value >= _EXACT_LIMIT or value <= -_EXACT_LIMIT)
    if kind not in _HOLDERS:
        return False
    if level > _DEEPEST:
        return True
    for item in value.values() if kind is dict else value:
        inner = type(item)
        if inner is not str and inner is not int and _needs_exact(item, level + 1):
            return True
    return False


def as_row(value: Any) -> Any:
    """A row that is a bare list becomes the only column of a row; what is no object stays, to be rejected."""
    return {LIST_COLUMN: value} if type(value) is list else value


def json_array(file: DataFile, report: Reporter, stream: BinaryIO) -> Numbered:
    """Rows of a file with one JSON array of objects, or with one object that holds such an array.

    The file is read as a whole.

    Raises:
        InputError: the file is something else; the message names line and column, or the row.
    """
    data = as_utf8(stream.read(), file)
    try:
        rows = orjson.loads(data)
        if _needs_exact(rows) or _may_repeat_keys(data, rows):
            rows = None
    except orjson.JSONDecodeError:
        rows = None
    exact = rows is None
    if exact:
        rows = _exact_document(data, file)
    if isinstance(rows, dict):
        rows = only_array(rows)
    if not isinstance(rows, list):
        raise InputError(
            f"{file.shown} holds one JSON object, not an array of rows",
            remedy="write the rows as a JSON array [{…}, …], or one object a line in a .jsonl file",
        )
    for number, row in enumerate(rows, 1):
        if exact:
            _refuse_oddities(row, file, number)
        yield number, as_row(plain(row, at(report, number)) if exact else row)


def only_array(document: Any) -> Any:
    """The rows of `{"version": …, "data": [{…}, …]}`; None where not exactly one value is one.

    A chat of one row (`{"messages": [{"role": …}]}`) is no table.
    """
    if not isinstance(document, dict):
        return None
    arrays = [value for value in document.values() if isinstance(value, list) and value]
    if len(arrays) != 1 or any(type(row) is not dict or "role" in row or "from" in row for row in arrays[0]):
        return None
    return arrays[0]


def _exact_document(data: bytes, file: DataFile) -> Any:
    text = decoded_document(data, file)
    if not text.strip():
        return []
    try:
        return _exact(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{file.shown}, line {error.lineno}, column {error.colno}: broken JSON ({error.msg})",
            remedy="correct the file; it must be one JSON array of objects",
        ) from error
    except RecursionError as error:
        raise _too_deep(file.shown) from error
