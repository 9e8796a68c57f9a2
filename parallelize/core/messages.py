"""Lists, counts and long texts as messages to people say them."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["and_list", "first_few", "several", "shortened"]


def and_list(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def first_few(items: Sequence[str], most: int) -> str:
    """`a, b, c and 4 more`: the first of some names, and how many others there are."""
    shown = ", ".join(items[:most])
    return f"{shown} and {len(items) - most} more" if len(items) > most else shown


def several(count: int, noun: str) -> str:
    """`1 row`, `2 rows`, `1,200 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def shortened(text: str, most: int) -> str:
    """The text, cut to so many characters, of which the last is `…` then."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
