"""Whether a translation says a value in words, in languages whose number words are not all read.

A value that is gone from the digits is lost only where no word of the text begins as a word for it does. An
answer here may be wrong in a yes, so that a spelling or an ending that no table has makes no false alarm.
"""

import re
import unicodedata
from collections.abc import Collection
from fractions import Fraction
from functools import cache
from typing import Final

from parallelize.core.tables import shipped_rows, shipped_toml
from parallelize.text.numerals.languages import has_words, word_table
from parallelize.text.numerals.lexicon import lexicon, normalise_token, read_line
from parallelize.text.numerals.marks import base_language

__all__ = ["SaidValues", "said_values"]

_TONES: Final = re.compile("[\u0300-\u036f]")
"""What Yoruba is often written without."""
_LONG_FORM: Final = 5
"""Letters of a form whose last one may be another where it is inflected."""
_LETTER: Final = r"\w\u0900-\u0963\u0966-\u0dff\u0f71-\u0fbc\u102b-\u103e"
"""Letters, and the vowel signs of India, Tibet and Burma, which a regular expression takes for none."""
_WORD: Final = re.compile(rf"[{_LETTER}'’]+")
_FEWEST: Final = 3
_SHORTEST_END: Final = 4
"""Letters of a form that counts behind the prefix of a class."""
_TWENTY: Final = 20
_HUNDRED: Final = 100


_COMBINING: Final = (*range(2, 11), 100, 1000)
"""Values of the cells of `combining.tsv`."""


