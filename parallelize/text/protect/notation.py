"""How numbers, arithmetic and calculator marks are written: pieces of patterns that several readers share."""

from __future__ import annotations

import re

__all__ = [
    "AMOUNT",
    "ARITHMETIC",
    "CALCULATOR",
    "COMMON_SUM",
    "NUMBER",
    "has_sign",
    "starts_arithmetic",
]

NUMBER = r"\d++(?>(?:[.,]\d++)*)"
"""Digits with marks between them: `1,000.50`. It gives nothing back, so it costs linear time."""
_TERM = rf"(?:[$€£]\s?)?\.?{NUMBER}(?:\s?%)?"
"""A number with currency before or a per cent sign after it."""
CALCULATOR = rf"<<[^<>\n]{{0,400}}>>(?:\.?{NUMBER})?"
"""A calculator mark of GSM8K and the result that is written after it: `<<48/2=24>>24`, `<<3/4=.75>>.75`."""

_FURTHER = rf"\s?[-+*/×÷=x−–·^]\s?\(?{_TERM}\)?"
"""A sign of arithmetic and the number after it."""
ARITHMETIC = re.compile(
    rf"""
    (?:[$€£]\s?)?{NUMBER}(?:\s?%)?              # 48
    ({_FURTHER})*                              # /2, group 1: there is a second number
    (?:\s?=)?                                   # =
    ([ \t]?[$€£]?{CALCULATOR})?                 # <<48/2=24>>24, group 2: there is a calculator mark
    """,
    re.VERBOSE,
)
COMMON_SUM = rf"""
(?<![^\W_]) (?=\d)
(?> {NUMBER}(?:\s?%)? (?> (?:{_FURTHER}){{1,20}} ) (?!{_FURTHER}) (?:\s?=)? )
(?! [^\W_] | [ \t]?[$€£]?<< )                        # no letter or digit, and no calculator mark
"""
"""The `ARITHMETIC` that most texts have, in verbose form."""
_SIGNED_START = re.compile(rf"[$€£]?\s?{NUMBER}\s?%?\s?[-+*/×÷=x−–·^<]")
AMOUNT = re.compile(rf"\s?{NUMBER}")
"""The number of an amount of money, after its currency."""


def has_sign(amount: str) -> bool:
    """Whether an amount has more to it than currency, spaces and `%` or `=` behind."""
    return amount[-1] in "%=" and bool(AMOUNT.sub("", amount, count=1).strip("$€£ %="))


def starts_arithmetic(text: str, start: int) -> bool:
    """Whether a number with a sign of arithmetic directly after it begins here."""
    return _SIGNED_START.match(text, start) is not None
