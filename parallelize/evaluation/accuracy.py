"""Is the answer right? Per response, and over several samples of an item (avg@k, pass@k)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from parallelize.text.answers import (
    AnswerSource,
    answers_equal,
    boxes,
    choice_of_gold,
    final_answer,
    find_choice,
    first_meaning,
    fuller_answers,
    gold_answer,
    meaning_within,
    meanings_of,
    read_collection,
    truth_said,
    units_behind,
)
from parallelize.text.thinking import answer_start

__all__ = ["AnswerVerdict", "judge_answer", "pass_at_k", "pass_ladder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerVerdict:
    """What a response's final answer is, and whether it is the gold answer."""

    value: str | None
    """The answer as it stands in the text; None where none was found."""
    source: str | None
    """How it was found: boxed, tag, marker, phrase, last_number; None where none was found."""
    correct: bool | None
    """None where equality could not be decided; that counts as wrong."""
    unclosed: bool = False
    """The answer is a box in thinking that never closed."""


_NONE = AnswerVerdict(value=None, source=None, correct=False)
_shared_verdict: Callable[..., AnswerVerdict] = lru_cache(maxsize=1024)(AnswerVerdict)
"""Makes equal verdicts once: a process sends one of them once."""


def judge_answer(
    text: str | None,
    gold: str,
    language: str,
    *,
    choices: Sequence[str] = (),
    prompt: str = "",
    unclosed: str | None = None,
    boxed_only: bool = False,
    timeout_seconds: float = 2.0,
) -> AnswerVerdict:
    """Extract the final answer and compare it with the gold one.

    Args:
        text: the answer part of a response; None for thinking that never closed.
        gold: the gold answer, numerals written as in English (`1,000.5`); read like a response: `#### 12`,
            `\\boxed{12}` and a worked solution are 12. A letter is a choice.
        language: language that numerals of the text are read in.
        choices: texts of the choices, where the item has them.
        prompt: what was asked.
        unclosed: thinking that never closed, whose last complete box counts; None: it has no answer.
        boxed_only: only a box counts, as some rewards want it.
        timeout_seconds: limit of one symbolic comparison.
    """
    if text is None:
        found = boxes(unclosed)[-1:] if unclosed else []
        if not found:
            return _NONE
        judged = judge_answer(
            f"\\boxed{{{found[0].value}}}",
            gold,
            language,
            choices=choices,
            prompt=prompt,
            timeout_seconds=timeout_seconds,
        )
        return replace(judged, unclosed=True)
    wanted = _read_gold(gold, tuple(choices), language)
    if wanted.choice is not None:
        return _judged_choice(text, wanted.choice, language, choices, prompt, boxed_only=boxed_only)
    return _judged_value(text, wanted, language, timeout_seconds, boxed_only=boxed_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gold:
    """What is read of a gold answer."""

    choice: int | None
    """Index of the right choice; None for what is no multiple choice."""
    value: str
    meanings: frozenset[str]
    """What it means where it is a word: yes, Tuesday."""


@lru_cache(maxsize=4_096)  # samples of an item have one gold
def _read_gold(gold: str, choices: tuple[str, ...], language: str) -> _Gold:
    value = gold_answer(gold, language)
    return _Gold(
        choice=choice_of_gold(gold, choices, language),
        value=value,
        meanings=meanings_of(value, "en") or meanings_of(value, language),
    )


def _judged_choice(
    text: str, expected: int, language: str, choices: Sequence[str], prompt: str, *, boxed_only: bool
) -> AnswerVerdict:
    chosen = find_choice(text, language, choices=choices, prompt=prompt)
    if chosen is None or (boxed_only and chosen.source is not AnswerSource.BOXED):
        return _NONE
    return AnswerVerdict(value=chosen.value, source=chosen.source.value, correct=chosen.index == expected)


def _judged_value(
    text: str, gold: _Gold, language: str, timeout_seconds: float, *, boxed_only: bool
) -> AnswerVerdict:
    text = units_behind(text, language)
    found = final_answer(text, language, allow_last_number=True)
    if boxed_only and (found is None or found.source is not AnswerSource.BOXED):
        return _NONE
    if gold.meanings and (found is None or found.source in _GUESSED):
        said = _said_word(text, gold.meanings, language)
        if said is not None:
            return said
    if found is None:
        return _NONE

    def equals(value: str) -> bool | None:
        return answers_equal(value, gold.value, left_language=language, timeout_seconds=timeout_seconds)

    correct = equals(found.value)
    if correct is not True and found.source is AnswerSource.BOXED:
        several = _several_boxes(text, gold.value)
        if several is not None and equals(several):
            return AnswerVerdict(value=several, source=found.source.value, correct=True)
    if correct is not True and found.source in _GUESSED and not gold.value.isdecimal():
        for value in fuller_answers(text, found, gold.value, language):
            if equals(value):
                return AnswerVerdict(value=value, source=found.source.value, correct=True)
    return _shared_verdict(value=found.value, source=found.source.value, correct=correct)


_GUESSED = frozenset({AnswerSource.LAST_NUMBER, AnswerSource.PHRASE})


def _said_word(text: str, wanted: frozenset[str], language: str) -> AnswerVerdict | None:
    """The word that stands for a gold word (yes, Tuesday), looked for at the beginning of a response."""
    short = len(text.strip()) <= _SHOWN
    if not any(short or not meaning.startswith("other") for meaning in wanted):  # "Right, let us see"
        return None
    announced = final_answer(text, language)
    places = [announced.value] if announced is not None else []
    lines = [line for line in text.splitlines() if line.strip()]
    places += lines[:1] + lines[-1:]
    for place in places:
        meaning = first_meaning(place, language)
        if meaning:
            correct = not meaning.isdisjoint(wanted)
            return AnswerVerdict(value=place.strip()[:_SHOWN], source="phrase", correct=correct)
    last = _SENTENCES.split(text.strip().rstrip(".!。।"))[-1]
    # "The statement is false.", "C'est un mardi."
    meaning = truth_said(last, language) if wanted <= _TRUTH else meaning_within(last, language, wanted)
    if not meaning:
        return None
    return AnswerVerdict(value=last.strip()[:_SHOWN], source="phrase", correct=not meaning.isdisjoint(wanted))


_SENTENCES = re.compile(r"[.!?。！？।\n]+\s*")
_TRUTH = frozenset(("true", "false"))
_SHOWN = 60


def _several_boxes(text: str, gold: str) -> str | None:
    """The last boxes of a response as one list, where the gold answer is a list of as many."""
    wanted = read_collection(gold, "en")
    if wanted is None:
        return None
    found = boxes(text[answer_start(text) :])[-len(wanted.elements) :]
    if len(found) < len(wanted.elements):
        return None
    return ", ".join(box.value for box in found)


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
