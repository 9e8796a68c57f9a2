"""White space, of which translations and models keep no account."""

from __future__ import annotations

__all__ = ["flattened"]


def flattened(text: str) -> str:
    """The text with one space for each run of white space, and none around it."""
    text = text.replace("\n", " ")
    if "  " in text or not text.isprintable():  # of white space, only the space is
        return " ".join(text.split())
    return text.strip()
