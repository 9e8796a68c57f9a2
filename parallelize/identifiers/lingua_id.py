"""lingua: n-gram models of orders one to five with rules on alphabets (Stahl), 75 languages."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from parallelize.core.errors import InputError
from parallelize.core.identification import Identification
from parallelize.identifiers.labels import fold, one_line

__all__ = ["LinguaIdentifier"]

_LONG_WORD: Final = re.compile(r"([^\W\d_]{400})[^\W\d_]+")
"""A run of letters that is no word of any language: lingua takes 20 seconds for one of 200,000."""


class LinguaIdentifier:
    """lingua over a set of candidates; models of these languages only are loaded, at first use.

    Each language costs 10–30 MB in high accuracy. `narrowed` gives the same identifier over fewer
    candidates; the models themselves are shared inside the package.
    """

    def __init__(self, *, languages: Collection[str], low_accuracy: bool = False) -> None:
        """Name the candidates.

        Args:
            languages: candidates; those lingua does not know are left out.
            low_accuracy: trigrams only: about twice as fast and a tenth of the memory, for texts of
                at least 120 characters (lingua's own advice).
        """
        self._languages = frozenset(map(fold, languages))
        self._low_accuracy = low_accuracy
        self._lock = threading.Lock()
        self._detector: Any = None

    @property
    def signature(self) -> str:
        """Package, version and accuracy mode; the models are part of the package."""
        mode = "low" if self._low_accuracy else "high"
        return f"lingua|version:{version('lingua-language-detector')}|accuracy:{mode}"

    def supports(self, language: str) -> bool:
        """Whether lingua knows the language and it is a candidate."""
        code = fold(language)
        return code in self._languages and code in _known()

    def narrowed(self, languages: Collection[str]) -> LinguaIdentifier:
        """The same identifier over fewer candidates."""
        return LinguaIdentifier(languages=languages, low_accuracy=self._low_accuracy)

    def widened(self, languages: Collection[str]) -> LinguaIdentifier:
        """The same identifier over its candidates and these."""
        wanted = frozenset(map(fold, languages))
        return self if wanted <= self._languages else self.narrowed(self._languages | wanted)

    def identify(self, texts: Sequence[str]) -> list[Identification | None]:
        """The most probable candidate for each text; None without letters or where it finds none."""
        detector = self._load()
        return [_one(detector, text) for text in texts]

    def _load(self) -> Any:
        with self._lock:
            if self._detector is None:
                self._detector = self._open()
            return self._detector

    def _open(self) -> Any:
        from lingua import LanguageDetectorBuilder

        known = _known()
        members = [member for code in sorted(self._languages) for member in known.get(code, ())]
        if len(members) < 2:
            raise InputError(
                f"lingua needs two languages it knows, of {', '.join(sorted(self._languages))} it knows "
                f"{len(members)}",
                remedy="leave this identifier out for these languages",
            )
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*members)
        if self._low_accuracy:
            builder = builder.with_low_accuracy_mode()
        return builder.build()


@cache
def _known() -> dict[str, list[Any]]:
    """lingua's members by folded code; Bokmål and Nynorsk are both Norwegian."""
    from lingua import IsoCode639_1

    table: dict[str, list[Any]] = {}
    for name in dir(IsoCode639_1):
        if len(name) == 2 and name.isupper():
            table.setdefault(fold(name), []).append(getattr(IsoCode639_1, name))
    return table


def _one(detector: Any, text: str) -> Identification | None:
    line = _LONG_WORD.sub(r"\1", one_line(text))
    if not any(map(str.isalpha, line)):
        return None
    shares: dict[str, float] = {}
    for found in detector.compute_language_confidence_values(line):
        code = fold(found.language.iso_code_639_1.name)
        shares[code] = shares.get(code, 0.0) + found.value
    best = max(shares, key=shares.__getitem__, default=None)
    if best is None or shares[best] <= 0.0:
        return None
    # lingua adds in an order that changes from call to call; the last digits are not its opinion.
    return Identification(best, min(1.0, round(shares[best], 9)))
