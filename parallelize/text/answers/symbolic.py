"""Symbolic equality of two LaTeX answers within a time limit that holds in every program.

math-verify limits itself by a signal, which works in the main thread only, and cannot interrupt a long
multiplication of integers. Here the comparison runs in another process (`symbolic_program`), so that threads
and asyncio programs (through `asyncio.to_thread`) are safe, and input such as `9^{9^{9^9}}` costs the time
limit and a bounded amount of memory.
"""

import json
from pathlib import Path
from typing import Final

from parallelize.core.line_programs import LineProgramPool

MAX_WORKERS: Final = 2
"""Processes of one program: each holds SymPy, about 150 MB."""
LONGEST_INPUT: Final = 1_000
"""Characters of the longest answer that is compared symbolically."""
LEAST_SECONDS: Final = 0.005
"""With less time left, a comparison is not begun."""
PATIENCE: Final = 5.0
"""By the clock, how many times a comparison's seconds: a machine with other work decides the same."""

POOL: Final = LineProgramPool(
    Path(__file__).with_name("symbolic_program.py"),
    workers=MAX_WORKERS,
    remedy="math-verify must be installed beside parallelize.",
)
"""The processes that compare; `POOL.allow(n)` lets n threads compare at a time."""


_REMEMBERED: Final = 8_192
_outcomes: dict[tuple[str, str], tuple[bool | None, float]] = {}
"""What comparisons found, and the limit they had: what was not decided is tried again with more time only."""


def compare_symbolically(left: str, right: str, seconds: float) -> tuple[bool | None, float]:
    """Whether two LaTeX expressions are equal in value, and the seconds that it took to find out.

    Args:
        left: LaTeX without `$`, numerals in ASCII with a decimal point.
        right: The same.
        seconds: Time of the processor for the comparison. By the clock it may take `PATIENCE` times as
            long, waiting for a free process included, its start not.

    Returns:
        (None, …) where an expression cannot be read, is too long, or the time is over; seconds of the
        processor, 0 for what was compared before.

    Raises:
        EnvironmentFault: The process does not start.
    """
    if max(len(left), len(right)) > LONGEST_INPUT or seconds < LEAST_SECONDS:
        return None, 0.0
    known = _outcomes.get((left, right))
    if known is not None and (known[0] is not None or known[1] >= seconds):
        return known[0], 0.0
    patience = seconds * PATIENCE
    question = json.dumps({"left": left, "right": right, "seconds": seconds, "patience": patience})
    reply, _, used = (POOL.ask(question, patience) or "").partition(" ")
    equal = {"true": True, "false": False}.get(reply)
    if len(_outcomes) >= _REMEMBERED:
        _outcomes.clear()
    _outcomes[left, right] = (equal, seconds)
    return equal, float(used or seconds)
