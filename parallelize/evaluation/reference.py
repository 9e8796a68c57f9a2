"""Metrics of others, as their sources define them, so that figures can be compared with published ones.

They are apart from this toolkit's own off-target rate: they let empty responses vanish, take one identifier's
first guess, and count an all-skipped group as passed.

- Language Confusion Benchmark: Marchisio et al. 2024 (arXiv 2406.20052), `compute_metrics.py` of
  github.com/for-ai/language-confusion. It uses `lid.176.bin`; here it is the identifier that is given.
- MMATH language consistency: Luo et al. 2025 (arXiv 2505.19126), `calculate_lcr.py` of
  github.com/RUCAIBox/MMATH.
- PolyMath: Wang et al. 2025 (arXiv 2504.18428), the evaluation script of github.com/QwenLM/PolyMath.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from parallelize.core.errors import InputError
from parallelize.evaluation.responses import Response
from parallelize.evaluation.scoring import ResponseVerdict

__all__ = [
    "REFERENCE_METRICS",
    "WORD_LANGUAGES",
    "LineCounts",
    "TopLabel",
    "TopLabels",
    "lcb_counts",
    "lcb_metrics",
    "lcb_tokens",
    "mmath_metrics",
    "polymath_metrics",
    "read_lcb_words",
]

REFERENCE_METRICS = ("lcb", "mmath", "polymath")
WORD_LANGUAGES = frozenset({"ar", "hi", "ja", "ko", "ru", "zh"})
"""Languages the source computes a word pass rate for: those not written in Latin letters."""

_MINIMUM_TOKENS = 5
_MINIMUM_PROBABILITY = 0.3
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_JAPANESE_TOKEN = re.compile(r"[^\W\u0e00-\uffff]+|[\u3041-\u309f]{1,2}|[\u30a0-\u30ff]+|[^\W]{1,2}|[^\w\s]")
_CHINESE_TOKEN = re.compile(r"[^\W\u0e00-\uffff]+|[^\W]{1,2}|[^\w\s]|\s")
"""White space is a token of jieba's."""
_CLOSE = "</think>"
_LEVELS = ("low", "medium", "high", "top")


class TopLabel(Protocol):
    """fastText's first guess: raw label (`de`, `arz`, `wuu`, nothing folded) and probability."""

    def top(self, line: str) -> tuple[str, float]: ...


class TopLabels(Protocol):
    """langdetect's guesses with a probability above 0.1: raw labels (`zh-cn`), empty where it fails."""

    def labels(self, text: str) -> Sequence[str]: ...


# --- Language Confusion Benchmark -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCounts:
    """Counts of one group (source and language) of responses."""

    responses: int
    with_lines: int
    """Responses with a line of five tokens or more; the others are in no rate."""
    with_line_errors: int
    """Responses with a line that is not labelled as the expected language."""
    with_word_errors: int | None
    """Of the rest, responses with an English word; None without a word list or for other languages."""

    @property
    def line_pass_rate(self) -> float:
        """In [0, 1]; 1.0 for a group without lines, as the source has it."""
        return 1 - self.with_line_errors / max(1, self.with_lines)

    @property
    def word_pass_rate(self) -> float | None:
        """In [0, 1], over responses without line errors; None where words were not looked at."""
        if self.with_word_errors is None:
            return None
        return 1 - self.with_word_errors / max(1, self.with_lines - self.with_line_errors)


