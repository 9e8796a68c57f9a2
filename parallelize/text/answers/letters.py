"""Letters by which choices are named, of any script.

Latin letters, wide and circled ones and numbers in circles are known everywhere; the letters of each language
(А Б В Г, ก ข ค ง, أ ب ج د, ア イ ウ エ …) are in `letters.tsv`.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from parallelize.core.writing import row_code
from parallelize.text.answers.tables import rows
from parallelize.text.numerals import base_language

__all__ = ["choice_alphabets", "letter_pattern", "letters_of"]

_LATIN: Final = "ABCDEFGHIJ"


@lru_cache(maxsize=256)
def choice_alphabets(language: str) -> tuple[tuple[str, ...], ...]:
    """Letters of a language for choices, in order."""
    base = base_language(language)
    cells = rows("letters.tsv").get(row_code(rows("letters.tsv"), base), ())
    return tuple(tuple(letters.split()) for cell in cells for letters in cell.split(";"))


@lru_cache(maxsize=256)
def letters_of(language: str) -> dict[str, int]:
    """Index by letter: of a language, and of all."""
    found: dict[str, int] = {}
    for index, letter in enumerate(_LATIN):
        circled, wide = chr(0x24B6 + index), chr(0xFF21 + index)
        for form in (letter, letter.lower(), circled, chr(0x24D0 + index), wide, chr(0xFF41 + index)):
            found[form] = index
        for form in (chr(0x2460 + index), chr(0x2474 + index), chr(0x2776 + index), chr(0x3220 + index)):
            found[form] = index
    for alphabet in choice_alphabets(language):
        for index, letter in enumerate(alphabet):
            found.setdefault(unicodedata.normalize("NFC", letter), index)
    return found


@lru_cache(maxsize=256)
def letter_pattern(language: str) -> re.Pattern[str]:
    """Matches a letter of a choice, whether or not it stands apart."""
    names = sorted(letters_of(language), key=len, reverse=True)
    return re.compile("|".join(re.escape(name) for name in names))
