"""How languages are written: scripts, marks on letters, relatives whose everyday words are the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from functools import lru_cache
from types import MappingProxyType

from parallelize.core.languages import LANGUAGES, known_language

__all__ = [
    "UNSPACED_LETTERS",
    "UNSPACED_SCRIPTS",
    "row_code",
    "usual_script",
    "without_marks",
    "words_run_on",
]

UNSPACED_SCRIPTS = frozenset(item.script for item in LANGUAGES.values() if not item.spaced)
"""ISO 15924 codes of scripts that put no blanks between words."""
UNSPACED_LETTERS = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
"""Their letters as a class of a regular expression: Thai, Lao, Tibetan, Burmese, Khmer, kana and Han."""
_SAME_WORDS = MappingProxyType({"nb": "no", "nn": "no", "bs": "hr", "fil": "tl", "yue": "zh", "ms": "id"})
"""Languages whose everyday words a table need not list beside those of a near relative."""


def row_code(table: Container[str], code: str) -> str:
    """The code under which a table of everyday words knows a language: its own, or that of a near relative.

    Args:
        table: by codes without script and region.
        code: BCP 47 tag.

    Returns:
        The tag's own base where the table has neither.
    """
    base = code.partition("-")[0]
    return base if base in table else _SAME_WORDS.get(base, base)


@lru_cache(maxsize=512)
def usual_script(code: str) -> str:
    """ISO 15924 code of the script that a language is usually written in; "" of one that is not known."""
    item = known_language(code)
    return item.script if item is not None else ""


def without_marks(text: str) -> str:
    """A text without accents and other marks that combine with a letter; its letters are decomposed (NFD)."""
    return text if text.isascii() else unicodedata.normalize("NFD", text).translate(_UNMARKED)


def words_run_on(code: str) -> bool:
    """Whether words stand within longer runs of letters: no blanks part them, or particles follow them."""
    item = known_language(code)
    return item is not None and (not item.spaced or item.base == "ko")


class _Unmarked(dict[int, int | None]):
    """A character's own code, and None for a mark; each is looked at once."""

    def __missing__(self, code: int) -> int | None:
        found = self[code] = None if unicodedata.combining(chr(code)) else code
        return found


_UNMARKED = _Unmarked()
