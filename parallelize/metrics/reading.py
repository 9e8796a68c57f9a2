"""What is read of a text: lazily, once, and for every measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from parallelize.core.read_once import ReadOnce
from parallelize.core.writing import usual_script
from parallelize.metrics.function_words import words
from parallelize.metrics.sentences import UNSPACED, sentence_ranges
from parallelize.metrics.similarity import Profile, profile
from parallelize.text.answers import FinalAnswer, final_answer
from parallelize.text.numerals import Number, read_numbers
from parallelize.text.protect import find_spans, readable_prose
from parallelize.text.signs import variables, without_arithmetic, without_hidden
from parallelize.text.structure import Structure, read_structure, without_code_lines, without_figures
from parallelize.text.thinking import may_have_marks, split_response
from parallelize.text.units import Measured, measured

__all__ = ["Reading", "read"]


_WORD = re.compile(r"[^\W\d_]{2,}")
_HANDFUL = 5
_Found = TypeVar("_Found")


class Reading:
    """A text in a language, and what is read of it, each thing once."""

    def __init__(self, text: str, language: str) -> None:
        """Read nothing yet. `read` gives the reading that others may have begun."""
        self.text, self.language = text, language
        self._found: dict[Callable[[Reading], Any], Any] = {}

    def once(self, read_it: Callable[[Reading], _Found]) -> _Found:
        """What a module reads of texts for itself, read once: of a source, once for all its translations."""
        try:
            found: _Found = self._found[read_it]
        except KeyError:
            found = self._found[read_it] = read_it(self)
        return found

    @ReadOnce
    def script(self) -> str:
        """ISO 15924 code of the language's script; empty if the language is not known."""
        return usual_script(self.language)

    @ReadOnce
    def lowered(self) -> str:
        """The text in small letters."""
        return self.text.lower()

    @ReadOnce
    def structure(self) -> Structure:
        """What the text is built of beside its words."""
        return read_structure(self.text)

    @ReadOnce
    def is_plain(self) -> bool:
        """Whether the text has no protected span: no formula, code or link."""
        return not find_spans(self.text)

    @ReadOnce
    def prose(self) -> str:
        """What is language in the text: without formulas, code, links and drawings."""
        return readable_prose(without_code_lines(self.text) if self.structure.code else self.text)

    @ReadOnce
    def without_figures(self) -> str:
        """The text without its drawings."""
        may_draw = "\\" in self.text or "asy" in self.text
        return without_figures(self.text) if may_draw and self.structure.figures else self.text

    @ReadOnce
    def wording(self) -> str:
        """The prose without arithmetic, which is as long in every language."""
        return without_arithmetic(self.prose)

    @ReadOnce
    def has_letters(self) -> bool:
        """Whether there is any language in the text."""
        return any(map(str.isalpha, self.prose))

    @ReadOnce
    def in_prose(self) -> Reading:
        """The reading of the prose alone."""
        return Reading(self.prose, self.language)

    @ReadOnce
    def parts(self) -> tuple[tuple[str, str], ...]:
        """(name, prose) of the thinking of a response and of the rest, or of the text that does not think."""
        split = split_response(self.text) if may_have_marks(self.text) else None
        if split is None or split.thinking is None:
            return (("text", self.prose),)
        return ("thinking", readable_prose(split.thinking)), ("response", readable_prose(split.answer or ""))

    @ReadOnce
    def words(self) -> tuple[str, ...]:
        """Words of the prose in lower case."""
        return words(self.prose)

    @ReadOnce
    def vocabulary(self) -> frozenset[str]:
        """The different words of the prose, in lower case."""
        return frozenset(self.words)

    @ReadOnce
    def unspaced(self) -> bool:
        """Whether there is a word in a script that has no spaces."""
        return not self.prose.isascii() and any(word[0] >= UNSPACED for word in self.words)

    @ReadOnce
    def plain_words(self) -> int:
        """Words of the prose that do not begin with a capital, counted up to a handful."""
        plain = (True for word in _WORD.finditer(self.prose) if not word[0][0].isupper())
        return sum(islice(plain, _HANDFUL))

    @ReadOnce
    def numbers(self) -> Sequence[Number]:
        """Numbers of the text, in digits and words."""
        return read_numbers(self.text, self.language)

    @ReadOnce
    def running(self) -> str:
        """The running text: without code, addresses, tags and LaTeX."""
        return without_hidden(self.text, formulas=False)

    @ReadOnce
    def variables(self) -> Sequence[str]:
        """Single letters of the running text that stand for something."""
        return tuple(variables(self.running))

    @ReadOnce
    def measured(self) -> Sequence[Measured]:
        """Counts and amounts of the text, each with its unit."""
        return measured(self.text, self.language, self.numbers)

    @ReadOnce
    def answer(self) -> FinalAnswer | None:
        """The final answer that the text announces."""
        return final_answer(self.text, self.language)

    @ReadOnce
    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of each sentence of the text."""
        return sentence_ranges(self.text, self.script)

    @ReadOnce
    def profile(self) -> Profile:
        """Counts of character n-grams in the prose, for chrF."""
        return profile(self.prose)


@lru_cache(maxsize=2048)
def read(text: str, language: str) -> Reading:
    """The reading of a text; a source is read once for its attempts, its row and every language."""
    return Reading(text, language)
