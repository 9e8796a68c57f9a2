"""Verdicts as columns of numbers: what a report needs of each response, in less than fifty bytes.

A million responses fit where ten thousand whole verdicts do. Texts and evidence are not kept; what is equal
(a part's status and language, the way in which an answer was found) is kept once, and shares of English are
added up as they come.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from parallelize.evaluation.accuracy import AnswerVerdict
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.mixing import MIXED_SHARE
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.text.thinking import ResponsePart

__all__ = ["UNKNOWN", "Sum", "VerdictTable"]

UNKNOWN: Final = -1
"""Stands for None in columns of whole numbers."""
_MOST_TOKENS: Final = 2**31 - 1
_PART_COLUMNS: Final = {part: f"part_{part.value}" for part in ResponsePart}
_COLUMNS: Final = {
    # column: its type as `array` names it
    "model": "I",
    "language": "H",
    "item": "q",  # of any language: what intervals draw whole
    "sample": "i",  # 0 without one
    "variant": "i",  # 0 without one
    **dict.fromkeys(_PART_COLUMNS.values(), "H"),  # places in `parts`
    "answer": "h",  # a place in `answers`
    "strict": "b",
    "chance": "I",  # a place in `chances`
    "characters": "I",
    "tokens": "i",
    "cut": "b",
}
_SPREAD: Final = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
"""Odd numbers that keep languages, variants and samples of an item apart in 64 bits."""

Sum = tuple[float, int]
"""A total, and how many were added up."""
_Cell = tuple[int, int]
"""A model and a language; `UNKNOWN` for all its languages."""


class _Once:
    """Numbers things in the order in which they are first seen; equal things have one number."""

    def __init__(self) -> None:
        self.places: dict[Any, int] = {}

    def place(self, thing: Any) -> int:
        return self.places.setdefault(thing, len(self.places))


class _Reader:
    """Adds verdicts to the columns, one after the other."""

    def __init__(self, mixed_share: float) -> None:
        self._mixed_share = mixed_share
        self.columns = {name: array(kind) for name, kind in _COLUMNS.items()}
        self.models, self.languages, self.chances = _Once(), _Once(), _Once()
        self.parts, self.answers = _Once(), _Once()
        self.sums: dict[tuple[_Cell, ResponsePart, str], Sum] = {}

    def add(self, verdict: ResponseVerdict) -> None:
        said, answer, strict = verdict.response, verdict.answer, verdict.strictly_correct
        model, language = self.models.place(said.model), self.languages.place(said.language)
        row: dict[str, int] = {
            "model": model,
            "language": language,
            "item": hash(f"{said.source}\0{said.id}"),
            "sample": 0 if said.sample is None else _small(said.sample),
            "variant": 0 if said.variant is None else _small(said.variant),
            "answer": UNKNOWN if answer is None else self.answers.place(_plain(answer)),
            "strict": UNKNOWN if strict is None else strict,
            "chance": self.chances.place(said.chance),
            "characters": said.characters,
            "tokens": UNKNOWN if said.output_tokens is None else min(said.output_tokens, _MOST_TOKENS),
            "cut": said.cut if said.finish_reason else UNKNOWN,
        }
        for part, found in verdict.parts.items():
            row[_PART_COLUMNS[part]] = self._part(found)
            for name, share in (("english", found.english_share), ("probability", found.probability)):
                for cell in ((model, language), (model, UNKNOWN)) if share is not None else ():
                    total, count = self.sums.get((cell, part, name), (0, 0))
                    self.sums[cell, part, name] = (total + (share or 0.0), count + 1)
        for name, column in self.columns.items():
            column.append(row[name])

    def _part(self, found: PartVerdict) -> int:
        mixed = found.mixed(self._mixed_share)
        return self.parts.place((found.status, found.language, mixed, found.line_off))


def _kept(status: PartStatus, language: str | None, mixed: bool | None, line_off: bool | None) -> PartVerdict:
    """A verdict that counts like all that were noted alike."""
    return PartVerdict(
        status=status,
        language=language,
        foreign_share=None if mixed is None else float(mixed),
        lines_on=None if line_off is None else 1,
        lines_off=None if line_off is None else int(line_off),
    )


def _small(name: str) -> int:
    """A number for the name of a sample or a variant, of four bytes and not 0."""
    return (hash(name) & 0x7FFFFFFF) or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictTable:
    """Some verdicts; `take` and the masks of numpy choose among them."""

    columns: Mapping[str, NDArray[Any]]
    """Of all rows that were read."""
    chosen: NDArray[np.int32] | None
    """Rows of this table, in order; None for all."""
    models: Sequence[str]
    languages: Sequence[str]
    parts: Sequence[PartVerdict]
    """Every different verdict on a part, as far as it is counted."""
    answers: Sequence[AnswerVerdict]
    chances: Sequence[float | None]
    sums: Mapping[tuple[_Cell, ResponsePart, str], Sum]
    """Of shares of English and of probabilities of the language asked for."""
    cell: _Cell = field(default=(UNKNOWN, UNKNOWN))
    """Whose rows these are."""

    @classmethod
    def of(cls, verdicts: Iterable[ResponseVerdict], *, mixed_share: float = MIXED_SHARE) -> Self:
        """Read verdicts once, in order; none is kept.

        Args:
            verdicts: any.
            mixed_share: foreign share from which a part on target is mixed.
        """
        read = _Reader(mixed_share)
        for verdict in verdicts:
            read.add(verdict)
        return cls(
            columns={
                name: np.frombuffer(column, dtype=column.typecode) for name, column in read.columns.items()
            },
            chosen=None,
            models=tuple(read.models.places),
            languages=tuple(read.languages.places),
            parts=tuple(_kept(*found) for found in read.parts.places),
            answers=tuple(read.answers.places),
            chances=tuple(read.chances.places),
            sums=read.sums,
        )

    def __len__(self) -> int:
        return len(self.columns["item"]) if self.chosen is None else len(self.chosen)

    def column(self, name: str) -> NDArray[Any]:
        """One column of the rows of this table."""
        return self.columns[name] if self.chosen is None else self.columns[name][self.chosen]

    def take(self, mask: NDArray[np.bool_]) -> VerdictTable:
        """The rows that a mask chooses; what they say stays where it is."""
        if bool(mask.all()):
            return self
        rows = np.flatnonzero(mask).astype(np.int32)
        return replace(self, chosen=rows if self.chosen is None else self.chosen[rows])

    def by_model(self) -> Mapping[str, VerdictTable]:
        """The rows of each model, models in order of appearance."""
        return {
            name: replace(self.take(self.column("model") == at), cell=(at, UNKNOWN))
            for at, name in enumerate(self.models)
        }

    def by_language(self) -> Mapping[str, VerdictTable]:
        """The rows of each language that has any, languages in order of appearance."""
        languages = self.column("language")
        return {
            self.languages[at]: replace(self.take(languages == at), cell=(self.cell[0], at))
            for at in _counted(languages)
        }

    def answered(self) -> VerdictTable:
        """Rows that have a gold answer."""
        return self.take(self.column("answer") != UNKNOWN)

    def asked(self, *, sample: bool = False) -> NDArray[np.uint64]:
        """A number for item, language and variant: what samples and pass@k are of.

        Args:
            sample: one for the sample, too.
        """
        names = ("language", "variant", "sample")[: 3 if sample else 2]
        found = self.column("item").astype(np.uint64)
        for name, factor in zip(names, _SPREAD, strict=False):
            found ^= found >> np.uint64(31)  # in place: these are the longest columns of all
            found *= np.uint64(factor)
            found += self.column(name).astype(np.uint64)
        return found

    def chance(self) -> NDArray[np.float64]:
        """What somebody who guesses gets right, NaN where nothing can be guessed."""
        known = np.array([np.nan if chance is None else chance for chance in self.chances], dtype=float)
        return known[self.column("chance")] if len(self) else np.empty(0)

    def part(self, part: ResponsePart) -> dict[PartVerdict, int]:
        """How often each verdict was given on one part, in order of appearance."""
        return {self.parts[at]: count for at, count in _counted(self.column(_PART_COLUMNS[part])).items()}

    def sum_of(self, part: ResponsePart, figure: str) -> Sum:
        """The sum of a figure of a part (`english`, `probability`) over these rows, and how many have it."""
        return self.sums.get((self.cell, part, figure), (0, 0))

    def answer(self) -> dict[AnswerVerdict, int]:
        """How often each answer was found, in order of appearance; all rows have a gold answer."""
        return {self.answers[at]: count for at, count in _counted(self.column("answer")).items()}

    def status(self, part: ResponsePart, *statuses: PartStatus) -> NDArray[np.bool_]:
        """Where one part has one of some statuses."""
        known = np.array([verdict.status in statuses for verdict in self.parts], dtype=bool)
        return known[self.column(_PART_COLUMNS[part])] if len(self) else np.empty(0, dtype=bool)

    def correct(self) -> NDArray[np.float64]:
        """1 where an answer is right, 0 elsewhere; rows without a gold answer must not be there."""
        known = np.array([answer.correct is True for answer in self.answers], dtype=float)
        return known[self.column("answer")] if len(self) else np.empty(0)


def _counted(column: NDArray[Any]) -> dict[int, int]:
    """How often each number stands in a column, in order of appearance."""
    found, first, counts = np.unique(column, return_index=True, return_counts=True)
    order = np.argsort(first)
    return dict(zip(found[order].tolist(), counts[order].tolist(), strict=True))


def _plain(answer: AnswerVerdict) -> AnswerVerdict:
    return replace(answer, value=None if answer.value is None else "")
