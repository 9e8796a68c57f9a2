"""How a language says an English word: patterns of the cells of a table; `~` is before what may say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from parallelize.core.tables import shipped_rows
from parallelize.core.writing import row_code, words_run_on

__all__ = ["WORD_START", "Saying", "cells_of", "comparisons", "forms_in", "particles", "saying", "word_start"]

WORD_START: Final = r"(?<![\w\u0900-\u0dff])"
"""Where a word begins: a vowel sign of an Indic script is no end of the one before."""
_ALTERNATIVE: Final = re.compile(r"\|(?![^()]*\))")
_PARTICLES: Final = {"he": "[והשבלמכ]{0,2}", "ar": "[وف]?"}
"""Conjunctions, and prefixes of Hebrew, that may be written in one with a word before it."""
_ARTICLES: Final = {"ar": "(?:بال|كال|لل|ال|[بل])?"}
"""An article or a preposition between the two, of nouns."""


class Saying(NamedTuple):
    """How a language says a word: what may say it, and what surely does."""

    any: re.Pattern[str]
    sure: re.Pattern[str]


def cells_of(name: str, language: str) -> tuple[str, ...]:
    """The cells of a language in a table of this package; none where it has no row."""
    rows = shipped_rows(__package__, name)
    return rows.get(row_code(rows, language), ())


def comparisons(language: str) -> tuple[list[str], list[str]]:
    """How the words of a language begin that say more, and those that say less; none where it has no row."""
    more, less = cells_of("comparisons.tsv", language) or ("", "")
    return more.split(), less.split()


def forms_in(cell: str) -> list[str]:
    """The forms of a cell, which `|` parts outside of brackets."""
    return _ALTERNATIVE.split(cell)


def particles(language: str) -> str:
    """A pattern of what may be written in one with any word before it; empty in most languages."""
    return _PARTICLES.get(language, "")


def word_start(language: str, boundary: str) -> str:
    """A pattern of where a word begins: a boundary, particles and articles, nothing where words run on."""
    return "" if words_run_on(language) else boundary + particles(language) + _ARTICLES.get(language, "")


def saying(forms: Sequence[str], start: str) -> Saying:
    """What finds a word that begins as one of the forms, and as one of those without `~`.

    Args:
        forms: regular expressions.
        start: as `word_start` gives it.
    """
    sure = [form for form in forms if not form.startswith("~")]
    return Saying(_begins([form.removeprefix("~") for form in forms], start), _begins(sure, start))


def _begins(forms: Sequence[str], start: str) -> re.Pattern[str]:
    return re.compile(f"{start}(?:{'|'.join(forms) or '(?!)'})")
