"""The lexicon of number words: which tokens of a text are numbers, and what part each plays in one.

A token is looked up whole; where it is not found, a language may let it be a compound ("zweiundzwanzig"), a
word with an attached conjunction or article (Arabic, Hebrew) or with an ending ("dreimal", "তিনটি"). Every
answer is remembered, so that a text costs one dictionary look-up per token.
"""

import re
import unicodedata
from enum import IntEnum
from fractions import Fraction
from functools import cache
from typing import Final, NamedTuple

from parallelize.text.numerals.languages import language_data

REMEMBERED_TOKENS: Final = 65_536
"""Tokens a lexicon remembers before it forgets all of them: about 10 MB per language."""
_INFLECTING: Final = frozenset("ru uk bg sr pl cs sk sl ro el tr fi hu hi bn te ta".split())  # noqa: SIM905
"""Word tables of languages in which a number word takes more endings than a table can hold."""
_SHORTEST_STEM: Final = 5
_BEGINNING: Final = 3
"""Letters by which a token is told to be no number word: nearly all are."""
_LONGEST_ENDING: Final = 8
_PERSON: Final = re.compile("[eéä]r|[aá][řr]|ер|யர|ய\u0bbe|यर|য়া|য়ার|యర")
"""What makes a millionaire of a million."""
_SILENT_VOWEL: Final = "\u094d\u09cd\u0c4d\u0bcd"
"""The sign that a consonant has no vowel, which an ending replaces."""
_HUNDRED: Final = 100
_GERMANIC: Final = frozenset(("af", "da", "de", "nl", "no", "sv"))
"""Tables whose endings are nouns; those of others are cases, which change nothing (20 milyondan)."""
LONGEST_COMPOUND: Final = 120
"""Characters of the longest token that is tried as a compound."""


class FormRole(IntEnum):
    """The part that a form plays in a number."""

    UNIT = 0
    """0 to 9."""
    TEEN = 1
    """10 to 19, or a whole irregular number below one hundred."""
    TEN = 2
    """A multiple of ten, which a unit may follow."""
    ADDITIVE = 3
    """A whole number of hundreds or thousands ("doscientos", "أَلْفَيْنِ")."""
    SMALL = 4
    """Multiplies the one number right before it: ten, hundred, thousand in Chinese."""
    LARGE = 5
    """Multiplies everything before it that is smaller: thousand, million, lakh, 万."""
    PLUS_TEN = 6
    """Makes a teen of the unit before it ("belas", "toista")."""
    FRACTION = 7
    """A value of its own: half, one and a half."""
    DENOMINATOR = 8
    """Third, quarter: divides the number before it."""
    MULTIPLE = 9
    """Twice, double: stands alone."""
    DOZEN = 10
    """Counts in a fixed size."""
    ORDINAL = 11
    """First, second: stands alone."""
    CONNECTOR = 12
    """"and" inside a number."""
    FILLER = 13
    """"a", "of" inside a number."""
    OVER = 14
    """分之: what came before divides what comes after."""
    DIGITS = 15
    """A number in digits."""


class Lexeme(NamedTuple):
    """What one form contributes to a number."""

    role: FormRole
    value: Fraction | int
    alone: bool
    """False for an article such as "un", which is a number only inside a number."""


class Placed(NamedTuple):
    """A lexeme and where it stands in its token (or text)."""

    lexeme: Lexeme
    start: int
    end: int


_ROLE_KEYS: Final = {
    "x": FormRole.SMALL,
    "M": FormRole.LARGE,
    "f": FormRole.FRACTION,
    "/": FormRole.DENOMINATOR,
    "=": FormRole.MULTIPLE,
    "D": FormRole.DOZEN,
    "h": FormRole.ADDITIVE,
    "d": FormRole.TEN,
    "b": FormRole.PLUS_TEN,
    "V": FormRole.OVER,
    "&": FormRole.CONNECTOR,
    "_": FormRole.FILLER,
}
_RANGE: Final = re.compile(r"(o?)(\d+)(?:-\d+|(\+)|)(?:\*(\S+))?")
"""A key whose forms have consecutive values; after an asterisk the endings of all of them."""
_MARKS: Final = re.compile("[\u0591-\u05c7\u064b-\u0652\u0670\u0640\u200b-\u200f]")
"""Hebrew and Arabic vowel points, the Arabic tatweel and zero-width marks: number words are read without."""


