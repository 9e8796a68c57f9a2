"""An answer made ready for comparison: its wrapping taken off, its numerals rewritten, its value read."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Final

from parallelize.text.answers.arithmetic import exact_value
from parallelize.text.answers.phrases import list_words
from parallelize.text.answers.units import cut_unit, read_unit
from parallelize.text.numerals import Number, NumberKind, normalise_numeral, read_numbers

_WRAPPERS: Final = re.compile(
    r"""
    ^ (?: \$\$?(?P<a>[^$]*)\$\$?
        | \\\((?P<b>.*)\\\)
        | \\\[(?P<c>.*)\\\]
        | \\(?:boxed|fbox)\s*\{(?P<d>.*)\} ) $
    """,
    re.VERBOSE | re.DOTALL,
)
_TEXT: Final = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|operatorname|emph)\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
)
_DROP: Final = re.compile(
    r"""
    \\ (?: left | right | displaystyle | limits | bigl? | bigr? | Bigl? | Bigr? | boldsymbol | bm | q?quad )
       (?![A-Za-z])
    | \\! | \*\*
    """,
    re.VERBOSE,
)
_NAMED: Final = re.compile(
    r"""
    \\ (?: operatorname\*? | mathrm | text ) \s* \{ \s*
    ( (?:arc)? (?: sin | cos | tan | cot | sec | csc | sen | tg | ctg ) h? | ln | log | exp )
    \s* \}
    """,
    re.VERBOSE,
)
"""A function whose name is written as text."""
_PERCENT: Final = re.compile(r"(?:\s*\\[,;:! ]\s*|~)?\\?%")
_DEGREES: Final = re.compile(
    r"""
    \s* (?: \^\s*\{?\s*\\(?:circ|degree)\s*\}? | \\degree(?![A-Za-z]) | º )
    \s* (?= ([CF])(?![A-Za-z]) )?                               # Celsius, Fahrenheit
    """,
    re.VERBOSE,
)
_ENGLISH_NAMES: Final = {
    "sen": "sin", "tg": "tan", "tang": "tan", "ctg": "cot", "cotg": "cot", "cosec": "csc", "arcsen": "arcsin",
    "arctg": "arctan", "arcctg": "arccot", "sh": "sinh", "ch": "cosh", "th": "tanh", "lg": "log",
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot",
}  # fmt: skip
"""Functions as other countries write them, and those that are written without a backslash."""
_DEGREE_ARGUMENT: Final = re.compile(r"\(?\{?(\d+(?:\.\d+)?)\s*°\s*\}?\)?")
"""Degrees in the argument of a function: `\\sin 30°` is no `\\sin 30`."""
_COMBINATIONS: Final = re.compile(
    r"""
      (?>(?:\{\}|\\,|\s){0,8}) (?:_\{?(?P<left>\d{1,3})\}?\s*+)?   # {}_5
      C
      (?: _\{?(?P<below>\d{1,3})\}? (?:\^\{?(?P<above>\d{1,3})\}?)?   # C_5^2, and the 2 of {}_5C_2
        | \^\{?(?P<raised>\d{1,3})\}? _\{?(?P<low>\d{1,3})\}? )       # C^2_5
    """,
    re.VERBOSE,
)
"""Combinations as most countries write them."""
_PIECE_OF_QUANTITY: Final = re.compile(r"\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*([^\d]{0,24})")
_MOST_PIECES: Final = 4
_CALL: Final = re.compile(rf"(?:{'|'.join(_ENGLISH_NAMES)})(?:\s+|\s*\(\s*)[a-zα-ω](?![a-z])")
_FUNCTION: Final = re.compile(
    r"\\?(?<![^\W\d_])(" + "|".join(sorted(_ENGLISH_NAMES, key=len, reverse=True)) + r")(?![^\W\d_])"
)
_RAISED: Final = re.compile("([\\dA-Za-z)])(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,6})")
_LOWERED: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_TEXT_UNIT: Final = r"\{\s*\\(?:text|textrm|mathrm)\s*\{\s*([^{}]{1,16}?)\s*\}(\^\{?[1-4]\}?|)\s*\}"
_UNIT_FRACTION: Final = re.compile(rf"\\[dt]?frac\s*{_TEXT_UNIT}\s*{_TEXT_UNIT}")
"""A unit as a fraction of units: `\\frac{\\text{m}}{\\text{s}}`."""
_TIMES_TEN: Final = re.compile(r"(\d) ?x ?10 ?\^")
_ROOT: Final = re.compile(r"√\s*(\d{1,12}|[A-Za-z]|\([^()]{1,40}\))")
_SPACES: Final = re.compile(r"\s+|(?<!\\)\\(?:q?quad(?![A-Za-z])|[ ,;:])|~")
_FRACTIONS: Final = re.compile(r"\\[dtc]frac(?![A-Za-z])")
_SHORT_FRACTION: Final = re.compile(r"\\frac\s*(\d)\s*(\d)(?!\d)")
_TRAILING: Final = ".。।,;، "
_PREFIX: Final = re.compile(
    r"""
    (?: [A-Za-z](?:_\{?\w\}?)?\s*=\s* | =\s* | (?:\\approx|≈|~)\s* )?      # x =, ≈
    (?: US | CA | AU | HK | NT | R | A | C )? [\s\\$€£¥₹₩฿₽₫₱₺₪৳＄￥]*      # $, US$
    (?: (?: USD | EUR | Rs\.? | Rp\.? | RM | Ksh | TSh | CHF | CZK | PLN | [Kk]r\.? | NOK | SEK | DKK ) \s* )?
    """,
    re.VERBOSE,
)
_LONGEST_SCALAR: Final = 120
_LATEX_SPACE: Final = re.compile(r"\\[ ,;:!]|\\q?quad(?![A-Za-z])|~|\xa0|\u202f|\u2009")
_CURRENCY: Final = re.compile(r"^[A-Za-z](?:_\{?\w\}?)?\s*=|\\|^=|[≈~]|\\approx")
_REPEATING: Final = re.compile(r"(\d)\{?,\}?(?:\\!)?(\d*(?:\\(?:overline|bar|dot)|\(\d+\)$))")
"""A comma before the digits that repeat: 0,\\overline{6}."""
_LABEL: Final = re.compile(r"^\s*[A-Za-z](?:_\{?\w{1,3}\}?)?\s*(?:=|\\approx|≈)\s*")
"""`x =` before a value."""
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
    unit: str
    """Unit or currency, as written; empty where there is none."""
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
    if not text.isascii():
        text = _ROOT.sub(lambda match: rf"\sqrt{{{match[1].strip('()')}}}", text)
        text = _RAISED.sub(lambda match: f"{match[1]}^{{{match[2].translate(_LOWERED)}}}", text)
    if "\\" in text or "°" in text or "*" in text or "^" in text:
        text = _UNIT_FRACTION.sub(r" \1\2/\3\4", text)
        text = _TEXT.sub(r" \1 ", _NAMED.sub(r"\\\1 ", text))
        text = _FRACTIONS.sub(r"\\frac", text)
        text = _SHORT_FRACTION.sub(r"\\frac{\1}{\2}", text)
        text = _DEGREES.sub(lambda match: " °" if match[1] else "°", text)
        text = _TIMES_TEN.sub(r"\1 \\times 10^", text)
        text = _PERCENT.sub("%", _DROP.sub("", text)).replace("\\$", "$").strip()
    if len(text) > 2 and text[0] == "(" and text[-1] == ")" and not any(c in text[1:-1] for c in "(),;"):
        text = text[1:-1].strip()
    return text.strip(" $").rstrip(_TRAILING)


def _one_number(text: str, language: str) -> tuple[Number, str] | None:
    """The one number that the answer is, and its unit or currency; or None."""
    numbers = read_numbers(text, language)
    if len(numbers) != 1:
        return None
    number = numbers[0]
    ordinal_word = number.kind is NumberKind.ORDINAL and not number.text[0].isdigit()
    if ordinal_word or number.kind in (NumberKind.TIME, NumberKind.DATE):
        return None
    before, after = text[: number.start], _LATEX_SPACE.sub(" ", text[number.end :])
    if not _PREFIX.fullmatch(before):
        return None
    if not after.strip():
        return number, _CURRENCY.sub("", before).strip()
    if number.kind is NumberKind.PERCENT:
        return None
    rest, unit = cut_unit(f"1{after}")
    return (number, unit) if rest.strip() == "1" else None


def _scalar(text: str, language: str) -> tuple[Number, str] | None:
    """The same, where the power of a unit or a word with a number in it is no second number."""
    if len(text) > _LONGEST_SCALAR:
        return None
    found = _one_number(text, language)
    if found is not None:
        return found
    head, unit = cut_unit(_LATEX_SPACE.sub(" ", text))
    found = _one_number(head, language) if unit else None
    return None if found is None else (found[0], unit)


def _sum_of_units(text: str, language: str) -> tuple[Fraction, str] | None:
    """A quantity in several units of one kind, in the last of them: 2 h 15 min is 135 min; or None.

    Units grow smaller from left to right. What follows hours without a unit are minutes (2h15).
    """
    if len(text) > _LONGEST_SCALAR or not text[:1].isdigit():
        return None
    plain = list_words(language).sub(" ", _LATEX_SPACE.sub(" ", text))
    pieces = _PIECE_OF_QUANTITY.findall("".join(str(unicodedata.decimal(mark, mark)) for mark in plain))
    if not 2 <= len(pieces) <= _MOST_PIECES or any(not mark.isdecimal() for mark, _ in pieces[:-1]):
        return None
    units = [read_unit(name.strip(" ,")) for _, name in pieces]
    if not units[-1] and not pieces[-1][1].strip() and units[-2] == read_unit("h"):
        units[-1] = read_unit("min")
    if not all(units):
        return None
    last = units[-1][0]
    sizes = [next((one for one in unit if one.dimension == last.dimension), None) for unit in units]
    factors = [one.factor / last.factor for one in sizes if one is not None]
    if len(factors) < len(units) or any(after >= before for before, after in pairwise(factors)):
        return None
    total = sum(
        (
            Fraction(number.replace(",", ".")) * factor
            for (number, _), factor in zip(pieces, factors, strict=True)
        ),
        Fraction(0),
    )
    return total, pieces[-1][1].strip(" ,") or "min"


def _english_functions(latex: str) -> str:
    named = _FUNCTION.sub(lambda match: f"\\{_ENGLISH_NAMES[match[1]]} ", latex)
    return _DEGREE_ARGUMENT.sub(r"(\\frac{\1 \\cdot \\pi}{180})", named)


def _as_binomial(match: re.Match[str]) -> str:
    ends = [int(number) for number in match.groups() if number]
    return f"\\binom{{{max(ends)}}}{{{min(ends)}}}" if len(ends) == len(("n", "k")) else match[0]


def _exact(bare: str, normal: str, language: str) -> tuple[Fraction | None, str]:
    """The exact value of arithmetic, and its unit."""
    value = exact_value(normal)
    if value is not None:
        return value, ""
    head, unit = _without_unit(bare)
    if not unit:
        return None, ""
    return exact_value(normalise_numeral(head, language)), unit


def _without_unit(bare: str) -> tuple[str, str]:
    """An expression before a unit (`12\\pi` of `12\\pi cm^2`), and the unit."""
    head, unit = cut_unit(_LATEX_SPACE.sub(" ", bare).replace("\\pi", "π"))
    return head.replace("π", "\\pi"), unit


@lru_cache(maxsize=16_384)
def read_answer(text: str, language: str) -> ReadAnswer:
    """Make an answer ready for comparison.

    Args:
        text: An answer as it stands in a box or after an announcement.
        language: BCP 47 tag.
    """
    bare = _COMBINATIONS.sub(_as_binomial, _REPEATING.sub(r"\1.\2", stripped(text)))
    scalar = _scalar(bare, language)
    plain = _SPACES.sub("", bare)
    if scalar is not None:
        number, unit = scalar
        decimals = _DECIMALS.search(number.text)
        return ReadAnswer(
            text=plain,
            plain=plain,
            latex=bare,
            unit=unit,
            readings=number.readings,
            is_percent=number.kind is NumberKind.PERCENT,
            places=len(decimals[1]) if decimals else 0,
            is_prose=False,
        )
    summed = _sum_of_units(bare, language)
    prose = len(bare) > 1 and not _MATH_SIGNS.search(bare) and not _CALL.match(bare)
    normal = bare if prose else normalise_numeral(bare, language)
    value, unit = summed or ((None, "") if prose else _exact(bare, _LABEL.sub("", normal), language))
    if unit and value is None and "°" not in unit and read_unit(unit):  # \sin 30° is no \sin 30
        normal = normalise_numeral(_without_unit(bare)[0], language)
    latex = _english_functions(normal) if _FUNCTION.search(normal) and not prose else normal
    return ReadAnswer(
        text=_SPACES.sub("", latex),
        plain=plain,
        latex=_SPACES.sub(" ", latex).replace("°", ""),
        unit=unit,
        readings=() if value is None else (value,),
        is_percent=False,
        places=0,
        is_prose=prose,
    )
