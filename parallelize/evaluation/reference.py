"""Metrics of others by name, as their sources define them, to compare figures with published ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from parallelize.evaluation.reference_lcb import TopLabel, lcb_metrics
from parallelize.evaluation.reference_math import TopLabels, mmath_metrics, polymath_metrics
from parallelize.evaluation.reference_skills import l2_reasoning, nemo_skills_metrics
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.text.thinking import ThinkingTags

__all__ = ["REFERENCE_METRICS", "ReferenceTools", "reference_metrics"]

REFERENCE_METRICS = ("lcb", "mmath", "polymath", "nemo-skills", "l2")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTools:
    """What the metrics of others are computed with."""

    top: TopLabel
    """fastText, for LCB and MMATH."""
    detect: TopLabels
    """langdetect, for PolyMath and NeMo-Skills."""
    identifiers: tuple[str, str]
    """Signatures of the two."""
    words: Collection[str] | None = None
    """LCB's English words; None: word pass rates are not computed."""
    tags: ThinkingTags | None = None
    """How thinking is marked; None: by `<think>` and `</think>`."""


def reference_metrics(
    names: Sequence[str], verdicts: Sequence[ResponseVerdict], tools: ReferenceTools
) -> dict[str, object]:
    """Figures of each metric over all responses, and under `models` by model where there are several.

    Args:
        names: of `REFERENCE_METRICS`.
        verdicts: judged responses; only PolyMath reads more of them than their text.
    """
    models = list(dict.fromkeys(verdict.response.model for verdict in verdicts))
    result: dict[str, object] = {}
    for name in names:
        figures = _METRICS[name](verdicts, tools)
        if len(models) > 1:
            figures["models"] = {
                model: _METRICS[name]([item for item in verdicts if item.response.model == model], tools)
                for model in models
            }
        result[name] = figures
    return result


def _lcb(verdicts: Sequence[ResponseVerdict], tools: ReferenceTools) -> dict[str, object]:
    found = lcb_metrics([verdict.response for verdict in verdicts], tools.top, tools.words)
    return {**found, "identifier": tools.identifiers[0]}


def _mmath(verdicts: Sequence[ResponseVerdict], tools: ReferenceTools) -> dict[str, object]:
    found = mmath_metrics([verdict.response for verdict in verdicts], tools.top, tools.tags)
    return {**found, "identifier": tools.identifiers[0]}


def _polymath(verdicts: Sequence[ResponseVerdict], tools: ReferenceTools) -> dict[str, object]:
    return {**polymath_metrics(verdicts, tools.detect, tools.tags), "identifier": tools.identifiers[1]}


def _nemo_skills(verdicts: Sequence[ResponseVerdict], tools: ReferenceTools) -> dict[str, object]:
    return {**nemo_skills_metrics(verdicts, tools.detect, tools.tags), "identifier": tools.identifiers[1]}


def _l2(verdicts: Sequence[ResponseVerdict], _tools: ReferenceTools) -> dict[str, object]:
    return l2_reasoning(verdicts)


_METRICS: dict[str, Callable[[Sequence[ResponseVerdict], ReferenceTools], dict[str, object]]] = {
    "lcb": _lcb,
    "mmath": _mmath,
    "polymath": _polymath,
    "nemo-skills": _nemo_skills,
    "l2": _l2,
}