def normalise_token(token: str) -> str:
    """The token as the tables write it: NFC, without vowel points and zero-width marks, one apostrophe."""
    if token.isascii():
        return token
    read = _MARKS.sub("", unicodedata.normalize("NFC", token))
    return read.replace("’", "'").replace("ʼ", "'").replace("`", "'")


def _natural_role(value: int, *, teens_adjacent: bool) -> FormRole:
    if value < 10:
        return FormRole.UNIT
    if value % 100 == 0:
        return FormRole.ADDITIVE
    if value % 10 == 0 and (value > 10 or teens_adjacent):
        return FormRole.TEN
    return FormRole.TEEN


def read_line(line: str, *, teens_adjacent: bool) -> list[tuple[str, FormRole, Fraction | int]]:
    """The forms of one line of a table, with role and value."""
    key, *groups = line.split()
    ranged = _RANGE.fullmatch(key)
    entries: list[tuple[str, FormRole, Fraction | int]] = []
    if ranged and key[0] not in _ROLE_KEYS:
        first = int(ranged[2])
        step = 1 if not ranged[3] else 100 if first >= 200 and first % 100 == 0 else 10
        for index, group in enumerate(groups):
            value = first + step * index
            role = FormRole.ORDINAL if ranged[1] else _natural_role(value, teens_adjacent=teens_adjacent)
            forms = (stem + ending for stem in group.split("|") for ending in (ranged[4] or "").split("|"))
            entries.extend((form, role, value) for form in forms)
        return entries
    role = _ROLE_KEYS[key[0]]
    number = Fraction(key[1:]) if len(key) > 1 else Fraction(0)
    exact = number.numerator if number.denominator == 1 else number
    return [(form, role, exact) for group in groups for form in group.split("|")]


def _read_table(text: str, *, teens_adjacent: bool, attached: bool) -> dict[str, Lexeme]:
    forms: dict[str, Lexeme] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        for raw, role, value in read_line(line, teens_adjacent=teens_adjacent):
            form = normalise_token(raw.removeprefix("~"))
            known = forms.get(form)
            if role is FormRole.ORDINAL and known is not None:
                continue  # "third" is read as a denominator, and its ordinal as the alternative
            also_ten = role is FormRole.PLUS_TEN and known is not None and known.value == 10
            alone = not raw.startswith("~") and (role is not FormRole.PLUS_TEN or also_ten)
            forms[form] = Lexeme(role, int(attached) if role is FormRole.CONNECTOR else value, alone)
    return forms


