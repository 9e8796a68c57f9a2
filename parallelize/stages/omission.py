"""Is a sentence of the source missing from its translation?"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from parallelize.core.languages import known_language
from parallelize.core.verdicts import Score
from parallelize.metrics.alignment import (
    CLAUSE_VARIANCE,
    FORMULA_VARIANCE,
    VARIANCE,
    Sentence,
    omission_evidence,
)
from parallelize.metrics.lengths import expected_log_ratio
from parallelize.metrics.sentences import UNMARKED, sentence_ranges
from parallelize.text.numerals import Number, read_numbers

__all__ = ["omitted_sentences"]

_MEASURE = "omission"
_SHORTEST = 15
"""Characters of the shortest sentence that can be missed: "she said" moves, "Find $x$" has no words."""
_EVIDENCE = 120
_CLOSERS = " \t\n\"'”’)]»」』）*"
_QUESTIONS = frozenset("?？؟;")
_SHORT = -0.15
"""ln of the length over its expectation from which a text with as many sentences as its source counts."""


def omitted_sentences(
    source: str, target: str, source_language: str, target_language: str, *, formulas: bool = False
) -> Score:
    """Nats by which an alignment with a gap explains the translation better than one without.

    0.0 without a look at the numbers where the target has as many sentences as the source and is not short.
    None for a source of one sentence.

    Args:
        source: source text without formulas and drawings.
        target: target text without formulas and drawings.
        source_language: code of the source's language.
        target_language: code of the target's language.
        formulas: whether there were any; lengths of what is left then say less.
    """
    script, source_script = map(_script, (target_language, source_language))
    ours = sentence_ranges(source, source_script)
    if len(ours) < 2 or source_script in UNMARKED:
        return Score(measure=_MEASURE, value=None)
    theirs = sentence_ranges(target, script)
    expected = expected_log_ratio(source_language, target_language)
    sizes = _size(source), _size(target)
    shorter = math.log(max(1, sizes[1]) / max(1, sizes[0])) - expected
    clauses = script in UNMARKED
    if shorter > _SHORT and (clauses or len(theirs) >= len(ours)):
        return Score(measure=_MEASURE, value=0.0)
    numbers, others = read_numbers(source, source_language), read_numbers(target, target_language)
    found = omission_evidence(
        _sentences(source, ours, _witnesses(numbers, others)),
        _sentences(target, theirs, _witnesses(others, numbers)),
        math.exp(expected),
        clauses=clauses,
        variance=FORMULA_VARIANCE if formulas else CLAUSE_VARIANCE if clauses else VARIANCE,
    )
    if found is None:
        return Score(measure=_MEASURE, value=None)
    value, first, end = found
    gone = " ".join(source[ours[first][0] : ours[end - 1][1]].split())
    if value <= 0 or len(gone) < _SHORTEST:
        return Score(measure=_MEASURE, value=0.0)
    return Score(measure=_MEASURE, value=value, evidence=f"no translation of {gone[:_EVIDENCE]!r}")


def _size(text: str) -> int:
    return len(" ".join(text.split()))


def _witnesses(numbers: Sequence[Number], others: Sequence[Number]) -> list[Number]:
    """Numbers in digits; a 1 or 2 is an article in another language, and what that says in words is known."""
    said = {abs(other.value) for other in others if not _in_digits(other)}
    said -= {abs(other.value) for other in others if _in_digits(other)}
    return [number for number in numbers if _in_digits(number) and abs(number.value) not in {1, 2, *said}]


def _in_digits(number: Number) -> bool:
    return any(map(str.isdecimal, number.text))


def _sentences(text: str, ranges: list[tuple[int, int]], witnesses: Sequence[Number]) -> list[Sentence]:
    starts = [start for start, _ in ranges]
    numbers: list[list[object]] = [[] for _ in ranges]
    for number in witnesses:
        numbers[max(0, bisect_right(starts, number.start) - 1)].append(abs(number.value))
    return [
        Sentence(
            characters=_size(text[start:end]),
            numbers=tuple(found),
            asks=text[start:end].rstrip(_CLOSERS)[-1:] in _QUESTIONS,
        )
        for (start, end), found in zip(ranges, numbers, strict=True)
    ]


def _script(code: str) -> str:
    known = known_language(code)
    return known.script if known is not None else ""
