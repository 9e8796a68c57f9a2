"""Replies as rows of a memory file, and as lines of a journal."""

from __future__ import annotations

import json

import pyarrow as pa

from parallelize.core.ports import FinishReason, TranslationReply

__all__ = ["as_line", "as_table", "from_line", "from_table"]

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


def as_table(replies: list[TranslationReply]) -> pa.Table:
    """Replies as rows; half a surrogate pair is kept in `text` and replaced in `detail`."""
    return pa.table(
        {
            "address": [reply.address for reply in replies],
            "text": [reply.text.encode("utf-8", "surrogatepass") for reply in replies],
            "finish": [reply.finish.value for reply in replies],
            "input_tokens": [reply.input_tokens for reply in replies],
            "output_tokens": [reply.output_tokens for reply in replies],
            "engine_seconds": [reply.engine_seconds for reply in replies],
            "detail": [reply.detail.encode("utf-8", "replace").decode() for reply in replies],
        },
        schema=_SCHEMA,
    )


def from_table(table: pa.Table) -> list[TranslationReply]:
    """Inverse of `as_table`."""
    return [
        TranslationReply(
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


def as_line(reply: TranslationReply) -> bytes:
    """A reply as a line of a journal; JSON escapes keep lone surrogates."""
    return json.dumps(
        [
            reply.address.hex(),
            reply.text,
            reply.finish.value,
            reply.input_tokens,
            reply.output_tokens,
            reply.engine_seconds,
            reply.detail,
        ],
        separators=(",", ":"),
    ).encode()


def from_line(line: bytes) -> TranslationReply:
    """Inverse of `as_line`."""
    address, text, finish, input_tokens, output_tokens, engine_seconds, detail = json.loads(line)
    return TranslationReply(
        address=bytes.fromhex(address),
        text=text,
        finish=FinishReason(finish),
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        engine_seconds=engine_seconds,
        detail=detail,
    )
