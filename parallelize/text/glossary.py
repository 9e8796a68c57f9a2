"""Terms that must be translated in a given way: which are due in a text, and whether they are there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from parallelize.core.languages import Language
from parallelize.text.protect import prose

__all__ = ["Glossary", "Term"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term and what it is to become."""

    source: str
    targets: tuple[str, ...]
    """Accepted forms, at least one; the first is what a model is told."""

    def is_in(self, target: str) -> bool:
        """Whether any accepted form occurs, also inside a longer word, case aside.

        Languages inflect at the end of a word (`triângulo`, `triângulos`), at its beginning (Arabic
        `مثلث`, `المثلث`) and inside it (German `Apfel`, `Äpfel`). A form that contains an accepted one
        passes; a stem that changes must be given as another accepted form. So the gate misses a wrong
        word that contains the right one, and does not drop a right one for its ending.
        """
        folded = _folded(target)
        return any(_folded(form) in folded for form in self.targets)


@dataclass(frozen=True, kw_only=True)
class Glossary:
    """The terms of one language pair."""

    source: Language
    terms: tuple[Term, ...] = field(default=())

    @classmethod
    def of(cls, source: Language, terms: Mapping[str, str | Sequence[str]]) -> Glossary:
        """From term → translation, or a list of accepted forms."""
        return cls(
            source=source,
            terms=tuple(
                Term(source=term, targets=(forms,) if isinstance(forms, str) else tuple(forms))
                for term, forms in sorted(terms.items())
            ),
        )

    def due(self, text: str) -> tuple[Term, ...]:
        """Terms that occur in the prose of a source text as whole words, case aside, by term.

        Where one term is part of another (`triangle`, `right triangle`), the longer one is due. An
        English plural is another word: it must be a term of its own. In languages that write no spaces
        between words, any occurrence counts.
        """
        if not self.terms:
            return ()
        names = {match.group().casefold() for match in self._pattern.finditer(_composed(prose(text)))}
        return tuple(term for term in self.terms if _folded(term.source) in names)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        sources = sorted((_composed(term.source) for term in self.terms), key=len, reverse=True)
        return re.compile("|".join(map(self._whole, sources)), re.IGNORECASE)

    def _whole(self, term: str) -> str:
        if not self.source.spaced:
            return re.escape(term)
        before = r"(?<!\w)" if term[0].isalnum() else ""
        after = r"(?!\w)" if term[-1].isalnum() else ""
        return before + re.escape(term) + after


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    return _composed(text).casefold()