def read_lcb_words(path: Path) -> frozenset[str]:
    """The benchmark's English word list, as it filters it: lower case, longer than three letters.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: cannot read the word list: {error}",
            remedy="take the file `words` of github.com/for-ai/language-confusion",
        ) from error
    words = (line.strip() for line in text.split("\n"))
    return frozenset(word for word in words if word.islower() and len(word) > 3)


def lcb_tokens(line: str, language: str) -> list[str]:
    """Tokens of a line: between white space; for Chinese and Japanese, a stand-in.

    The source cuts Chinese with jieba and Japanese with MeCab. Here a word is a run of Latin letters or
    digits, a katakana run, one or two other signs, or a punctuation mark. Tokens only decide whether a line
    has five of them, and which English words stand alone; on the benchmark's completions the overall rates
    differ by at most 0.1 points (docs/evaluation.md).
    """
    if language == "zh":
        return _CHINESE_TOKEN.findall(line)
    if language == "ja":
        return _JAPANESE_TOKEN.findall(line)
    return line.split()


def _lcb_lines(completion: str) -> list[str]:
    text = completion.split("\nQ:", maxsplit=1)[0].strip()
    return text.translate(_PUNCTUATION).replace("—", " ").replace("،", "").split("\n")


def lcb_counts(
    completions: Iterable[str],
    language: str,
    identify: TopLabel,
    words: Collection[str] | None,
    *,
    tokens: Callable[[str, str], list[str]] = lcb_tokens,
) -> LineCounts:
    """Count line and word errors of one group of completions, by the benchmark's rules.

    Args:
        completions: whole responses.
        language: code they should be labelled with.
        identify: first guesses of fastText.
        words: from `read_lcb_words`; None leaves words out.
        tokens: cuts a line (line, language).
    """
    total = with_lines = line_errors = word_errors = 0
    for completion in completions:
        total += 1
        cut = [(line, tokens(line, language)) for line in _lcb_lines(completion)]
        kept = [(line, found) for line, found in cut if len(found) >= _MINIMUM_TOKENS]
        if not kept:
            continue
        with_lines += 1
        if any(_lcb_label(line, identify) != language for line, _ in kept):
            line_errors += 1
        elif words is not None and any(token.strip() in words for _, found in kept for token in found):
            word_errors += 1
    measured = words is not None and language in WORD_LANGUAGES
    return LineCounts(
        responses=total,
        with_lines=with_lines,
        with_line_errors=line_errors,
        with_word_errors=word_errors if measured else None,
    )


def _lcb_label(line: str, identify: TopLabel) -> str:
    label, probability = identify.top(line)
    return label if probability > _MINIMUM_PROBABILITY else "unknown"


def lcb_metrics(
    responses: Sequence[Response], identify: TopLabel, words: Collection[str] | None
) -> dict[str, object]:
    """Line and word pass rates: by source and language, averaged over sources, then over languages.

    Args:
        responses: rows; `source` names the group.
        identify: first guesses of fastText.
        words: from `read_lcb_words`; None: word pass rates are not computed, and the result says so.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for response in responses:
        groups[response.source, response.language].append(response.response)
    counts = {key: lcb_counts(texts, key[1], identify, words) for key, texts in sorted(groups.items())}
    by_language: dict[str, list[LineCounts]] = defaultdict(list)
    for (_, language), found in counts.items():
        by_language[language].append(found)
    languages = {code: _averaged(found) for code, found in by_language.items()}
    line = _mean(rates["line_pass_rate"] for rates in languages.values())
    word = _mean(rates["word_pass_rate"] for rates in languages.values())
    result: dict[str, object] = {
        "line_pass_rate": line,
        "word_pass_rate": word,
        "harmonic_mean": 2 * line * word / (line + word) if line and word else None,
        "languages": languages,
        "groups": [
            {
                "source": source,
                "language": language,
                "responses": found.responses,
                "with_lines": found.with_lines,
                "line_pass_rate": found.line_pass_rate,
                "word_pass_rate": found.word_pass_rate,
            }
            for (source, language), found in counts.items()
        ],
        "definition": "arXiv 2406.20052; tokens of zh and ja by a stand-in for jieba and MeCab",
    }
    if words is None:
        result["not_computed"] = {
            "word_pass_rate": "needs the benchmark's English word list: --lcb-words FILE (its file `words`)"
        }
    elif word is None:
        result["not_computed"] = {"word_pass_rate": "defined for ar, hi, ja, ko, ru and zh only"}
    return result


def _averaged(groups: Sequence[LineCounts]) -> dict[str, float | None]:
    return {
        "line_pass_rate": _mean(group.line_pass_rate for group in groups),
        "word_pass_rate": _mean(group.word_pass_rate for group in groups),
    }


