"""Verdicts as rows of numbers: what a report needs of each response, in less than a hundred bytes.

A million responses fit where ten thousand whole verdicts do. Texts and evidence are not kept; what is equal
(a part's status and language, the way in which an answer was found) is kept once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from parallelize.evaluation.accuracy import AnswerVerdict
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import PartStatus, PartVerdict
from parallelize.text.thinking import ResponsePart

__all__ = ["UNKNOWN", "VerdictTable"]

UNKNOWN: Final = -1
"""Stands for None in columns of whole numbers."""
_MOST_TOKENS: Final = 2**31 - 1
_BLOCK: Final = 4_096
_ROW: Final = np.dtype(
    [
        ("model", "u4"),
        ("language", "u2"),
        ("item", "i8"),  # of any language: what intervals draw whole
        ("asked", "i8"),  # item, language and variant: what samples and pass@k are of
        ("sample", "i8"),  # `asked` and the number of the sample; 0 without one
        ("variant", "i8"),  # 0 without one
        ("parts", "i4", len(ResponsePart)),
        ("answer", "i4"),
        ("strict", "i1"),
        ("chance", "f8"),  # NaN without one
        ("characters", "u4"),
        ("tokens", "i4"),
        ("cut", "i1"),
    ]
)
_PARTS: Final = tuple(ResponsePart)


class _Once:
    """Numbers things in the order in which they are first seen; equal things have one number."""

    def __init__(self) -> None:
        self.places: dict[Any, int] = {}

    def place(self, thing: Any) -> int:
        return self.places.setdefault(thing, len(self.places))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictTable:
    """Some verdicts; `take` and the masks of numpy choose among them."""

    rows: NDArray[np.void]
    models: Sequence[str]
    languages: Sequence[str]
    parts: Sequence[PartVerdict]
    """Every different verdict on a part, without its evidence."""
    answers: Sequence[AnswerVerdict]

    @classmethod
    def of(cls, verdicts: Iterable[ResponseVerdict]) -> Self:
        """Read verdicts once, in order; none is kept."""
        models, languages, parts, answers = (_Once() for _ in range(4))
        small: dict[int, tuple[PartVerdict, int]] = {}

        def part_place(part: PartVerdict) -> int:
            known = small.get(id(part))
            if known is not None and known[0] is part:
                return known[1]
            place = parts.place(replace(part, evidence="", spans=(), prose=""))
            if not part.evidence and not part.spans:  # the few that many responses share
                small[id(part)] = (part, place)
            return place

        def row(verdict: ResponseVerdict) -> tuple[Any, ...]:
            said, answer, strict = verdict.response, verdict.answer, verdict.strictly_correct
            item = f"{said.source}\0{said.id}"
            asked = f"{said.language}\0{item}\0{said.variant or ''}"
            return (
                models.place(said.model),
                languages.place(said.language),
                hash(item),
                hash(asked),
                0 if said.sample is None else hash((asked, said.sample)),
                0 if said.variant is None else hash((said.language, item, said.variant)),
                tuple(part_place(verdict.parts[part]) for part in _PARTS),
                UNKNOWN if answer is None else answers.place(_plain(answer)),
                UNKNOWN if strict is None else strict,
                np.nan if said.chance is None else said.chance,
                said.characters,
                UNKNOWN if said.output_tokens is None else min(said.output_tokens, _MOST_TOKENS),
                said.cut if said.finish_reason else UNKNOWN,
            )

        found = map(row, verdicts)
        blocks = []
        while block := list(islice(found, _BLOCK)):
            blocks.append(np.array(block, dtype=_ROW))
        return cls(
            rows=np.concatenate(blocks) if blocks else np.empty(0, dtype=_ROW),
            models=tuple(models.places),
            languages=tuple(languages.places),
            parts=tuple(parts.places),
            answers=tuple(answers.places),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: NDArray[np.bool_]) -> VerdictTable:
        """The rows that a mask chooses; no copy where it chooses all."""
        return self if bool(chosen.all()) else replace(self, rows=self.rows[chosen])

    def by_model(self) -> Mapping[str, VerdictTable]:
        """The rows of each model, models in order of appearance."""
        return {name: self.take(self.rows["model"] == at) for at, name in enumerate(self.models)}

    def by_language(self) -> Mapping[str, VerdictTable]:
        """The rows of each language that has any, languages in order of appearance."""
        places, first = np.unique(self.rows["language"], return_index=True)
        ordered = [int(places[at]) for at in np.argsort(first)]
        return {self.languages[at]: self.take(self.rows["language"] == at) for at in ordered}

    def answered(self) -> VerdictTable:
        """Rows that have a gold answer."""
        return self.take(self.rows["answer"] != UNKNOWN)

    def part(self, part: ResponsePart) -> Iterator[PartVerdict]:
        """The verdict on one part of each row."""
        return map(self.parts.__getitem__, self._part(part).tolist())

    def answer(self) -> Iterator[AnswerVerdict]:
        """The answer of each row, all of which have one."""
        return map(self.answers.__getitem__, self.rows["answer"].tolist())

    def status(self, part: ResponsePart, *statuses: PartStatus) -> NDArray[np.bool_]:
        """Where one part has one of some statuses."""
        known = np.array([verdict.status in statuses for verdict in self.parts], dtype=bool)
        return known[self._part(part)] if len(self) else np.empty(0, dtype=bool)

    def correct(self) -> NDArray[np.float64]:
        """1 where an answer is right, 0 elsewhere; rows without a gold answer must not be there."""
        known = np.array([answer.correct is True for answer in self.answers], dtype=float)
        return known[self.rows["answer"]] if len(self) else np.empty(0)

    def _part(self, part: ResponsePart) -> NDArray[np.int32]:
        return np.asarray(self.rows["parts"][:, _PARTS.index(part)])


def _plain(answer: AnswerVerdict) -> AnswerVerdict:
    return replace(answer, value=None if answer.value is None else "")
