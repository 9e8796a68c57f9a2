r"""Exact values of arithmetic in LaTeX: `\frac{2}{3}`, `0.\overline{6}`, `1.2 \times 10^4`, `\sqrt{16}`.

What is not rational, not arithmetic or too large is left to symbolic comparison (None). Exactness matters: to
six digits, -1/3^41 is -1/3^40.
"""

import math
import re
from fractions import Fraction
from functools import lru_cache
from typing import Final

_LONGEST: Final = 200
_DEEPEST: Final = 24
_MOST_BITS: Final = 40_000
_LARGEST_FACTORIAL: Final = 300
_TOKEN: Final = re.compile(
    r"""
    \s* (?:
      (?P<repeating> \d*\.\d*                               # 0.\overline{3}, 0.(3)
        (?: \\(?:overline|bar|dot)\{?\d{1,30}\}? | \(\d{1,30}\) | \d̅ ) )
    | (?P<number> \d+(?:\.\d+)?(?:[eE][+-]?\d{1,6})? | \.\d+ )
    | (?P<command> \\
        (?: frac | sqrt | times | cdot | div | pi | left | right | binom | % | , | ; | ! | : | \s ) )
    | (?P<mark> [-+*/^(){}\[\]!×÷·⋅%−:] )
    )
    """,
    re.VERBOSE,
)
_IGNORED: Final = frozenset(("\\left", "\\right", "\\,", "\\;", "\\!", "\\:", "\\ "))
_TIMES: Final = frozenset(("\\times", "\\cdot", "*", "×", "·", "⋅"))
_OVER: Final = frozenset(("/", "\\div", "÷", ":"))
_FRACTION, _BINOMIAL, _ROOT = frozenset(("\\frac",)), frozenset(("\\binom",)), frozenset(("\\sqrt",))
_CLOSING: Final = {"(": ")", "{": "}", "[": "]"}


class _NoArithmetic(Exception):
    """The text is something else, or too large to be worth an exact value."""


@lru_cache(maxsize=8_192)
def exact_value(latex: str) -> Fraction | None:
    """The rational number that a text is, or None.

    Args:
        latex: an expression with numerals in ASCII and a decimal point; no variables.
    """
    if not latex or len(latex) > _LONGEST:
        return None
    try:
        reader = _ArithmeticParser(latex)
        value = reader.sum(0)
        return value if reader.done else None
    except (_NoArithmetic, ZeroDivisionError, OverflowError):
        return None


class _ArithmeticParser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise _NoArithmetic
            sign = match[match.lastgroup or 0].strip() or "\\ "
            if sign not in _IGNORED:
                self._tokens.append("-" if sign == "−" else sign)
            at = match.end()
        self._at = 0

    @property
    def done(self) -> bool:
        """Whether all tokens of the text were read."""
        return self._at == len(self._tokens)

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        if not token:
            raise _NoArithmetic
        self._at += 1
        return token

    def sum(self, depth: int) -> Fraction:
        """Terms with plus and minus between them."""
        if depth > _DEEPEST:
            raise _NoArithmetic
        value = self._product(depth)
        while self._next() in ("+", "-"):
            sign = self._take()
            value = _checked(value + self._product(depth) if sign == "+" else value - self._product(depth))
        return value

    def _product(self, depth: int) -> Fraction:
        value = self._signed(depth)
        while True:
            token = self._next()
            if token in _TIMES:
                self._take()
                value = _checked(value * self._signed(depth))
            elif token in _OVER:
                self._take()
                value = _checked(value / self._signed(depth))
            elif token in _FRACTION and _whole_numeral(self._tokens[self._at - 1]):
                fraction = self._power(depth)  # 1\frac{1}{2}
                value = value + fraction if value >= 0 else value - fraction
            elif token in ("(", "{", "\\sqrt", "\\frac"):
                value = _checked(value * self._power(depth))
            else:
                return value

    def _signed(self, depth: int) -> Fraction:
        if self._next() in ("-", "+"):
            sign = self._take()
            value = self._signed(depth)
            return -value if sign == "-" else value
        return self._power(depth)

    def _power(self, depth: int) -> Fraction:
        base = self._atom(depth)
        while self._next() in ("!", "%", "\\%"):
            base = _factorial(base) if self._take() == "!" else base / 100
        if self._next() != "^":
            return base
        self._take()
        exponent = self._signed_atom(depth)
        return _raised(base, exponent)

    def _signed_atom(self, depth: int) -> Fraction:
        if self._next() == "-":
            self._take()
            return -self._atom(depth)
        return self._atom(depth)

    def _atom(self, depth: int) -> Fraction:
        token = self._take()
        if token[0].isdigit() or token[0] == ".":
            return _numeral(token)
        if token in _CLOSING:
            value = self.sum(depth + 1)
            if self._take() != _CLOSING[token]:
                raise _NoArithmetic
            return value
        if token in _FRACTION:
            above = self._argument(depth)
            return _checked(above / self._argument(depth))
        if token in _BINOMIAL:
            above, below = self._argument(depth), self._argument(depth)
            return _chosen(above, below)
        if token in _ROOT:
            index = Fraction(2)
            if self._next() == "[":
                index = self._atom(depth)
            return _root(self._argument(depth), index)
        raise _NoArithmetic

    def _argument(self, depth: int) -> Fraction:
        if self._next() == "{":
            return self._atom(depth)
        token = self._take()  # \frac12
        if not token.isdigit():
            raise _NoArithmetic
        if len(token) > 1:
            self._at -= 1
            self._tokens[self._at] = token[1:]
        return Fraction(int(token[0]))


def _whole_numeral(token: str) -> bool:
    return token.isdigit()


def _checked(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > _MOST_BITS:
        raise _NoArithmetic
    return value


def _numeral(token: str) -> Fraction:
    head, _, tail = token.partition(".")
    repeated = re.search(r"\\[a-z]+\{?(\d+)\}?$|\((\d+)\)$", token)
    if repeated is None:
        return _checked(Fraction(token))
    period = repeated[1] or repeated[2]
    fixed = tail[: len(tail) - len(repeated[0])]
    digits = int(head + fixed + period or "0") - int(head + fixed or "0")
    return Fraction(digits, (10 ** len(period) - 1) * 10 ** len(fixed))


def _raised(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1:
        return _root(_raised(base, Fraction(exponent.numerator)), Fraction(exponent.denominator))
    power = int(exponent)
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(power) * size > _MOST_BITS:
        return _refuse()
    return base**power


def _refuse() -> Fraction:
    raise _NoArithmetic


def _factorial(value: Fraction) -> Fraction:
    if value.denominator != 1 or not 0 <= value <= _LARGEST_FACTORIAL:
        return _refuse()
    return Fraction(math.factorial(int(value)))


def _chosen(above: Fraction, below: Fraction) -> Fraction:
    whole = above.denominator == below.denominator == 1
    if not whole or not 0 <= below <= above <= _LARGEST_FACTORIAL:
        return _refuse()
    return Fraction(math.comb(int(above), int(below)))


def _root(value: Fraction, index: Fraction) -> Fraction:
    if value < 0 or index.denominator != 1 or not 2 <= index <= 10:
        return _refuse()
    roots = [_whole_root(part, int(index)) for part in (value.numerator, value.denominator)]
    return Fraction(roots[0], roots[1])


def _whole_root(value: int, index: int) -> int:
    root = math.isqrt(value) if index == 2 else round(value ** (1 / index)) if value < 1 << 900 else -1
    if root < 0 or root**index != value:
        raise _NoArithmetic
    return root
