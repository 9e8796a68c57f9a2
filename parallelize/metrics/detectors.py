"""Functions that look for faults of one measure, each with what a source must say for it to find any."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading

__all__ = ["Detectors"]

_Said = Callable[[Reading], object]
_Detector = Callable[[Pair], Iterator[str]]
_SHOWN = 12
"""Faults that a score shows."""


class Detectors:
    """A table of detectors, of which few apply to most sources; each source is asked once."""

    def __init__(self, *table: tuple[_Said | None, _Detector]) -> None:
        """Take what a source must say, and who then looks at the pair; None: whatever it says."""
        self._table = table
        self._chosen = self._that_apply

    def score(self, measure: str, pair: Pair) -> Score:
        """The number of faults that the detectors see in a pair, and the first of them in their order."""
        seen = [fault for detector in pair.source.once(self._chosen) for fault in detector(pair)]
        return scored(measure, float(len(seen)), "; ".join(seen[:_SHOWN])) if seen else scored(measure, 0.0)

    def _that_apply(self, source: Reading) -> list[_Detector]:
        return [detector for said, detector in self._table if said is None or source.once(said)]
