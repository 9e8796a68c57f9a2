"""Rows of JSON files. `orjson` reads them; what it refuses or rounds is read again by Python's parser."""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import orjson

from parallelize.core.errors import InputError
from parallelize.core.trees import JsonObject, has_surrogate
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
    utf16_of,
)
from parallelize.stages.ingest.streams import open_bytes
from parallelize.stages.ingest.values import NonFinite, plain

__all__ = ["LIST_COLUMN", "as_row", "held_rows", "json_array", "json_lines"]

LIST_COLUMN = "conversations"
"""Column in which the only list of a row without columns stands."""

_DEEPEST = 100
"""Levels of lists and objects that a row may have; what walks rows later needs no guard of its own."""
_EXACT_LIMIT = 2.0**63
"""orjson reads integers beyond 64 bits as floats; a float this large is read again by the exact parser."""

_PIECE: Final = 1 << 18
"""Bytes of a long array that are read at a time."""
_FIRST_ROW: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*([{\[])")
_BETWEEN: Final = {
    b"{": re.compile(rb'(\}\s*,\s*\{)(\s*"[^"\\]*"|)'),
    b"[": re.compile(rb'(\]\s*,\s*\[)(\s*\{\s*"[^"\\]*"|)'),
}
"""What may part two rows of an array, by the sign that its first row begins with."""
_LEAST_HELD: Final = 2
"""Rows, columns and shared keys that an object of rows must have."""
_TURN: Final = frozenset({"role", "from"})
"""Keys of turns of a chat."""
_TRIED_FIRST: Final = 64
_TRIED_LAST: Final = 8


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


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
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
    first = len(value) if type(value) is dict else 0
    if first and data.count(b":") <= first:  # most rows
        return False
    signs = data.count(b'":') + data.count(b'" :')
    if signs == first:
        return False
    return signs - data.count(b'\\":') > (_keys(value) if type(value) in _HOLDERS else 0)


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
    """Rows of a file with one JSON array of objects or lists, or with one object that holds such an array.

    A long array is read piece by piece; an object, and what cannot be cut, as a whole.

    Raises:
        InputError: the file is something else; the message names line and column, or the row.
    """
    number = 0
    for rows, exact in _pieces(stream, file):
        for row in rows:
            number += 1
            if exact:
                _refuse_oddities(row, file, number)
            yield number, as_row(plain(row, at(report, number)) if exact else row)


def _pieces(stream: BinaryIO, file: DataFile) -> Iterator[tuple[list[Any], bool]]:
    """Some rows at a time, and whether the exact parser read them."""
    text = stream.read(_PIECE)
    cut = _Cut.of(text) if len(text) == _PIECE and utf16_of(text[:4]) is None else None
    if cut is None:
        yield _whole(as_utf8(text + stream.read(), file), file)
        return
    text = text.removeprefix(codecs.BOM_UTF8)
    wanted = _PIECE
    while more := stream.read(wanted):
        text += more
        wanted = len(text)  # what cannot be cut is not tried again and again
        for end in cut.ends(text):
            found = _array(text[:end] + b"]")
            if found is not None:
                yield found
                text = b"[" + text[text.index(cut.between[-1:], end) :]
                wanted = _PIECE
                break
    if (rest := _array(text)) is None:
        with open_bytes(file.path, file.shown) as (again, _):
            rest = _whole(as_utf8(again.read(), file), file)  # its message names the line of the file
    yield rest


@dataclass(frozen=True, slots=True)
class _Cut:
    """What stands between two rows of a long array."""

    between: bytes
    """`}`, the comma and `{`, with the white space of this file."""
    key: bytes
    """What follows in most rows, and hardly inside of rows: their first key."""

    @classmethod
    def of(cls, text: bytes) -> _Cut | None:
        """How the first rows are parted; None where that cannot be told."""
        start = _FIRST_ROW.match(text)
        if start is None:
            return None
        for found in itertools.islice(_BETWEEN[start[1]].finditer(text), _TRIED_FIRST):
            if _array(b"[" + text[start.start(1) : found.start() + 1] + b"]") is not None:
                return cls(found[1], found[2])
        return None

    def ends(self, text: bytes) -> Iterator[int]:
        """Ends of rows, last first; some may be ends of objects inside of rows."""
        at = len(text)
        for _ in range(_TRIED_LAST):
            at = text.rfind(self.between + self.key, 0, at)
            if at < 0:
                return
            yield at + 1


def _array(text: bytes) -> tuple[list[Any], bool] | None:
    """What an array holds, and whether the exact parser read it; None where the text is no JSON."""
    try:
        rows = orjson.loads(text)
        if not _needs_exact(rows) and not _may_repeat_keys(text, rows):
            return rows, False
    except orjson.JSONDecodeError:
        pass
    try:
        return _exact(text.decode()), True
    except (ValueError, RecursionError):
        return None


def _whole(data: bytes, file: DataFile) -> tuple[list[Any], bool]:
    """The rows of a whole file, and whether the exact parser read them."""
    try:
        rows = orjson.loads(data)
        exact = _needs_exact(rows) or _may_repeat_keys(data, rows)
    except orjson.JSONDecodeError:
        exact = True
    if exact:
        rows = _exact_document(data, file)
    if isinstance(rows, dict):
        rows = held_rows(rows)
    if not isinstance(rows, list):
        raise InputError(
            f"{file.shown} holds one JSON object, not an array of rows",
            remedy="write the rows as a JSON array [{…}, …], or one object a line in a .jsonl file",
        )
    return rows, exact


def held_rows(document: Any) -> list[Any] | None:
    """The rows that the only object of a file holds; None where it is a row itself.

    | object | rows |
    |---|---|
    | `{"version": …, "data": [{…}, …]}` | the only array of objects |
    | `{"q1": {…}, "q2": {…}}` | objects with the same keys; what they are called is their `id` |
    | `{"question": […], "answer": […]}` | columns of the same length |
    | `{"question": {"0": …}, "answer": {"0": …}}` | columns as pandas writes them |

    A chat of one row (`{"messages": [{"role": …}]}`) is no table.
    """
    if not isinstance(document, dict):
        return None
    values = list(document.values())
    arrays = [value for value in values if isinstance(value, list) and value]
    if len(arrays) == 1 and all(type(row) is dict and not _TURN.intersection(row) for row in arrays[0]):
        return arrays[0]
    kinds = {type(value) for value in values}
    if len(values) < _LEAST_HELD or len(kinds) != 1:
        return None
    if kinds == {dict}:
        return _keyed(document)
    if kinds == {list} and len({len(value) for value in values}) == 1 and len(values[0]) >= _LEAST_HELD:
        turns = any(type(one) is dict and _TURN.intersection(one) for value in values for one in value)
        texts = any(all(type(one) is str for one in value) for value in values)
        return _rows_of_columns(document) if texts and not turns else None
    return None


def _keyed(document: JsonObject) -> list[Any] | None:
    """Rows of an object of objects with the same keys: rows by their ids, or columns by their indices."""
    values = list(document.values())
    shared = set(values[0]).intersection(*values[1:])
    if shared and all(len(value) == len(shared) and list(value) == _indices(len(value)) for value in values):
        return _rows_of_columns({name: list(column.values()) for name, column in document.items()})
    if len(shared) < _LEAST_HELD:
        return None
    name = "key" if any("id" in value for value in values) else "id"
    return [{name: key, **value} for key, value in document.items()]


def _indices(count: int) -> list[str]:
    return list(map(str, range(count)))


def _rows_of_columns(columns: JsonObject) -> list[Any]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


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
