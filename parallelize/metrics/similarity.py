"""chrF++ and BLEU with statistics that are kept per segment and aggregated once.

chrF++ (Popović 2017: character n-grams to 6, word n-grams to 2, β = 2, no smoothing) and BLEU
(Papineni et al. 2002: 13a tokens, exponential smoothing, effective order) as sacreBLEU 2 defines them;
a test holds both equal to sacreBLEU. N-grams of all kinds are counted at once as sorted 60-bit hashes in
NumPy: two different n-grams of a text of 10,000 characters share one with a chance of 1 in 10⁹. Corpus
figures that are published come from sacreBLEU itself, with its signatures (`corpus_similarity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

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
_CHRF_KINDS = _CHARACTER_ORDER + _WORD_ORDER
_KINDS = _CHRF_KINDS + _BLEU_ORDER
_KIND_WIDTH, _KIND_SHIFT = np.uint64(4), np.uint64(60)
_KIND_BITS = np.arange(_KINDS, dtype=np.uint64) << _KIND_SHIFT
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying is one-to-one modulo 2**64
_OFFSET = np.uint64(0x632BE59BD9B4E019)
_MIXER, _SHIFT = np.uint64(0xBF58476D1CE4E5B9), np.uint64(30)
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
    theirs, ours = _profile(hypothesis), _profile(reference)
    matching = _matches(theirs.hashes, ours.hashes)
    counts: list[int] = []
    for kind in range(_CHRF_KINDS):
        # As in sacreBLEU: without reference n-grams of an order its hypothesis n-grams do not count.
        reference_total = ours.totals[kind]
        counts += (theirs.totals[kind] if reference_total else 0, reference_total, matching[kind])
    tokens = theirs.totals[_CHRF_KINDS], ours.totals[_CHRF_KINDS]
    return SegmentStatistics(
        chrf=tuple(counts), bleu=(*tokens, *matching[_CHRF_KINDS:], *theirs.totals[_CHRF_KINDS:])
    )


class _Profile(NamedTuple):
    """The n-grams of a text: what is compared."""

    hashes: _Hashes
    """Sorted; the kind of n-gram is in the highest four bits, a hash of it in the others."""
    totals: tuple[int, ...]
    """N-grams of each kind."""


@lru_cache(maxsize=1024)  # a source is compared with its translation in every language
def _profile(text: str) -> _Profile:
    characters = code_points("".join(text.split())).astype(np.uint64)
    chrf_words = _word_hashes(_chrf_words(text))
    tokens = _word_hashes(_tokenizer()(text.rstrip()).split())
    groups = [
        *_ngrams(characters, _CHARACTER_ORDER),
        *_ngrams(chrf_words, _WORD_ORDER),
        *_ngrams(tokens, _BLEU_ORDER),
    ]
    totals = tuple(map(len, groups))
    kinds = np.repeat(_KIND_BITS, totals)
    hashes = (_mixed(np.concatenate(groups)) >> _KIND_WIDTH) | kinds
    hashes.sort()
    return _Profile(hashes, totals)


def _word_hashes(found: Sequence[str]) -> _Hashes:
    return np.array([hash(word) for word in found], dtype=np.int64).astype(np.uint64)


def _ngrams(units: _Hashes, orders: int) -> list[_Hashes]:
    """Polynomial hashes of the n-grams of orders 1 to `orders`."""
    hashes = (units + _OFFSET) * _MULTIPLIER
    found = [hashes]
    for order in range(2, orders + 1):
        hashes = hashes[:-1] * _MULTIPLIER + units[order - 1 :] if len(hashes) > 1 else hashes[:0]
        found.append(hashes)
    return found


def _mixed(hashes: _Hashes) -> _Hashes:
    """Spread the bits: one round of SplitMix64's finaliser (Steele et al. 2014), which is one-to-one."""
    return (hashes ^ (hashes >> _SHIFT)) * _MIXER


def _matches(theirs: _Hashes, ours: _Hashes) -> list[int]:
    """N-grams in common of each kind: the smaller count of every n-gram, added up."""
    if not len(theirs) or not len(ours):
        return [0] * _KINDS
    both = np.concatenate((theirs, ours))
    both.sort(kind="stable")  # two sorted runs: merged in linear time
    last = np.empty(len(both), dtype=np.bool_)  # the last of each run of equal hashes
    np.not_equal(both[1:], both[:-1], out=last[:-1])
    last[-1] = True
    ends = np.flatnonzero(last)
    unique = both[ends]
    # Cumulative counts of theirs and, by what remains, of ours; differences are the counts of each n-gram.
    mine = np.searchsorted(theirs, unique, "right")
    others = ends + 1 - mine
    mine[1:] -= mine[:-1].copy()
    others[1:] -= others[:-1].copy()
    found = np.bincount((unique >> _KIND_SHIFT).astype(np.int64), np.minimum(mine, others), _KINDS)
    return [int(count) for count in found]


def _chrf_words(text: str) -> list[str]:
    found: list[str] = []
    for word in text.split():
        if len(word) == 1 or word.isalnum():
            found.append(word)
        elif word[-1] in _PUNCTUATION:
            found += (word[:-1], word[-1])
        elif word[0] in _PUNCTUATION:
            found += (word[0], word[1:])
        else:
            found.append(word)
    return found


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from sacrebleu.tokenizers import tokenizer_13a

    make: Any = tokenizer_13a.Tokenizer13a  # untyped there
    return make()


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
