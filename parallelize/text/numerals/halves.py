"""Words before a number that add a part of its last scale: three crore and a half is "साढ़े तीन करोड़"."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from parallelize.text.numerals.number import Number

__all__ = ["with_parts"]

_DOTTED: Final = str.maketrans({"\u095d": "\u0922\u093c", "\u09dc": "\u09a1\u09bc", "\u09df": "\u09af\u09bc"})
"""Letters with the dot below as a sign of its own."""
_WORDS: Final = {
    "hi": {"साढ़े": Fraction(1, 2), "साढे": Fraction(1, 2), "सवा": Fraction(1, 4), "पौने": Fraction(-1, 4)},
    "bn": {"সাড়ে": Fraction(1, 2), "সওয়া": Fraction(1, 4), "সোয়া": Fraction(1, 4), "পৌনে": Fraction(-1, 4)},
}
_PARTS: Final = {
    table: {word.translate(_DOTTED): part for word, part in words.items()} for table, words in _WORDS.items()
}
"""What the words add, by table of number words."""
_SCALES: Final = (10**7, 10**5, 1000, 100, 1)
_BEFORE: Final = re.compile(r"(\S+)\s\Z")
_WINDOW: Final = 10


def with_parts(text: str, numbers: Sequence[Number], table: str) -> Sequence[Number]:
    """The numbers of a text, those behind such a word with what it adds."""
    parts = _PARTS.get(table)
    if parts is None:
        return numbers
    found: list[Number] = []
    for number in numbers:
        before = _BEFORE.search(text[max(0, number.start - _WINDOW) : number.start])
        part = parts.get(before[1].translate(_DOTTED)) if before else None
        if before and part:
            scale = next((size for size in _SCALES if 1 <= number.value / size < 100), 1)
            start = number.start - len(before[0])
            if found and found[-1].start == start:  # "सवा" by itself is one and a quarter
                found.pop()
            number = number._replace(  # noqa: PLW2901 - the same number, read to its beginning
                value=number.value + part * scale, start=start, text=text[start : number.end]
            )
        found.append(number)
    return found
