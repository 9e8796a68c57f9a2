r"""Rewards for reinforcement learning: is the answer right, and is the response in the language asked for?

The same code that evaluation uses: `evaluation.accuracy`, and the vote of language identifiers on each part.
No function ends a training run for what a model or a row says: what cannot be judged is None, or adds 0.

| trainer | function | how it is given (docs/export.md has the lines) |
|---|---|---|
| TRL | `accuracy_reward`, `language_reward`, `strict_accuracy_reward` | `GRPOTrainer(reward_funcs=[…])` |
| verl | `compute_score`, `compute_scores` (batch) | path of this file, name of the function |
| OpenRLHF | `reward_func` | path of this file |
| verifiers v1 | `verifiers_accuracy`, `verifiers_language` | `fn = "parallelize.rewards:…"` |
| NeMo Gym | `nemo_gym_verify` | called in `verify` of a resources server |

The module is quick to import, and needs neither `datasets` nor `huggingface_hub`; models of the identifiers
are loaded once per process, with the first response that needs them. All functions may be called from several
threads.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from parallelize.assemble.rewarding import (
    ComparisonBudget,
    Completion,
    allow_comparisons,
    correct,
    correct_in_turn,
    gold_text,
    label_parts,
    on_target,
    said,
)
from parallelize.core.trees import JsonObject, Tree

__all__ = [
    "accuracy_reward",
    "compute_score",
    "compute_scores",
    "language_reward",
    "nemo_gym_verify",
    "reward_func",
    "strict_accuracy_reward",
    "verifiers_accuracy",
    "verifiers_language",
]


def accuracy_reward(
    prompts: Sequence[Any] | None = None,
    completions: Sequence[Completion] = (),
    *,
    ground_truth: Sequence[Any] | None = None,
    answer: Sequence[Any] | None = None,
    language: Sequence[str] | str = "en",
    timeout_seconds: float = 2.0,
    budget_seconds: float = 8.0,
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
    texts = [said(item) for item in completions]
    languages = _for_each(language, len(texts))
    wanted = [gold_text(gold) for gold in golds]
    if len(wanted) != len(texts):
        raise ValueError(f"{len(wanted)} gold answers for {len(texts)} completions")
    budget = ComparisonBudget(seconds=budget_seconds, left=sum(map(bool, wanted)), at_a_time=max(1, workers))

    def judged(index: int) -> float | None:
        gold = wanted[index]
        if gold is None:
            return None
        limit = min(timeout_seconds, budget.share())
        return correct(texts[index], gold, languages[index], limit, unclosed=unclosed, boxed_only=boxed_only)

    if workers <= 1 or len(texts) <= 1:
        return [judged(index) for index in range(len(texts))]
    allow_comparisons(workers)
    with ThreadPoolExecutor(workers, thread_name_prefix="rewards") as pool:
        return list(pool.map(judged, range(len(texts))))


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
    return on_target([said(item) for item in completions], _for_each(language, len(completions)))


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
    solution_str: Completion,
    ground_truth: Any,
    extra_info: Tree | None = None,
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
    code = language or (extra_info.get("language") if isinstance(extra_info, Mapping) else None)
    response, gold = said(solution_str), gold_text(ground_truth)
    tag = None if code is None else str(code)
    right = correct_in_turn(response, gold, tag or "en", timeout_seconds) if gold else None
    on = on_target([response], [tag])[0] if tag and language_weight else None
    accuracy, consistent = right or 0.0, on or 0.0
    return {
        "score": accuracy_weight * accuracy + language_weight * consistent,
        "accuracy": accuracy,
        "language": consistent,
        "language_judged": float(on is not None),
    }


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Tree | None] | None = None,
    **options: Any,
) -> list[dict[str, float]]:
    """Score a batch; the signature of verl's batch reward manager.

    Args:
        data_sources: not read; verl gives them.
        solution_strs: the decoded responses.
        ground_truths: gold answers.
        extra_infos: verl's column, as for `compute_score`.
        options: as for `compute_score`.
    """
    infos = extra_infos if extra_infos is not None else [None] * len(solution_strs)
    return [
        compute_score(source, text, gold, info, **options)
        for source, text, gold, info in zip(data_sources, solution_strs, ground_truths, infos, strict=True)
    ]


def reward_func(
    queries: Sequence[str],
    prompts: Sequence[str],
    labels: Sequence[Any],
    *,
    accuracy_weight: float = 1.0,
    language_weight: float = 1.0,
    **_kwargs: Any,
) -> JsonObject:
    """Reward a batch; OpenRLHF's signature.

    Args:
        queries: prompts with their responses, as text.
        prompts: the prompts alone.
        labels: gold answers; or JSON text with `ground_truth` and `language`, the column `judged_label` of
            `export --format openrlhf`. A bare answer says nothing of a language, so none is judged.
        accuracy_weight: of accuracy.
        language_weight: of language consistency.

    Returns:
        `rewards` (the weighted sum), `scores` (the same in [0, 1]) and `extra_logs`, as tensors where torch
        is installed.
    """
    texts = [_behind(query or "", prompt or "") for query, prompt in zip(queries, prompts, strict=True)]
    found = []
    for text, label in zip(texts, labels, strict=True):
        gold, code = label_parts(label)
        found.append(
            compute_score(
                "",
                text,
                gold,
                {"language": code},
                accuracy_weight=accuracy_weight,
                language_weight=language_weight,
            )
        )
    rewards = [item["score"] for item in found]
    most = accuracy_weight + language_weight
    return {
        "rewards": _tensor(rewards),
        "scores": _tensor([value / most if most else 0.0 for value in rewards]),
        "extra_logs": {name: _tensor([item[name] for item in found]) for name in ("accuracy", "language")},
    }


def _behind(query: str, prompt: str) -> str:
    """The response: what stands behind the prompt."""
    if query.startswith(prompt):
        return query[len(prompt) :]
    return query.rpartition(prompt)[2]


def _tensor(values: list[float]) -> Any:
    """A tensor where torch is there: a trainer that asks has it."""
    if importlib.util.find_spec("torch") is None:
        return values
    import torch

    return torch.tensor(values, dtype=torch.float)


async def verifiers_accuracy(task: Any, trace: Any) -> float:
    """Whether the last reply of a trace is right; a plugged reward of verifiers v1.

    Args:
        task: the data of a task, or a task with it: it has `answer`, and `language` (or `info` with it)
            where numerals are not English.
        trace: what the agent did.
    """
    gold, code = gold_text(getattr(_data(task), "answer", None)), _task_language(task)
    if not gold:
        return 0.0
    response = _reply(trace)
    import asyncio

    return await asyncio.to_thread(correct_in_turn, response, gold, code or "en", 2.0) or 0.0


async def verifiers_language(task: Any, trace: Any) -> float:
    """Whether a trace's last reply is in its task's language; a plugged reward of verifiers v1.

    Args:
        task: the data of a task, or a task with it: it has `language`, or `info` with it.
        trace: what the agent did.
    """
    import asyncio

    code, response = _task_language(task), _reply(trace)
    if code is None:
        return 0.0
    (found,) = await asyncio.to_thread(on_target, [response], [code])
    return found or 0.0


def _data(task: Any) -> Any:
    """What a task knows: verifiers 0.4 gives plugged functions the data itself."""
    return getattr(task, "data", task)


def _task_language(task: Any) -> str | None:
    info = getattr(_data(task), "info", None)
    code = getattr(_data(task), "language", None) or (
        info.get("language") if isinstance(info, Mapping) else None
    )
    return None if code is None else str(code)


def _reply(trace: Any) -> tuple[str, str | None]:
    """Last reply of a trace with its thinking, where the server set that apart."""
    messages = getattr(trace, "assistant_messages", None)
    thinking = getattr(messages[-1], "reasoning_content", None) if messages else None
    return str(trace.last_reply or ""), thinking if isinstance(thinking, str) and thinking else None


def nemo_gym_verify(body: Tree, *, accuracy_weight: float = 1.0, language_weight: float = 1.0) -> JsonObject:
    """What `verify` of a NeMo Gym resources server answers: the request with a reward and its parts.

    Args:
        body: a verify request as plain values: `response` of the Responses API, `expected_answer`, and
            `language` (both are columns of `export --format nemo-gym`).
        accuracy_weight: of accuracy.
        language_weight: of language consistency.
    """
    response = body.get("response")
    output = _objects(response.get("output")) if isinstance(response, Mapping) else []
    text = "".join(
        str(part.get("text") or "")
        for item in output
        if item.get("type") == "message"
        for part in _objects(item.get("content"))
        if part.get("type") == "output_text"
    )
    thinking = "\n".join(
        str(part.get("text") or "")
        for item in output
        if item.get("type") == "reasoning"
        for part in _objects(item.get("content") or item.get("summary"))
    )
    turn = {"role": "assistant", "content": text}
    turn |= {"reasoning_content": thinking} if thinking.strip() else {}
    found = compute_score(
        "",
        [turn],
        body.get("expected_answer"),
        {"language": body.get("language")},
        accuracy_weight=accuracy_weight,
        language_weight=language_weight,
    )
    return {
        **body,
        "reward": found["score"],
        **{name: found[name] for name in ("accuracy", "language", "language_judged")},
    }


def _objects(value: Any) -> list[Tree]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _for_each(value: Sequence[str] | str, count: int) -> list[str]:
    found = [value] * count if isinstance(value, str) else ["" if one is None else str(one) for one in value]
    if len(found) != count:
        raise ValueError(f"{len(found)} languages for {count} completions")
    return found
