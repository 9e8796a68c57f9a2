r"""Rewards for reinforcement learning: is the answer right, and is the response in the language asked for?

The same code that evaluation uses: `evaluation.accuracy`, and the vote of language identifiers on each part.

TRL (`GRPOTrainer(reward_funcs=[accuracy_reward, language_reward])`, on files of `parallelize export --format
trl-grpo`, whose columns `ground_truth` and `language` the trainer hands to every reward function):

    from parallelize.rewards import accuracy_reward, language_reward

verl (`custom_reward_function.path=…/parallelize/rewards.py custom_reward_function.name=compute_score`, on
files of `--format verl`; weights by `custom_reward_function.reward_kwargs`).

The module is quick to import; models of the identifiers are loaded once per process, with the first response
that needs them. All functions may be called from several threads.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from parallelize.core.languages import known_language
from parallelize.text.thinking import split_response

if TYPE_CHECKING:
    from parallelize.stages.language import LanguageJudge

__all__ = ["accuracy_reward", "compute_score", "language_reward", "strict_accuracy_reward"]

Completion = str | Sequence[Mapping[str, Any]]
"""Plain text, or the turns of a chat whose last assistant turn counts."""

_judging = threading.Lock()


def accuracy_reward(
    prompts: Sequence[Any] | None = None,
    completions: Sequence[Completion] = (),
    *,
    ground_truth: Sequence[Any] | None = None,
    answer: Sequence[Any] | None = None,
    language: Sequence[str] | str = "en",
    timeout_seconds: float = 2.0,
    budget_seconds: float = 10.0,
    workers: int = 2,
    unclosed: bool = True,
    boxed_only: bool = False,
    **_kwargs: Any,
) -> list[float | None]:
    """1.0 for a right final answer, 0.0 for a wrong or missing one; TRL's signature.

    The answer is looked for after the thinking: in a box, after the language's own "the answer is", or as the
    last number. A batch never takes much longer than its budget: where boxes are made to hang, each
    comparison gets its share of what is left, and what is not decided in it is None.

    Args:
        prompts: not read; TRL gives them.
        completions: a batch.
        ground_truth: gold answer of each, numerals written as in English; numbers and lists are taken, too.
        answer: the same under another name of the column; `ground_truth` goes first.
        language: language of each response (numerals are read by it), or one for all.
        timeout_seconds: limit of one symbolic comparison.
        budget_seconds: limit of all symbolic comparisons of the batch together.
        workers: comparisons at a time, each in a process of about 150 MB.
        unclosed: the last complete box of thinking that never closed counts.
        boxed_only: only a box counts as an answer.

    Returns:
        One reward for each completion; None (TRL leaves it out) where there is no gold answer or equality
        could not be decided.

    Raises:
        ValueError: no gold answers are given, or a column is not as long as the batch.
    """
    golds = ground_truth if ground_truth is not None else answer
    if golds is None:
        raise ValueError("accuracy_reward needs a column ground_truth or answer in the training data")
    texts = [_said(item) for item in completions]
    languages = _for_each(language, len(texts))
    wanted = [_gold(gold) for gold in golds]
    if len(wanted) != len(texts):
        raise ValueError(f"{len(wanted)} gold answers for {len(texts)} completions")
    budget = _ComparisonBudget(seconds=budget_seconds, left=sum(map(bool, wanted)), at_a_time=max(1, workers))

    def judged(index: int) -> float | None:
        gold = wanted[index]
        if gold is None:
            return None
        limit = min(timeout_seconds, budget.share())
        return _correct(texts[index], gold, languages[index], limit, unclosed=unclosed, boxed_only=boxed_only)

    if workers <= 1 or len(texts) <= 1:
        return [judged(index) for index in range(len(texts))]
    _allow(workers)
    with ThreadPoolExecutor(workers, thread_name_prefix="rewards") as pool:
        return list(pool.map(judged, range(len(texts))))


class _ComparisonBudget:
    """Time for the comparisons of one batch: each gets up to a few times its share of what is left."""

    def __init__(self, *, seconds: float, left: int, at_a_time: int) -> None:
        self._ends = time.monotonic() + seconds
        self._left, self._at_a_time = left, at_a_time
        self._lock = threading.Lock()

    def share(self) -> float:
        """Seconds for the next comparison."""
        with self._lock:
            left = max(1, self._left)
            self._left -= 1
        return max(0.0, self._ends - time.monotonic()) * _GENEROSITY * self._at_a_time / left


_GENEROSITY = 4
"""Shares that one comparison may take: most need none, since their answers are plain numbers."""


def _allow(workers: int) -> None:
    from parallelize.text.answers.symbolic import POOL

    if workers > POOL.workers:
        POOL.allow(workers)


def _gold(value: Any) -> str | None:
    """A gold answer of any type as text; None for none."""
    if isinstance(value, Mapping):
        value = value.get("ground_truth", value.get("answer"))
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = ", ".join(text for item in value if (text := _gold(item)) is not None)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    return text or None


def language_reward(
    prompts: Sequence[Any] | None = None,
    completions: Sequence[Completion] = (),
    *,
    language: Sequence[str] | str,
    **_kwargs: Any,
) -> list[float | None]:
    """1.0 for a response in the language asked for, 0.0 if its thinking or its answer is in another.

    Formulas, code and tags do not count; sentences that hide in a code fence or in `\\text{}` do. Loops and
    words in no order get 0.0.

    Args:
        prompts: not read; TRL gives them.
        completions: a batch; it is voted on at once, which is faster than one by one.
        language: code of the language of each, or one for all.

    Returns:
        One reward for each completion; None where too little prose is left to judge, so that a bare formula
        is neither rewarded nor punished, and where the language is not known (a warning says so once).

    Raises:
        ValueError: a column is not as long as the batch.
    """
    return _on_target([_said(item) for item in completions], _for_each(language, len(completions)))


def strict_accuracy_reward(
    prompts: Sequence[Any] | None = None,
    completions: Sequence[Completion] = (),
    *,
    language: Sequence[str] | str,
    **kwargs: Any,
) -> list[float | None]:
    """1.0 only for a right answer in the language asked for: evaluation's strict accuracy as a reward.

    A right response without enough prose to judge gets 0.0: else bare formulas would be the easy way.

    Args:
        prompts: not read; TRL gives them.
        completions: a batch.
        language: code of the language of each, or one for all.
        kwargs: as for `accuracy_reward`.
    """
    right = accuracy_reward(prompts, completions, language=language, **kwargs)
    on = language_reward(prompts, completions, language=language)
    return [
        None if correct is None else float(correct == 1.0 and target == 1.0)
        for correct, target in zip(right, on, strict=True)
    ]


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    *,
    accuracy_weight: float = 1.0,
    language_weight: float = 1.0,
    language: str | None = None,
    timeout_seconds: float = 2.0,
    **_kwargs: Any,
) -> dict[str, float]:
    """Score one response; verl's signature.

    The score is the weighted sum of accuracy and language consistency, as in DeepSeek-R1 (arXiv 2501.12948,
    section 2.3.2: the two are summed). What cannot be decided adds nothing.

    Args:
        data_source: not read; verl gives it.
        solution_str: the decoded response.
        ground_truth: gold answer.
        extra_info: verl's column; its `language` is the language asked for.
        accuracy_weight: of accuracy.
        language_weight: of language consistency; it is not measured at 0.
        language: instead of the one in `extra_info`. Without either, language is not judged and numerals are
            read as English.
        timeout_seconds: limit of one symbolic comparison.

    Returns:
        `score`, and its parts for verl's log, with the same keys for every row: `accuracy` (0 or 1),
        `language` (1 on target, else 0), `language_judged` (1 if it could be judged).
    """
    code = language or (extra_info or {}).get("language")
    said, gold = _said(solution_str), _gold(ground_truth)
    correct = _correct(said, gold, code or "en", timeout_seconds) if gold else None
    on = _on_target([said], [str(code)])[0] if code and language_weight else None
    accuracy, consistent = correct or 0.0, on or 0.0
    return {
        "score": accuracy_weight * accuracy + language_weight * consistent,
        "accuracy": accuracy,
        "language": consistent,
        "language_judged": float(on is not None),
    }


def _said(completion: Completion) -> tuple[str, str | None]:
    """The words of the model and its thinking, where that came apart: text, or the last assistant turn."""
    from parallelize.evaluation.response_forms import message_parts

    if isinstance(completion, str):
        return completion, None
    turns = [turn for turn in completion or () if turn.get("role", "assistant") == "assistant"]
    text, thinking = message_parts(turns[-1]) if turns else ("", None)
    return text if isinstance(text, str) else "", thinking


def _for_each(value: Sequence[str] | str, count: int) -> list[str]:
    found = [value] * count if isinstance(value, str) else list(value)
    if len(found) != count:
        raise ValueError(f"{len(found)} languages for {count} completions")
    return found


def _correct(
    said: tuple[str, str | None],
    gold: str,
    code: str,
    timeout_seconds: float,
    *,
    unclosed: bool = True,
    boxed_only: bool = False,
) -> float | None:
    from parallelize.evaluation.accuracy import judge_answer

    split = split_response(said[0], thinking=said[1])
    judged = judge_answer(
        split.answer,
        gold,
        code,
        unclosed=split.thinking if unclosed else None,
        boxed_only=boxed_only,
        timeout_seconds=timeout_seconds,
    )
    return None if judged.correct is None else float(judged.correct)


@cache
def _judge() -> LanguageJudge:
    from parallelize.identifiers.panel import default_panel
    from parallelize.stages.language import LanguageJudge

    return LanguageJudge(default_panel())


def _on_target(said: Sequence[tuple[str, str | None]], codes: Sequence[str]) -> list[float | None]:
    """Vote on all parts of all responses with the function that evaluation uses."""
    from parallelize.evaluation.part_language import PartText, judge_parts, prose_of
    from parallelize.metrics.off_target import PartStatus

    places: list[int] = []
    parts: list[PartText] = []
    for index, ((text, apart), tag) in enumerate(zip(said, codes, strict=True)):
        code = _known(tag)
        split = split_response(text, thinking=apart)
        for part in (split.thinking, split.answer):
            if code is not None and part is not None and part.strip():
                places.append(index)
                parts.append(PartText(text=prose_of(part), language=code))
    found: list[float | None] = [None] * len(said)
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
