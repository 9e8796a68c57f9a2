"""White space, of which translations and models keep no account."""

from __future__ import annotations

__all__ = ["flattened"]


def flattened(text: str) -> str:
    """The text with one space for each run of white space, and none around it."""
    text = text.replace("\n", " ")
    if not text.isprintable():  # of white space, only the space is
        return " ".join(text.split())
    while "  " in text:  # a run of eight spaces takes three turns
        text = text.replace("  ", " ")
    return text.strip()
