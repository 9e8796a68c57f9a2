"""From scores to a verdict. No model, no text: a corpus can be judged again in seconds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from parallelize.core.errors import InputError
from parallelize.core.measure import Direction
from parallelize.core.measures import MEASURES, known_measure
from parallelize.core.verdicts import Score, Verdict

__all__ = ["Thresholds"]

_PLACES = {name: place for place, name in enumerate(MEASURES)}


class Thresholds(Mapping[str, float | None]):
    """The bound of every measure, checked once; `None` is a gate that is off.

    A mapping in the order of `MEASURES`: defaults, with the overrides of a recipe, a language or a person.
    """

    __slots__ = ("_bounds",)

    def __init__(self, bounds: Mapping[str, float | None]) -> None:
        """Take bounds as they are; `Thresholds.of` adds the defaults and checks."""
        self._bounds = dict(bounds)

    @classmethod
    def of(cls, overrides: Mapping[str, float | None] | None = None) -> Thresholds:
        """The defaults of `MEASURES`, which hold for every language, and the overrides.

        Raises:
            InputError: an override names no measure, or is not a number.
        """
        for name, value in (overrides or {}).items():
            known_measure(name)
            if value is not None and math.isnan(value):
                raise InputError(
                    f"the threshold of {name} is not a number",
                    remedy="give a number, or false for no threshold",
                )
        return cls({name: measure.default for name, measure in MEASURES.items()} | dict(overrides or {}))

    def judge(self, scores: Sequence[Score]) -> Verdict:
        """Keep a row, or drop it with the reasons of every measure that is out of bounds.

        Monotone: loosening any threshold never drops a row that was kept. A score that was not measured
        drops nothing, unless its measure fails closed; a score that is no number fails.

        Args:
            scores: scores of a row or a segment; a measure may occur more than once.

        Raises:
            InputError: a score's measure is unknown.
        """
        failed = [score for score in scores if self.fails(score)]
        failed.sort(key=lambda score: _PLACES[score.measure])
        reasons = dict.fromkeys(MEASURES[score.measure].reason for score in failed)
        return Verdict(kept=not failed, reasons=tuple(reasons), failed=tuple(failed))

    def fails(self, score: Score) -> bool:
        """Whether a score is out of its measure's bound."""
        measure = known_measure(score.measure)
        bound = self._bounds[score.measure]
        if bound is None:
            return False
        if score.value is None:
            return measure.fail_closed
        # Written as "not inside", so that a NaN fails.
        if measure.direction is Direction.AT_MOST:
            return not score.value <= bound
        return not score.value >= bound

    def __getitem__(self, name: str) -> float | None:
        return self._bounds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bounds)

    def __len__(self) -> int:
        return len(self._bounds)

    def __repr__(self) -> str:
        return f"Thresholds({self._bounds})"
