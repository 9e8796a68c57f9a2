"""Strict accuracy of NeMo-Skills, and the rate of reasoning in the language asked for.

- NeMo-Skills: `nemo_skills/evaluation/metrics/mcq_multilingual_metrics.py` of github.com/NVIDIA-NeMo/Skills.
- L2 reasoning rate: named by arXiv 2609.10445, whose text could not be read; here it is what its name says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from parallelize.core.trees import JsonObject
from parallelize.evaluation.estimates import mean_known
from parallelize.evaluation.reference_math import TopLabels
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.metrics.off_target import PartStatus
from parallelize.text.thinking import ResponsePart, ThinkingTags

__all__ = ["l2_reasoning", "nemo_skills_metrics"]

_CLOSE = "</think>"
_SHORTEST = 3


def nemo_skills_metrics(
    verdicts: Sequence[ResponseVerdict], detect: TopLabels, tags: ThinkingTags | None = None
) -> JsonObject:
    """`symbolic_and_language_correct`: right, and langdetect's first guess is the very code asked for.

    The guess is over what follows `</think>`; without one, over the whole generation, thinking and formulas
    included. `zh` never equals langdetect's `zh-cn`; fewer than three characters are in no language. Whether
    an answer is right is this toolkit's own verdict.

    Args:
        verdicts: judged responses.
        detect: langdetect's labels, the most likely first.
        tags: how thinking is marked, where it is not `<think>` and `</think>`.
    """

    def of(item: ResponseVerdict) -> dict[str, float | None]:
        language = float(_guess(item.response.response, detect, tags) == item.response.language)
        right = None if item.answer is None else float(item.answer.correct is True)
        return {
            "language_correct": language,
            "symbolic_correct": right,
            "symbolic_and_language_correct": None if right is None else right * language,
        }

    return {
        **_by_language(verdicts, of),
        "definition": "NeMo-Skills, langdetect's first label of the answer (of all, where thinking never "
        "closes) equal to the code asked for, and the answer right",
    }


def _guess(text: str, detect: TopLabels, tags: ThinkingTags | None) -> str:
    closing = _CLOSE if tags is None else tags.closing
    _, closed, answer = text.rpartition(closing)
    plain = " ".join((answer if closed else text).split())
    labels = detect.labels(plain) if len(plain) >= _SHORTEST else ()
    return labels[0] if labels else "unknown"


def l2_reasoning(verdicts: Sequence[ResponseVerdict]) -> JsonObject:
    """Of the responses that think and are asked for in another language than English: who thinks in it?

    The denominator is every response with thinking, whatever became of it: thinking that is undetermined,
    degenerate or in English is not in the language asked for. `on_of_judged` is of what could be judged.
    """

    def of(item: ResponseVerdict) -> dict[str, float | None]:
        status = item.parts[ResponsePart.THINKING].status
        counts = item.response.language != "en" and status not in {PartStatus.ABSENT, PartStatus.EMPTY}
        judged = counts and status in {PartStatus.ON, PartStatus.OFF}
        return {
            "l2_reasoning_rate": float(status is PartStatus.ON) if counts else None,
            "on_of_judged": float(status is PartStatus.ON) if judged else None,
            "in_english": float(item.parts[ResponsePart.THINKING].language == "en") if judged else None,
        }

    return {
        **_by_language([item for item in verdicts if item.response.language != "en"], of),
        "definition": "thinking in the language asked for, of all responses with thinking, English left out; "
        "by this toolkit's vote",
    }


def _by_language(
    verdicts: Sequence[ResponseVerdict], of: Callable[[ResponseVerdict], dict[str, float | None]]
) -> JsonObject:
    """Means over all responses, and by language, of what is known of each."""
    found: dict[str, list[dict[str, float | None]]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.response.language].append(of(verdict))
    names = list(dict.fromkeys(name for items in found.values() for item in items for name in item))

    def means(items: Sequence[dict[str, float | None]]) -> JsonObject:
        return {name: mean_known(item[name] for item in items) for name in names}

    everything = [item for items in found.values() for item in items]
    return {
        **means(everything),
        "languages": {
            code: {"responses": len(items), **means(items)} for code, items in sorted(found.items())
        },
    }
