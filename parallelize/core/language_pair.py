"""The two languages of a translation, as one value."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LanguagePair"]


class LanguagePair(NamedTuple):
    """From which language into which; BCP-47 codes."""

    source: str
    target: str

    @property
    def back(self) -> LanguagePair:
        """The way back: the same two languages, turned round."""
        return LanguagePair(self.target, self.source)
