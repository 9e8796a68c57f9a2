"""Types of the columns of a corpus: those of the source, found by looking at every row or given by Parquet.

A row is a tree of JSON values; a column is an Arrow type and, where values are not yet of that type, a way to
make them so. Values of different types in one place (text here, a list there) stay JSON text: text that
does not read as JSON stays as it is, everything else is written as JSON, so that nothing is lost.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from parallelize.core.trees import JsonObject, Tree

__all__ = ["ColumnType", "RowTypes", "arrow_column"]

_LARGEST_EXACT: Final = 2**53
_MANY_KEYS: Final = 16
_RARE_KEY: Final = 0.5
"""Objects with more keys than `_MANY_KEYS`, of which each has fewer than this share, are tables whose keys
are data; they are kept as JSON text."""
_NON_FINITE: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_DURATION: Final = re.compile(r"PT(-?[\d.]+)S")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
    """An Arrow type, and how JSON values come to be of it."""

    type: pa.DataType
    convert: Callable[[Any], Any] | None = None
    """None: values are of the type already."""
    mixed: tuple[str, ...] = ()
    """Paths in it that are JSON text because their values differ."""

    def of(self, value: Any) -> Any:
        """A value of the type; null stays null."""
        return value if value is None or self.convert is None else self.convert(value)


class _Seen:
    """What stood in one place."""

    __slots__ = ("inside", "items", "keys", "kinds", "objects")

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.keys: dict[str, _Seen] = {}
        self.inside = 0
        """Keys of all objects together."""
        self.objects = 0
        self.items: _Seen | None = None

    def look(self, value: Any) -> None:
        """Take one value into account; null says nothing."""
        kind = type(value)
        if kind is dict:
            self.kinds.add("object")
            self.objects += 1
            self.inside += len(value)
            for name, inner in value.items():
                below = self.keys.get(name)
                if below is None:
                    below = self.keys[name] = _Seen()
                if inner is not None:
                    below.look(inner)
        elif kind is list:
            self.kinds.add("list")
            if self.items is None:
                self.items = _Seen()
            for inner in value:
                self.items.look(inner)
        elif value is not None:
            self.kinds.add("string" if kind is str else _scalar_kind(value))

    def as_json(self) -> list[Any]:
        keys = [[name, inner.as_json()] for name, inner in self.keys.items()]
        items = None if self.items is None else self.items.as_json()
        return [sorted(self.kinds), keys, items, self.inside, self.objects]

    @classmethod
    def from_json(cls, data: list[Any]) -> _Seen:
        found = cls()
        kinds, keys, items, found.inside, found.objects = data
        found.kinds = set(kinds)
        found.keys = {name: cls.from_json(inner) for name, inner in keys}
        found.items = None if items is None else cls.from_json(items)
        return found

    def column(self, path: str) -> ColumnType:
        """The narrowest type that holds every value without loss."""
        kinds = self.kinds
        if kinds == {"object"} and self.keys and not self._is_table():
            return _struct({name: inner.column(f"{path}.{name}") for name, inner in self.keys.items()})
        if kinds == {"list"} and self.items is not None:
            return _list(self.items.column(f"{path}[]"))
        for held, column in _SCALARS:
            if kinds <= held:
                return column
        return ColumnType(type=pa.string(), convert=mixed_text, mixed=(path,))

    def _is_table(self) -> bool:
        return len(self.keys) > _MANY_KEYS and self.inside < _RARE_KEY * len(self.keys) * self.objects


def _float(value: Any) -> float:
    return _NON_FINITE[value] if isinstance(value, str) else float(value)


def _scalar_kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        small = -_LARGEST_EXACT <= value <= _LARGEST_EXACT
        return "int" if small else "long" if -(2**63) <= value < 2**63 else "huge"
    # NonFinite is text that stands for a number that JSON lacks.
    return "float" if isinstance(value, float) or value in _NON_FINITE else "string"


_SCALARS: Final = (
    (frozenset({"string"}), ColumnType(type=pa.string())),
    (frozenset({"bool"}), ColumnType(type=pa.bool_())),
    (frozenset({"int", "long"}), ColumnType(type=pa.int64())),
    (frozenset({"int", "float"}), ColumnType(type=pa.float64(), convert=_float)),
)
"""Kinds of values, and the narrowest type that holds all of them."""


def _struct(fields: Mapping[str, ColumnType]) -> ColumnType:
    kind = pa.struct([(name, column.type) for name, column in fields.items()])
    mixed = tuple(path for column in fields.values() for path in column.mixed)
    changing = {name: column.convert for name, column in fields.items() if column.convert is not None}
    if not changing:
        return ColumnType(type=kind, mixed=mixed)

    def convert(value: Any) -> Any:
        return {
            name: changing[name](inner) if inner is not None and name in changing else inner
            for name, inner in value.items()
        }

    return ColumnType(type=kind, convert=convert, mixed=mixed)


def _list(items: ColumnType, kind: pa.DataType | None = None) -> ColumnType:
    convert = items.convert
    if convert is None:
        return ColumnType(type=kind or pa.list_(items.type), mixed=items.mixed)
    return ColumnType(
        type=kind or pa.list_(items.type),
        convert=lambda value: [None if inner is None else convert(inner) for inner in value],
        mixed=items.mixed,
    )


def mixed_text(value: Any) -> str:
    """A value of a column of mixed types as text: JSON, but for text that does not read as JSON."""
    if isinstance(value, str):
        try:
            json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, ensure_ascii=False)


class RowTypes:
    """Types of a source's columns, in their order.

    With an Arrow schema they are its own; without one they are found by looking at every row.
    """

    def __init__(self, schema: bytes | None = None) -> None:
        """Start.

        Args:
            schema: serialised Arrow schema of a Parquet source.
        """
        self._seen: dict[str, _Seen] = {}
        self._schema = schema
        self.texts: dict[str, None] = {}
        """Columns that hold texts which are translated, in order of appearance."""

    def look(self, row: Tree, text_columns: Mapping[str, None] | None = None) -> None:
        """Take one row into account, and the columns of its texts."""
        self.texts.update(text_columns or {})
        if self._schema is not None:
            return
        for name, value in row.items():
            seen = self._seen.get(name)
            if seen is None:
                seen = self._seen[name] = _Seen()
            if value is not None:
                seen.look(value)

    def columns(self) -> dict[str, ColumnType]:
        """Type of each column, from the file's schema or the rows seen."""
        if self._schema is not None:
            return {field.name: arrow_column(field.type) for field in self._arrow()}
        return {name: seen.column(name) for name, seen in self._seen.items()}

    def metadata(self) -> dict[bytes, bytes]:
        """What the source's Arrow schema says beside its types."""
        return {} if self._schema is None else dict(self._arrow().metadata or {})

    def _arrow(self) -> pa.Schema:
        return pa.ipc.read_schema(pa.py_buffer(self._schema or b""))

    def as_dict(self) -> JsonObject:
        """Schema and column types seen, as JSON for the records' index."""
        return {
            "schema": None if self._schema is None else base64.b64encode(self._schema).decode(),
            # Pairs, because files of ours sort the keys of objects, and columns keep their order.
            "seen": [[name, seen.as_json()] for name, seen in self._seen.items()],
            "texts": list(self.texts),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RowTypes:
        """Read back the column types that `as_dict` wrote."""
        found = cls(None if data["schema"] is None else base64.b64decode(data["schema"]))
        found._seen = {name: _Seen.from_json(seen) for name, seen in data["seen"]}
        found.texts = dict.fromkeys(data["texts"])
        return found


def arrow_column(kind: pa.DataType) -> ColumnType:
    """How the JSON values that ingest made of an Arrow column become its values again."""
    while isinstance(kind, pa.BaseExtensionType) or pa.types.is_dictionary(kind):
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind.storage_type
    for fits, known in _VIEWS:
        kind = known if fits(kind) else kind
    for fits, make in _NESTED:
        if fits(kind):
            return make(kind)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":  # finer than Python's own times
        return ColumnType(type=kind, convert=lambda value: pa.scalar(value).cast(kind).value)
    for fits, convert in _CONVERSIONS:
        if fits(kind):
            return ColumnType(type=kind, convert=convert)
    if any(fits(kind) for fits in _AS_THEY_ARE):
        return ColumnType(type=kind)
    return ColumnType(type=pa.string(), convert=None if pa.types.is_null(kind) else mixed_text)


def _arrow_struct(kind: pa.StructType) -> ColumnType:
    inner = {field.name: arrow_column(field.type) for field in kind}
    return _struct(inner) if inner else ColumnType(type=pa.string(), convert=mixed_text)


def _arrow_list(kind: Any) -> ColumnType:
    items = arrow_column(kind.value_type)
    if pa.types.is_fixed_size_list(kind):
        return _list(items, pa.list_(items.type, kind.list_size))
    return _list(items, (pa.large_list if pa.types.is_large_list(kind) else pa.list_)(items.type))


def _arrow_map(kind: pa.MapType) -> ColumnType:
    key, item = arrow_column(kind.key_type), arrow_column(kind.item_type)
    return ColumnType(
        type=pa.map_(key.type, item.type),
        convert=lambda value: [(key.of(one), item.of(other)) for one, other in value],
    )


def _duration(value: str) -> dt.timedelta:
    match = _DURATION.fullmatch(value)
    return dt.timedelta(seconds=float(match.group(1))) if match else dt.timedelta(0)


_NESTED: Final[tuple[tuple[Callable[[Any], bool], Callable[[Any], ColumnType]], ...]] = (
    (pa.types.is_struct, _arrow_struct),
    (pa.types.is_map, _arrow_map),
    (pa.types.is_list, _arrow_list),
    (pa.types.is_large_list, _arrow_list),
    (pa.types.is_fixed_size_list, _arrow_list),
)
_CONVERSIONS: Final[tuple[tuple[Callable[[Any], bool], Callable[[Any], Any]], ...]] = (
    (pa.types.is_floating, _float),
    (pa.types.is_decimal, Decimal),
    (pa.types.is_binary, base64.b64decode),
    (pa.types.is_large_binary, base64.b64decode),
    (pa.types.is_fixed_size_binary, base64.b64decode),
    (pa.types.is_timestamp, dt.datetime.fromisoformat),
    (pa.types.is_date, lambda value: dt.date.fromisoformat(value[:10])),
    (pa.types.is_time, dt.time.fromisoformat),
    (pa.types.is_duration, _duration),
)
"""Inverse of `stages.ingest.values.plain`."""
_VIEWS: Final = ((pa.types.is_string_view, pa.string()), (pa.types.is_binary_view, pa.binary()))
"""Types that few of Arrow's functions and readers know, and what is written for them."""
_AS_THEY_ARE: Final = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_integer,
    pa.types.is_boolean,
)
"""Types whose values JSON has."""
