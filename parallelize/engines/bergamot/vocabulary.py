"""Which characters the embedded engine's models know: read from a vocabulary file of SentencePiece.

The file is a protocol buffer (`sentencepiece_model.proto`): field 1, repeated, is a piece; of a piece,
field 1 is its text and field 3 its type (1, the default, is a normal piece). A character of no piece becomes
the one unknown piece, which the models turn into nothing, an apostrophe or a full stop.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["characters"]

_PIECE, _PIECE_TEXT, _PIECE_TYPE = 1, 1, 3
_NORMAL = 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SPACE = "\u2581"
"""How SentencePiece writes a space."""


def characters(vocabulary: bytes) -> frozenset[str]:
    """Every character that some piece of a vocabulary has.

    Raises:
        ValueError: these are not the bytes of a vocabulary.
    """
    found: set[str] = set()
    for number, value in _fields(vocabulary):
        if number != _PIECE or not isinstance(value, bytes):
            continue
        piece = dict(_fields(value))
        text = piece.get(_PIECE_TEXT)
        if piece.get(_PIECE_TYPE, _NORMAL) == _NORMAL and isinstance(text, bytes):
            found.update(text.decode("utf-8"))
    if not found:
        raise ValueError("the file holds no pieces of a SentencePiece vocabulary")
    return frozenset((found - {_SPACE}) | {" "})


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a message."""
    at, size = 0, len(message)
    while at < size:
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
        elif wire == _BYTES:
            length, at = _varint(message, at)
            yield number, message[at : at + length]
            at += length
        elif wire in (_FIXED64, _FIXED32):
            at += 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"a field of the vocabulary has the unknown wire type {wire}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message):
            raise ValueError("the vocabulary ends in the middle of a field")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
