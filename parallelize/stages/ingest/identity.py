"""Ids that stay with a row: a column of the source, or an address computed from the row's content."""

from __future__ import annotations

import hashlib
import struct
import unicodedata
from array import array
from collections.abc import Callable, Mapping
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.provenance import canonical_json, digest_fields
from parallelize.core.trees import Tree, has_surrogate
from parallelize.stages.ingest.values import NonFinite

__all__ = ["ContentIds", "GivenIds", "Seen", "id_text"]

CONTENT_SCHEMA = b"parallelize-row-1"
"""Changes whenever content addresses change."""
_CONTENT_BYTES = 8
"""Bytes of the digest in a content address, written as 16 hex digits."""
_LAYOUTS = 256
"""Orders of columns that are remembered; rows of one source mostly share one."""
_WORD = (1 << 64) - 1
_length = struct.Struct(">Q").pack
"""A length in 8 bytes."""


class Seen:
    """A map from 64-bit keys to 64-bit numbers in 24 to 48 bytes a key (open addressing, linear probing).

    A run over ten million rows holds its ids in 0.3 GB this way, where a set of texts takes 1.5 GB.
    Different ids share a key with probability n²/2⁶⁵: 3 in a million for ten million rows.
    """

    __slots__ = ("_count", "_keys", "_mask", "_numbers")

    def __init__(self) -> None:
        self._count = 0
        self._allocate(1 << 10)

    def _allocate(self, size: int) -> None:
        self._mask = size - 1
        self._keys = array("Q", bytes(8 * size))
        self._numbers = array("Q", bytes(8 * size))

    def _slot(self, key: int) -> int:
        keys, mask = self._keys, self._mask
        slot = key & mask
        while keys[slot] not in (0, key):
            slot = (slot + 1) & mask
        return slot

    def put(self, key: int, number: int) -> int | None:
        """Remember `number` for a new key; for a known one, leave it and return its number."""
        key = key & _WORD or 1  # 0 marks an empty slot
        keys, mask = self._keys, self._mask
        slot = key & mask
        while found := keys[slot]:
            if found == key:
                return self._numbers[slot]
            slot = (slot + 1) & mask
        keys[slot] = key
        self._numbers[slot] = number
        self._count += 1
        if self._count * 3 > mask * 2:
            self._grow()
        return None

    def replace(self, key: int, number: int) -> None:
        """Change the number of a known key."""
        self._numbers[self._slot(key & _WORD or 1)] = number

    def _grow(self) -> None:
        keys, numbers = self._keys, self._numbers
        self._allocate(2 * len(keys))
        for key, number in zip(keys, numbers, strict=True):
            if key:
                slot = self._slot(key)
                self._keys[slot] = key
                self._numbers[slot] = number


