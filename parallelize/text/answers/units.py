"""Units behind and before a number: cut off, and known by their dimension and size, so that 5 kg is not 5 g.

A unit that is on one side only changes nothing: `12` equals `12 cm²`. Nor does a word that is no unit (`36
chairs`, `36 Stühle`). Two known units must agree in dimension, and the values in size. Names: `units.tsv`.
"""

import re
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final

from parallelize.text.answers.tables import rows, split

_EXACT_CASE: Final = 2
"""Names of up to so many letters are symbols, whose case counts: `m` is no `M`."""
_FUNCTIONS: Final = frozenset(
    [
        "sin", "cos", "tan", "cot", "sec", "csc", "sen", "tg", "ctg", "cotg", "arcsin", "arccos", "arctan",
        "arcsen", "arctg", "log", "ln", "lg", "exp", "max", "mod",
    ]
)  # fmt: skip
_LONGEST: Final = 60
_MOST_WORDS: Final = 6
_POWER: Final = re.compile(r"\s*\^\s*\{?\s*(-?[1-4])\s*\}?|(?<=[^\W\d_])([23²³])(?!\d)")
_CUBED: Final = {"²": 2, "³": 3, "2": 2, "3": 3}
_SQUARES: Final = {
    "square": 2, "sq": 2, "quadrat": 2, "cubic": 3, "cu": 3, "kubik": 3, "平方": 2, "立方": 3, "제곱": 2,
    "세제곱": 3,
    "ตาราง": 2, "ลูกบาศก์": 3, "carré": 2, "carrés": 2, "cube": 3, "cubes": 3, "cuadrado": 2, "cuadrados": 2,
    "quadrado": 2, "quadrados": 2, "cuadradas": 2, "quadradas": 2, "cúbico": 3, "cúbicos": 3, "quadrati": 2,
    "quadrato": 2, "cubi": 3, "cubo": 3, "квадратный": 2, "квадратных": 2, "квадратные": 2, "кубический": 3,
    "кубических": 3, "वर्ग": 2, "घन": 3, "বর্গ": 2, "ঘন": 3, "persegi": 2, "kubus": 3, "vuông": 2, "khối": 3,
    "مربع": 2, "مربعا": 2, "مكعب": 3, "kare": 2, "küp": 3, "kwadratowych": 2, "vierkante": 2,
    "kubieke": 3, "kwadratowe": 2, "kwadratowy": 2, "sześciennych": 3, "sześcienne": 3, "sześcienny": 3,
    "čtverečních": 2, "čtvereční": 2, "krychlových": 3, "krychlové": 3, "štvorcových": 2, "négyzet": 2,
    "köb": 3,
    "квадратних": 2, "квадратні": 2, "кубічних": 3, "кубічні": 3, "квадратни": 2, "кубични": 3, "pătrați": 2,
    "pătrate": 2, "kvadrat": 2, "neliö": 2, "kuutio": 3, "τετραγωνικά": 2, "κυβικά": 3, "mraba": 2,
    "ujazo": 3,
    "مکعب": 3, "مربعة": 2, "مكعبة": 3, "רבועים": 2, "רבוע": 2, "מעוקבים": 3, "சதுர": 2, "கன": 3, "చదరపు": 2,
    "ఘన": 3, "kvadratnih": 2, "kubnih": 3, "cúbicas": 3, "cubique": 3,
}  # fmt: skip
"""Words that raise the unit beside them to a power."""
_PER: Final = re.compile(r"\s*/\s*|\s+(?:per|pro|par|por|al|alla|za|в|на|на\s+один|per\s+an?)\s+|毎|每")
_DIVISION: Final = re.compile(r"\s*(?:\\cdot|·|⋅|\*|\\times)\s*|\s+")
_WORD: Final = re.compile(r"[^\d\\^_{}()\[\]=+*<>|,;/²³·⋅]+")
_SUFFIX: Final = re.compile(
    r"""
    (?P<space> \s* )
    (?P<unit> (?:
      [^\d\\^_{}()\[\]=+*<>|,;/²³·⋅\s-] [^\d\\^_{}()\[\]=+*<>|,;/²³·⋅]*+    # words or a sign, all of them
      (?: \s*\^\s*\{?\s*-?[1-4]\s*\}? | [²³] | (?<=[^\W\d_])[23] )?         # its power
      \s* (?: / | \\cdot | · | ⋅ | \* )? \s*
    )+ ) \Z
    """,
    re.VERBOSE,
)


