"""Minus signs before a number of the running text, which the target neither writes nor says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.text.numerals import base_language

__all__ = ["has_minus", "lost_minus"]

_MINUS: Final = "-−–‐‑﹣－"
_NEGATIVE: Final = re.compile(
    r"""
    [-−] (?<![^\s(\[=:].)                              # no hyphen of a word
    (?<!\d\s.)                                         # no subtraction
    (?<!\n-)(?<!^-)                                    # no mark of a list
    (?P<number>\d+(?:[.,]\d+)?) (?![\w-])              # no range
    """,
    re.VERBOSE,
)
"""A minus that is no subtraction, no range and, as a hyphen, no mark of a list; first the sign, by which a
search skips to it."""
_ALONE: Final = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?!\d|\.\d)")
_POSITIVE: Final = re.compile(rf"(?<![{_MINUS}]){_ALONE.pattern}")
_LANGUAGES: Final = frozenset(
    "ar bg bn ca cs da de el es et fa fi fr he hi hr hu id it ja ko lt lv mk ms nb nl nn no pl pt ro".split()  # noqa: SIM905
    + "ru sk sl sr sv sw ta th tr uk ur vi zh".split()  # noqa: SIM905
)
"""Languages whose words for it stand below."""
_SAID: Final = re.compile(
    r"""minus|mínus|mīnus|miinus|mínusz|meinus|negat|négat|moins|menos|\bmeno\b|menys|eksi
    |null|noll|\bnul|zero|cero|zéro|nulla|gefrier|frost|vries|frys|gelo|gelat|gel\b|kulde|köld|kälte|pakka|külm|fagy
    |mraz|mráz|mroz|mróz|poniżej|nižš|ispod|pod\ |žemiau|zem\ |under|unter|sous|sotto|bajo|abaixo|sub\ |alla
    |мінус|минус|минус|отрица|від.?ємн|нул|мороз|мраз|ниже|нижче|μείον|πλην|αρνητικ|μηδέν|κάτω
    |sıfır|altı|negatif|bawah|hasi|chini|kurang|tolak|âm|trừ|dưới|零下|负|負|減|マイナス|氷点下|영하|마이너스|음수|음의|영도
    |ติดลบ|ลบ|ใต้|سالب|ناقص|تحت|منفی|منفي|زیر|صفر|منجمد|מינוס|שלילי|מתחת|ऋण|माइनस|मायनस|शून्य|नीचे|ঋণ|মাইনাস|নিচে|হিমাঙ্ক|শূন্য
    |எதிர்|மைனஸ்|கழித்தல்|பூஜ்ஜிய|மறை""",
    re.VERBOSE | re.IGNORECASE,
)
"""Words for minus, negative, below zero and frost in all of them: any may say it."""
_DIGITS: Final = {
    ord(own): str(value)
    for value in range(10)
    for own in (chr(0x660 + value), chr(0x6F0 + value), chr(0x966 + value), chr(0x9E6 + value))
}


def lost_minus(pair: Pair) -> Iterator[str]:
    """Negative numbers that the target has without a minus, in a text that says it in no word either.

    A number that the source also has without a minus proves nothing: 8 of "from −8 to 8".
    """
    source = pair.source.running
    if base_language(pair.target.language) not in _LANGUAGES:
        return
    numbers = dict.fromkeys(found["number"].replace(",", ".") for found in _NEGATIVE.finditer(source))
    if not numbers or _SAID.search(pair.target.text):
        return
    target = pair.target.text.translate(_DIGITS).replace(",", ".").replace("٫", ".")
    positive = set(_POSITIVE.findall(source.replace(",", ".")))
    there: dict[str, bool] = {}
    for found in _ALONE.finditer(target):
        there[found[0]] = there.get(found[0], False) or _is_negative(target, *found.span())
    for number in numbers:
        if number not in positive and there.get(number) is False:
            yield f"lost minus of {number}"


def has_minus(source: Reading) -> bool:
    """Whether a running text has a minus or a hyphen."""
    return "-" in source.running or "−" in source.running


def _is_negative(text: str, start: int, end: int) -> bool:
    """Whether a minus stands before a number, or behind it as some write from right to left."""
    before, after = text[max(0, start - 4) : start], text[end : end + 1]
    return any(sign in before for sign in _MINUS) or (after != "" and after in _MINUS)
