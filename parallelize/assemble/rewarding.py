"""What rewards are made of: what a model said, its gold answer, comparison in a budget, the language vote."""

from __future__ import annotations

import json
import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from parallelize.core.errors import EnvironmentFault
from parallelize.core.languages import known_language
from parallelize.core.trees import Tree
from parallelize.evaluation.accuracy import judge_answer
from parallelize.evaluation.response_values import message_parts
from parallelize.text.answers.symbolic import POOL
from parallelize.text.thinking import split_response

if TYPE_CHECKING:
    from parallelize.evaluation.part_language import SignedJudge

__all__ = [
    "ComparisonBudget",
    "Completion",
    "Said",
    "allow_comparisons",
    "correct",
    "correct_in_turn",
    "gold_text",
    "label_parts",
    "on_target",
    "said",
]

Completion = str | Sequence[Tree]
"""Plain text, or the turns of a chat whose last assistant turn counts."""
Said = tuple[str, str | None]
"""Words of a model, and its thinking where that came apart."""

_judging = threading.Lock()


class ComparisonBudget:
    """Time for the comparisons of one batch: each gets up to a few times its share of what is left."""

    def __init__(self, *, seconds: float, left: int, at_a_time: int) -> None:
        """Begin to count.

        Args:
            seconds: for all comparisons together.
            left: how many there are at most.
            at_a_time: how many run beside each other.
        """
        self._ends = time.monotonic() + seconds
        self._left, self._at_a_time = left, at_a_time
        self._lock = threading.Lock()

    def share(self) -> float:
        """Seconds for the next comparison."""
        with self._lock:
            left = max(1, self._left)
            self._left -= 1
        return max(0.0, self._ends - time.monotonic()) * _GENEROSITY * self._at_a_time / left


class SerialBudget:
    """Time for comparisons that come one by one: a store that each drains and that fills again with time.

    A trainer that scores a batch response by response cannot say how many there are. Where boxes are made to
    hang, the store is soon empty, and most of the rest are not begun: 512 of them end in seconds.
    """

    def __init__(self, *, seconds: float, refill: float) -> None:
        """Begin full.

        Args:
            seconds: that the store holds.
            refill: seconds that come back in a second.
        """
        self._full, self._refill = seconds, refill
        self._left, self._at = seconds, time.monotonic()
        self._lock = threading.Lock()

    def share(self) -> float:
        """Seconds for the next comparison: a quarter of what is there."""
        with self._lock:
            now = time.monotonic()
            self._left = min(self._full, self._left + self._refill * (now - self._at))
            self._at = now
            return self._left / 4

    def spend(self, seconds: float) -> None:
        """Take what a comparison took."""
        with self._lock:
            self._left = max(0.0, self._left - seconds)


_GENEROSITY = 4
"""Shares that one comparison may take: most need none, since their answers are plain numbers."""
_SERIAL = SerialBudget(seconds=4.0, refill=0.2)
"""Of all comparisons in this process that come one by one."""


def allow_comparisons(workers: int) -> None:
    """Let so many comparisons run at a time, each in a process of its own."""
    if workers > POOL.workers:
        POOL.allow(workers)


def said(completion: Any) -> Said:
    """The words of the model and its thinking, where that came apart: text, or the last assistant turn.

    What is neither (None, a number) is an empty response: training goes on.
    """
    if isinstance(completion, str):
        return completion, None
    turns = completion if isinstance(completion, Sequence) else ()
    mine = [turn for turn in turns if isinstance(turn, Mapping) and turn.get("role") in {"assistant", None}]
    text, thinking = message_parts(mine[-1]) if mine else ("", None)
    return text if isinstance(text, str) else "", thinking


def gold_text(value: Any) -> str | None:
    """A gold answer of any type as text; None for none."""
    if isinstance(value, Mapping):
        value = value.get("ground_truth", value.get("answer"))
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        value = ", ".join(text for item in value if (text := gold_text(item)) is not None)
    if hasattr(value, "tolist"):  # an array, or a number, of numpy or torch
        return gold_text(value.tolist())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    return text or None


def label_parts(label: Any) -> tuple[Any, str | None]:
    """Gold answer and language of a label: JSON text with both, as `export` writes it, or a bare answer."""
    if isinstance(label, str) and label.lstrip().startswith("{"):
        try:
            label = json.loads(label)
        except ValueError:
            return label, None
    if isinstance(label, Mapping):
        return gold_text(label), None if label.get("language") is None else str(label["language"])
    return label, None


def correct(
    response: Said,
    gold: str,
    code: str,
    timeout_seconds: float,
    *,
    unclosed: bool = True,
    boxed_only: bool = False,
) -> float | None:
    """1.0 for a right answer, 0.0 for a wrong or missing one, None where equality could not be decided."""
    split = split_response(response[0], thinking=response[1])
    try:
        judged = judge_answer(
            split.answer,
            gold,
            code,
            unclosed=split.thinking if unclosed else None,
            boxed_only=boxed_only,
            timeout_seconds=timeout_seconds,
        )
    except (EnvironmentFault, OSError) as error:  # no process for comparison, no memory for one
        warnings.warn(f"an answer could not be compared, its reward is None: {error}", stacklevel=2)
        return None
    return None if judged.correct is None else float(judged.correct)


def correct_in_turn(response: Said, gold: str, code: str, timeout_seconds: float) -> float | None:
    """The same for responses that come one by one, within a budget that all of them share."""
    began = time.monotonic()
    try:
        return correct(response, gold, code, min(timeout_seconds, _SERIAL.share()))
    finally:
        _SERIAL.spend(time.monotonic() - began)


@cache
def _judge() -> SignedJudge:
    from parallelize.assemble.judges import language_judge

    return language_judge()


def on_target(responses: Sequence[Said], codes: Sequence[str]) -> list[float | None]:
    """Vote on all parts of all responses with the function that evaluation uses.

    Returns:
        1.0 where thinking and answer are in the language asked for, 0.0 where a part is not, None where too
        little prose is left to judge or the language is not known.
    """
    # Only here, as in `_judge`: numpy, which a trainer that asks for accuracy alone need not load.
    from parallelize.evaluation.part_language import PartText, judge_parts, prose_of
    from parallelize.metrics.off_target import PartStatus

    places: list[int] = []
    parts: list[PartText] = []
    for index, ((text, apart), tag) in enumerate(zip(responses, codes, strict=True)):
        code = _known(tag)
        split = split_response(text, thinking=apart)
        for part in (split.thinking, split.answer):
            if code is not None and part is not None and part.strip():
                places.append(index)
                parts.append(PartText(text=prose_of(part), language=code))
    found: list[float | None] = [None] * len(responses)
    with _judging:  # identifiers are not made for several threads at once
        verdicts = judge_parts(parts, _judge(), spans=False)
    for index, verdict in zip(places, verdicts, strict=True):
        if verdict.status in (PartStatus.OFF, PartStatus.DEGENERATE):
            found[index] = 0.0
        elif verdict.status is PartStatus.ON and found[index] is None:
            found[index] = 1.0
    return found


@cache
def _known(tag: str) -> str | None:
    """The code of a language tag; None, with a warning, for one that is not known: training goes on."""
    item = known_language(str(tag))
    if item is None:
        warnings.warn(f"language {tag!r} is not known: its language reward is None", stacklevel=2)
    return None if item is None else item.code
