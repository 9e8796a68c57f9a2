"""JSON files of our own: written whole with a checksum, read back strictly as the type that wrote them.

The checksum stands in the file itself, as the key `checksum`: the sha256 of the file's bytes with zeros for
the checksum's own digits. File and checksum change in one rename, and a single changed digit is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from parallelize.core.errors import InputError
from parallelize.store.files import REMEDY, atomic_write

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError

__all__ = [
    "as_json",
    "fields_of",
    "json_line",
    "parse_json",
    "parse_object",
    "read_json",
    "read_typed",
    "to_json",
    "write_json",
    "write_typed",
]

T = TypeVar("T")
_CHECKSUM = "checksum"
_BLANK = "0" * 64
# Two spaces: a key of the outermost object. JSON strings hold no line break, so no text looks like it.
_LINE = re.compile(rb'^  "checksum": "([0-9a-f]{64})"', re.MULTILINE)


def write_json(path: Path, value: Any) -> None:
    """Write JSON whole or not at all: sorted keys, two spaces, so that equal values give equal bytes.

    An object gets a `checksum`, which `read_json` checks and takes out again.

    Raises:
        StorageFault: the disk is full or the folder cannot be written.
        ValueError: the value holds NaN or an infinity.
    """
    if not isinstance(value, Mapping):
        atomic_write(path, _text(value))
        return
    blank = _text({**value, _CHECKSUM: _BLANK})
    digest = hashlib.sha256(blank).hexdigest()
    atomic_write(path, _LINE.sub(f'  "{_CHECKSUM}": "{digest}"'.encode(), blank, count=1))


def _text(value: Any) -> bytes:
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace")  # half a character becomes its JSON escape


def json_line(value: Any) -> bytes:
    """A value as a line of JSON, whatever texts and numbers of a data set stand in it."""
    try:
        return orjson.dumps(value, default=str, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # half a character (a lone surrogate), or an integer beyond 64 bits
        text = json.dumps(value, default=str, ensure_ascii=False) + "\n"
        return text.encode("utf-8", "backslashreplace")


def read_json(path: Path, *, remedy: str = REMEDY) -> Any:
    """Read JSON of our own, without its checksum.

    Args:
        remedy: what to do about a damaged one.

    Raises:
        InputError: the file is missing or damaged.
    """
    return parse_json(_content(path), where=str(path), remedy=remedy)


def parse_json(content: bytes, *, where: str, remedy: str = REMEDY) -> Any:
    """The value that a JSON file of ours holds.

    Args:
        content: bytes of the file; one that was written without a checksum is taken as it is.
        where: how to name it in messages.
        remedy: what to do about a damaged one.

    Raises:
        InputError: it is no JSON, too deep, or not what was written.
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where} is damaged, it is not JSON: {error}", remedy=remedy) from None
    if isinstance(value, dict) and value.pop(_CHECKSUM, None) is not None:
        found = _LINE.search(content)
        blank = _LINE.sub(f'  "{_CHECKSUM}": "{_BLANK}"'.encode(), content, count=1)
        if found is None or hashlib.sha256(blank).hexdigest().encode() != found[1]:
            raise InputError(
                f"{where} is damaged or was edited: its bytes are not those its checksum tells", remedy=remedy
            )
    return value


def write_typed(path: Path, value: Any) -> None:
    """Write a dataclass of `store` as JSON, in the form that `read_typed` takes."""
    write_json(path, to_json(value))


def to_json(value: Any) -> Any:
    """JSON form of a dataclass of `store`, with the names of its fields as keys."""
    return _adapter(type(value)).dump_python(value, mode="json")


def as_json(value: Any) -> Any:
    """JSON form of a result: as it says itself (`as_dict`), else its fields; what is inside of it alike."""
    if hasattr(value, "as_dict"):
        value = value.as_dict()
    elif is_dataclass(value):
        value = fields_of(value)
    if isinstance(value, Mapping):
        return {key.value if isinstance(key, Enum) else key: as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Path) else value


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of a dataclass as they are, for a JSON form that says more than these."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def read_typed(path: Path, kind: type[T], *, remedy: str = REMEDY) -> T:
    """Read a JSON file of ours as a dataclass.

    Args:
        remedy: what to do about a damaged one.

    Raises:
        InputError: it is missing or damaged, a field is missing, unknown, or of another type; the message
            names the file and the field.
    """
    return parse_object(read_json(path, remedy=remedy), kind, where=str(path), remedy=remedy)


def parse_object(value: Any, kind: type[T], *, where: str, remedy: str = REMEDY) -> T:
    """JSON values as a dataclass.

    Raises:
        InputError: a field is missing, unknown, or of another type; the message names it.
    """
    from pydantic import ValidationError

    try:
        # By way of JSON, where strict types take a list for a tuple and convert nothing else.
        found: T = _adapter(kind).validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise InputError(f"{where}: {_first(error)}", remedy=remedy) from None
    return found


def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            f"{path} is missing", remedy="run `parallelize build` for this run directory"
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


_WORDS = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is not a field of it",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "dataclass_type": "must be an object",
    "tuple_type": "must be a list",
    "greater_than_equal": "must not be negative",
}
"""What a person reads for pydantic's kinds of errors; other kinds have their own words."""


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, by the path of its field."""
    found = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in found["loc"]) or "the whole"
    words = _WORDS.get(found["type"]) or found["msg"].removeprefix("Value error, ")
    given = found["input"]
    kind = (
        "" if found["type"] in {"missing", "unexpected_keyword_argument"} else f", not {type(given).__name__}"
    )
    return f"{where} {words}{kind}" if found["type"] in _WORDS else f"{where}: {words}"
