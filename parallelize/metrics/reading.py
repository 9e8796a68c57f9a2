"""What is read of a text and of a pair of texts: lazily, once, and for every measure.

A measure is a function `(Pair) -> Score`, or `(Row) -> Score` where only the whole row can tell; it has the
name and stands in the module that its line of `core.measures.MEASURES` says. What one measure needs of
another is a field here, never a word in its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Any, Generic, Protocol, Self, TypeVar, overload

from parallelize.core.language_pair import LanguagePair
from parallelize.core.languages import known_language
from parallelize.metrics.added import Added, added_lines
from parallelize.metrics.function_words import words
from parallelize.metrics.language import LanguageVote
from parallelize.metrics.lengths import Length, length_of, without_arithmetic
from parallelize.metrics.repetition import Loop, longest_loop
from parallelize.metrics.sentences import sentence_ranges
from parallelize.metrics.similarity import Profile, SegmentStatistics, compare, profile
from parallelize.text.answers import FinalAnswer, final_answer
from parallelize.text.numerals import Number, read_numbers
from parallelize.text.protect import readable_prose
from parallelize.text.signs import variables, without_hidden
from parallelize.text.structure import Structure, read_structure, without_code_lines, without_figures
from parallelize.text.thinking import may_have_marks, split_response
from parallelize.text.units import Measured, measured

__all__ = ["UNSPACED", "BackPair", "Judge", "Pair", "Reading", "Row", "read"]


class Judge(Protocol):
    """Who tells languages apart (`stages.language.LanguageJudge`)."""

    def judge(self, texts: Sequence[str], expected: str) -> list[LanguageVote]: ...

    def named(self, texts: Sequence[str], expected: str) -> list[str | None]: ...


UNSPACED = "\u0e00"
"""Thai and what follows it: most scripts from here on write without spaces."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_HANDFUL = 5
_Found = TypeVar("_Found")


class _ReadOnce(Generic[_Found]):
    """What is read when it is first asked for: `functools.cached_property` without its lock (Python 3.11)."""

    def __init__(self, read_it: Callable[[Any], _Found]) -> None:
        self._read_it = read_it
        self.__doc__ = read_it.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> _Found: ...
    def __get__(self, instance: object | None, owner: type) -> Self | _Found:
        if instance is None:
            return self
        found = instance.__dict__[self._name] = self._read_it(instance)  # stands before this from now on
        return found


class Reading:
    """A text in a language, and what is read of it, each thing once."""

    def __init__(self, text: str, language: str) -> None:
        """Read nothing yet. `read` gives the reading that others may have begun."""
        self.text, self.language = text, language

    @_ReadOnce
    def script(self) -> str:
        """ISO 15924 code of the language's script; empty if the language is not known."""
        known = known_language(self.language)
        return known.script if known is not None else ""

    @_ReadOnce
    def structure(self) -> Structure:
        """What the text is built of beside its words."""
        return read_structure(self.text)

    @_ReadOnce
    def prose(self) -> str:
        """What is language in the text: without formulas, code, links and drawings."""
        return readable_prose(without_code_lines(self.text) if self.structure.code else self.text)

    @_ReadOnce
    def without_figures(self) -> str:
        """The text without its drawings."""
        return without_figures(self.text) if self.structure.figures else self.text

    @_ReadOnce
    def wording(self) -> str:
        """The prose without arithmetic, which is as long in every language."""
        return without_arithmetic(self.prose)

    @_ReadOnce
    def has_letters(self) -> bool:
        """Whether there is any language in the text."""
        return any(map(str.isalpha, self.prose))

    @_ReadOnce
    def in_prose(self) -> Reading:
        """The reading of the prose alone."""
        return Reading(self.prose, self.language)

    @_ReadOnce
    def parts(self) -> tuple[tuple[str, str], ...]:
        """(name, prose) of the thinking of a response and of the rest, or of the text that does not think."""
        split = split_response(self.text) if may_have_marks(self.text) else None
        if split is None or split.thinking is None:
            return (("text", self.prose),)
        return ("thinking", readable_prose(split.thinking)), ("response", readable_prose(split.answer or ""))

    @_ReadOnce
    def words(self) -> tuple[str, ...]:
        """Words of the prose in lower case."""
        return words(self.prose)

    @_ReadOnce
    def unspaced(self) -> bool:
        """Whether there is a word in a script that has no spaces."""
        return not self.prose.isascii() and any(word[0] >= UNSPACED for word in self.words)

    @_ReadOnce
    def plain_words(self) -> int:
        """Words of the prose that do not begin with a capital, counted up to a handful."""
        plain = (True for word in _WORD.finditer(self.prose) if not word[0][0].isupper())
        return sum(islice(plain, _HANDFUL))

    @_ReadOnce
    def numbers(self) -> Sequence[Number]:
        """Numbers of the text, in digits and words."""
        return read_numbers(self.text, self.language)

    @_ReadOnce
    def running(self) -> str:
        """The running text: without code, addresses, tags and LaTeX."""
        return without_hidden(self.text, formulas=False)

    @_ReadOnce
    def variables(self) -> Sequence[str]:
        """Single letters of the running text that stand for something."""
        return tuple(variables(self.running))

    @_ReadOnce
    def measured(self) -> Sequence[Measured]:
        """Counts and amounts of the text, each with its unit."""
        return measured(self.text, self.language, self.numbers)

    @_ReadOnce
    def answer(self) -> FinalAnswer | None:
        """The final answer that the text announces."""
        return final_answer(self.text, self.language)

    @_ReadOnce
    def sentences(self) -> list[tuple[int, int]]:
        """Start and end of each sentence of the text."""
        return sentence_ranges(self.text, self.script)

    @_ReadOnce
    def loop(self) -> Loop:
        """The longest loop of the text."""
        return longest_loop(self.text)

    @_ReadOnce
    def profile(self) -> Profile:
        """Counts of character n-grams in the prose, for chrF."""
        return profile(self.prose)


