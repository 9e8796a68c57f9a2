"""Sentences that say no twice, "may not … without", of which a translation has the "without" alone."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["says_no_twice"]

_NOT: Final = (
    r"(?:(?:may|must|can|could|shall|should|will|would|do|does|did|is|are|was|were) not|cannot|never|nobody"
    r"|no one)\b|n['’]t\b"
)
_TWICE: Final = re.compile(
    rf"(?:\b|(?=n['’]t))(?:{_NOT})[^.!?;:\n\"“”]*\bwithout\b(?! (?:doubt|question|fail|exception)\b)"
    rf"|\bwithout\b[^.!?;:\n\"“”]*(?:\b|(?=n['’]t))(?:{_NOT})",
    re.IGNORECASE,
)
_OTHERWISE: Final = re.compile(r"\bunless\b|\buntil\b|\bhelp\b|\bnot only\b|\bdo so\b", re.IGNORECASE)


def says_no_twice(text: str) -> bool:
    """Whether an English sentence has a "without" and a no of a verb: none may enter without a ticket."""
    return "ithout" in text and _TWICE.search(text) is not None and _OTHERWISE.search(text) is None
