"""Which scripts a text is written in, counted in letters.

A letter is any character of the Unicode categories L and M whose script is one of `SCRIPTS`; vowel
signs of Indic and Thai script are letters of that script. Scripts by Unicode's Scripts.txt
(`scripts.tsv`); Hiragana, Katakana and the long-vowel mark count together as `Kana`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from parallelize.core.languages import language
from parallelize.core.tables import shipped_rows

__all__ = [
    "CASED",
    "SCRIPTS",
    "WEIGHT",
    "WESTERN",
    "code_points",
    "own_scripts",
    "script_codes",
    "script_letters",
    "script_of_language",
    "weighted_letters",
    "western",
]

SCRIPTS = (
    "Latn",
    "Cyrl",
    "Grek",
    "Arab",
    "Hebr",
    "Deva",
    "Beng",
    "Guru",
    "Gujr",
    "Orya",
    "Taml",
    "Telu",
    "Knda",
    "Mlym",
    "Sinh",
    "Thai",
    "Laoo",
    "Tibt",
    "Mymr",
    "Khmr",
    "Geor",
    "Armn",
    "Ethi",
    "Mong",
    "Hang",
    "Kana",
    "Hani",
)
"""ISO 15924 codes in the order of the codes of `script_codes`, which start at 1; 0 is no letter."""

CASED = frozenset({"Latn", "Cyrl", "Grek", "Armn", "Geor"})
"""Those with words in small letters."""

WEIGHT = MappingProxyType({"Hani": 3.0, "Kana": 2.0, "Hang": 2.0})
"""About how many alphabetic letters one sign stands for, so that shares of a mixed text are fair: the
same sentence has a third as many signs in Chinese and half as many in Korean (NTREX character ratios)."""

WESTERN: Final = "cp1252"
"""Whose letters are all Latin, at a byte each."""
_WESTERN_SIGNS = frozenset(bytes(range(0x80, 0x100)).decode(WESTERN, "ignore"))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_TABLE_SIZE = 0x32000  # planes 0 to 3 hold every script above; what is beyond is no letter


def _read_table() -> npt.NDArray[np.uint8]:
    table = np.zeros(_TABLE_SIZE + 1, dtype=np.uint8)
    for code, (ranges,) in shipped_rows(__package__, "scripts.tsv").items():
        for first, _, last in (of_script.partition("-") for of_script in ranges.split()):
            table[int(first, 16) : int(last or first, 16) + 1] = SCRIPTS.index(code) + 1
    table.setflags(write=False)
    return table


_TABLE = _read_table()
"""For each code point, 1 + index of its script in `SCRIPTS`, or 0 when it is no letter."""
_NO_LETTERS = bytes(code for code in range(256) if not _TABLE[ord(bytes([code]).decode(WESTERN, "replace"))])


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """The code points of a text, one element per character of the string; lone surrogates included."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def western(text: str) -> bytes | None:
    """The text in Windows-1252, a byte for each character; None of a text that has others."""
    if text.isascii():
        return text.encode("ascii")
    first = _NOT_ASCII.search(text)
    if first is not None and first[0] not in _WESTERN_SIGNS:  # other alphabets; an exception takes longer
        return None
    try:
        return text.encode(WESTERN)
    except UnicodeEncodeError:
        return None


@lru_cache(maxsize=64)
def script_codes(text: str) -> npt.NDArray[np.uint8]:
    """For each character, 1 + index of its script in `SCRIPTS`, or 0 when it is no letter."""
    if text.isascii():  # a byte for each character
        codes = _TABLE[np.frombuffer(text.encode("ascii"), dtype=np.uint8)]
    else:
        codes = _TABLE.take(code_points(text), mode="clip")  # its last entry is that of all beyond
    codes.setflags(write=False)  # it is remembered: several measures ask about the same text
    return codes


@lru_cache(maxsize=64)
def script_letters(text: str) -> Mapping[str, int]:
    """Letters of each script that occurs, by ISO 15924 code, most first; empty for no letters."""
    plain = western(text)
    if plain is None:
        return MappingProxyType(_counted(text))
    latin = len(plain.translate(None, _NO_LETTERS))
    return MappingProxyType({"Latn": latin} if latin else {})


def _counted(text: str) -> dict[str, int]:
    counts = enumerate(np.bincount(script_codes(text)).tolist())
    found = [(SCRIPTS[code - 1], count) for code, count in counts if count and code]
    return dict(sorted(found, key=lambda item: -item[1]))


def weighted_letters(text: str) -> dict[str, float]:
    """`script_letters`, each as the letters of an alphabet that it stands for (`WEIGHT`)."""
    return {script: count * WEIGHT.get(script, 1.0) for script, count in script_letters(text).items()}


_OF_LANGUAGE_SCRIPT = MappingProxyType(
    {"Jpan": frozenset({"Kana", "Hani"}), "Kore": frozenset({"Hang"})}
    | dict.fromkeys(("Hans", "Hant"), frozenset({"Hani"}))
)


def script_of_language(script: str) -> frozenset[str]:
    """The scripts of `SCRIPTS` that an ISO 15924 code of the languages table stands for.

    `Jpan` is Kana and Hani, `Kore` is Hang, `Hans` and `Hant` are Hani; others are themselves.
    """
    return _OF_LANGUAGE_SCRIPT.get(script, frozenset({script}))


def own_scripts(code: str, text: str) -> frozenset[str]:
    """The scripts of `SCRIPTS` that a text of a language should keep to.

    A tag such as `sr` leaves the script open; a text does not: it is held to the one it mostly uses.
    """
    choices = _choices(code)
    if len(choices) == 1:
        return choices[0]
    letters = script_letters(text)
    return max(choices, key=lambda scripts: sum(letters.get(script, 0) for script in scripts))


@lru_cache(maxsize=256)
def _choices(code: str) -> tuple[frozenset[str], ...]:
    return tuple(dict.fromkeys(map(script_of_language, language(code).scripts)))