_UNITS: Final = """
milimita sentimita kilomita mita miligramu kilogramu gramu kilo tani sekunde dakika saa siku wiki mwezi miezi
mwaka miaka mililita lita
"""
_SAID_FIRST: Final = tuple(_UNITS.split())
"""Swahili says the unit first: `saa 3 na dakika 20`, `lita 2.5`."""
_LONGEST_UNIT: Final = max(map(len, _SAID_FIRST))
_SAID_ENDS: Final = "|".join(sorted({unit[-3:] for unit in _SAID_FIRST}))
_APART: Final = re.compile(
    rf"\d(?<=\s\d)(?:(?<=\s\s\d)|(?i:(?<=(?:{_SAID_ENDS})\s\d)))"
    r"[\d.,]*(?:/\d+)?(?<![.,])(?=[.,]?(?:\s|\Z))"
)
"""A number behind white space and what may be such a unit; the digit first, by which the search skips."""
_LAST_WORD: Final = re.compile(r"\b[^\W\d_]+\Z")


def units_behind(text: str, language: str) -> str:
    """The text with each unit behind its number, where the language has it before."""
    if language.partition("-")[0] != "sw":
        return text
    pieces, at = [], 0
    for number in _APART.finditer(text):
        end = number.start()
        while end > at and text[end - 1].isspace():
            end -= 1
        if not text[max(at, end - _LONGEST_UNIT) : end].lower().endswith(_SAID_FIRST):  # most numbers
            continue
        unit = _LAST_WORD.search(text, max(at, end - _LONGEST_UNIT), end)
        if unit is not None and unit[0].lower() in _SAID_FIRST:
            pieces += [text[at : unit.start()], f"{number[0]} {unit[0]}"]
            at = number.end()
    return "".join((*pieces, text[at:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuringUnit:
    """A unit such as metres per second: what it measures, and how large it is."""

    dimension: tuple[tuple[str, int], ...]
    """Sorted pairs of a base dimension and its power."""
    factor: Fraction
    """How many of the base unit of its dimension it is."""


@cache
def _table() -> dict[str, tuple[MeasuringUnit, ...]]:
    found: dict[str, list[MeasuringUnit]] = {}
    for dimension, factor, names in rows("units.tsv").values():
        unit = MeasuringUnit(dimension=_dimension(dimension), factor=Fraction(factor))
        for name in split(names):
            key = name if len(name) <= _EXACT_CASE else name.casefold()
            if unit not in found.setdefault(key, []):
                found[key].append(unit)
    return {name: tuple(units) for name, units in found.items()}


def _dimension(text: str) -> tuple[tuple[str, int], ...]:
    powers: Counter[str] = Counter()
    for sign, piece in zip((1, -1), text.split("/"), strict=False):
        letters = re.fullmatch(r"([A-Z]+?)([23]?)", piece)
        if letters is not None:
            powers[letters[1]] += sign * int(letters[2] or 1)
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _named(word: str) -> tuple[MeasuringUnit, ...]:
    word = word.strip()
    table = _table()
    key = word if len(word) <= _EXACT_CASE else word.casefold()
    return table.get(key) or table.get(key.rstrip(".")) or ()


def _raised(unit: MeasuringUnit, power: int) -> MeasuringUnit:
    return MeasuringUnit(
        dimension=tuple(sorted((name, each * power) for name, each in unit.dimension)),
        factor=unit.factor**power,
    )


def _times(left: MeasuringUnit, right: MeasuringUnit) -> MeasuringUnit:
    powers = Counter(dict(left.dimension))
    for name, power in right.dimension:
        powers[name] += power
    kept = tuple(sorted((name, power) for name, power in powers.items() if power))
    return MeasuringUnit(dimension=kept, factor=left.factor * right.factor)


def _product(text: str, sign: int) -> list[MeasuringUnit] | None:
    """The units that a product may be; None where a word of it is no unit."""
    found = [MeasuringUnit(dimension=(), factor=Fraction(1))]
    power_before = 1
    for piece in _pieces(text):
        word, power = piece
        if not power and word.casefold().rstrip(".") in _SQUARES:
            power_before = _SQUARES[word.casefold().rstrip(".")] or 1
            if found[0].dimension and len(_pieces(text)) > 1:  # "metros cuadrados": the word comes after
                found = [_raised(unit, power_before) for unit in found]
                power_before = 1
            continue
        named, more = _named(word), 1
        if not named:
            named, more = _glued(word)
        if not named:
            return None
        total = (power or 1) * power_before * more * sign
        power_before = 1
        found = [_times(one, _raised(unit, total)) for one in found for unit in named]
    return found if any(unit.dimension for unit in found) else None


def _glued(word: str) -> tuple[tuple[MeasuringUnit, ...], int]:
    """A unit written as one word with its power: 平方米, Quadratmeter, ตารางเมตร."""
    folded = word.casefold()
    for name, power in _SQUARES.items():
        if power and folded.startswith(name) and (named := _named(word[len(name) :])):
            return named, power
        if power and folded.endswith(name) and (named := _named(word[: -len(name)])):
            return named, power
    return (), 1


def _pieces(text: str) -> list[tuple[str, int]]:
    """Words of a product, each with its power; 0 where none is written."""
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(text):
        space = _DIVISION.match(text, at)
        if space is not None:
            at = space.end()
            continue
        word = _WORD.match(text, at)
        if word is None:
            at += 1
            continue
        words = word[0].split()
        at = word.end()
        power = _POWER.match(text, at)
        raised = 0
        if power is not None and power.end() > at:
            raised = _CUBED.get(power[2] or "", 0) or int(power[1] or 1)
            at = power.end()
        found += [(item, 0) for item in words[:-1]]
        if words:
            found.append((words[-1], raised))
    return found


@lru_cache(maxsize=4_096)
def read_unit(text: str) -> tuple[MeasuringUnit, ...]:
    """The units that a text may name (a pound is a weight or money); empty where it names none.

    Args:
        text: such as `cm^2`, `km/h`, `m/s^2`, `square metres`, `Euro`.
    """
    bare = text.strip().strip("()[]").strip()
    if not bare or len(bare) > _LONGEST:
        return ()
    whole = _named(bare)
    if whole:
        return whole
    above, *below = _PER.split(bare)
    found = _product(above, 1)
    for part in below:
        divisor = _product(part, -1)
        if found is None or divisor is None:
            return ()
        found = [_times(one, other) for one in found for other in divisor]
    return tuple(found or ())


def cut_unit(text: str) -> tuple[str, str]:
    """What stands before a unit at the end of a text, and the unit; all of it and "" where there is none.

    Words that are no unit are cut off too, where they can be no mathematics: several letters after a space,
    or letters of a script that formulas do not use.
    """
    inside = re.fullmatch(r"(.*\d)\s*\(([^()\d]{1,30}(?:\^?\{?[23]\}?)?)\)", text, re.DOTALL)
    if inside is not None and read_unit(inside[2]):
        return inside[1], inside[2]
    digits = max((at for at, mark in enumerate(text) if _ends_number(mark)), default=-1)
    for end in _number_ends(text, digits):
        suffix = _SUFFIX.match(text, end)
        if suffix is None or len(suffix["unit"]) > _LONGEST:
            continue
        unit = suffix["unit"].strip()
        if _may_be_unit(unit, spaced=bool(suffix["space"])):
            return text[:end], unit
    return text, ""


def _ends_number(mark: str) -> bool:
    return mark.isdigit() or mark in "}%½¼¾⅓⅔π"


def _number_ends(text: str, last: int) -> list[int]:
    """Offsets at which the number may end: its last digit, or a digit before the power of a unit."""
    found = [at + 1 for at, mark in enumerate(text[: last + 1]) if _ends_number(mark)]
    return found[::-1][:6]


def _may_be_unit(unit: str, *, spaced: bool) -> bool:
    words = unit.split()
    if not words or len(words) > _MOST_WORDS or unit[0] in "!/-π" or not _FUNCTIONS.isdisjoint(words):
        return False
    if read_unit(unit):
        single = len(unit) == 1 and unit.isascii() and unit.isalpha()
        return spaced or not single
    first = words[0]
    if any(mark in unit for mark in "^*·⋅/") or _POWER.search(unit[-1:]):
        return bool(spaced and len(first) > _EXACT_CASE and "^" not in unit and "*" not in unit)
    if not (first[0].isascii() and first[0].isalpha()):
        return True
    return spaced and len(first) > 1


def units_agree(left: str, right: str) -> Fraction | None:
    """What makes a value in the first unit one in the second; None where the two do not agree.

    One where a unit is missing or not known.
    """
    ours, theirs = read_unit(left), read_unit(right)
    if not ours or not theirs:
        return Fraction(1)
    for one in ours:
        for other in theirs:
            if one.dimension == other.dimension:
                return one.factor / other.factor
    return None


def is_coin(text: str) -> bool:
    """Whether a text names the hundredth part of a currency, and nothing else."""
    named = read_unit(text)
    money = all(one.factor == Fraction(1, 100) and len(one.dimension[0][0]) == len("USD") for one in named)
    return bool(named) and money
