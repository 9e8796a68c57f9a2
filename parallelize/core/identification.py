"""What identifiers of languages promise: an opinion for each text, or none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

__all__ = ["Identification", "LanguageIdentifier"]


class Identification(NamedTuple):
    """One identifier's opinion of one text."""

    language: str
    """BCP-47 code, variants folded (wuu, yue, lzh → zh; arz, ary → ar; nb, nn → no)."""
    probability: float
    """The identifier's own confidence in [0, 1]; not comparable between identifiers."""


class LanguageIdentifier(Protocol):
    """Says which language a text is in."""

    @property
    def signature(self) -> str:
        """Name, version and model digest, for reports."""
        ...

    def supports(self, language: str) -> bool:
        """Whether it can answer this language at all."""
        ...

    def identify(self, texts: Sequence[str]) -> list[Identification | None]:
        """One opinion for each text, in order; `None` when it abstains (empty, no letters)."""
        ...
