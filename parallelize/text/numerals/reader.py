"""Numbers as people write them: digits of every script, marks of every locale, units of ten thousand, words.

`read_numbers` finds them in a text, `normalise_numeral` rewrites an answer so that a program reads it. What
is written is kept apart from what it is worth: every number says where it stands and what else it may mean.
"""

import re
from bisect import bisect_left, bisect_right
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final

from parallelize.text.numerals.composition import compose
from parallelize.text.numerals.context import Context
from parallelize.text.numerals.digits import VULGAR_FRACTIONS, DigitReader
from parallelize.text.numerals.growing import TRANSPARENT, Composed, FoundForm
from parallelize.text.numerals.halves import with_parts
from parallelize.text.numerals.languages import language_data, word_table
from parallelize.text.numerals.lexicon import FormRole, Lexeme
from parallelize.text.numerals.marks import base_language, conventions
from parallelize.text.numerals.number import Number, NumberKind, Written, number_at
from parallelize.text.numerals.scan import word_scanner

__all__ = ["Number", "NumberKind", "normalise_numeral", "read_digits", "read_numbers", "render"]

_GAP: Final = re.compile("[ \u00a0\u202f\u2009\u200c\u200b-]{0,2}|,? |\\\\[,;: ]|~")
"""What may stand between two forms of one number."""
_WIDEST_GAP: Final = 2
"""Characters that may stand there at most."""
_TIGHT_GAP: Final = frozenset(("", "\u200b"))
_OVER: Final = ("分之", "分の", "분의")
_KOREAN_MULTIPLIERS: Final = "십백천만억조"
_start: Final = attrgetter("start")
_REMEMBERED: Final = 16
"""Texts of each language whose numbers are kept while one row is measured."""


