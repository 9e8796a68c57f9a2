"""An answer made ready for comparison: its wrapping taken off, its numerals rewritten, its value read."""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from parallelize.text.numerals import Number, NumberKind, normalise_numeral, read_numbers

_WRAPPERS: Final = re.compile(
    r"^(?:\$\$?(?P<a>[^$]*)\$\$?|\\\((?P<b>.*)\\\)|\\\[(?P<c>.*)\\\]|\\(?:boxed|fbox)\s*\{(?P<d>.*)\})$",
    re.DOTALL,
)
_TEXT: Final = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|operatorname|emph)\s*\{([^{}]*)\}"
)
_DROP: Final = re.compile(
    r"\\(?:left|right|displaystyle|limits|bigl?|bigr?|Bigl?|Bigr?)(?![A-Za-z])|\\!"
    r"|\^\s*\{?\s*\\circ\s*\}?|\\degree|°|\*\*"
)
_SPACES: Final = re.compile(r"\s+|(?<!\\)\\(?:q?quad(?![A-Za-z])|[ ,;:])|~")
_FRACTIONS: Final = re.compile(r"\\[dtc]frac(?![A-Za-z])")
_SHORT_FRACTION: Final = re.compile(r"\\frac\s*(\d)\s*(\d)(?!\d)")
_TRAILING: Final = ".。।,;، "
_PREFIX: Final = re.compile(
    r"(?:[A-Za-z](?:_\{?\w\}?)?\s*=\s*)?(?:US|CA|AU|HK|NT|R|A|C)?[\s\\$€£¥₹₩฿₽₫₱₺₪৳＄￥]*"
    r"(?:(?:USD|EUR|Rs\.?|Rp\.?|RM|Ksh|TSh|CHF|CZK|PLN)\s*)?"
)
_UNIT: Final = re.compile(r"[^\d\\^_{}()\[\]=+*<>|,;]*(?:\^?\{?[23²³]\}?)?")
_UNIT_LIST: Final = (
    "cm mm km kg mg ml mL dm nm ft in lb lbs oz hr hrs min sec mph kph kmh usd eur rs mi yd gal "
    "km/h m/s km/hr cent cents"
)
_KNOWN_UNITS: Final = frozenset(_UNIT_LIST.split())
_LETTER_UNITS: Final = frozenset("mgshLlNJWV")
"""Single letters that are read as a unit after a space; without one they are variables."""
_LONGEST_SCALAR: Final = 120
_LONGEST_UNIT: Final = 40
_MATH_SIGNS: Final = re.compile(r"[\d\\^_=+*/<>{}|√π∞-]")
_DECIMALS: Final = re.compile(r"[.,٫]\s?(\d+)\D*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """An answer made ready for comparison."""

    text: str
    """Without dollar signs, white space, sizing commands and a final stop; numerals in ASCII."""
    plain: str
    """The same before its numerals were rewritten."""
    latex: str
    """The same as `text`, with the white space that ends a command (`\\pi r`)."""
    readings: tuple[Fraction, ...]
    """What it is worth where it is one number, with or without a unit; the first reading is the likely."""
    is_percent: bool
    places: int
    """Decimals written."""
    is_prose: bool
    """Words without digits or mathematics."""


def stripped(text: str) -> str:
    """The answer without its wrapping and without what LaTeX adds for the eye."""
    text = text.strip()
    for _ in range(4):
        wrapped = _WRAPPERS.match(text)
        if wrapped is None or not wrapped.lastgroup:
            break
        text = wrapped[wrapped.lastgroup].strip()
    text = text.rstrip(_TRAILING) if not text.endswith("\\ ") else text
    if "\\" in text or "°" in text or "*" in text or "^" in text:
        text = _TEXT.sub(r" \1 ", text)
        text = _FRACTIONS.sub(r"\\frac", text)
        text = _SHORT_FRACTION.sub(r"\\frac{\1}{\2}", text)
        text = _DROP.sub("", text).replace("\\%", "%").replace("\\$", "$").strip()
    if len(text) > 2 and text[0] == "(" and text[-1] == ")" and not any(c in text[1:-1] for c in "(),;"):
        text = text[1:-1].strip()
    return text.strip(" $").rstrip(_TRAILING)


def _is_unit(suffix: str) -> bool:
    """Whether what follows a number is a unit or currency, and not a variable or an operator."""
    bare = suffix.strip()
    if not bare:
        return True
    if len(bare) > _LONGEST_UNIT or bare[0] in "!/-" or not _UNIT.fullmatch(bare):
        return False
    if not (bare[0].isascii() and bare[0].isalpha()):
        return True
    spaced = suffix[0].isspace()
    if len(bare) == 1:
        return spaced and bare in _LETTER_UNITS
    return spaced or bare.rstrip("23^²³").strip("{} ") in _KNOWN_UNITS


def _scalar(text: str, language: str) -> Number | None:
    """The one number that the answer is, or None."""
    numbers = read_numbers(text, language) if len(text) <= _LONGEST_SCALAR else ()
    if len(numbers) != 1:
        return None
    number = numbers[0]
    ordinal_word = number.kind is NumberKind.ORDINAL and not number.text[0].isdigit()
    if ordinal_word or number.kind in (NumberKind.TIME, NumberKind.DATE):
        return None
    if _PREFIX.fullmatch(text[: number.start]) and _is_unit(text[number.end :]):
        return number
    return None


@lru_cache(maxsize=16_384)
def read_answer(text: str, language: str) -> ReadAnswer:
    """Make an answer ready for comparison.

    Args:
        text: An answer as it stands in a box or after an announcement.
        language: BCP 47 tag.
    """
    bare = stripped(text)
    number = _scalar(bare, language)
    plain = _SPACES.sub("", bare)
    if number is not None:
        decimals = _DECIMALS.search(number.text)
        return ReadAnswer(
            text=plain,
            plain=plain,
            latex=bare,
            readings=number.readings,
            is_percent=number.kind is NumberKind.PERCENT,
            places=len(decimals[1]) if decimals else 0,
            is_prose=False,
        )
    prose = len(bare) > 1 and not _MATH_SIGNS.search(bare)
    normal = bare if prose else normalise_numeral(bare, language)
    return ReadAnswer(
        text=_SPACES.sub("", normal),
        plain=plain,
        latex=_SPACES.sub(" ", normal),
        readings=(),
        is_percent=False,
        places=0,
        is_prose=prose,
    )
