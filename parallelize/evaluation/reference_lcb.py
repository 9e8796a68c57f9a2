"""Line and word pass rates of the Language Confusion Benchmark, as its source defines them.

Marchisio et al. 2024 (arXiv 2406.20052), `compute_metrics.py` of github.com/for-ai/language-confusion. It
uses `lid.176.bin`; here it is the identifier that is given. Unlike this toolkit's own rates, it lets
responses without a line of five tokens vanish, takes one identifier's first guess, and counts a group
without such lines as passed.
"""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from parallelize.core.errors import InputError
from parallelize.evaluation.estimates import mean_known
from parallelize.evaluation.responses import Response

__all__ = [
    "WORD_LANGUAGES",
    "LineCounts",
    "TopLabel",
    "lcb_counts",
    "lcb_metrics",
    "lcb_tokens",
    "read_lcb_words",
]

WORD_LANGUAGES = frozenset({"ar", "hi", "ja", "ko", "ru", "zh"})
"""Languages the source computes a word pass rate for: those not written in Latin letters."""

_MINIMUM_TOKENS = 5
_MINIMUM_PROBABILITY = 0.3
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_JAPANESE_TOKEN = re.compile(r"[^\W\u0e00-\uffff]+|[\u3041-\u309f]{1,2}|[\u30a0-\u30ff]+|[^\W]{1,2}|[^\w\s]")
_CHINESE_TOKEN = re.compile(r"[^\W\u0e00-\uffff]+|[^\W]{1,2}|[^\w\s]|\s")
"""White space is a token of jieba's."""


class TopLabel(Protocol):
    """fastText's first guess: raw label (`de`, `arz`, `wuu`, nothing folded) and probability."""

    def top(self, line: str) -> tuple[str, float]: ...


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
) -> LineCounts:
    """Count line and word errors of one group of completions, by the benchmark's rules.

    Args:
        language: code they should be labelled with.
        identify: first guesses of fastText.
        words: from `read_lcb_words`; None leaves words out.
    """
    total = with_lines = line_errors = word_errors = 0
    for completion in completions:
        total += 1
        cut = [(line, lcb_tokens(line, language)) for line in _lcb_lines(completion)]
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
    line = mean_known(rates["line_pass_rate"] for rates in languages.values())
    word = mean_known(rates["word_pass_rate"] for rates in languages.values())
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
        "line_pass_rate": mean_known(group.line_pass_rate for group in groups),
        "word_pass_rate": mean_known(group.word_pass_rate for group in groups),
    }
