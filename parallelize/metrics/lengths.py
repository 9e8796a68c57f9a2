"""How far the length of a translation is from what translations between two languages have."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import NamedTuple

from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import known_language, nearest
from parallelize.metrics.length_ratios import BASE_BOUND, RATIOS, SHORT_BOUND
from parallelize.text.spaces import flattened

__all__ = [
    "MINIMUM_CHARACTERS",
    "Length",
    "Size",
    "expected_log_ratio",
    "length_bound",
    "length_of",
    "size_of",
]

MINIMUM_CHARACTERS = 8
"""Characters of source prose below which length says nothing."""
_SCRIPT_RATIOS = {
    "Latn": 1.1,
    "Cyrl": 1.08,
    "Arab": 0.88,
    "Hebr": 0.8,
    "Hans": 0.32,
    "Hant": 0.32,
    "Jpan": 0.45,
    "Kore": 0.52,
}
_OTHER_SCRIPTS = 1.0
_DENSE = 0.6
_LATIN = re.compile("[A-Za-z]")
_new = tuple.__new__
"""`_new(Size, (…))` makes a named tuple in a third of the time that `Size(…)` takes."""


@lru_cache(maxsize=512)
def _ratio(language: str) -> float:
    known = nearest(RATIOS, language, same_script=True)
    if known is not None:
        return known
    item = known_language(language)
    return _SCRIPT_RATIOS.get(item.script, _OTHER_SCRIPTS) if item is not None else _OTHER_SCRIPTS


@lru_cache(maxsize=512)
def expected_log_ratio(languages: LanguagePair) -> float:
    """ln of the expected target characters per source character (white space runs count as one)."""
    return math.log(_ratio(languages.target) / _ratio(languages.source))


def length_bound(source_characters: int, languages: LanguagePair) -> float:
    """Largest usual distance from the expected log ratio for a text of that length.

    A constant plus a term that falls with the square root of the length, as the spread of a sum of
    words does; both calibrated on human translations (`benchmarks/calibrate_lengths.py`).
    """
    known = languages.source in RATIOS and languages.target in RATIOS
    slack = 1.0 if known else 1.3
    return slack * (BASE_BOUND + SHORT_BOUND / math.sqrt(max(source_characters, 1)))


class Size(NamedTuple):
    """How long a text is."""

    characters: int
    flat: int
    """Characters where a run of white space counts as one."""
    surplus: float
    """Those that names kept in Latin letters add where a sign stands for two or three letters."""


def size_of(text: str, language: str) -> Size:
    """How long a text in a language is."""
    ratio = _ratio(language)
    surplus = 0.0 if ratio >= _DENSE else (1.0 - ratio) * len(_LATIN.findall(text))
    return _new(Size, (len(text), len(flattened(text)), surplus))


class Length(NamedTuple):
    """How far the length of a translation is from what is expected."""

    deviation: float
    """|ln ratio − expected| in units of the pair's bound for texts of that length; 1 is the bound."""
    surplus: float
    """ln ratio − expected: above 0 for a target that is longer than usual."""
    characters: tuple[int, int]
    """Of source and target, as they were compared."""

    @property
    def too_long(self) -> bool:
        """Whether the target is longer than expected, however little; else it is shorter."""
        return self.surplus >= 0


def length_of(source: Size, target: Size, languages: LanguagePair) -> Length | None:
    """Compare the lengths of the prose of two texts; None when the source has too little.

    An empty target counts as one character.
    """
    if source.flat < MINIMUM_CHARACTERS:
        return None
    ratio = max(1.0, target.flat - target.surplus) / source.flat
    distance = math.log(ratio) - expected_log_ratio(languages)
    bound = length_bound(source.flat, languages)
    sizes = source.characters, target.characters
    return _new(Length, (abs(distance) / bound, distance, sizes))
