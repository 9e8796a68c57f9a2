"""Decoder loops: how much of a text is one unit over and over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from parallelize.metrics.scripts import code_points
from parallelize.text.spaces import flattened

__all__ = [
    "NO_LOOP",
    "Loop",
    "drifting_loop",
    "longest_loop",
    "loop_share",
    "run_of_signs",
    "without_values",
]

_WINDOW = 12  # characters; two equal windows are the first sign of a repeated unit
_COPIES = 3  # a unit must follow itself at least twice to be a loop
_SHORTEST = 3 * _WINDOW  # characters; what repeats for less than that is no loop
_LONG = 2_000  # characters; beyond, looking every window up in the rest of the text is no longer cheap
_RECURRENCES = 4  # of one window; the unit of a loop rarely holds the same twelve characters more often
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Odd, with bits everywhere: the factor of a rolling hash of 64 bits."""
_PERIODS = 8  # candidate periods looked at, most frequent first
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_RUN_OF_SIGNS = re.compile(
    r"""
    [,，、。！!？?؟،;；:：।•◦▪·*#]                         # one set, by which the search skips through words
    (?: (?<=([,，、。！!？?؟،;；:：।])) (?:\s?\1){11,}       # marks that stand alone in sound text
      | (?<=([•◦▪·*#、])) (?:[ \t]*\n\s*\2){7,} )          # a list without words
    """,
    re.VERBOSE,
)
_SPAN = 1000  # characters; a loop is weighed against this much text at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """The longest stretch in which one unit follows itself three times or more."""

    start: int
    """Offset in the text with white space runs made one space."""
    length: int
    """Characters of the whole stretch; 0 when there is none."""
    unit: str
    """What is repeated."""


NO_LOOP: Final = Loop(start=0, length=0, unit="")


def longest_loop(text: str) -> Loop:
    """Find the longest loop. Time is linear in the length of the text.

    Units of any script and of any length up to a third of the text are found, single characters and
    whole sentences alike, as long as the stretch has at least 36 characters. Rules of dashes, dots and
    other signs without a letter or digit are no loops.
    """
    flat = flattened(text)
    if len(flat) < _SHORTEST:
        return NO_LOOP
    periods = _candidate_periods(flat)
    if not periods:
        return NO_LOOP
    best = NO_LOOP
    codes = code_points(flat)
    for period in periods:
        found = _longest_run(codes, period)
        if found is None:
            continue
        start, length = found
        unit = flat[start : start + period]
        if length > best.length and length >= _SHORTEST and any(map(str.isalnum, unit)):
            best = Loop(start=start, length=length, unit=unit)
    return best


def run_of_signs(text: str) -> Loop:
    """The first run of one mark of sentences or lists, twelve times and more, or eight lines of it."""
    found = _RUN_OF_SIGNS.search(text)
    if found is None:
        return NO_LOOP
    return Loop(start=found.start(), length=len(found[0]), unit=found[1] or found[2])


def drifting_loop(text: str, copies: int) -> Loop:
    """The longest loop in a text `without_values`, of units with a letter, at least `copies` times."""
    loop = longest_loop(text)
    if loop.length < copies * len(loop.unit) or not any(map(str.isalpha, loop.unit)):
        return NO_LOOP
    return loop


def without_values(text: str) -> str:
    """The text with a 0 for every number, so that "Step 1: … Step 2: …" is a loop, too."""
    return _NUMBER.sub("0", text)


def loop_share(text: str, loop: Loop) -> float:
    """Characters of the loop as a share of the text, or of 1,000 characters of a longer one, in [0, 1]."""
    size = min(len(flattened(text)), _SPAN)
    return min(1.0, loop.length / size) if size else 0.0


def _candidate_periods(flat: str) -> list[int]:
    """Distances at which the text may repeat itself three times or more; all of them in a short text."""
    return _frequent_periods(flat) if len(flat) > _LONG else sorted(_near_periods(flat))


def _near_periods(flat: str) -> Iterator[int]:
    """Look up every twelfth window in what follows, and keep distances over which a whole unit repeats.

    A loop of period p and length n ≥ 36, n ≥ 3p equals itself moved by p over n - p characters. Any twelve
    of its first n - p - 12 windows hold one looked up here; from there the equality goes on for p characters
    to one side or the other. A name that is said twice fails that test.
    """
    starts = range(0, len(flat) - _WINDOW + 1, _WINDOW)
    for start in [start for start in starts if flat.find(flat[start : start + _WINDOW], start + 1) > 0]:
        window, recurrences = flat[start : start + _WINDOW], 0
        again = flat.find(window, start + 1)
        while again >= 0 and recurrences < _RECURRENCES:
            period = again - start
            if flat[start:again] == flat[again : again + period] or (
                start >= period and flat[start - period : start] == flat[start:again]
            ):
                yield period
                break
            again, recurrences = flat.find(window, again + 1), recurrences + 1


def _frequent_periods(flat: str) -> list[int]:
    """The most frequent distances between a window and its last occurrence; windows are told by a hash."""
    codes = code_points(flat).astype(np.uint64)
    windows = np.zeros(len(codes) - _WINDOW + 1, np.uint64)
    for place in range(_WINDOW):
        windows = windows * _FACTOR + codes[place : place + len(windows)]
    order = np.argsort(windows, kind="stable")  # windows alike side by side, in the order of the text
    again = np.diff(windows[order]) == 0
    periods, counts = np.unique(np.diff(order)[again], return_counts=True)
    likely = [
        (count + period, period)
        for period, count in zip(periods.tolist(), counts.tolist(), strict=True)
        if count + _WINDOW > period
    ]
    return [period for _, period in sorted(likely, reverse=True)[:_PERIODS]]


def _longest_run(codes: np.ndarray[tuple[int], np.dtype[np.uint32]], period: int) -> tuple[int, int] | None:
    """Start and length of the longest stretch that equals itself moved by `period`, three copies or more."""
    equal = np.concatenate(([False], codes[period:] == codes[:-period], [False]))
    edges = np.flatnonzero(equal[1:] != equal[:-1])
    starts, ends = edges[0::2], edges[1::2]
    if not len(starts):
        return None
    longest = int((ends - starts).argmax())
    length = int(ends[longest] - starts[longest]) + period
    return (int(starts[longest]), length) if length >= _COPIES * period else None
