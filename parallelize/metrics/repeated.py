"""What a translation says again and again, and its source does not."""

from __future__ import annotations

import re

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.pair import Pair
from parallelize.metrics.repetition import (
    NO_LOOP,
    Loop,
    drifting_loop,
    longest_loop,
    loop_share,
    run_of_signs,
    without_values,
)

__all__ = ["repetition"]

_DIGIT = re.compile(r"\d")
_SIGN_TEXT = 80
_DRIFTING_COPIES, _DRIFTING_COPIES_ALONE, _FORMULA_COPIES = 8, 25, 8


def repetition(pair: Pair) -> Score:
    """Share of the target in its longest loop, less the source's share, in [0, 1].

    A loop whose numbers change ("Step 1: …, step 2: …") counts from 8 copies on, and from 25 where there is
    no source to compare with: a solution may go on step by step for that long (18 steps were seen).
    """
    source, target = pair.source.text, pair.target.text
    loop = pair.target.loop
    if not source.strip() and "\\" in loop.unit and loop.length < _FORMULA_COPIES * len(loop.unit):
        loop = NO_LOOP  # a root of a root of a root is written so
    value = _share_beyond(source, target, loop) if loop.length else 0.0
    if not loop.length and (loop := run_of_signs(target)).length:
        value = loop_share(target, loop) if loop.length > run_of_signs(source).length * 2 else 0.0
    copies = _DRIFTING_COPIES if source.strip() else _DRIFTING_COPIES_ALONE
    if value < 1.0 and len(_DIGIT.findall(target)) >= copies:
        plain = without_values(target)
        drifting = drifting_loop(plain, copies)
        beyond = _share_beyond(without_values(source), plain, drifting) if drifting.length else 0.0
        if beyond > value:
            value, loop = beyond, drifting
    if not loop.length:
        return scored("repetition", 0.0)
    times = loop.length / len(loop.unit)
    return scored("repetition", value, f"{times:.0f} × {loop.unit.strip()[:_SIGN_TEXT]!r}")


def _share_beyond(source: str, target: str, loop: Loop) -> float:
    return max(0.0, loop_share(target, loop) - loop_share(source, longest_loop(source)))
