"""Is a sentence of the source missing from its translation?"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Sequence

from parallelize.core.verdicts import Score, scored
from parallelize.metrics.alignment import (
    CLAUSE_VARIANCE,
    FORMULA_VARIANCE,
    VARIANCE,
    Sentence,
    omission_evidence,
)
from parallelize.metrics.introductions import introduced
from parallelize.metrics.lengths import expected_log_ratio, length_bound
from parallelize.metrics.pair import Pair
from parallelize.metrics.reading import Reading
from parallelize.metrics.sentences import UNMARKED
from parallelize.text.numerals import Number
from parallelize.text.spaces import flattened

__all__ = ["omission"]

_MEASURE = "omission"
_SHORTEST = 15
"""Characters of the shortest sentence that can be missed: "she said" moves, "Find $x$" has no words."""
_SHORT_SENTENCE = 40
"""Characters of the longest that becomes a relative clause: "Lea owns a bakery. It opens at six."."""
_EVIDENCE = 120
_LEAST_LEFT = 0.05
"""Share of a source that is left at least when a gap is weighed."""
_CLOSERS = " \t\n\"'”’)]»」』）*"
_QUESTIONS = frozenset("?？؟;")
_ARMENIAN = "՞"
"""A mark of question within the word that asks."""
_BETWEEN = re.compile(
    r"""
    [，；、] | [,;،—–](?=\D) | [^\W\d_](?=:\s)            # a mark within a sentence, none within a number
    | (?<=\s) (?:
        and | so | und | aber | denn | et | donc | mais | car | y | e | pero | porque | mas | pois | perché
      | ma | dus | maar | want | og | och | men | eller | en | ja | ale | więc | bo | proto | takže | i
      | mutta | koska | и | но | поэтому | і | але | бо | тому | ve | ama | çünkü | dan | tetapi | karena
      | kerana | sehingga | na | lakini | kwa | mert | si | și | dar | deci | và | nên | nhưng | rồi | va
      | και | αλλά | γιατί | और | इसलिए | लेकिन | এবং | কিন্তু | आणि | पण | మరియు | ஆனால்
      | و | لكن | لأن | اما | اور | لیکن | וגם | אבל
    ) (?=\s)
    """,
    re.VERBOSE,
)
"""What may divide two clauses: a mark, or a conjunction of any language."""
_PRONOUN = re.compile(r"\s*(?:It|They|He|She|This|These|There)\b")
_SHORT_OF_MERGED = -0.25
"""The same above which a text of fewer sentences and as many clauses may have merged two of them."""
_SHORT_OF_SHORT = -0.45
"""The same where all sentences are short: a conjunction takes the place of subjects and verbs."""
_MERGED = 1.0
"""Nats by which that speaks against a gap, for each sentence that there is less."""
_MOST_JOINED = 3
_JOINED = 1.0
"""Nats beside Gale and Church's for a sentence that was joined to the one before it: of 1,874 human problems
49 have fewer sentences than their source."""
_SAID = 0.85
"""Share of short sentences without which only their names are left: "This is Ben. He is a baker."."""
_SHORT = -0.15
"""ln of the length over its expectation from which a text with as many sentences as its source counts."""


def omission(pair: Pair) -> Score:
    """Nats by which an alignment with a gap explains the translation better than one without.

    0.0 without a look at the numbers where the target is not short and has as many sentences as the source.
    None for a source of one sentence. Formulas and drawings are left out, and lengths of
    what is left then say less.
    """
    if pair.one_language:
        return scored(_MEASURE, None)
    formulas = "\\" in pair.source.text or bool(pair.source.structure.figures)
    source, target = (pair.in_prose.source, pair.in_prose.target) if formulas else (pair.source, pair.target)
    ours = source.sentences
    if len(ours) < 2 or source.script in UNMARKED:
        return scored(_MEASURE, None)
    theirs = target.sentences
    expected = expected_log_ratio(pair.languages)
    shorter = math.log(max(1, _size(target.text)) / max(1, source.once(_size_of_text))) - expected
    clauses = target.script in UNMARKED
    if shorter > _SHORT and (clauses or len(theirs) >= len(ours)):
        return scored(_MEASURE, 0.0)
    numbers, others = source.numbers, target.numbers
    found = omission_evidence(
        _sentences(source.text, ours, _witnesses(numbers, others)),
        _sentences(target.text, theirs, _witnesses(others, numbers)),
        math.exp(expected),
        clauses=clauses,
        variance=FORMULA_VARIANCE if formulas else CLAUSE_VARIANCE if clauses else VARIANCE,
        merged=_JOINED if source.prose == source.text else 0.0,  # "Let $p$ be prime." is often joined
    )
    if found is None:
        return scored(_MEASURE, None)
    value, first, end = found
    gone = " ".join(source.text[ours[first][0] : ours[end - 1][1]].split())
    value -= _whole(shorter, len(gone) / max(1, _size(source.text)), pair)
    fewer = len(ours) - len(theirs)
    short = all(end - start <= _SHORT_SENTENCE for start, end in ours)
    if fewer > 0 and shorter > (_SHORT_OF_SHORT if short else _SHORT_OF_MERGED):
        if len(gone) <= _SHORT_SENTENCE and _PRONOUN.match(source.text, ours[end - 1][1]):
            value -= _MERGED if shorter < _SHORT else _MERGED * fewer  # it became a relative clause
        if _clauses(target) >= _clauses(source):
            value -= _MERGED * fewer * (2 if short else 1)
        if shorter > _SHORT and len(ours) > _MOST_JOINED * len(theirs):
            value = 0.0  # more for one than an alignment knows, and nothing is gone
    joined = end - first < 2 or shorter > math.log(1 - _SAID * min(1, len(gone) / max(1, _size(source.text))))
    if value <= 0 or len(gone) < _SHORTEST or (joined and introduced(pair, first, end)):
        return scored(_MEASURE, 0.0)
    return scored(_MEASURE, value, f"no translation of {gone[:_EVIDENCE]!r}")


def _clauses(side: Reading) -> int:
    """Clauses by their marks: people make one sentence of two with a comma, a semicolon, an "and"."""
    return len(side.sentences) + len(_BETWEEN.findall(side.text))


def _whole(shorter: float, share: float, pair: Pair) -> float:
    """Nats by which the length of the whole text speaks against a gap of that share, 0 or more.

    People make one sentence of two: then nothing is shorter. Log ratios of whole texts are normal enough,
    with the pair's bound at 2.6 standard deviations.
    """
    deviation = length_bound(_size(pair.source.text), pair.languages) / 2.6
    without = math.log(max(_LEAST_LEFT, 1 - share))
    return max(0.0, ((shorter - without) ** 2 - shorter**2) / (2 * deviation**2))


def _size_of_text(reading: Reading) -> int:
    return _size(reading.text)


def _size(text: str) -> int:
    return len(flattened(text))


def _witnesses(numbers: Sequence[Number], others: Sequence[Number]) -> list[Number]:
    """Numbers in digits; a 1 or 2 is an article in another language, and what that says in words is known."""
    said = {abs(other.value) for other in others if not other.in_digits}
    said -= {abs(other.value) for other in others if other.in_digits}
    return [number for number in numbers if number.in_digits and abs(number.value) not in {1, 2, *said}]


def _sentences(text: str, ranges: list[tuple[int, int]], witnesses: Sequence[Number]) -> list[Sentence]:
    starts = [start for start, _ in ranges]
    numbers: list[list[object]] = [[] for _ in ranges]
    for number in witnesses:
        numbers[max(0, bisect_right(starts, number.start) - 1)].append(abs(number.value))
    return [
        Sentence(
            characters=_size(text[start:end]),
            numbers=tuple(found),
            asks=text[start:end].rstrip(_CLOSERS)[-1:] in _QUESTIONS or _ARMENIAN in text[start:end],
        )
        for (start, end), found in zip(ranges, numbers, strict=True)
    ]