def _mean(values: Iterable[float | None]) -> float | None:
    """Mean of what was measured; None if nothing was."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


# --- MMATH -------------------------------------------------------------------------------------------


def mmath_metrics(responses: Sequence[Response], identify: TopLabel) -> dict[str, object]:
    """Language consistency: share of parts that fastText labels as the language asked for.

    Thinking is what precedes the last `</think>`; without one, all of it is both thinking and answer. Empty
    parts are labelled, too (fastText calls them English). The overall figure is over all responses.
    """
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for response in responses:
        thinking, answer = _mmath_parts(response.response)
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


def _mmath_parts(text: str) -> tuple[str, str]:
    if _CLOSE not in text:
        return text, text
    *thinking, answer = text.split(_CLOSE)
    return " ".join(thinking), answer


# --- PolyMath ----------------------------------------------------------------------------------------

_POLYMATH_MATH = re.compile(r"\$\$.*?\$\$|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_POLYMATH_DOLLARS = re.compile(r"\$[^$]*\$")
_POLYMATH_SHORT = 15


def polymath_metrics(verdicts: Sequence[ResponseVerdict], detect: TopLabels) -> dict[str, object]:
    """Language consistency, and accuracy weighted by difficulty: Σ 2^i · acc_i / 15 over four levels.

    A part is consistent if langdetect names only the language asked for, or if 15 characters or fewer are
    left without mathematics. Accuracy is this toolkit's own; a response whose equality could not be decided
    counts as wrong, as there.

    Args:
        verdicts: judged responses; `level` (or else `source`) names low, medium, high or top.
        detect: langdetect's labels.
    """
    languages: dict[str, dict[str, list[ResponseVerdict]]] = defaultdict(lambda: defaultdict(list))
    for verdict in verdicts:
        level = (verdict.response.level or verdict.response.source).strip().lower()
        # The source writes `middle` in one place and `medium` in another.
        languages[verdict.response.language]["medium" if level == "middle" else level].append(verdict)
    found = {code: _polymath_language(code, levels, detect) for code, levels in sorted(languages.items())}
    return {
        "weighted_accuracy": _mean(item.weighted_accuracy for item in found.values()),
        "thinking_consistency": _mean(item.thinking for item in found.values()),
        "answer_consistency": _mean(item.answer for item in found.values()),
        "languages": {code: item.as_dict() for code, item in found.items()},
        "definition": "arXiv 2504.18428; weights 1, 2, 4, 8 over low, medium, high, top; langdetect seeded",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _PolyMathLanguage:
    weighted_accuracy: float | None
    thinking: float | None
    answer: float | None
    accuracies: Mapping[str, float | None]
    reason: str

    def as_dict(self) -> dict[str, object]:
        result: dict[str, object] = {
            "weighted_accuracy": self.weighted_accuracy,
            "thinking_consistency": self.thinking,
            "answer_consistency": self.answer,
            "accuracy_by_level": dict(self.accuracies),
        }
        if self.reason:
            result["not_computed"] = {"weighted_accuracy": self.reason}
        return result


def _polymath_language(
    code: str, levels: Mapping[str, Sequence[ResponseVerdict]], detect: TopLabels
) -> _PolyMathLanguage:
    known = [level for level in _LEVELS if level in levels] or list(levels)
    accuracies = {level: _accuracy(levels[level]) for level in known}
    thinking = _mean(_consistency(levels[level], code, detect, thinking=True) for level in known)
    answer = _mean(_consistency(levels[level], code, detect, thinking=False) for level in known)
    weighted, reason = None, ""
    missing = [level for level in _LEVELS if accuracies.get(level) is None]
    if missing:
        reason = f"no responses with a gold answer at level {', '.join(missing)}"
    else:
        weighted = sum(2**rank * (accuracies[level] or 0.0) for rank, level in enumerate(_LEVELS)) / 15
    return _PolyMathLanguage(
        weighted_accuracy=weighted, thinking=thinking, answer=answer, accuracies=accuracies, reason=reason
    )


def _accuracy(verdicts: Sequence[ResponseVerdict]) -> float | None:
    answers = [verdict.answer for verdict in verdicts if verdict.answer is not None]
    return sum(answer.correct is True for answer in answers) / len(answers) if answers else None


def _consistency(
    verdicts: Sequence[ResponseVerdict], code: str, detect: TopLabels, *, thinking: bool
) -> float | None:
    wanted = "zh-cn" if code == "zh" else code
    passed = 0
    for verdict in verdicts:
        head, closing, tail = verdict.response.response.rpartition(_CLOSE)
        text = (head if closing else "") if thinking else tail
        plain = _POLYMATH_DOLLARS.sub("", _POLYMATH_MATH.sub("", text))
        passed += len(plain) <= _POLYMATH_SHORT or list(detect.labels(plain)) == [wanted]
    return passed / len(verdicts) if verdicts else None