class _NumberReader:
    """Reads the texts of one language."""

    def __init__(self, language: str) -> None:
        self.table = word_table(base_language(language))
        marks = conventions(language, self.table)
        data = language_data(self.table)
        self.rules, self.doubtful = data.grammar, data.doubtful
        self.context = Context(marks, self.table)
        # One gate compares digits, the next all numbers, a third their units: of the same few texts.
        self.in_digits = lru_cache(maxsize=_REMEMBERED)(DigitReader(marks, self.context).read)
        self.words = lru_cache(maxsize=_REMEMBERED)(word_scanner(self.table))
        self.read = lru_cache(maxsize=_REMEMBERED)(self._read)

    def _read(self, text: str) -> tuple[Number, ...]:
        """All numbers of a text, in order, without overlaps."""
        digits = self.in_digits(text)
        parts = self.words(text)
        if not parts:
            return tuple(digits)
        return tuple(with_parts(text, self._merge(text, digits, parts), self.table))

    def digits_apart(self, text: str) -> list[Number] | None:
        """The numbers in digits, or None where a number word stands so close that both may be one."""
        digits = self.in_digits(text)
        parts = self.words(text) if digits else None
        if parts and _beside(digits, parts) and _beside(digits, _outside(parts, digits)):
            return None
        return digits

    def _merge(self, text: str, digits: list[Number], parts: list[FoundForm]) -> list[Number]:
        """Words and digits that are neighbours become one number; digits side by side never do."""
        by_start: dict[int, Number] = {}
        numbers: list[Number] = []
        if digits:
            parts = _outside(parts, digits)
            by_start = _beside(digits, parts)
            numbers = [number for number in digits if number.start not in by_start]
            parts.extend(
                FoundForm(Lexeme(FormRole.DIGITS, number.value, True), start, number.end)
                for start, number in by_start.items()
            )
            parts.sort(key=_start)
        row: list[FoundForm] = []
        for part in parts:
            if not row:
                if part.lexeme.role not in TRANSPARENT:
                    row.append(part)
                continue
            if not self._neighbours(text, row, part, by_start):
                self._emit(text, row, by_start, numbers)
                row = [] if part.lexeme.role in TRANSPARENT else [part]
                continue
            row.append(part)
        if row:
            self._emit(text, row, by_start, numbers)
        if digits:
            numbers.sort(key=_start)
        return _apart(text, numbers)

    def _neighbours(
        self, text: str, row: list[FoundForm], right: FoundForm, digits: dict[int, Number]
    ) -> bool:
        """Whether a form stands close enough to the forms before it to be of one number with them."""
        left = row[-1]
        for part in (left, right):
            if part.lexeme.role is FormRole.DIGITS and digits[part.start].kind is not NumberKind.DIGITS:
                return False
        gap = text[left.end : right.start]
        if self.rules.spaced:
            if gap == ", " and not self._goes_on_after_comma(row):
                return False
            return _GAP.fullmatch(gap) is not None
        if gap in _TIGHT_GAP:  # 1ダース2ドル: two dollars a dozen
            return not (left.lexeme.role is FormRole.DOZEN and right.lexeme.role is FormRole.DIGITS)
        return gap in (" ", "\u00a0") and self._spaced_neighbours(text, left, right)

    def _goes_on_after_comma(self, row: list[FoundForm]) -> bool:
        """ "two million, three hundred"; but "125 million, three years ago" are two numbers."""
        if any(part.lexeme.role is FormRole.DIGITS for part in row):
            return False
        return row[-1].lexeme.role is FormRole.LARGE or self.table == "sw"

    def _spaced_neighbours(self, text: str, left: FoundForm, right: FoundForm) -> bool:
        """The same across a space, where words are written without: 3 万, 3만 2천."""
        before, after = left.lexeme.role, right.lexeme.role
        if before is FormRole.DIGITS:
            return after in (FormRole.LARGE, FormRole.SMALL, FormRole.DOZEN, FormRole.OVER)
        if self.table == "ko" and before is FormRole.TEN:
            return after is FormRole.UNIT
        if self.table != "ko" or before not in (FormRole.LARGE, FormRole.SMALL):
            return False
        if after is FormRole.DIGITS:
            return right.end - right.start >= 3 or text[right.end : right.end + 1] in _KOREAN_MULTIPLIERS
        return before is FormRole.LARGE and after in (FormRole.UNIT, FormRole.SMALL)

    def _emit(
        self, text: str, row: list[FoundForm], digits: dict[int, Number], numbers: list[Number]
    ) -> None:
        """The numbers of a row of neighbours."""
        if len(row) == 1:
            (role, value, alone), start, end = row[0]
            if role is FormRole.DIGITS:
                numbers.append(digits[start])
                return
            if not alone:
                return
            if role <= FormRole.TEN:  # the usual case: one word, "three"
                written = Written(start, end, _exact(value))
                numbers.append(self.context.complete(text, written, NumberKind.WORD))
                return
        for composed in compose(row, self.rules):
            if composed.has_digits and composed.parts == 1:
                numbers.append(digits[composed.start])
            else:
                number = self._composed(text, composed)
                if composed.has_digits and composed.start in digits:
                    number = self._or_digits_alone(number, digits[composed.start])
                numbers.append(number)

    def _or_digits_alone(self, number: Number, digits: Number) -> Number:
        """A number in digits and a multiplier that may be no multiplier: Czech "30 mil", "1925 พันโท"."""
        word = number.text[digits.end - number.start :].strip().lower()
        year = 1000 <= digits.value < 10_000 and number.value == digits.value * 1000
        if not year and word not in self.doubtful:
            return number
        return number._replace(alternatives=(*number.alternatives, digits.value))

    def _composed(self, text: str, composed: Composed) -> Number:
        """A number of several forms, or of one that is more than a count."""
        value, start, end, parts, has_digits, role = composed
        written = Written(start, end, value)
        covered = text[start:end]
        over = not self.rules.spaced and any(mark in covered for mark in _OVER)
        if over and covered.startswith(("百分", "100分")):
            return number_at(text, written._replace(alternatives=(value * 100,)), NumberKind.PERCENT)
        if role is FormRole.ORDINAL:
            return number_at(text, written, NumberKind.ORDINAL)
        if over or role in (FormRole.FRACTION, FormRole.DENOMINATOR):
            if parts == 1 and role is FormRole.DENOMINATOR:  # "a third" and "the third"
                written = written._replace(alternatives=(1 / value,))
            return number_at(text, written, NumberKind.FRACTION)
        kind = NumberKind.DIGITS if has_digits else NumberKind.WORD
        if role is FormRole.MULTIPLE:
            return number_at(text, written, kind)
        if self.table == "han" and covered.endswith("兆"):  # a million or a million millions
            written = written._replace(alternatives=(value / 10**6,))
        elif role is FormRole.DOZEN and has_digits:  # "$68 per dozen" in languages that drop the "per"
            written = written._replace(alternatives=(value / 12,))
        return self.context.complete(text, written, kind)


def _beside(digits: list[Number], words: list[FoundForm]) -> dict[int, Number]:
    """The numbers in digits, by their start, that stand so close to a word that both may be one number."""
    found: dict[int, Number] = {}
    starts = [number.start for number in digits]
    for word in words:
        after = bisect_left(starts, word.start)
        if after < len(starts) and starts[after] - word.end <= _WIDEST_GAP:
            found[starts[after]] = digits[after]
        if after and word.start - digits[after - 1].end <= _WIDEST_GAP:
            found[starts[after - 1]] = digits[after - 1]
    return found