class SaidValues:
    """The words for values in one language, as the beginnings of what may stand in a text."""

    def __init__(self, language: str) -> None:
        """Take the forms of the lexicon and the lines of `said.toml`, as far as there are any."""
        table = word_table(base_language(language))
        self._whole = has_words(table)
        flags, lines = _said_lines(base_language(language))
        forms = lexicon(table).forms
        entries = [(form, lexeme.value, lexeme.alone) for form, lexeme in forms.items()]
        for line in lines.splitlines():
            entries += [
                (form.removeprefix("~"), value, not form.startswith("~"))
                for form, _, value in read_line(line, teens_adjacent=False)
            ]
        self.known = bool(entries)
        """Whether anything is known of the language's number words."""
        self._composed = not lines or "composed" in flags
        self._inside = "inside" in flags
        self._less, self._vigesimal = "less" in flags, "vigesimal" in flags
        grammar = lexicon(table).grammar
        self._spaced = grammar.spaced and "unspaced" not in flags and not self._inside
        self._start = rf"(?<![{_LETTER}])" if self._spaced else ""
        self._start += f"(?:{'|'.join(map(re.escape, grammar.prefixes))})?"
        cells = shipped_rows(__package__, "combining.tsv").get(table, ())
        self._combining = {
            Fraction(value): cell.split("|") for value, cell in zip(_COMBINING, cells, strict=False)
        }
        meant: dict[str, set[Fraction | int]] = {}
        for form, value, alone in entries:
            meant.setdefault(self._folded(form), set()).add(value if alone else 0)
        self._values = {form: values.pop() for form, values in meant.items() if len(values) == 1}
        """What is said by forms that mean nothing else."""
        self._stems: dict[Fraction | int, dict[str, bool]] = {}
        for form, value, alone in entries:
            stem = self._stem(form)
            known = self._stems.setdefault(value, {})
            known[stem] = alone or known.get(stem, False)

    def says(self, value: Fraction | int, text: str) -> bool:
        """Whether a word of a text begins as one for that very value: it may have an ending that no table has
        (Turkish "beşini"), or be read as something else (Vietnamese "năm", five and year)."""
        return value in self._stems and self._found(self._stems[value], text)

    def combines(self, value: Fraction, text: str) -> bool:
        """Whether a word of a text begins as one that holds the value (kolmikerroksinen, three-storeyed)."""
        return self.says(value, text) or self._found(self._combining.get(value, ("(?!)",)), text)

    def may_say(self, value: Fraction | int, text: str) -> bool:
        """Whether a text may say a value, whole or built of parts; yes where no word for it is known."""
        if self.says(value, text):
            return True
        if not self._composed and value < _HUNDRED:
            return value not in self._stems
        parts = self._parts(value)
        known = [self._stems.get(part, {}).items() for part in parts]
        stems = [stem for part in known for stem, alone in part if alone]
        if self._vigesimal or (stems and self._found(stems, text)):
            return bool(stems) and self._found(stems, text)
        folded = self._folded(text)  # the unit may be said first: "fënnefandrësseg"
        tens = (stem for part in parts if part >= _TWENTY for stem in self._stems.get(part, ()))
        return any(len(stem) >= _LONG_FORM - 1 and stem in folded for stem in tens)

    def other_values(self, text: str, known: Collection[Fraction]) -> set[Fraction | int]:
        """Counts from three on that words of a text say, found whole, and that no value known is built of."""
        if self._less or not (self._spaced or self._inside):
            return set()
        words = set(_WORD.findall(self._folded(text)))
        found = {value for value in map(self._value, words) if _FEWEST <= value <= _HUNDRED}
        ends = [part for value in known for part in (value % 10, value // 10 % 10)]
        if self._vigesimal:  # Welsh sixteen is one on fifteen
            ends += [10, 15, *(value % 20 for value in known)]
        return found and found.difference(ends, *map(self._parts, known))

    def _value(self, word: str) -> Fraction | int:
        """What a word says, 0 for nothing; by its end where it begins with the prefix of a class."""
        if not self._inside or word in self._values:
            return self._values.get(word, 0)
        ends = (word[start:] for start in range(1, len(word) - _SHORTEST_END + 1))
        return next((self._values[end] for end in ends if end in self._values), 0)

    def says_tens(self, text: str, known: Collection[Fraction]) -> bool:
        """Whether a word of a text begins as one for twenty, thirty … that no value known is built of."""
        built = {part for value in known for part in self._parts(value)}
        stems = [
            stem
            for tens in range(_TWENTY, _HUNDRED, 10)
            for stem in self._stems.get(tens, ())
            if tens not in built and len(stem) >= _LONG_FORM - 1
        ]
        return self._composed and bool(stems) and self._found(stems, text)

    def _parts(self, value: Fraction | int) -> set[Fraction | int]:
        """What a value may be built of: tens and units, twenties, what is missing to the next ten."""
        number = int(value)
        parts: set[Fraction | int] = set()
        for scale in (1_000_000, 1000, 100):
            if number >= scale:
                parts |= {scale, *self._parts(number // scale)}
                number %= scale
        tens, unit = divmod(number, 10)
        if tens < 2:
            return (parts | {number, 10 * tens, unit if unit > 2 else 0}) - {0}
        parts |= {number, *({10 * tens} if 10 * tens in self._stems else {10, tens})}
        if self._vigesimal:
            parts |= {number // 20 * 20}
        if self._less and unit:
            parts |= {10 * tens + 10, 10 - unit}
        return parts

    def _found(self, stems: Collection[str], text: str) -> bool:
        folded = self._folded(text)
        there = [re.escape(stem) + self._end(stem) for stem in stems if stem in folded]
        return bool(there) and re.search(f"{self._start}(?:{'|'.join(there)})", folded) is not None

    def _end(self, stem: str) -> str:
        """A word of one or two letters is found whole: Gujarati six is the beginning of "is"."""
        whole = self._spaced and len(stem) <= 2 and not self._whole
        return f"(?![{_LETTER}])" if whole or self._inside else ""

    def _stem(self, form: str) -> str:
        """A form as it is looked for: long ones without the letter that an ending replaces."""
        form = self._folded(form)
        return form if self._whole or self._inside or len(form) < _LONG_FORM else form[:-1]

    def _folded(self, text: str) -> str:
        text = normalise_token(text.lower())
        return text if self._whole else _TONES.sub("", unicodedata.normalize("NFD", text))


def _said_lines(language: str) -> tuple[str, str]:
    """The flags of a language and its lines; some have no flags."""
    table = shipped_toml(__package__, "said.toml")
    lines = str(table.get(language) or table.get(word_table(language), ""))
    flags, _, rest = lines.partition("\n")
    return ("", lines) if flags[:1].isdecimal() else (flags, rest)


@cache
def said_values(language: str) -> SaidValues:
    """The words for values of a language, read once per process."""
    return SaidValues(language)