@lru_cache(maxsize=1024)
def read(text: str, language: str) -> Reading:
    """The reading of a text; a source is read once for its translations into every language."""
    return Reading(text, language)


@dataclass(frozen=True)
class Pair:
    """A source text and its translation."""

    source: Reading
    target: Reading
    exact_spans: bool = field(default=True, kw_only=True)
    """Whether protected spans must come back sign by sign, or by content."""
    judge: Judge | None = field(default=None, kw_only=True)
    """Who tells languages apart; measures of language need one."""

    @classmethod
    def of(
        cls,
        source: str,
        target: str,
        languages: LanguagePair,
        *,
        exact_spans: bool = True,
        judge: Judge | None = None,
    ) -> Pair:
        """Pair two texts.

        Args:
            source: the source text, with its formulas.
            target: its translation.
            languages: of the source and of the target.
            exact_spans: see the field.
            judge: see the field.
        """
        ours, theirs = languages
        return cls(read(source, ours), Reading(target, theirs), exact_spans=exact_spans, judge=judge)

    @_ReadOnce
    def languages(self) -> LanguagePair:
        """Codes of source and target language."""
        return LanguagePair(self.source.language, self.target.language)

    @property
    def one_language(self) -> bool:
        """Whether both are in the same language, so that a copy is no fault."""
        return self.source.language == self.target.language

    @_ReadOnce
    def in_prose(self) -> Pair:
        """The pair without formulas, code, links and drawings."""
        return replace(self, source=self.source.in_prose, target=self.target.in_prose)

    @_ReadOnce
    def added(self) -> Added:
        """Lines of the target before and after what translates the source."""
        scripts = self.source.script, self.target.script
        return added_lines(self.source.text, self.target.text, self.languages, scripts)

    @_ReadOnce
    def length(self) -> Length | None:
        """How far the target's length is from what is expected; None where there is too little prose."""
        ours, theirs = self.source, self.target
        found = length_of(ours.wording, theirs.wording, self.languages)
        if len(theirs.text) - len(theirs.prose) > len(ours.text) - len(ours.prose):
            # What the source says in words may be a formula in the target.
            whole = length_of(ours.text, theirs.text, self.languages)
            found = min(found, whole, key=lambda length: 0.0 if length is None else length.deviation)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class BackPair:
    """A source segment and what came back of its translation."""

    where: str
    """Path of the text and number of the segment."""
    source: Reading
    back: Reading
    statistics: SegmentStatistics


@dataclass(frozen=True, kw_only=True)
class Row:
    """Every text of a row with its translation, and what else is known of the row."""

    pairs: Sequence[tuple[str, Pair]]
    """(path, pair), in the order of the row."""
    answer: str | None = None
    """The row's short answer, in source form."""
    back: Mapping[str, Sequence[tuple[str, str]]] | None = None
    """(source segment, back-translated segment) by path; None if nothing was translated back."""

    @_ReadOnce
    def came_back(self) -> list[BackPair]:
        """Segments whose source has prose, compared with what came back of them."""
        found = []
        language = self.pairs[0][1].source.language if self.pairs else ""
        for path, segments in (self.back or {}).items():
            for number, (source, back) in enumerate(segments):
                ours, theirs = read(source, language), Reading(back, language)
                if ours.has_letters:
                    statistics = compare(theirs.profile, ours.profile)
                    where = f"{path}#{number}"
                    found.append(BackPair(where=where, source=ours, back=theirs, statistics=statistics))
        return found