def _outside(parts: list[FoundForm], digits: list[Number]) -> list[FoundForm]:
    """The words that are not inside a number in digits, as "cent" is in "12 pour cent"."""
    wide = [(n.start, n.end) for n in digits if not (n.text[-1].isdecimal() and n.text[0].isdecimal())]
    if wide:
        starts = [start for start, _ in wide]
        before = [bisect_right(starts, part.start) - 1 for part in parts]
        parts = [part for part, at in zip(parts, before, strict=True) if at < 0 or part.start >= wide[at][1]]
    return _joining(parts)


def _joining(parts: list[FoundForm]) -> list[FoundForm]:
    """Leave out what means nothing alone and stands beside no word that does: "12 and 5" are two numbers."""
    kept: list[FoundForm] = []
    chain: list[FoundForm] = []
    tells, reach = False, 0
    for part in parts:
        lexeme, start, end = part
        if start > reach:
            if tells:
                kept += chain
            chain, tells = [], False
        chain.append(part)
        tells = tells or lexeme.role not in TRANSPARENT
        reach = end + _WIDEST_GAP
    if tells:
        kept += chain
    return kept


def _apart(text: str, numbers: list[Number]) -> list[Number]:
    """The numbers without overlaps: a mark between two numbers, which both may take, is the first one's."""
    for index, (one, other) in enumerate(pairwise(numbers), start=1):
        if other.start < one.end:
            start = min(one.end, other.end - 1)
            numbers[index] = other._replace(start=start, text=text[start : other.end])
    return numbers


@lru_cache(maxsize=4096)
def _exact(value: Fraction | int) -> Fraction:
    return Fraction(value)


@lru_cache(maxsize=512)
def _reader(language: str) -> _NumberReader:
    return _NumberReader(language)


def read_numbers(text: str, language: str) -> tuple[Number, ...]:
    """Read every number of a text.

    Args:
        text: Prose, with or without LaTeX; any length.
        language: BCP 47 tag; the region matters where it changes the marks (`es-MX`, `de-CH`). An unknown
            language is read with a decimal point, and without number words.

    Returns:
        The numbers in text order, without overlaps. A number with more than 1,000 digits is left out.
    """
    return _reader(language).read(text)


def read_digits(text: str, language: str) -> tuple[Number, ...] | None:
    """The numbers in digits of a text as `read_numbers` reads them, where no number word can change one.

    Much faster than reading all numbers, and enough to see that two texts agree.

    Returns:
        None where a number word stands next to digits ("5 million"), so that the two may be one number.
    """
    digits = _reader(language).digits_apart(text)
    return None if digits is None else tuple(digits)


def render(value: Fraction) -> str:
    """The value in ASCII: an integer, an exact decimal, or a fraction a/b."""
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _rewritten(number: Number) -> str | None:
    """The ASCII form of a number, or None where it stays as it is written."""
    if number.kind is NumberKind.PERCENT:
        return f"{render(number.value * 100)}%"
    if number.kind is NumberKind.FRACTION:
        if number.text.startswith("\\") or (number.text.isascii() and "/" in number.text):
            return None
        return f"{number.value.numerator}/{number.value.denominator}"
    if number.kind in (NumberKind.TIME, NumberKind.DATE):
        return "".join(str(int(mark)) if mark.isdecimal() else mark for mark in number.text)
    if number.kind is NumberKind.ORDINAL:
        return None
    return render(number.value)


def normalise_numeral(text: str, language: str) -> str:
    """Rewrite the numerals of an answer in ASCII digits with a decimal point, as `math-verify` reads them.

    Number words are rewritten only where the answer begins with them ("kumi na mbili" → `12`). Text between
    the numbers, LaTeX, units and currency stay.

    Args:
        text: A final answer: a number, a number with its unit, or LaTeX.
        language: The language it is written in (BCP 47).
    """
    if text.isascii() and text.isdecimal():
        return text
    pieces: list[str] = []
    position = 0
    for number in read_numbers(text, language):
        fraction_word = number.kind is NumberKind.FRACTION and not _has_digit(number)
        if (number.kind is NumberKind.WORD or fraction_word) and text[: number.start].strip():
            continue
        new = _rewritten(number)
        if new is None or (number.text.isascii() and number.text.isdecimal()):
            continue
        pieces.append(text[position : number.start])
        pieces.append(new)
        position = number.end
    pieces.append(text[position:])
    return "".join(pieces)


def _has_digit(number: Number) -> bool:
    return any(mark.isdigit() or mark in VULGAR_FRACTIONS for mark in number.text)
