"""Reads the chosen rows of a run and puts them in the form that the page's script shows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from parallelize.core.language_pair import LanguagePair
from parallelize.core.thresholds import Thresholds
from parallelize.core.verdicts import Verdict
from parallelize.report.marks import Run, mark_texts
from parallelize.report.page import inert
from parallelize.report.samples import Choice
from parallelize.store.people import People, row_key
from parallelize.store.tables import TextPair, TranslatedRow, read_translated

__all__ = ["SampleReader", "SampleRow", "SampleText", "within_budget"]

_TEXTS = 12
"""Texts shown of one row; a chat may have many turns."""
_EVIDENCE = 400


ShownScore = tuple[str, float | None, bool, str, str]
"""(measure, value, whether it was out of bounds, where, evidence)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleText:
    """One text of a row, as runs of marked text."""

    path: str
    source: Sequence[Run]
    target: Sequence[Run]
    back: Sequence[Run] | None
    """None: not translated back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """A row as the page's script takes it: its JSON has these names, in this order."""

    language: str
    key: str
    """Which translation of the row a mark of a person is about."""
    id: str
    kept: bool
    reasons: Sequence[str]
    why: Sequence[str]
    """What it is an example of."""
    answer: str | None
    scores: Sequence[ShownScore]
    rungs: Sequence[tuple[str, int]]
    """(rung, segments whose text it gave)."""
    copied: int
    texts: Sequence[SampleText]
    more_texts: int
    """Texts that are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReader:
    """Reads rows of one language."""

    chunks: Sequence[tuple[Path, int]]
    """Translated chunks with their rows, in the order of the records."""
    languages: LanguagePair
    thresholds: Thresholds
    people: People = field(default_factory=People)

    def read(self, choices: Sequence[Choice]) -> Iterator[SampleRow]:
        """The rows in the order of the choices, in the form that a page shows.

        Raises:
            StorageFault: a chunk is missing or damaged.
        """
        for choice, row in self.rows(choices):
            yield self.shown(choice, row)

    def rows(self, choices: Sequence[Choice]) -> Iterator[tuple[Choice, TranslatedRow]]:
        """The rows in the order of the choices. Every chunk is read at most once.

        Raises:
            StorageFault: a chunk is missing or damaged.
        """
        starts = [0, *itertools.accumulate(rows for _, rows in self.chunks)]
        wanted = {choice.row for choice in choices}
        found: dict[int, TranslatedRow] = {}
        for (path, rows), start in zip(self.chunks, starts, strict=False):
            places = [row for row in range(start, start + rows) if row in wanted]
            if places:
                read = read_translated(path, [row - start for row in places])
                found.update(zip(places, read, strict=True))
        for choice in choices:
            yield choice, found[choice.row]

    def verdict(self, row: TranslatedRow) -> Verdict:
        """What the corpus was made by: the gates, and people before them."""
        return self.people.verdict(self.languages.target, row, self.thresholds.judge(row.scores))

    def shown(self, choice: Choice, row: TranslatedRow) -> SampleRow:
        """A row in the form that a page shows."""
        verdict = self.verdict(row)
        failed = {(score.measure, score.where) for score in verdict.failed}
        return SampleRow(
            language=self.languages.target,
            key=row_key(self.languages.target, row),
            id=inert(row.id),
            kept=verdict.kept,
            reasons=[reason.value for reason in verdict.reasons],
            why=list(choice.why),
            answer=None if row.answer is None else inert(row.answer),
            scores=[
                (
                    score.measure,
                    None if score.value is None else round(score.value, 4),
                    (score.measure, score.where) in failed,
                    inert(score.where),
                    inert(score.evidence[:_EVIDENCE]),
                )
                for score in row.scores
            ],
            rungs=[(rung.rung, rung.won) for rung in row.rungs if rung.won],
            copied=row.copied,
            texts=[self._text(item) for item in row.texts[:_TEXTS]],
            more_texts=max(0, len(row.texts) - _TEXTS),
        )

    def _text(self, item: TextPair) -> SampleText:
        marked = mark_texts(
            item.source,
            item.target,
            item.back,
            self.languages,
        )
        return SampleText(path=item.name, source=marked.source, target=marked.target, back=marked.back)


def within_budget(samples: Iterable[SampleRow], limit: int) -> list[SampleRow]:
    """The first samples whose JSON takes no more than `limit` bytes together."""
    kept, size = [], 0
    for sample in samples:
        size += len(orjson.dumps(sample))
        if size > limit:
            break
        kept.append(sample)
    return kept
