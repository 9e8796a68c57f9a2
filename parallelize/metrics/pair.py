"""What is read of a pair of texts, and of a row of them: lazily, once, and for every measure.

A measure is a function `(Pair) -> Score`, or `(Row) -> Score` where only the whole row can tell; it has the
name and stands in the module that its line of `core.measures.MEASURES` says. What one measure needs of
another is a field here, never a word in its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from parallelize.core.language_pair import LanguagePair
from parallelize.core.read_once import ReadOnce
from parallelize.metrics.added import Added, added_lines
from parallelize.metrics.function_words import words
from parallelize.metrics.language import LanguageVote, Status
from parallelize.metrics.lengths import Length, Size, length_of, size_of
from parallelize.metrics.reading import Reading, read
from parallelize.metrics.similarity import SegmentStatistics, chrf_score, compare
from parallelize.text.protect import comparisons

__all__ = ["BackPair", "Judge", "Pair", "Row"]


class Judge(Protocol):
    """Who tells languages apart (`stages.language.LanguageJudge`)."""

    def judge(self, texts: Sequence[str], expected: str) -> list[LanguageVote]: ...

    def named(self, texts: Sequence[str], expected: str) -> list[str | None]: ...


@dataclass(eq=False)
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

    @ReadOnce
    def languages(self) -> LanguagePair:
        """Codes of source and target language."""
        return LanguagePair(self.source.language, self.target.language)

    @property
    def texts(self) -> tuple[str, str, LanguagePair]:
        """What the pair was made of."""
        return self.source.text, self.target.text, self.languages

    @property
    def one_language(self) -> bool:
        """Whether both are in the same language, so that a copy is no fault."""
        return self.source.language == self.target.language

    @ReadOnce
    def shared_words(self) -> frozenset[str]:
        """Words of the prose that both have, in lower case."""
        return self.source.vocabulary & self.target.vocabulary

    @ReadOnce
    def kept_names(self) -> frozenset[str]:
        """Words of comparisons (`score >= 60`) that the target has as they are, in lower case."""
        pieces = self.source.once(_compared) if self.source.language == "en" else ()
        return frozenset(word for piece in pieces if piece in self.target.text for word in words(piece))

    @ReadOnce
    def is_read(self) -> bool:
        """Whether the target is seen to be in its language; another text proves nothing by its words."""
        if self.judge is None:
            return True
        (vote,) = self.judge.judge([self.target.prose], self.target.language)
        return vote.status is Status.ON

    @ReadOnce
    def in_prose(self) -> Pair:
        """The pair without formulas, code, links and drawings."""
        return replace(self, source=self.source.in_prose, target=self.target.in_prose)

    @ReadOnce
    def added(self) -> Added:
        """Lines of the target before and after what translates the source."""
        scripts = self.source.script, self.target.script
        return added_lines(self.source.text, self.target.text, self.languages, scripts)

    @ReadOnce
    def length(self) -> Length | None:
        """How far the target's length is from what is expected; None where there is too little prose."""
        ours, theirs = self.source, self.target
        found = length_of(ours.once(_size), theirs.once(_size), self.languages)
        if len(theirs.text) - len(theirs.prose) > len(ours.text) - len(ours.prose):
            # What the source says in words may be a formula in the target.
            source, target = (size_of(side.text, side.language) for side in (ours, theirs))
            whole = length_of(source, target, self.languages)
            found = min(found, whole, key=lambda length: 0.0 if length is None else length.deviation)
        return found


def _compared(reading: Reading) -> tuple[str, ...]:
    text = reading.text
    return tuple(text[start:end] for start, end in comparisons(text, 0, len(text)))


def _size(reading: Reading) -> Size:
    return size_of(reading.wording, reading.language)


@dataclass(eq=False, kw_only=True)
class BackPair:
    """A source segment and what came back of its translation."""

    where: str
    """Path of the text and number of the segment."""
    source: Reading
    back: Reading

    @ReadOnce
    def statistics(self) -> SegmentStatistics:
        """What came back compared with the source, for chrF++ and BLEU."""
        return compare(self.back.profile, self.source.profile)


@dataclass(eq=False, kw_only=True)
class Row:
    """Every text of a row with its translation, and what else is known of the row."""

    pairs: Sequence[tuple[str, Pair]]
    """(path, pair), in the order of the row."""
    answer: str | None = None
    """The row's short answer, in source form."""
    back: Mapping[str, Sequence[tuple[str, str]]] | None = None
    """(source segment, back-translated segment) by path; None if nothing was translated back."""
    again: Mapping[str, Sequence[tuple[str, str]]] | None = None
    """(translated segment, what came back of it translated once more) by path; None if nothing was."""

    @ReadOnce
    def came_back(self) -> list[BackPair]:
        """Segments whose source has prose, compared with what came back of them."""
        found = []
        language = self.pairs[0][1].source.language if self.pairs else ""
        for path, segments in (self.back or {}).items():
            for number, (source, back) in enumerate(segments):
                ours, theirs = read(source, language), Reading(back, language)
                if ours.has_letters:
                    found.append(BackPair(where=f"{path}#{number}", source=ours, back=theirs))
        return found

    @ReadOnce
    def back_chrf(self) -> float | None:
        """ChrF++ (0 to 100) of what came back, over the row; None if nothing did."""
        return chrf_score(pair.statistics for pair in self.came_back) if self.back else None
