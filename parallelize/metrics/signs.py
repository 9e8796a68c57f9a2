"""Did the signs, variables and units of a text come through? Compared whoever translated it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from fractions import Fraction
from functools import lru_cache
from typing import Final

from parallelize.core.tables import shipped_rows
from parallelize.core.verdicts import Score, scored
from parallelize.core.writing import row_code, words_run_on
from parallelize.metrics.choice_letters import localised_letters
from parallelize.metrics.function_words import function_words
from parallelize.metrics.minus import lost_minus
from parallelize.metrics.moved_values import moved_values
from parallelize.metrics.pair import Pair
from parallelize.metrics.powers import changed_powers
from parallelize.text.numerals import NumberKind, base_language, render
from parallelize.text.signs import (
    Relation,
    has_letter,
    is_greek,
    read_signs,
    without_hidden,
)
from parallelize.text.units import CURRENCIES, Measured, has_unit_words, mentions, names_unit

__all__ = ["sign_faults"]

_OWN_LETTERS: Final = frozenset("ar fa ur ps he".split())  # noqa: SIM905
"""Languages whose schools write variables in their own letters."""
_MUST_STAY: Final = (*sorted(CURRENCIES), "degree", "ohm")
"""Units whose sign may become a word, but may not go."""
_PERCENT_SIGN: Final = re.compile(r"\d\s?\\?%(?!\w)")
_PERCENT_SIGNS: Final = re.compile("[%％٪]")
_PERCENT_RANGE: Final = re.compile(
    r"\d\s?(?:[-–~～至到から]{1,2}|(?:[^\W\d]{1,8}\s){1,2})\s?\d[\d.,]*\s?[%％٪]"
)
"""Two numbers of which only the second has the sign."""
_PERCENT_WORDS: Final = {
    "bg": "процент|на сто",
    "ca": "per ?cent|percentual",
    "el": "τοις εκατό|ποσοστ|τοις 100",
    "fa": "درصد|صدم|در صد",
    "gl": "por ?cento|porcentual",
    "he": "אחוז",
    "hu": "százalék",
    "mr": "टक्के|टक्क|शेकडा|प्रतिशत",
    "ms": "peratus|persen",
    "ne": "प्रतिशत",
    "ro": "la sută|procent",
    "sr": "процен|posto|procen",
    "ur": "فیصد|فی صد",
    "ar": "بالمئة|بالمائة|في المئة|في المائة|نسبة",
    "bn": "শতাংশ|শতকরা|ভাগ",
    "cs": "procent",
    "da": "procent",
    "de": "prozent",
    "en": "percent|per cent",
    "es": "por ?ciento|porcentual",
    "fi": "prosent",
    "fr": "pour ?cent|pourcent",
    "hi": "प्रतिशत|फ़ीसदी|फीसदी",
    "id": "persen",
    "it": "per ?cento|percentual",
    "ja": r"パーセント|[\d一二三四五六七八九]\s?割|割合|ポイント",
    "ko": r"퍼센트|프로(?!그|젝|필|듀)|[\d일이삼사오육칠팔구]\s?할(?!인)",
    "nl": "procent",
    "no": "prosent",
    "pl": "procent",
    "pt": "por ?cento|percentual",
    "ru": "процент",
    "sv": "procent",
    "sw": "asilimia",
    "ta": "சதவீத|சதவிகித|விழுக்காடு|சதம்",
    "te": "శాతం|శాతానికి|శాతా",
    "th": "เปอร์เซ็นต์|ร้อยละ|เปอร์เซนต์",
    "tr": "yüzde",
    "uk": "відсот|процент",
    "vi": "phần trăm|phần trǎm",
    "zh": r"百分|[\d一二三四五六七八九半]\s?[折成]|打折",
}
"""What says percent in words, by language; in a language that is not here a lost sign is not looked for."""
_SPACED: Final = frozenset(("Latn", "Cyrl", "Grek"))
"""Scripts in which the abbreviation of a unit is no part of another word."""
_MONEY: Final = (("dollar", "euro"),)
_EXCHANGED: Final = (("pound_of_mass", "kilogram"), ("mile", "kilometre"), *_MONEY)
"""Units that small models write for one another; of money the words are no part of others in any script."""
_WAITING: Final = re.compile(r"\b(?:[Ww]ait|[Hh]old on|[Mm]oment|[Hh]mm)\b")
_MOMENTS: Final = frozenset(("minute", "second"))
"""Units of which one says to wait: "Bir dakika", "Einen Moment"."""
_LABEL: Final = re.compile(r"\b(?!Point|Let|Set|Line)[A-Z][a-z]{2,} ([A-Z])\b")
"""Publisher B: another alphabet has its own second letter. Points and sets keep theirs."""
_FIRST: Final = re.compile(r"(?<!\w)[АA](?!\w)")
_OWN_ORDER: Final = {"B": "Б", "C": "[ВC]", "D": "[ГD]"}
"""What stands for the second to the fourth of a row that begins with А."""
_PARTICLES: Final = {"he": "[והשבלמכ]{0,2}", "ar": "و?(?:ال)?"}
"""What may be written in one with a word before it."""
_NEVER: Final = re.compile(r"(?!)")
_GREATER: Final = re.compile(r"[>≥≧⩾]|\\(?:geq?|gt)\b")
_LESS: Final = re.compile(r"[<≤≦⩽]|\\(?:leq?|lt)\b")
_ABBREVIATED: Final = re.compile(
    r"(?P<number>\d(?<![\w.,].)[\d.,]*)\s?"
    r"(?P<unit>[kM]?W|mA|[kMG]?Hz|[mcd][lL]|[kM]Ω|[µμnp]F|m?V|kV|kPa|[kM]J|[kMG]B|dB)(?![\w/²³^])"
)
"""A number with the abbreviation of a unit that the table of units does not have."""
_SCALE: Final = re.compile(r"(?<!\d)(\d+)\s?°\s?([CF])(?!\w)")
_NEXT_WORD: Final = re.compile(r"\s?([^\W\d_]+|[%°])")
_STRICT: Final = {"<": r"\le", r"\le": "<"}
_EVIDENCE: Final = 12
_MAY_BE_SIGN: Final = re.compile(
    r"[^\x00-\"$-'*-;?A-Z\[\]`a-z|~\x7f\xc0-\u024f\s\u2010-\u2027]"  # or one of = < > ^ { } # @ _ \ ( )
    r"(?:(?<![()])|(?<=sqrt\()|(?<=\))\s?[-+*/])"
)
"""Marks of ASCII that are read, and whatever is neither ASCII nor a Latin letter, a space, dash or quotation
mark. It begins with one set, by which the search skips."""


def sign_faults(pair: Pair) -> Score:
    """Signs lost from the running text, relations turned round, variables lost, units changed or lost."""
    seen = [*_lost_signs(pair), *_lost_percents(pair), *_lost_variables(pair), *_changed_units(pair)]
    seen += [*changed_powers(pair), *_other_scales(pair), *lost_minus(pair), *moved_values(pair)]
    return scored("sign_faults", float(len(seen)), "; ".join(seen[:_EVIDENCE]))


def _lost_signs(pair: Pair) -> Iterator[str]:
    """Signs that the target has less often, in its running text and with its formulas; turned relations."""
    source, target = pair.source.text, pair.target.text
    if _MAY_BE_SIGN.search(source) is None:
        return
    ours = read_signs(pair.source.running)
    if not ours.counts.total():
        return
    theirs = read_signs(pair.target.running)
    lost = ours.counts - theirs.counts
    said = lost["<"] + lost[r"\le"]
    if said and said <= _said_in_words(pair):
        lost["<"] = lost[r"\le"] = 0
        lost = +lost
    turned = _turned(ours.relations, theirs.relations)
    if not lost and not turned and ours.operators == theirs.operators:
        return
    whole = read_signs(without_hidden(source, formulas=True)).counts
    again = read_signs(without_hidden(target, formulas=True)).counts
    greek = base_language(pair.target.language) == "el"
    for sign, count in (lost & (whole - again)).items():
        if not (greek and is_greek(sign)):
            yield f"lost {sign}" + (f" ({count} times)" if count > 1 else "")
    yield from turned
    yield from _other_operators(ours.operators, theirs.operators)


@lru_cache(maxsize=1)
def _words_of_comparison() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """What says more, and what says less, by language."""
    rows = shipped_rows(__package__, "comparisons.tsv")
    return {code: (_beginning(more, code), _beginning(less, code)) for code, (more, less) in rows.items()}


def _beginning(words: str, code: str) -> re.Pattern[str]:
    start = "" if words_run_on(code) else r"(?<!\w)" + _PARTICLES.get(code, "")
    return re.compile(f"{start}(?:{'|'.join(words.split())})")


def _said_in_words(pair: Pair) -> int:
    """How many words of the target may say the signs < and > of the source, by their direction.

    Words that the source says as well ("5 fewer than") are their translation and say no sign.
    """
    table = _words_of_comparison()
    patterns = table.get(row_code(table, base_language(pair.target.language)))
    if patterns is None:
        return 0
    source, target = pair.source.text, pair.target.text.lower()
    ours = table.get(base_language(pair.source.language), (_NEVER, _NEVER))
    return sum(
        max(0, len(pattern.findall(target)) - len(own.findall(source.lower())))
        for pattern, own, sign in zip(patterns, ours, (_GREATER, _LESS), strict=True)
        if sign.search(source)
    )


def _turned(ours: Counter[Relation], theirs: Counter[Relation]) -> list[str]:
    """Relations whose sides were exchanged: `x > 10` where the source has `x < 10`."""
    gone = [found for found, count in ours.items() if found.sign != "=" and theirs[found] < count]
    turned = [f"turned {' '.join(found)}" for found in gone if theirs[found.reversed] > ours[found.reversed]]
    turned += [
        f"{_STRICT[found.sign]} for {found.sign} in {' '.join(found)}"
        for found in gone
        if found.sign in _STRICT and _other_strictness(found, theirs) > _other_strictness(found, ours)
    ]
    return turned + [
        f"lost - of {' '.join(found)}"
        for found in gone
        if "-" in found.left + found.right and theirs[found.positive] > ours[found.positive]
    ]


def _other_strictness(found: Relation, counts: Counter[Relation]) -> int:
    """How often the same two sides stand beside the sign that differs by equality alone."""
    return counts[found._replace(sign=_STRICT[found.sign])]


def _other_operators(ours: Counter[str], theirs: Counter[str]) -> Iterator[str]:
    """Operators in whose place another stands: sqrt(2) + sqrt(8) for sqrt(2) * sqrt(8)."""
    if ours.total() == theirs.total():
        for one, other in zip((ours - theirs).elements(), (theirs - ours).elements(), strict=True):
            yield f"{other} for {one}"


def _lost_percents(pair: Pair) -> Iterator[str]:
    """Numbers with a percent sign, more of them than percents in signs and words of the target."""
    if "%" not in pair.source.text:
        return
    said = _PERCENT_SIGN.findall(pair.source.text)
    words = _PERCENT_WORDS.get(base_language(pair.target.language))
    if not said or words is None:
        return
    target = pair.target.text
    found = len(_PERCENT_SIGNS.findall(target)) + len(re.findall(words, target, re.IGNORECASE))
    found += sum(number.kind is NumberKind.FRACTION for number in pair.target.numbers)  # half of it
    found += len(_PERCENT_RANGE.findall(target))  # "between 5% and 10%" is "entre el 5 y el 10 %"
    if found < len(said):
        yield f"lost % ({len(said) - found} times)"


def _lost_variables(pair: Pair) -> Iterator[str]:
    """Single letters of an English source that the target does not have at all."""
    language = base_language(pair.target.language)
    if base_language(pair.source.language) != "en" or language in _OWN_LETTERS:
        return
    if not pair.source.variables:
        return
    labels = set(localised_letters(pair))
    if pair.target.script != "Latn":
        labels.update(_LABEL.findall(pair.source.text))
    own = _OWN_ORDER if pair.target.script == "Cyrl" and _FIRST.search(pair.target.text) else {}
    for letter in pair.source.variables:
        if letter in labels or has_letter(letter, pair.target.text):
            continue
        if letter not in own or re.search(rf"(?<!\w){own[letter]}(?!\w)", pair.target.text) is None:
            yield f"lost variable {letter}"


def _changed_units(pair: Pair) -> Iterator[str]:
    """Units that became another unit beside the same number, and signs of units that are gone."""
    if not pair.source.numbers:
        return
    named = [item for item in pair.source.measured if item.units]
    if not named:
        yield from _bare_numbers(pair)
        return
    changed = False
    said = frozenset().union(*(item.units for item in named))
    theirs = _units_by_value(item for item in pair.target.measured if not _may_say_wait(item, pair))
    for value, ours in _units_by_value(named).items():
        found = theirs.get(value, [])
        if found == ours:
            continue
        if not all(found):  # "one third" may be read as 3, beside 3 kilometres for 3 miles
            found = [other for other in found if other and other.isdisjoint(said)]
        if len(found) < len(ours):
            continue
        units = Counter(ours)
        enough = units if len(found) == len(ours) else dict.fromkeys(units, 1)
        for group, count in enough.items():
            if sum(not group.isdisjoint(other) for other in found) < count:
                other = next(other for other in found if group.isdisjoint(other))
                changed = True
                yield f"{render(Fraction(*value))} {'/'.join(sorted(group))} is {'/'.join(sorted(other))}"
                break
    if not changed:
        yield from _other_units(pair, said)
    yield from _bare_numbers(pair)
    by_sign = frozenset().union(*(item.units for item in named if item.by_sign))
    language = pair.target.language
    for unit in filter(by_sign.__contains__, _MUST_STAY):
        if has_unit_words(unit, language) and not mentions(unit, pair.target.text, language):
            yield f"lost {unit}"


def _may_say_wait(item: Measured, pair: Pair) -> bool:
    """Whether a minute or a second may be that of "Einen Moment"."""
    if _MOMENTS.isdisjoint(item.units) or item.value != 1:
        return False
    return _WAITING.search(pair.source.text) is not None


def _units_by_value(measured: Iterable[Measured]) -> dict[tuple[int, int], list[frozenset[str]]]:
    """The units that stand beside each number, by its numerator and denominator."""
    found: dict[tuple[int, int], list[frozenset[str]]] = {}
    for item in measured:
        found.setdefault(item.value.as_integer_ratio(), []).append(item.units)
    return found


def _other_scales(pair: Pair) -> Iterator[str]:
    """Temperatures that have their number and another scale: 60 °F for 60 °C."""
    ours = _SCALE.findall(pair.source.text) if "°" in pair.source.text else []
    theirs = set(_SCALE.findall(pair.target.text)) if ours else set()
    for number, scale in dict.fromkeys(ours):
        other = (number, "CF".replace(scale, ""))
        if other in theirs and other not in ours and (number, scale) not in theirs:
            yield f"{number} °{other[1]} for °{scale}"


def _bare_numbers(pair: Pair) -> Iterator[str]:
    """Abbreviated units of which the target has neither the sign nor a word behind any of their numbers."""
    source, target = pair.source.text, pair.target.text
    by_unit: dict[str, list[str]] = {}
    for found in _ABBREVIATED.finditer(source):
        by_unit.setdefault(found["unit"], []).append(found["number"].rstrip(".,"))
    for unit, numbers in by_unit.items():
        if unit in target:
            continue
        places = [
            found.end()
            for number in numbers
            for found in re.finditer(rf"(?<![\d.,]){re.escape(number)}(?![\d.,]*\d)", target)
        ]
        if places and all(_is_bare(target, place, pair.target.language) for place in places):
            yield f"lost {unit}"


def _is_bare(text: str, end: int, language: str) -> bool:
    """Whether no word follows a number, or one of grammar."""
    word = _NEXT_WORD.match(text, end)
    return (
        word is None
        or word[1].lower() in function_words(language)
        or (word[1].isascii() and len(word[1]) == 1)
    )


def _other_units(pair: Pair, said: Set[str]) -> Iterator[str]:
    """Units that only the target names, though every number of the source's unit stayed as it was.

    "How many pounds" became "quantos quilos" while 300 pounds stayed 300: nobody converted anything.
    """
    for unit, other in _EXCHANGED if pair.target.script in _SPACED else _MONEY:
        if unit not in said or other in said:
            continue
        there = {item.value for item in pair.source.measured if unit in item.units}
        if not there.issubset(item.value for item in pair.target.measured):
            continue
        if names_unit(other, pair.target.text, pair.target.language) and not names_unit(
            other, pair.source.text, pair.source.language
        ):
            yield f"{unit} is {other}"
