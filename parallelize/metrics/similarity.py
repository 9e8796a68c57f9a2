"""chrF++ and BLEU with statistics that are kept per segment and aggregated once.

chrF++ (Popović 2017: character n-grams to 6, word n-grams to 2, β = 2, no smoothing) and BLEU
(Papineni et al. 2002: 13a tokens, exponential smoothing, effective order) as sacreBLEU 2 defines them;
a test holds both equal to sacreBLEU. Character n-grams are counted as sorted 64-bit hashes in NumPy,
which for a grade-school problem takes a third of sacreBLEU's time. Corpus figures that are published
come from sacreBLEU itself, with its signatures (`corpus_similarity`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import fastchrf
import numpy as np
import numpy.typing as npt

from parallelize.metrics.scripts import code_points

__all__ = [
    "CorpusSimilarity",
    "SegmentStatistics",
    "bleu_score",
    "chrf",
    "chrf_score",
    "corpus_similarity",
    "segment_statistics",
]

_CHARACTER_ORDER = 6
_WORD_ORDER = 2
_BETA = 2
_BLEU_ORDER = 4
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying is one-to-one modulo 2**64
_Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentStatistics:
    """Counts of one hypothesis against one reference; sums of these give corpus scores."""

    chrf: tuple[int, ...]
    """Hypothesis, reference and matching n-grams for character orders 1–6, then word orders 1–2."""
    bleu: tuple[int, ...]
    """Hypothesis and reference length in tokens, then matching and hypothesis n-grams of orders 1–4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSimilarity:
    """Corpus scores by sacreBLEU, 0–100, with the signatures that make them comparable."""

    chrf: float
    chrf_signature: str
    bleu: float
    bleu_signature: str
    segments: int
    """Pairs of segments that were scored."""


def segment_statistics(hypothesis: str, reference: str) -> SegmentStatistics:
    """Count n-grams of a hypothesis against a reference. Either may be empty."""
    counts: list[int] = []
    for theirs, ours in zip(_character_hashes(hypothesis), _character_hashes(reference), strict=True):
        counts.extend(_triple(len(theirs), len(ours), _matches(theirs, ours)))
    their_words, our_words = _chrf_words(hypothesis), _chrf_words(reference)
    for order in range(1, _WORD_ORDER + 1):
        theirs_n, ours_n = _word_ngrams(their_words, order), _word_ngrams(our_words, order)
        counts.extend(_triple(theirs_n.total(), ours_n.total(), (theirs_n & ours_n).total()))
    return SegmentStatistics(chrf=tuple(counts), bleu=_bleu_counts(hypothesis, reference))


def _triple(hypothesis: int, reference: int, matching: int) -> tuple[int, int, int]:
    # As in sacreBLEU: without reference n-grams of an order its hypothesis n-grams do not count.
    return (hypothesis if reference else 0, reference, matching)


def _character_hashes(text: str) -> list[_Hashes]:
    codes = code_points("".join(text.split())).astype(np.uint64)
    found, hashes = [np.sort(codes)], codes
    for order in range(2, _CHARACTER_ORDER + 1):
        hashes = hashes[:-1] * _MULTIPLIER + codes[order - 1 :] if len(hashes) > 1 else hashes[:0]
        found.append(np.sort(hashes))
    return found


def _matches(theirs: _Hashes, ours: _Hashes) -> int:
    if not len(theirs) or not len(ours):
        return 0
    edges = np.flatnonzero(np.concatenate(([True], theirs[1:] != theirs[:-1])))
    unique = theirs[edges]
    counts = np.diff(np.append(edges, len(theirs)))
    there = np.searchsorted(ours, unique, "right") - np.searchsorted(ours, unique, "left")
    return int(np.minimum(counts, there).sum())


def _chrf_words(text: str) -> list[str]:
    found: list[str] = []
    for word in text.split():
        if len(word) == 1:
            found.append(word)
        elif word[-1] in _PUNCTUATION:
            found += (word[:-1], word[-1])
        elif word[0] in _PUNCTUATION:
            found += (word[0], word[1:])
        else:
            found.append(word)
    return found


def _word_ngrams(found: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(found[start:] for start in range(order)), strict=False))


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from sacrebleu.tokenizers import tokenizer_13a

    make: Any = tokenizer_13a.Tokenizer13a  # untyped there
    return make()


def _bleu_counts(hypothesis: str, reference: str) -> tuple[int, ...]:
    tokenize = _tokenizer()
    theirs, ours = tokenize(hypothesis).split(), tokenize(reference).split()
    correct, total = [], []
    for order in range(1, _BLEU_ORDER + 1):
        their_ngrams, our_ngrams = _word_ngrams(theirs, order), _word_ngrams(ours, order)
        correct.append((their_ngrams & our_ngrams).total())
        total.append(their_ngrams.total())
    return (len(theirs), len(ours), *correct, *total)


def chrf_score(statistics: Iterable[SegmentStatistics]) -> float | None:
    """chrF++ over segments, 0–100, from their summed counts; None without any segment."""
    sums = _summed(item.chrf for item in statistics)
    if sums is None:
        return None
    precision = recall = 0.0
    orders = 0
    for start in range(0, len(sums), 3):
        theirs, ours, matching = sums[start : start + 3]
        if theirs and ours:
            precision += matching / theirs
            recall += matching / ours
            orders += 1
    if not orders or precision + recall == 0.0:
        return 0.0
    precision, recall = precision / orders, recall / orders
    factor = _BETA**2
    return 100.0 * (1 + factor) * precision * recall / (factor * precision + recall)


def bleu_score(statistics: Iterable[SegmentStatistics]) -> float | None:
    """BLEU over segments, 0–100, from their summed counts; None without any segment."""
    from sacrebleu.metrics.bleu import BLEU

    sums = _summed(item.bleu for item in statistics)
    if sums is None:
        return None
    score = BLEU.compute_bleu(
        correct=list(sums[2:6]),
        total=list(sums[6:10]),
        sys_len=sums[0],
        ref_len=sums[1],
        smooth_method="exp",
        effective_order=True,
    )
    return float(score.score)


def _summed(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...] | None:
    found = list(rows)
    return tuple(map(sum, zip(*found, strict=True))) if found else None


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
    """Sentence chrF (no word n-grams) of each pair, 0–100, by `fastchrf`; equal to sacreBLEU's.

    Raises:
        ValueError: the two sequences have different lengths.
    """
    pairs = list(zip(hypotheses, references, strict=True))
    if not pairs:
        return []
    scores = fastchrf.pairwise_chrf([[one] for one, _ in pairs], [[other] for _, other in pairs])
    return [float(score[0][0]) for score in scores]


def corpus_similarity(hypotheses: Sequence[str], references: Sequence[str]) -> CorpusSimilarity | None:
    """Corpus chrF++ and BLEU by sacreBLEU with their signatures; None without any pair.

    Raises:
        ValueError: the two sequences have different lengths (sacreBLEU itself would go on).
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    if len(hypotheses) != len(references):
        raise ValueError(f"{len(hypotheses)} hypotheses for {len(references)} references")
    if not hypotheses:
        return None
    chrf_metric, bleu_metric = CHRF(word_order=_WORD_ORDER), BLEU()
    chrf_value = chrf_metric.corpus_score(list(hypotheses), [list(references)])
    bleu_value = bleu_metric.corpus_score(list(hypotheses), [list(references)])
    return CorpusSimilarity(
        chrf=float(chrf_value.score),
        chrf_signature=str(chrf_metric.get_signature()),
        bleu=float(bleu_value.score),
        bleu_signature=str(bleu_metric.get_signature()),
        segments=len(hypotheses),
    )
