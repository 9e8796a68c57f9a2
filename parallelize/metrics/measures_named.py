"""Units named without a number of their own: "$3 a litre" → "el galón", "measured in metres"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.units import has_unit_words, names_unit, unit_forms

__all__ = ["measures_named", "other_measures"]

_OF_ONE_KIND: Final = (
    ("litre", "millilitre", "gallon"),
    ("kilogram", "gram", "pound_of_mass"),
    ("kilometre", "metre", "centimetre", "mile", "foot", "inch"),
)
"""Units that measure the same."""
_METRIC: Final = "millilitre|litre|kilogram|gram|kilometre|centimetre|metre"
"""Units that no translator converts."""
_NAMED: Final = re.compile(
    rf"""
    \b(?: (?:an?|per|each|every) \s (?P<rate>{_METRIC})
      | (?:measured|expressed|given|counted|weighed|measure|express|give
          | (?:length|mass|weight|height|width
          |distance|volume|depth|area|answer|radius|diameter|capacity)) \s
        (?:the \s (?:length|mass|weight|height|width|distance|volume|depth
          |answer|radius|diameter|capacity) \s)?
        in \s (?P<scale>{_METRIC}) s ) \b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS: Final = {
    "litre": "[lLлℓ]",
    "millilitre": "m[lL]|мл",
    "gallon": "gal",
    "kilogram": "kg|кг",
    "gram": "[gгγ]|gr|гр",
    "pound_of_mass": "lbs?",
    "kilometre": "km|км",
    "metre": "[mм]",
    "centimetre": "cm|см",
    "mile": "mi",
    "foot": "ft",
    "inch": "in",
}
"""Abbreviations of the units."""
_SHORT: Final = 3
"""Letters of forms that may be part of any word."""
_AMERICAN: Final = re.compile(r"(?i)(?<=lit)er|(?<=met)er(?=s?\b)")
_SPACED: Final = frozenset(("Latn", "Cyrl", "Grek"))


def other_measures(pair: Pair) -> Iterator[str]:
    """Units of rates and scales that the target lacks, while it names another that the source does not."""
    target, source = pair.target, pair.source
    if target.script not in _SPACED:
        return
    for unit in source.once(measures_named):
        if not has_unit_words(unit, target.language):
            continue
        alike = next(units for units in _OF_ONE_KIND if unit in units)
        others = [other for other in alike if other != unit]
        said = [other for other in others if names_unit(other, target.text, target.language)]
        if len(said) != 1 or names_unit(said[0], source.text, source.language):
            continue
        if not _is_named(unit, target, said[0]) and not _has_sign(said[0], source.text):
            yield f"{unit} is {said[0]}"


def _is_named(unit: str, target: Reading, other: str) -> bool:
    """Whether a text has a sign of a unit, or a word of it that is no part of the words of another."""
    if _has_sign(unit, target.text):
        return True
    text = target.lowered
    for form in sorted(unit_forms(other, target.language), key=len, reverse=True):
        text = text.replace(form.lower(), " ")
    forms = unit_forms(unit, target.language)
    return any(len(form) > _SHORT and form.lower() in text for form in forms) or names_unit(
        unit, text, target.language
    )


def _has_sign(unit: str, text: str) -> bool:
    return re.search(rf"(?<![^\W\d_])(?:{_SIGNS[unit]})(?![^\W\d_])", text) is not None


def measures_named(source: Reading) -> list[str]:
    """The metric units of the rates and scales of an English text, each once."""
    if source.language != "en" or not any(map(source.lowered.__contains__, ("lit", "met", "gram"))):
        return []
    text = _AMERICAN.sub("re", source.text)
    found = ((said["rate"] or said["scale"]).lower() for said in _NAMED.finditer(text))
    return list(dict.fromkeys(found))
