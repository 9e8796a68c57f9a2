"""Whether a problem can still be solved once it is translated: a solver's rate on both texts, compared.

After TRIT (arXiv 2602.05940), which trains on the same difference. A solver that is right on the source and
wrong on the translation was given another problem; one that is wrong on both says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from parallelize.core.language_pair import LanguagePair
from parallelize.core.ports import SAID, FinishReason, Reply, SamplingOverride, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.core.verdicts import EVIDENCE, Score
from parallelize.stages.translation_plan import BoundScorer
from parallelize.text.answers import answers_equal, final_answer

__all__ = ["TEMPERATURE", "solver_requests", "solver_score"]

TEMPERATURE = 0.6
"""Of the samples, where there is more than one of each text."""


def solver_requests(
    source: str, target: str, scorer: BoundScorer, languages: LanguagePair
) -> tuple[TranslationRequest, ...]:
    """What the solver is asked: the source so many times, then the translation.

    Those of the source do not know the target's language, so that all languages share their replies.
    """
    sides = ((source, languages.source), (target, languages.target))
    return tuple(
        _request(text, code, seed, scorer) for text, code in sides for seed in range(1, scorer.samples + 1)
    )


def solver_score(
    replies: Sequence[Reply | None], answer: str | None, measure: str, languages: LanguagePair
) -> Score:
    """The share of right solutions of the source less that of the translation, in [-1, 1].

    Args:
        replies: to `solver_requests`, in order; `None` for one that never came.
        answer: the row's own answer, in source form; None if it has none.
        measure: name of the score.
        languages: of the source and of the target.

    Returns:
        A score without value if there is no answer, or any reply is missing or failed.
    """
    if answer is None:
        return Score(measure=measure, value=None, evidence="the row has no answer to compare with")
    missing = [reply for reply in replies if reply is None or reply.finish not in SAID]
    if missing or not replies:
        first = missing[0] if missing else None
        why = "no reply" if first is None else first.detail or first.finish.value
        evidence = f"{len(missing)} of {len(replies)} solutions failed: {why}"[:EVIDENCE]
        return Score(measure=measure, value=None, evidence=evidence)
    half = len(replies) // 2
    codes = [languages.source] * half + [languages.target] * half
    right = [
        reply is not None and _is_right(reply, answer, languages.source, code)
        for reply, code in zip(replies, codes, strict=True)
    ]
    ours, theirs = sum(right[:half]), sum(right[half:])
    evidence = f"right: {ours} of {half} on the source, {theirs} of {half} on the translation"
    return Score(measure=measure, value=(ours - theirs) / half, evidence=evidence)


def _request(text: str, code: str, seed: int, scorer: BoundScorer) -> TranslationRequest:
    languages = LanguagePair(code, code)
    attempt = f"{scorer.measure},t={TEMPERATURE},seed={seed}" if scorer.samples > 1 else scorer.measure
    override = SamplingOverride(temperature=TEMPERATURE, seed=seed) if scorer.samples > 1 else None
    return TranslationRequest.addressed(
        scorer.fingerprint,
        task=Task.JUDGE,
        languages=languages,
        text=text,
        attempt=attempt,
        override=override,
    )


def _is_right(reply: Reply, answer: str, source: str, language: str) -> bool:
    if reply.finish is not FinishReason.STOP:
        return False
    found = final_answer(reply.text, language, allow_last_number=True)
    if found is None:
        return False
    return bool(answers_equal(found.value, answer, left_language=language, right_language=source))