def id_text(value: Any, column: str, where: str) -> str:
    """Return an id as text; integers as decimal digits.

    Args:
        value: what the id column holds.
        column: its name, for messages.
        where: file and row, for messages.

    Raises:
        InputError: null, empty, not text or integer, or with characters that cannot be carried.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    remedy = f"give every row its own id, or use content addresses (id column {'@content'!r})"
    if value is None or value == "" or isinstance(value, NonFinite):
        raise InputError(f"{where}: the id in column {column!r} is missing", remedy=remedy)
    if not isinstance(value, str):
        raise InputError(
            f"{where}: the id in column {column!r} is a {type(value).__name__}",
            remedy="an id is text or an integer",
        )
    if not value.isprintable():
        _check_characters(value, column, where)
    return value


def _check_characters(value: str, column: str, where: str) -> None:
    if has_surrogate(value):
        raise InputError(
            f"{where}: the id {value!r} in column {column!r} holds a lone surrogate",
            remedy="an id must be valid Unicode; correct its encoding",
        )
    control = next((mark for mark in value if unicodedata.category(mark) == "Cc"), None)
    if control is not None:
        raise InputError(
            f"{where}: the id {value!r} in column {column!r} holds the control character "
            f"U+{ord(control):04X}",
            remedy="remove control characters (tabs, line breaks, NUL) from the ids",
        )


class GivenIds:
    """Ids from a column; each may occur once."""

    def __init__(
        self, column: str, take: Callable[[Mapping[str, Any]], Any], place: Callable[[int], str]
    ) -> None:
        """Start with no id seen.

        Args:
            column: name for messages.
            take: reads the id out of a row.
            place: says where the row is that a place code means.
        """
        self._column = column
        self._take = take
        self._place = place
        self._seen = Seen()

    def of(self, row: Tree, code: int) -> str:
        """The id of a row.

        Args:
            row: all its columns.
            code: place code of the row, kept for a message about a second row with this id.

        Raises:
            InputError: the id is missing, unusable, or another row has it.
        """
        value = self._take(row)
        text = (
            value
            if type(value) is str and value and value.isprintable()
            else id_text(value, self._column, self._place(code))
        )
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        first = self._seen.put(int.from_bytes(digest, "little"), code)
        if first is not None:
            raise InputError(
                f"duplicate id {text!r} in column {self._column!r}: {self._place(first)} "
                f"and {self._place(code)}",
                remedy="give every row its own id, name another id column, or use content addresses "
                f"(id column {'@content'!r})",
            )
        return text


class ContentIds:
    """Ids computed from the rows: the first 16 hex digits of a sha256.

    The digest is over `digest_fields([schema, name, configuration, revision, split])` and then, for every
    column that is not null, sorted by name: its name after its length in 8 bytes, `t` for text or `j` for
    another JSON value, and the text or canonical JSON after its length in 8 bytes. So neither the order of
    rows or columns nor a column of nulls changes an id. Rows that are equal in everything get `-2`, `-3`, …
    by order of appearance. Two different rows share an address with the probability that `Seen` names, and
    are then numbered too.
    """

    def __init__(self, *, name: str, config: str | None, revision: str | None, split: str | None) -> None:
        fields = [
            part.encode("utf-8", "surrogatepass")
            for part in (name, config or "", revision or "", split or "")
        ]
        self._start = hashlib.sha256(digest_fields([CONTENT_SCHEMA, *fields]))
        self._seen = Seen()
        self._layouts: dict[tuple[str, ...], tuple[tuple[str, bytes, bytes], ...]] = {}

    def of(self, row: Tree, _code: int) -> str:
        """The id of a row, which must hold JSON values."""
        digest = self._start.copy()
        digest.update(self._row_bytes(row))
        address = digest.hexdigest()[: 2 * _CONTENT_BYTES]
        key = int(address, 16)
        count = self._seen.put(key, 1)
        if count is None:
            return address
        self._seen.replace(key, count + 1)
        return f"{address}-{count + 1}"

    def _row_bytes(self, row: Tree) -> bytes:
        names = tuple(row)
        layout = self._layouts.get(names)
        if layout is None:
            if len(self._layouts) >= _LAYOUTS:
                self._layouts.clear()
            layout = self._layouts[names] = tuple((name, *_heads(name)) for name in sorted(names))
        parts: list[bytes] = []
        for name, text_head, json_head in layout:
            value = row[name]
            if value is None:
                continue
            kind = type(value)
            if kind is str:
                head, data = text_head, value.encode("utf-8", "surrogatepass")
            elif kind is int or kind is float:
                head, data = json_head, repr(value).encode()  # what canonical_json gives, sooner
            else:
                head, data = json_head, canonical_json(value).encode("utf-8", "surrogatepass")
            parts += (head, _length(len(data)), data)
        return b"".join(parts)


def _heads(name: str) -> tuple[bytes, bytes]:
    key = name.encode("utf-8", "surrogatepass")
    head = len(key).to_bytes(8, "big") + key
    return head + b"t", head + b"j"
