"""The data file of each language: how it builds numbers, what stands beside them, its number words.

One file is read, once, when the first text of its language is. `languages/README.md` has the notation.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from parallelize.core.tables import shipped_toml

_FOLDER: Final = files(__package__) / "languages"
_ENDING: Final = ".toml"
_SHARED: Final = {
    "nb": "no",
    "nn": "no",
    "fil": "tl",
    "ms": "id",
    "zh": "han",
    "ja": "han",
    "yue": "han",
    "hr": "sr",
    "bs": "sr",
    **dict.fromkeys(("mr", "ne", "gu", "pa", "kn", "ml", "ur", "as", "or"), "lakh"),
}
"""Languages that are read with the file of another one, or with one for several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """How a language builds numbers out of its forms."""

    incomplete: bool = False
    """Forms that the table lacks are known to exist: a word that was not read proves nothing."""
    numerator_first: bool = False
    """Vietnamese: "hai phần ba" is two thirds."""
    fused: bool = False
    """Compounds are written as one word."""
    teens_adjacent: bool = False
    """Ten plus a unit makes a teen ("mười hai", 十二)."""
    connector_floor: int = 10
    """The smallest place value that may stand before a connector ("one hundred and five": 100)."""
    multiplier_first: bool = False
    """Swahili: "elfu tano" is five thousand."""
    vigesimal: bool = False
    """French: "soixante-dix", "quatre-vingt"."""
    scores: tuple[int, ...] = (60, 80)
    """The twenties that a number from 10 to 19 may follow where it is."""
    joined_ordinals: bool = False
    """English: "twenty-third" is an ordinal and no fraction."""
    article_is_per: bool = False
    """English: "$3 a dozen" is three for each dozen."""
    half_follows: bool = False
    """Turkish: "iki buçuk" is two and a half, with nothing between."""
    hundred_is_money: bool = False
    """The word for hundred is also the coin: "25 cents" is no 2,500."""
    spaced: bool = True
    """Words are separated by spaces."""
    prefixes: tuple[str, ...] = ()
    """Attached particles, longest first."""
    conjunction: str = ""
    """The one of `prefixes` that means "and"."""
    endings: str = ""
    """A regular expression of what may follow a form within its token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSigns:
    """What stands beside numbers in digits; the patterns of a mark that follows are regular expressions."""

    percent_after: str = ""
    percent_before: tuple[str, ...] = ()
    ordinal_after: str = ""
    ordinal_before: tuple[str, ...] = ()
    no_ordinal_after: str = ""
    """What shows that a number behind such a mark counts: Thai ที่ 3 ไมล์ is "at 3 miles"."""
    month_after: str = ""
    month_before: tuple[str, ...] = ()
    half_day_after: str = ""
    """What makes an hour one of the morning or the afternoon ("p.m.")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageData:
    """The content of one language file; empty for a language without one."""

    grammar: Grammar = Grammar()
    signs: NumberSigns = NumberSigns()
    words: str = ""
    """Lines of a key and its forms."""
    partial: bool = False
    """The words are only those that multiply digits: what else is said in words stays unknown."""
    doubtful: frozenset[str] = frozenset()
    """Multipliers that behind digits may be another word: Czech "30 mil" may be miles."""


@cache
def _tables() -> frozenset[str]:
    """Names of the files; a tag of a user never becomes a path."""
    return frozenset(
        item.name.removesuffix(_ENDING) for item in _FOLDER.iterdir() if item.name.endswith(_ENDING)
    )


def word_table(language: str) -> str:
    """The name of the file that a base language code is read with, whether or not there is one."""
    return _SHARED.get(language, language)


@cache
def language_data(table: str) -> LanguageData:
    """The data of a `word_table`, read once per process."""
    if table not in _tables():
        return LanguageData()
    content = shipped_toml(__package__, f"languages/{table}{_ENDING}")
    fields: list[dict[str, Any]] = [
        {key: tuple(value) if isinstance(value, list) else value for key, value in section.items()}
        for section in (content.get("grammar", {}), content.get("marks", {}))
    ]
    words = content.get("words", {})
    return LanguageData(
        grammar=Grammar(**fields[0]),
        signs=NumberSigns(**fields[1]),
        words=words.get("forms", ""),
        partial=words.get("partial", False),
        doubtful=frozenset(words.get("doubtful", ())),
    )


def has_words(table: str) -> bool:
    """Whether the number words of a language are known, all of them."""
    data = language_data(table)
    return bool(data.words) and not (data.partial or data.grammar.incomplete)