def _placed_in(token: str, found: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """The lexemes of a normalised token, placed in the token as it is written, side by side."""
    lengths = [len(normalise_token(token[:end])) for end in range(len(token))] + [len(normalise_token(token))]
    offsets = [next(end for end, length in enumerate(lengths) if length >= part.start) for part in found]
    ends = [*offsets[1:], len(token)]
    return tuple(
        Placed(part.lexeme, start, end) for part, start, end in zip(found, offsets, ends, strict=True)
    )


class Lexicon(dict[str, tuple[Placed, ...]]):
    """Token → its lexemes and their offsets in the token; an empty tuple where it is not a number word.

    A dictionary that fills itself, so that a token already seen costs one look-up.
    """

    def __init__(self, table: str) -> None:
        """Read the table of a language; an unknown language has no number words."""
        super().__init__()
        data = language_data(table)
        self.grammar = data.grammar
        self.forms = _read_table(
            data.words, teens_adjacent=self.grammar.teens_adjacent, attached=bool(self.grammar.conjunction)
        )
        ordered = sorted(self.forms, key=len, reverse=True)
        self._longest = len(ordered[0]) if ordered else 0
        self._stems = [
            (form.rstrip(_SILENT_VOWEL), form)
            for form in ordered
            if len(form) >= _SHORTEST_STEM
            and self.forms[form].role is FormRole.LARGE
            and table in _INFLECTING
        ]
        self._beginnings = frozenset(form[:_BEGINNING] for form in (*ordered, *dict(self._stems)))
        self._joins_nouns = table in _GERMANIC
        endings = self.grammar.endings
        self._ending = re.compile(endings) if endings else None
        self._stem = re.compile(f"(?:{endings})$") if endings else None

    def __missing__(self, token: str) -> tuple[Placed, ...]:
        if len(token) > LONGEST_COMPOUND:
            return ()
        read = normalise_token(token)
        found = self._analyse(read) if self._may_begin(read) else ()
        if found and len(read) != len(token):  # offsets of the normalised form do not hold
            found = _placed_in(token, found)
        if len(self) >= REMEMBERED_TOKENS:
            self.clear()
        self[token] = found
        return found

    def _analyse(self, token: str) -> tuple[Placed, ...]:
        exact = self.forms.get(token)
        if exact is not None:
            return (Placed(exact, 0, len(token)),)
        for prefix in self.grammar.prefixes:
            inner = self.forms.get(token[len(prefix) :]) if token.startswith(prefix) else None
            if inner is not None:
                placed = Placed(inner, len(prefix), len(token))
                if not prefix.startswith(self.grammar.conjunction):
                    return (placed,)
                return (Placed(Lexeme(FormRole.CONNECTOR, 1, False), 0, 1), placed)
        opens = self._opens(token)
        ended = self._with_ending(token) if opens else ""
        if ended:
            lexeme = self.forms[ended]
            if self._joins_nouns and lexeme.value >= _HUNDRED:  # tre hundrakronorssedlar: three of a hundred
                lexeme = Lexeme(FormRole.ADDITIVE, lexeme.value, lexeme.alone)
            return (Placed(lexeme, 0, len(ended)),)
        if opens and self.grammar.fused:
            found = self._split(token) or (self._split(self._stem.sub("", token)) if self._stem else ())
            if found:
                return found
        return self._inflected(token)

    def _with_ending(self, token: str) -> str:
        """The longest form that a token has one of the endings behind, or nothing."""
        if self._ending is not None:
            for end in range(min(self._longest, len(token)), 0, -1):
                if token[:end] in self.forms and self._ending.fullmatch(token, end):
                    return token[:end]
        return ""

    def _may_begin(self, token: str) -> bool:
        """Whether a token begins as a form or a prefix does, which settles nearly all words of a text."""
        known = self._beginnings
        if token[:_BEGINNING] in known or token[:2] in known or token[:1] in known:
            return True
        return token.startswith(self.grammar.prefixes)

    def _opens(self, token: str) -> bool:
        """Whether a token begins with a form."""
        return any(token[:end] in self.forms for end in range(1, min(self._longest, len(token)) + 1))

    def _inflected(self, token: str) -> tuple[Placed, ...]:
        """A word for a thousand and more with an ending that is in no table: миллионами, மில்லியனுக்கும்."""
        for stem, form in self._stems:
            rest = token[len(stem) :]
            if token.startswith(stem) and len(rest) <= _LONGEST_ENDING and not _PERSON.match(rest):
                return (Placed(self.forms[form], 0, len(token)),)
        return ()

    def _split(self, token: str) -> tuple[Placed, ...]:
        """The token as a chain of forms, longest first, or () where it is no compound."""
        end = len(token)
        if end > LONGEST_COMPOUND or not self._opens(token):
            return ()
        chosen: dict[int, str] = {}
        for start in range(end - 1, -1, -1):
            for length in range(min(self._longest, end - start), 0, -1):
                if start + length in chosen or (start + length == end and start not in chosen):
                    form = token[start : start + length]
                    if form in self.forms:
                        chosen[start] = form
                        break
        if 0 not in chosen:
            return ()
        parts: list[Placed] = []
        position = 0
        while position < end:
            form = chosen[position]
            lexeme = self.forms[form]
            if lexeme.role is FormRole.CONNECTOR:
                lexeme = Lexeme(FormRole.CONNECTOR, 1, False)
            parts.append(Placed(lexeme, position, position + len(form)))
            position += len(form)
        return () if parts[-1].lexeme.role is FormRole.CONNECTOR else tuple(parts)


@cache
def lexicon(table: str) -> Lexicon:
    """The lexicon of a word table, read once per process."""
    return Lexicon(table)
