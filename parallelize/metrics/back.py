"""How much of a row comes back when its translation is translated back."""

from __future__ import annotations

from parallelize.core.verdicts import EVIDENCE, Score
from parallelize.metrics.pair import Row
from parallelize.metrics.similarity import bleu_score, chrf_score

__all__ = ["back_bleu", "back_chrf", "back_chrf_worst"]

_WORST_SEGMENT_CHARACTERS = 40


def back_chrf(row: Row) -> Score:
    """ChrF++ of what came back against the source, on the prose, over the row."""
    return Score(measure="back_chrf", value=row.back_chrf, evidence=f"{len(row.came_back)} segments")


def back_chrf_worst(row: Row) -> Score:
    """The same for the worst segment with enough prose to tell."""
    enough = [pair for pair in row.came_back if len(pair.source.prose) >= _WORST_SEGMENT_CHARACTERS]
    if not enough:
        return Score(measure="back_chrf_worst", value=None)
    value, worst = min(
        ((chrf_score([pair.statistics]) or 0.0, pair) for pair in enough), key=lambda found: found[0]
    )
    evidence = worst.back.prose[:EVIDENCE]
    return Score(measure="back_chrf_worst", value=value, where=worst.where, evidence=evidence)


def back_bleu(row: Row) -> Score:
    """BLEU of what came back against the source, on the prose, over the row."""
    value = bleu_score(pair.statistics for pair in row.came_back)
    return Score(measure="back_bleu", value=value, evidence=f"{len(row.came_back)} segments")
