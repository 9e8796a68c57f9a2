"""What a program writes to a terminal, for tests that look at it there."""

from __future__ import annotations

import os

__all__ = ["read_terminal"]


def read_terminal(leader: int) -> str:
    """Everything written to a pseudo-terminal until its other side is closed; closes this side."""
    said = b""
    while True:
        try:
            piece = os.read(leader, 65_536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        said += piece
    os.close(leader)
    return said.decode()
