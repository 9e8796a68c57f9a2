"""Language consistency of MMATH and PolyMath, and PolyMath's accuracy weighted by difficulty.

As their sources define them, apart from this toolkit's own rates:

- MMATH: Luo et al. 2025 (arXiv 2505.19126), `calculate_lcr.py` of github.com/RUCAIBox/MMATH.
- PolyMath: Wang et al. 2025 (arXiv 2504.18428), `eval/run_eval.py` of github.com/QwenLM/PolyMath.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from parallelize.core.trees import JsonObject
from parallelize.evaluation.estimates import mean_known
from parallelize.evaluation.reference_lcb import TopLabel
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ResponseVerdict
from parallelize.text.thinking import ThinkingTags

__all__ = ["TopLabels", "mmath_metrics", "polymath_metrics"]

_OPEN, _CLOSE = "<think>", "</think>"
_LEVELS = ("low", "medium", "high", "top")
_CLOSING = {"$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_OPENING = re.compile(r"\$\$|\\[(\[]")
_DOLLARS = re.compile(r"\$[^$]*\$")
_SHORT = 15
_FORMER = {"middle": "medium"}
"""The source writes `middle` in one place and `medium` in another."""


class TopLabels(Protocol):
    """langdetect's guesses with a probability above 0.1: raw labels (`zh-cn`), empty where it fails."""

    def labels(self, text: str) -> Sequence[str]: ...


