"""Is the answer right? Per response, and over several samples of an item (avg@k, pass@k)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from parallelize.text.answers import answers_equal, final_answer

__all__ = ["AnswerVerdict", "judge_answer", "pass_at_k", "pass_ladder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerVerdict:
    """What a response's final answer is, and whether it is the gold answer."""

    value: str | None
    """The answer as it stands in the text; None where none was found."""
    source: str | None
    """How it was found: boxed, marker, phrase, last_number; None where none was found."""
    correct: bool | None
    """None where equality could not be decided in time."""


def judge_answer(
    text: str | None, gold: str, language: str, *, timeout_seconds: float = 2.0
) -> AnswerVerdict:
    """Extract the final answer and compare it with the gold one.

    Args:
        text: the answer part of a response; None for thinking that never closed, which has no answer.
        gold: the gold answer, numerals written as in English (`1,000.5`).
        language: language that numerals of the text are read in.
        timeout_seconds: limit of one symbolic comparison.
    """
    found = None if text is None else final_answer(text, language, allow_last_number=True)
    if found is None:
        return AnswerVerdict(value=None, source=None, correct=False)
    equal = answers_equal(found.value, gold, left_language=language, timeout_seconds=timeout_seconds)
    return AnswerVerdict(value=found.value, source=found.source.value, correct=equal)


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """Unbiased estimate that at least one of k samples is correct (Chen et al. 2021, arXiv 2107.03374).

    1 - C(n - c, k) / C(n, k), with n samples of which c are correct.

    Args:
        samples: n, 1 or more.
        correct: c, 0 to n.
        k: 1 to n.

    Raises:
        ValueError: the numbers do not fit together.
    """
    if not 1 <= k <= samples or not 0 <= correct <= samples:
        raise ValueError(f"no pass@{k} of {correct} correct in {samples} samples")
    return 1.0 - math.comb(samples - correct, k) / math.comb(samples, k)


def pass_ladder(sample_counts: Sequence[int]) -> tuple[int, ...]:
    """The values of k that every item has samples for: powers of two, and the smallest count itself."""
    if not sample_counts:
        return ()
    least = min(sample_counts)
    powers = {2**power for power in range(least.bit_length()) if 2**power <= least}
    return tuple(sorted(powers | {least}))
