"""Scores beside those of texts: places in contexts, and what scoring models say of the parts of a row.

Cutting and reading are pure; a row can be scored from the memory alone. A partial measurement is none: if one
part of a row has no number, neither has the row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parallelize.core.language_pair import LanguagePair
from parallelize.core.measures import MEASURES
from parallelize.core.ports import FinishReason, Level, Reply, ScoringRequest, TranslationRequest
from parallelize.core.provenance import Task
from parallelize.core.records import Part, rewritten
from parallelize.core.trees import Tree
from parallelize.core.verdicts import EVIDENCE, Score, scored
from parallelize.stages.back_translation import line_pairs
from parallelize.stages.solving import solver_requests, solver_score
from parallelize.stages.translation_plan import BoundScorer
from parallelize.store.offsets import lost_places, names_places, with_offsets
from parallelize.text.protect import readable_prose

__all__ = ["ScoredPart", "model_scores", "pair_scores", "place_scores", "scored_parts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPart:
    """A part of a row that is measured by itself."""

    where: str
    """Path of the text and number of the part, `solution#3`."""
    weight: int
    """Letters of the source's prose."""
    request: TranslationRequest


def scored_parts(
    texts: Sequence[tuple[str, str, str]], scorer: BoundScorer, languages: LanguagePair
) -> tuple[ScoredPart, ...]:
    """Cut a row into what the model is shown.

    Args:
        texts: (path, source, target) of each text of the row.
        scorer: the model.
        languages: of the source and of the target.

    Returns:
        Parts whose source has prose; formulas alone are not measured. Of a solver, what it is asked about
        the first text, which is the problem.
    """
    if scorer.samples:
        return tuple(
            ScoredPart(where=path, weight=1, request=request)
            for path, source, target in texts[:1]
            for request in solver_requests(source, target, scorer, languages)
        )
    found = []
    for path, source, target in texts:
        pairs = line_pairs(source, target) if scorer.level is Level.SEGMENT else ((source, target),)
        for number, (ours, theirs) in enumerate(pairs):
            weight = sum(map(str.isalpha, readable_prose(ours)))
            if not weight:
                continue
            request = ScoringRequest.addressed(
                scorer.fingerprint,
                task=Task.JUDGE,
                languages=languages,
                text=ours,
                translation=theirs,
                attempt=scorer.measure,
            )
            found.append(ScoredPart(where=f"{path}#{number}", weight=weight, request=request))
    return tuple(found)


def model_scores(
    scorer: BoundScorer,
    parts: Sequence[ScoredPart],
    replies: Sequence[Reply | None],
    languages: LanguagePair,
    answer: str | None,
) -> tuple[Score, ...]:
    """Scores of a row by one model, whether it grades (`pair_scores`) or solves (`solving.solver_score`).

    Args:
        scorer: the model.
        parts: of `scored_parts`.
        replies: one for each part, in order; `None` for one that never came.
        languages: of the source and of the target.
        answer: the row's own answer, in source form; None if it has none.
    """
    if scorer.samples:
        return (solver_score(replies, answer, scorer.measure, languages),)
    return pair_scores(parts, replies, scorer.measure)


def pair_scores(
    parts: Sequence[ScoredPart], replies: Sequence[Reply | None], measure: str
) -> tuple[Score, ...]:
    """Scores of a row: the mean over its parts by weight, and the lowest part.

    Args:
        parts: of `scored_parts`.
        replies: one for each part, in order; `None` for one that never came.
        measure: name of the mean; the measure that is `lowest_of` it has the lowest part.

    Returns:
        Two scores, without value if any part was not measured; none if there are no parts.
    """
    if not parts:
        return ()
    lowest_measure = next(item.name for item in MEASURES.values() if item.lowest_of == measure)
    values = [_number(reply) for reply in replies]
    missing = [number for number, value in enumerate(values) if value is None]
    if missing:
        reply = replies[missing[0]]
        why = "no reply" if reply is None else reply.detail or reply.finish.value
        evidence = f"{len(missing)} of {len(parts)} parts not measured: {why}"[:EVIDENCE]
        where = parts[missing[0]].where
        return tuple(
            Score(measure=name, value=None, where=where, evidence=evidence)
            for name in (measure, lowest_measure)
        )
    known = [value for value in values if value is not None]
    weights = [part.weight for part in parts]
    mean = math.fsum(w * v for w, v in zip(weights, known, strict=True)) / sum(weights)
    lowest = min(range(len(known)), key=known.__getitem__)
    return (
        Score(measure=measure, value=round(mean, 6), evidence=f"{len(parts)} parts"),
        Score(measure=lowest_measure, value=known[lowest], where=parts[lowest].where),
    )


def _number(reply: Reply | None) -> float | None:
    """What was measured; None unless the measurement ended cleanly."""
    return None if reply is None or reply.finish is not FinishReason.STOP else reply.value


def place_scores(row: Tree, texts: Iterable[tuple[str, Part | None, str]]) -> tuple[Score, ...]:
    """How many places of answers in texts are not found again; nothing where the row names none.

    Args:
        row: of the source.
        texts: (path, part, translation) of what is translated.
    """
    if not names_places(row):
        return ()
    lost = list(lost_places(row, with_offsets(row, rewritten(row, texts))))
    return (scored("lost_places", float(len(lost)), "; ".join(lost)[:EVIDENCE]),)
