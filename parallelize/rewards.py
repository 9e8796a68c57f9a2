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
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

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
    ground_truth: Sequence[str | None] | None = None,
    answer: Sequence[str | None] | None = None,
    language: Sequence[str] | str = "en",
    timeout_seconds: float = 2.0,
    **_kwargs: Any,
) -> list[float | None]:
    """1.0 for a right final answer, 0.0 for a wrong or missing one; TRL's signature.

    The answer is looked for after the thinking: in a box, after the language's own "the answer is", or as the
    last number. Thinking that never closes has no answer.

    Args:
        prompts: not read; TRL gives them.
        completions: a batch.
        ground_truth: gold answer of each, numerals written as in English.
        answer: the same under another name of the column; `ground_truth` goes first.
        language: language of each response (numerals are read by it), or one for all.
        timeout_seconds: limit of one symbolic comparison.

    Returns:
        One reward for each completion; None (TRL leaves it out) where there is no gold answer or equality
        could not be decided.

    Raises:
        ValueError: no gold answers are given, or a column is not as long as the batch.
    """
    golds = ground_truth if ground_truth is not None else answer
    if golds is None:
        raise ValueError("accuracy_reward needs a column ground_truth or answer in the training data")
    languages = _for_each(language, len(completions))
    return [
        None if not gold else _correct(_text(item), gold, code, timeout_seconds)
        for item, gold, code in zip(completions, golds, languages, strict=True)
    ]


def language_reward(
    prompts: Sequence[Any] | None = None,
    completions: Sequence[Completion] = (),
    *,
    language: Sequence[str] | str,
    **_kwargs: Any,
) -> list[float | None]:
    """1.0 for a response in the language asked for, 0.0 if its thinking or its answer is in another.

    Formulas, code and tags do not count.

    Args:
        prompts: not read; TRL gives them.
        completions: a batch; it is voted on at once, which is faster than one by one.
        language: code of the language of each, or one for all.

    Returns:
        One reward for each completion; None where too little prose is left to judge, so that a bare formula
        is neither rewarded nor punished.

    Raises:
        ValueError: a column is not as long as the batch.
        InputError: a language is not known.
    """
    return _on_target([_text(item) for item in completions], _for_each(language, len(completions)))


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
    ground_truth: str,
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
    correct = _correct(solution_str, ground_truth, code or "en", timeout_seconds) if ground_truth else None
    on = _on_target([solution_str], [code])[0] if code and language_weight else None
    accuracy, consistent = correct or 0.0, on or 0.0
    return {
        "score": accuracy_weight * accuracy + language_weight * consistent,
        "accuracy": accuracy,
        "language": consistent,
        "language_judged": float(on is not None),
    }


def _text(completion: Completion) -> str:
    """The words of the model: plain text, or the last assistant turn of a chat."""
    if isinstance(completion, str):
        return completion
    turns = [turn for turn in completion if turn.get("role", "assistant") == "assistant"]
    if not turns:
        return ""
    content = turns[-1].get("content")
    if isinstance(content, str):
        return content
    return "".join(str(piece.get("text", "")) for piece in content or () if isinstance(piece, Mapping))


def _for_each(value: Sequence[str] | str, count: int) -> list[str]:
    found = [value] * count if isinstance(value, str) else list(value)
    if len(found) != count:
        raise ValueError(f"{len(found)} languages for {count} completions")
    return found


def _correct(text: str, gold: str, code: str, timeout_seconds: float) -> float | None:
    from parallelize.evaluation.accuracy import judge_answer
    from parallelize.text.thinking import split_response

    split = split_response(text)
    judged = judge_answer(split.answer, gold, code, unclosed=split.thinking, timeout_seconds=timeout_seconds)
    equal = judged.correct
    return None if equal is None else float(equal)


@cache
def _judge() -> LanguageJudge:
    from parallelize.identifiers.panel import default_panel
    from parallelize.stages.language import LanguageJudge

    return LanguageJudge(default_panel())


def _on_target(texts: Sequence[str], codes: Sequence[str]) -> list[float | None]:
    """Vote on all parts of all texts, language by language."""
    from parallelize.core.languages import language
    from parallelize.metrics.foreign import foreign_spans
    from parallelize.metrics.language import Status
    from parallelize.metrics.mixing import by_majority
    from parallelize.text.protect import readable_prose
    from parallelize.text.thinking import split_response

    waiting: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for index, (text, code) in enumerate(zip(texts, codes, strict=True)):
        split = split_response(text)
        for part in (split.thinking, split.answer):
            if part is not None and part.strip():
                waiting[language(code).code].append((index, readable_prose(part)))
    found: list[float | None] = [None] * len(texts)
    with _judging:  # identifiers are not made for several threads at once
        for code, items in waiting.items():
            votes = _judge().judge([prose for _, prose in items], code)
            for (index, prose), first in zip(items, votes, strict=True):
                open_vote = first.status is Status.UNDETERMINED
                vote = by_majority(first, prose, foreign_spans(prose, code)) if open_vote else first
                if vote.status is Status.OFF:
                    found[index] = 0.0
                elif vote.status is Status.ON and found[index] is None:
                    found[index] = 1.0
    return found
