"""Measure translations: segments while they are made, rows when they are whole. Nothing is judged here.

What is measured, and where, says the table `core.measures.MEASURES`; this module asks each function of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any

from parallelize.core.errors import InputError
from parallelize.core.identification import LanguageIdentifier
from parallelize.core.language_pair import LanguagePair
from parallelize.core.measure import Fold, Measure, Need
from parallelize.core.measures import AGAIN, MEASURES, known_measure, measure_versions
from parallelize.core.verdicts import Reason, Score
from parallelize.metrics.pair import Pair, Row
from parallelize.metrics.reading import Reading, read
from parallelize.metrics.similarity import chrf_score, compare
from parallelize.stages.language import LanguageJudge

__all__ = ["Scorer"]

_ADDED_UP = (Fold.SUM, Fold.SEGMENTS)
_REMEMBERED, _LONGEST_REMEMBERED = 4096, 500
"""Segments whose scores are kept for their rows, as many as a build has under way, and their characters."""


def _function(measure: Measure) -> Callable[[Any], Score]:
    found: Callable[[Any], Score] = getattr(import_module(f"parallelize.{measure.measured_in}"), measure.name)
    return found


_MEASURED = [measure for measure in MEASURES.values() if measure.measured_in]
_OF_TEXTS = {item.name: _function(item) for item in _MEASURED if item.fold is not Fold.ROW}
_OF_ROWS = {item.name: _function(item) for item in _MEASURED if item.fold is Fold.ROW}
_EMPTY = next(iter(_OF_TEXTS))
"""Whether there is a text at all comes first: of one that is not, little else is measured."""
_OF_CHARACTERS = [item.name for item in _MEASURED if item.reason is Reason.CHARACTERS]


class Scorer:
    """Measures of `core.measures.MEASURES` on translations. Holds no threshold; safe to share."""

    def __init__(
        self,
        identifiers: Sequence[LanguageIdentifier],
        *,
        exact_spans: bool = True,
        measures: Collection[str] = (),
    ) -> None:
        """Take the panel of language identifiers, cheapest first (`identifiers.panel.default_panel`).

        Args:
            identifiers: two or more.
            exact_spans: whether protected spans must come back sign by sign, as they do where they were
                masked and restored. False compares formulas by content (`text.formulas`): for
                translations by people and by other programs.
            measures: names of those that are wanted, beside whether there is a text at all; none: all.

        Raises:
            InputError: fewer than two identifiers, or a measure that is not measured on texts.
        """
        self._languages = LanguageJudge(identifiers)
        self._exact = exact_spans
        self._wanted = _wanted(measures)
        self._functions = [_OF_TEXTS[name] for name in self._wanted if name in _OF_TEXTS and name != _EMPTY]
        self._remembered: dict[tuple[str, str, LanguagePair], tuple[Score, ...]] = {}

    @property
    def identifiers(self) -> str:
        """The language identifiers with versions and digests, for the manifest."""
        return self._languages.signature

    @property
    def signature(self) -> str:
        """All that scores depend on beside the texts: identifiers, and every measure with its version."""
        versions = measure_versions()
        named = versions if len(self._wanted) == len(_MEASURED) else self._wanted
        measures = ",".join(f"{name}:{versions[name]}" for name in named)
        return f"{self.identifiers} ; measures|{measures}"

    def score_segment(self, source: str, target: str, *, languages: LanguagePair) -> tuple[Score, ...]:
        """Measure one reply. Measures that need a whole row are not among the scores.

        Args:
            source: the segment, with its formulas.
            target: its translation, placeholders put back.
            languages: of the source and of the target.
        """
        pair = self._pair(source, target, languages)
        scores = self._scores(pair)
        if len(source) <= _LONGEST_REMEMBERED:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[pair.texts] = scores
        return scores

    def score_row(
        self,
        texts: Sequence[tuple[str, str | None, str]],
        *,
        languages: LanguagePair,
        source_answer: str | None = None,
        back_translations: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    ) -> tuple[Score, ...]:
        """Measure a whole row: of each measure one score, and the text it was found in.

        Args:
            texts: (path, source, target) of every text of the row; where a source is None, only what a
                target has by itself is measured.
            languages: of the source and of the target.
            source_answer: the row's short answer, in source form; None if it has none.
            back_translations: (source segment, back-translated segment) by path; None if nothing was
                translated back, and the measures of it are then left out.

        Returns:
            One score for each measure, in the order of `MEASURES`, put together from the texts as
            its line of the table says.
        """
        row = Row(
            pairs=[(path, self._pair(source or "", target, languages)) for path, source, target in texts],
            answer=source_answer,
            back=back_translations,
        )
        scores = self._of_all_texts(row)
        has_source = all(source is not None for _, source, _ in texts)
        asked, of_rows = _measurable(self._wanted, has_source=has_source, came_back=row.back is not None)
        scores |= {name: _OF_ROWS[name](row) for name in of_rows}
        return tuple(filter(None, map(scores.get, asked)))

    def score_again(
        self,
        texts: Sequence[tuple[str, str, str]],
        *,
        languages: LanguagePair,
        back_translations: Mapping[str, Sequence[tuple[str, str]]],
        translated_again: Mapping[str, Sequence[tuple[str, str]]],
    ) -> tuple[Score, ...]:
        """Measure anew what tells more of a row when what came back is translated once more.

        Args:
            texts: (path, source, target) of every text of the row.
            languages: of the source and of the target.
            back_translations: (source segment, back-translated segment) by path.
            translated_again: (translated segment, what came back of it translated once more) by path.
        """
        row = Row(
            pairs=[(path, self._pair(source, target, languages)) for path, source, target in texts],
            back=back_translations,
            again=translated_again,
        )
        return tuple(_OF_ROWS[name](row) for name in AGAIN if name in self._wanted)

    def back_chrf(self, source: str, back: str) -> float | None:
        """ChrF++ (0–100) of one back-translated segment, on its prose; None if the source has no prose."""
        ours, theirs = read(source, ""), Reading(back, "")
        return chrf_score([compare(theirs.profile, ours.profile)]) if ours.has_letters else None

    def _of_all_texts(self, row: Row) -> dict[str, Score]:
        """Scores of the texts of a row, put together by measure."""
        if len(row.pairs) == 1:
            ((path, pair),) = row.pairs
            scores = self._scores(pair)
            return {score.measure: _placed(score, path) if score.value else score for score in scores}
        found: dict[str, list[tuple[str, Score]]] = {}
        for path, pair in row.pairs:
            for score in self._scores(pair):
                found.setdefault(score.measure, []).append((path, score))
        return {name: _folded(MEASURES[name], group) for name, group in found.items()}

    def _pair(self, source: str, target: str, languages: LanguagePair) -> Pair:
        return Pair.of(source, target, languages, exact_spans=self._exact, judge=self._languages)

    def _scores(self, pair: Pair) -> tuple[Score, ...]:
        """Scores of a text. A text of one segment is asked for twice: when that is made and with its row."""
        known = self._remembered.get(pair.texts) if self._remembered else None
        if known is not None:
            return known
        empty = _OF_TEXTS[_EMPTY](pair)
        if empty.value:  # a text of question marks has lost its letters on the way
            left = _OF_CHARACTERS if pair.target.text.strip() else ()
            return (empty, *[_OF_TEXTS[name](pair) for name in left if name in self._wanted])
        return (empty, *[measure(pair) for measure in self._functions])


def _wanted(measures: Collection[str]) -> tuple[str, ...]:
    """The measures that are measured on texts and wanted, in the order of `MEASURES`; `_EMPTY` always is."""
    for name in measures:
        if not known_measure(name).measured_in:
            raise InputError(
                f"{name} is no measure of texts: an engine or a scoring model says it",
                remedy=f"name some of {', '.join(item.name for item in _MEASURED)}",
            )
    return tuple(item.name for item in _MEASURED if not measures or item.name in (_EMPTY, *measures))


@cache
def _measurable(
    wanted: tuple[str, ...], *, has_source: bool, came_back: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of these measures those that need nothing but what there is, and of them those of whole rows."""
    there = {None, *([Need.SOURCE] * has_source), *([Need.BACK_TRANSLATION] * came_back)}
    asked = tuple(name for name in wanted if MEASURES[name].needs in there)
    return asked, tuple(name for name in asked if name in _OF_ROWS)


def _placed(score: Score, path: str) -> Score:
    """The score of the only text of a row that found something: it says where."""
    return Score(score.measure, score.value, path, score.evidence)


def _folded(measure: Measure, group: Sequence[tuple[str, Score]]) -> Score:
    """One score of a measure for a row: the worst text's, or the sum with the worst text's place."""
    measured = [(path, score) for path, score in group if score.value is not None]
    if not measured:
        return next(score for _, score in group)
    path, worst = max(measured, key=lambda found: found[1].value or 0.0)
    if not worst.value:
        return worst
    total = math.fsum(score.value or 0.0 for _, score in measured)
    value = total if measure.fold in _ADDED_UP else worst.value
    return Score(measure=measure.name, value=value, where=path, evidence=worst.evidence)
