"""Words that were written in one code page and read in another: Czech "pøes zeï", Turkish "þarký"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from parallelize.metrics.alphabets import alphabet

__all__ = ["misread_words"]

_PAGES: Final = ("cp1250", "cp1254", "cp1257")
"""Central European, Turkish, Baltic."""
_READ_AS: Final = "cp1252"
_LATIN: Final = "Latn"
_WORD: Final = re.compile(r"[^\W\d_]+")
_UTF8_AS_CENTRAL: Final = re.compile("[ÂĂÄĹ][^\x00-\x7f]")
"""The first byte of a Latin letter in UTF-8 as Windows-1250 shows it, and what stands behind."""
_FEWEST: Final = 2
"""Words: one may be a foreign name."""


def misread_words(source: str, target: str, language: str) -> list[str]:
    """The words of a target alone that another code page, or UTF-8 read as Windows-1250, explains."""
    if target.isascii():
        return []
    if _UTF8_AS_CENTRAL.search(target):
        runs = [found[0] for found in _UTF8_AS_CENTRAL.finditer(target) if found[0] not in source]
        if any(_decoded(run, "cp1250", "utf-8") for run in runs):
            return runs
    page = _page(language)
    own = alphabet(language, _LATIN) if page else None
    if page is None or own is None or all(sign.isascii() or sign in own for sign in set(target.lower())):
        return []
    odd = [
        word
        for word in _WORD.findall(target)
        if any(not sign.isascii() and sign not in own for sign in word.lower()) and word not in source
    ]
    found = [word for word in odd if _is_sound(_decoded(word, _READ_AS, page), own)]
    return found if len(set(found)) >= _FEWEST else []


@lru_cache(maxsize=256)
def _page(language: str) -> str | None:
    """The page that has all letters of a language of which Windows-1252 lacks some."""
    letters = "".join(alphabet(language, _LATIN) or ())
    if not letters or _encoded(letters, _READ_AS) is not None:
        return None
    return next((page for page in _PAGES if _encoded(letters, page) is not None), None)


def _encoded(text: str, page: str) -> bytes | None:
    try:
        return text.encode(page)
    except UnicodeEncodeError:
        return None


def _decoded(text: str, read_as: str, page: str) -> str:
    """A text read anew; nothing where it cannot have been written so."""
    data = _encoded(text, read_as)
    try:
        return "" if data is None else data.decode(page)
    except UnicodeDecodeError:
        return ""


def _is_sound(word: str, own: frozenset[str]) -> bool:
    return bool(word) and all(sign.isascii() or sign in own for sign in word.lower())
