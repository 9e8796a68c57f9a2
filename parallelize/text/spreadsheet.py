"""Text of others in tables that people open with a spreadsheet."""

from __future__ import annotations

__all__ = ["inert_cell"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet read a cell as a formula (OWASP, CSV injection)."""


def inert_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that would be begins with an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text
