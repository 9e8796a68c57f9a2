"""Halves, thirds and quarters that a translation says nowhere, in no form of its language."""

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import Final

from parallelize.core.late_patterns import late_pattern
from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code
from parallelize.text.numerals.items import Item
from parallelize.text.numerals.marks import base_language
from parallelize.text.numerals.numbered import NumberedText

_SAID: Final = late_pattern(
    r"""(?ix)
    (?<!first[ ])(?<!second[ ])(?<!other[ ])(?<!last[ ])(?<!latter[ ])(?<!and[ ]a[ ])  # first half of June
    \b(?: (?P<half>half)[ ](?:of|as|the|that|this|his|her|their|its|my|our|your)
        | (?:a|one)[- ](?:(?P<third>third)|(?P<quarter>quarter|fourth))[ ](?:of|as|the) )\b
    """
)
_MORE_PARTS: Final = late_pattern(r"\b(?:two[- ]thirds|three[- ](?:quarters|fourths))\b", re.IGNORECASE)
_NAMES: Final = ("half", "third", "quarter")
_VALUES: Final = (Fraction(1, 2), Fraction(1, 3), Fraction(1, 4))
_SHARES: Final = (
    frozenset(map(Fraction, ("1/2", "50", "30", "500"))),
    frozenset(map(Fraction, ("1/3", "33", "20", "100/3", "66", "2/3"))),
    frozenset(map(Fraction, ("1/4", "25", "15", "250", "3/4"))),
)
"""What else says the same: a percentage, minutes, thousandths, the rest."""
_NAMES_OF_PARTS: Final = {
    "thirds": 0,
    "fourths": 1,
    "quarters": 1,
    "fifths": 2,
    "sixths": 3,
    "sevenths": 4,
    "eighths": 5,
    "ninths": 6,
}
"""Names of three and more parts by their place in a line of `parts.tsv`."""
_LETTERS: Final = ("half", "third", "fourth", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth")
"""What a text has that says any share in words."""
_COUNTS: Final = ("two", "three", "four", "five")
_PARTS: Final = late_pattern(rf"\b(?P<count>{'|'.join(_COUNTS)})[- ](?P<parts>{'|'.join(_NAMES_OF_PARTS)})\b")


@cache
def _forms() -> dict[str, tuple[re.Pattern[str], ...]]:
    rows = shipped_rows(__package__, "fractions.tsv")
    return {code: tuple(re.compile(cell, re.IGNORECASE) for cell in cells) for code, cells in rows.items()}


def _other_parts(source: str, target: str, language: str) -> tuple[Fraction, ...]:
    """A share whose parts the target calls otherwise: Turkish "beşte üçü" for three quarters."""
    rows = shipped_rows(__package__, "parts.tsv")
    found = _PARTS.search(source.lower()) if language in rows else None
    if found is None:
        return ()
    words, lowered = rows[language][0].split(), target.lower()
    said = {place for place, word in enumerate(words) if re.search(rf"(?<!\w)(?:{word})(?!\w)", lowered)}
    place = _NAMES_OF_PARTS[found["parts"]]
    return () if place in said or not said else (Fraction(_COUNTS.index(found["count"]) + 2, place + 3),)


def _is_half(share: str, source: str, target: NumberedText, others: Iterable[Item]) -> tuple[Fraction, ...]:
    """Two thirds or three quarters in whose place a target says half."""
    place = 1 if share.lower().endswith("thirds") else 2
    forms = _forms().get(row_code(_forms(), base_language(target.language)))
    if (
        forms is None
        or "half" in source.lower()
        or forms[place].search(target.text)
        or not forms[0].search(target.text)
    ):
        return ()
    value = Fraction(place + 1, place + 2)
    values = {reading for other in others for reading in (other.number.value, *other.readings)}
    known = _SHARES[place] | {value, value * 100, value * 60, value * 12, Fraction(place + 2)}
    return () if known & values else (value,)


def lost_fractions(
    source: NumberedText, target: NumberedText, others: Iterable[Item]
) -> tuple[Fraction, ...]:
    """The values that an English source says in words ("half of", "a third of") and the target does not.

    Args:
        source: The source text.
        target: The translation; none is found in a language whose forms are not known.
        others: The numbers of the target.
    """
    if base_language(source.language) != "en" or not any(map(source.text.lower().__contains__, _LETTERS)):
        return ()
    changed = _other_parts(source.text, target.text, base_language(target.language))
    if changed:
        return changed
    if (more := _MORE_PARTS.search(source.text)) and (half := _is_half(more[0], source.text, target, others)):
        return half
    said = {name for found in _SAID.finditer(source.text) for name in _NAMES if found[name]}
    forms = _forms().get(row_code(_forms(), base_language(target.language))) if said else None
    if forms is None:
        return ()
    unsaid = [
        (value, shares)
        for name, form, value, shares in zip(_NAMES, forms, _VALUES, _SHARES, strict=True)
        if name in said and form.search(target.text) is None
    ]
    if not unsaid:
        return ()
    values = {reading for other in others for reading in (other.number.value, *other.readings)}
    return tuple(value for value, shares in unsaid if shares.isdisjoint(values))
