"""The child's side of `pool`: frames over pipes, models kept, death with the parent.

A frame is a 4-byte big-endian length and a JSON object (ASCII, so that a lone surrogate survives).
The parent sends `{"setup": {…}, "texts": […]}`; the child answers every text, in order and as soon as
it is done, with a frame of its own: `{"text", "seconds"}`, or `{"refused": why, "seconds"}`. It says
`{"ready": true}` once its first setup is loaded; when a setup cannot be loaded it answers
`{"fault": why}`, and the run cannot go on.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import BinaryIO

from parallelize.core.trees import JsonObject

__all__ = ["HEADER_BYTES", "SetupFault", "Translate", "decode", "encode", "serve"]

HEADER_BYTES = 4
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_KEPT_SETUPS = 6

Translate = Callable[[str], str]


class SetupFault(Exception):
    """The model, or whatever a setup names, cannot be loaded; the message is for the user."""


def encode(message: JsonObject) -> bytes:
    """A message as one frame of the pipe: its length, then JSON."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def decode(body: bytes) -> JsonObject:
    """The object in a frame, header excluded."""
    value: JsonObject = json.loads(body)
    return value


def _die_with(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent ends; elsewhere the end of the pipe has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call above
        sys.exit(0)


def _private_stdout() -> BinaryIO:
    """Move the reply pipe away from descriptor 1, so that a library that prints cannot corrupt it."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


def _read(source: BinaryIO) -> JsonObject | None:
    header = source.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return None
    body = source.read(int.from_bytes(header, "big"))
    return decode(body)


def _answer(batch: JsonObject, translate: Translate, replies: BinaryIO) -> None:
    for text in batch["texts"]:
        started = time.perf_counter()
        try:
            reply: JsonObject = {"text": translate(text)}
        except ValueError as fault:  # UnicodeEncodeError of a lone surrogate is one
            reply = {"refused": str(fault)}
        reply["seconds"] = time.perf_counter() - started
        replies.write(encode(reply))
        replies.flush()


def serve(load: Callable[[JsonObject], Translate]) -> None:
    """Answer batches until the parent closes the pipe.

    Args:
        load: makes a translating function from the parent's setup; it raises `SetupFault` when it
            cannot. The last few setups stay loaded. The function raises `ValueError` for a text that
            it cannot take; any other exception ends this process, and the parent starts another.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _die_with(int(sys.argv[1]))
    replies, source = _private_stdout(), sys.stdin.buffer
    loaded: OrderedDict[str, Translate] = OrderedDict()
    while (batch := _read(source)) is not None:
        key = json.dumps(batch["setup"], sort_keys=True)
        try:
            translate = loaded.pop(key, None) or load(batch["setup"])
        except SetupFault as fault:
            replies.write(encode({"fault": str(fault)}))
            replies.flush()
            return
        if not loaded:
            replies.write(encode({"ready": True}))
            replies.flush()
        loaded[key] = translate
        if len(loaded) > _KEPT_SETUPS:
            loaded.popitem(last=False)
        _answer(batch, translate, replies)
