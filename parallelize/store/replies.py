"""Replies as rows of a memory file, and as lines of a journal; a measured number is kept as text."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pyarrow as pa

from parallelize.core.ports import FinishReason, Reply

__all__ = ["as_line", "as_table", "from_line", "from_table", "measured"]

_SCHEMA = pa.schema(
    [
        ("address", pa.binary(32)),
        ("text", pa.binary()),  # UTF-8 with lone surrogates passed through
        ("finish", pa.string()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("engine_seconds", pa.float64()),
        ("detail", pa.string()),
    ]
)


def as_table(replies: list[Reply]) -> pa.Table:
    """Replies as rows; half a surrogate pair is kept in `text` and replaced in `detail`."""
    return pa.table(
        {
            "address": [reply.address for reply in replies],
            "text": [_text(reply).encode("utf-8", "surrogatepass") for reply in replies],
            "finish": [reply.finish.value for reply in replies],
            "input_tokens": [reply.input_tokens for reply in replies],
            "output_tokens": [reply.output_tokens for reply in replies],
            "engine_seconds": [reply.engine_seconds for reply in replies],
            "detail": [reply.detail.encode("utf-8", "replace").decode() for reply in replies],
        },
        schema=_SCHEMA,
    )


def from_table(table: pa.Table) -> list[Reply]:
    """Replies of an Arrow table that `as_table` made."""
    return [
        Reply(
            address=row["address"],
            text=row["text"].decode("utf-8", "surrogatepass"),
            finish=FinishReason(row["finish"]),
            input_tokens=row["input_tokens"],
            output_tokens=row["output_tokens"],
            engine_seconds=row["engine_seconds"],
            detail=row["detail"],
        )
        for row in table.to_pylist()
    ]


def as_line(reply: Reply) -> bytes:
    """A reply as a line of a journal; JSON escapes keep lone surrogates."""
    return json.dumps(
        [
            reply.address.hex(),
            _text(reply),
            reply.finish.value,
            reply.input_tokens,
            reply.output_tokens,
            reply.engine_seconds,
            reply.detail,
        ],
        separators=(",", ":"),
    ).encode()


def from_line(line: bytes) -> Reply:
    """A reply from a line of a journal that `as_line` wrote."""
    address, text, finish, input_tokens, output_tokens, engine_seconds, detail = json.loads(line)
    return Reply(
        address=bytes.fromhex(address),
        text=text,
        finish=FinishReason(finish),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        engine_seconds=engine_seconds,
        detail=detail,
    )


def measured(reply: Reply) -> Reply:
    """A kept reply of a scoring model with its number as a number; one that holds none has no value."""
    if reply.value is not None or reply.finish is not FinishReason.STOP:
        return reply
    try:
        value = float(reply.text)
    except ValueError:
        return replace(reply, text="")
    return replace(reply, text="", value=value if math.isfinite(value) else None)


def _text(reply: Reply) -> str:
    return reply.text if reply.value is None else repr(reply.value)