def mmath_metrics(
    responses: Sequence[Response], identify: TopLabel, tags: ThinkingTags | None = None
) -> dict[str, object]:
    """Language consistency: share of parts that fastText labels as the language asked for.

    Thinking is what precedes the last `</think>`; without one, all of it is both thinking and answer. Empty
    parts are labelled, too (fastText calls them English). The overall figure is over all responses.

    Args:
        responses: rows.
        identify: first guesses of fastText.
        tags: how thinking is marked, where it is not `<think>` and `</think>`; the source knows only those.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for response in responses:
        thinking, answer = _mmath_parts(_tagged(response.response, tags))
        found = counts[response.language]
        found[0] += 1
        found[1] += identify.top(thinking.strip().replace("\n", " "))[0] == response.language
        found[2] += identify.top(answer.strip().replace("\n", " "))[0] == response.language
    total = sum(found[0] for found in counts.values())
    return {
        "thinking_consistency": sum(found[1] for found in counts.values()) / total if total else None,
        "answer_consistency": sum(found[2] for found in counts.values()) / total if total else None,
        "languages": {
            code: {
                "responses": found[0],
                "thinking_consistency": found[1] / found[0],
                "answer_consistency": found[2] / found[0],
            }
            for code, found in sorted(counts.items())
        },
        "definition": "arXiv 2505.19126, fastText's first label of the whole part",
    }


def _tagged(text: str, tags: ThinkingTags | None) -> str:
    """The response with its thinking marked as the sources expect it."""
    if tags is None:
        return text
    return text.replace(tags.opening, _OPEN).replace(tags.closing, _CLOSE)


def _mmath_parts(text: str) -> tuple[str, str]:
    if _CLOSE not in text:
        return text, text
    *thinking, answer = text.split(_CLOSE)
    return " ".join(thinking), answer


def polymath_metrics(
    verdicts: Sequence[ResponseVerdict], detect: TopLabels, tags: ThinkingTags | None = None
) -> dict[str, object]:
    """Language consistency, and accuracy weighted by difficulty: Σ 2^i · acc_i / 15 over four levels.

    A part is consistent if langdetect names only the language asked for, or if 15 characters or fewer are
    left without mathematics, so an empty part is. Accuracy is this toolkit's own; a response whose equality
    could not be decided counts as wrong, as there.

    Args:
        verdicts: judged responses; `level` (or else `source`) names low, medium, high or top. Where some rows
            of a language have such a level, its other rows are left out and counted.
        detect: langdetect's labels.
        tags: how thinking is marked, where it is not `<think>` and `</think>`.
    """
    languages: dict[str, dict[str, list[ResponseVerdict]]] = defaultdict(lambda: defaultdict(list))
    for verdict in verdicts:
        level = (verdict.response.level or verdict.response.source).strip().lower()
        languages[verdict.response.language][_FORMER.get(level, level)].append(verdict)
    found = {
        code: _polymath_language(code, levels, detect, tags) for code, levels in sorted(languages.items())
    }
    weighted, thinking, answer = (mean_known(item[name] for item in found.values()) for name in _MEANS)
    reasons = (item.get("not_computed", {}).get("weighted_accuracy") for item in found.values())
    missing = sorted({reason for reason in reasons if reason})
    return {
        "weighted_accuracy": weighted,
        "thinking_consistency": thinking,
        "answer_consistency": answer,
        "languages": found,
        "definition": (
            "arXiv 2504.18428; weights 1, 2, 4, 8 over low, medium, high, top; an empty part is consistent; "
            "langdetect seeded"
        ),
        **({"not_computed": {"weighted_accuracy": "; ".join(missing)}} if weighted is None else {}),
    }


_MEANS = ("weighted_accuracy", "thinking_consistency", "answer_consistency")


def _polymath_language(
    code: str, levels: Mapping[str, Sequence[ResponseVerdict]], detect: TopLabels, tags: ThinkingTags | None
) -> JsonObject:
    """Figures of one language; rows whose level is none of the four are left out, where others have one."""
    known = [level for level in _LEVELS if level in levels] or list(levels)
    accuracies = {level: _accuracy(levels[level]) for level in known}
    parts = {
        level: [_polymath_parts(_tagged(item.response.response, tags)) for item in levels[level]]
        for level in known
    }
    weighted, why = None, {}
    missing = [level for level in _LEVELS if accuracies.get(level) is None]
    if missing:
        reason = f"no responses with a gold answer at level {', '.join(missing)}"
        why = {"not_computed": {"weighted_accuracy": reason}}
    else:
        weighted = math.fsum(2**rank * (accuracies[level] or 0.0) for rank, level in enumerate(_LEVELS)) / 15
    return {
        "weighted_accuracy": weighted,
        "thinking_consistency": mean_known(
            _consistency([thinking for thinking, _ in found], code, detect) for found in parts.values()
        ),
        "answer_consistency": mean_known(
            _consistency([answer for _, answer in found], code, detect) for found in parts.values()
        ),
        "accuracy_by_level": accuracies,
        "left_out": sum(len(rows) for level, rows in levels.items() if level not in known),
        **why,
    }


def _accuracy(verdicts: Sequence[ResponseVerdict]) -> float | None:
    answers = [verdict.answer for verdict in verdicts if verdict.answer is not None]
    return sum(answer.correct is True for answer in answers) / len(answers) if answers else None


def _polymath_parts(text: str) -> tuple[str, str]:
    """Thinking, empty where it never closed, and answer."""
    head, closing, tail = text.rpartition(_CLOSE)
    return (head if closing else ""), tail


def _consistency(texts: Sequence[str], code: str, detect: TopLabels) -> float:
    wanted = "zh-cn" if code == "zh" else code
    plain = [_without_formulas(text) for text in texts]
    return sum(len(text) <= _SHORT or list(detect.labels(text)) == [wanted] for text in plain) / len(plain)


def _without_formulas(text: str) -> str:
    r"""The text without `$$…$$`, `\(…\)`, `\[…\]`, then without `$…$`, in one pass over each.

    The source's pattern tries every opening mark against the rest of the text, which takes minutes on a long
    text of marks that never close.
    """
    pieces, start, place = [], 0, 0
    unclosed: set[str] = set()
    while (found := _OPENING.search(text, place)) is not None:
        mark = found.group()
        end = -1 if mark in unclosed else text.find(_CLOSING[mark], found.end())
        if end < 0:
            unclosed.add(mark)  # nothing closes it here, so nothing does further on
            place = found.start() + 1
        else:
            pieces.append(text[start : found.start()])
            start = place = end + 2
    pieces.append(text[start:])
    return _DOLLARS.sub("", "".join(pieces))
