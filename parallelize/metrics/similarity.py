"""chrF++ and BLEU with statistics that are kept per segment and aggregated once.

chrF++ (Popović 2017: character n-grams to 6, word n-grams to 2, β = 2, no smoothing) and BLEU
(Papineni et al. 2002: 13a tokens, exponential smoothing, effective order) as sacreBLEU 2 defines them;
a test holds both equal to sacreBLEU. N-grams of all kinds are counted at once as sorted 59-bit hashes in
NumPy: two different n-grams of a text of 10,000 characters share one with a chance of 1 in 10⁹.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parallelize.metrics.scripts import code_points

__all__ = [
    "Profile",
    "SegmentStatistics",
    "bleu_score",
    "chrf_score",
    "compare",
    "profile",
]

_CHARACTER_ORDER = 6
_WORD_ORDER = 2
_BETA = 2
_BLEU_ORDER = 4
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_SIGNS = r"{-~\[-`!-&(-+:-@/"
_TOKEN = re.compile(
    rf"""
    (?: [^\s.,\-{_SIGNS}]+ | (?<![0-9])- )
    (?: [^\s.,\-{_SIGNS}]+
      | (?<=[0-9])[.,](?=[0-9])                             # 1,250.5
      | (?<![0-9])- )*
    | [.,\-{_SIGNS}]
    """,
    re.VERBOSE,
)
"""Signs stand alone; so do a full stop and a comma but between digits, and a hyphen after a digit."""
_TWO_STOPS = re.compile(r"[.,][.,]")
_CHRF_KINDS = _CHARACTER_ORDER + _WORD_ORDER
_KINDS = _CHRF_KINDS + _BLEU_ORDER
_KIND_WIDTH, _KIND_SHIFT = np.uint64(4), np.uint64(60)
_KIND_BITS = np.arange(_KINDS, dtype=np.uint64) << _KIND_SHIFT
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that multiplying is one-to-one modulo 2**64
_OFFSET = np.uint64(0x632BE59BD9B4E019)
_MIXER, _SHIFT = np.uint64(0xBF58476D1CE4E5B9), np.uint64(30)
_LAST = np.uint64(1)
_NOT_LAST = ~_LAST
_Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentStatistics:
    """Counts of one hypothesis against one reference; sums of these give corpus scores."""

    chrf: tuple[int, ...]
    """Hypothesis, reference and matching n-grams for character orders 1–6, then word orders 1–2."""
    bleu: tuple[int, ...]
    """Hypothesis and reference length in tokens, then matching and hypothesis n-grams of orders 1–4."""


def compare(theirs: Profile, ours: Profile) -> SegmentStatistics:
    """Count what a hypothesis has in common with a reference; the text of either may be empty."""
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


class Profile(NamedTuple):
    """The n-grams of a text: what is compared."""

    hashes: _Hashes
    """Sorted; the kind of n-gram is in the highest four bits, a hash of it in the next 59; the last is 0."""
    totals: tuple[int, ...]
    """N-grams of each kind."""


def profile(text: str) -> Profile:
    """Count the n-grams of a text, of all kinds at once."""
    characters = code_points("".join(text.split()))
    words, tokens = _chrf_words(text), _tokens(text.rstrip())
    hashed = np.fromiter(map(hash, [*words, *tokens]), np.int64, len(words) + len(tokens))
    units = np.concatenate((characters, hashed.view(np.uint64)), dtype=np.uint64)
    first_word, first_token = len(characters), len(characters) + len(words)
    sections = (
        (0, first_word, _CHARACTER_ORDER),
        (first_word, first_token, _WORD_ORDER),
        (first_token, len(units), _BLEU_ORDER),
    )
    by_order = _ngrams(units, max(order for *_, order in sections))
    groups = [
        by_order[order][start : max(start, end - order)]
        for start, end, orders in sections
        for order in range(orders)
    ]
    totals = tuple(map(len, groups))
    hashes = np.concatenate(groups)
    hashes ^= hashes >> _SHIFT  # spread the bits: one round of SplitMix64's finaliser, which is one-to-one
    hashes *= _MIXER  # (Steele et al. 2014)
    hashes >>= _KIND_WIDTH
    hashes |= np.repeat(_KIND_BITS, totals)
    hashes &= _NOT_LAST
    hashes.sort()
    return Profile(hashes, totals)


def _ngrams(units: _Hashes, orders: int) -> list[_Hashes]:
    """Polynomial hashes of the n-grams of orders 1 to `orders` that begin at each unit."""
    hashes = (units + _OFFSET) * _MULTIPLIER
    found = [hashes]
    for order in range(1, orders):
        hashes = hashes[:-1] * _MULTIPLIER
        hashes += units[order:]
        found.append(hashes)
    return found


def _matches(theirs: _Hashes, ours: _Hashes) -> list[int]:
    """N-grams in common of each kind: the smaller count of every n-gram, added up."""
    both = np.concatenate((theirs, ours | _LAST))
    both.sort(kind="stable")  # two sorted runs: merged in linear time
    steps = both[1:] ^ both[:-1]
    changes = np.flatnonzero(steps)
    ends = np.empty(len(changes) + 2, dtype=np.int64)  # the last of each run of equal hashes, after a -1
    ends[0], ends[1:-1], ends[-1] = -1, changes, len(both) - 1
    counts = ends[1:] - ends[:-1]
    # Where only the last bit changes, a run of theirs is followed by the run of ours of the same n-gram.
    shared = np.flatnonzero(steps[changes] == _LAST)
    smaller = np.minimum(counts[shared], counts[shared + 1])
    kinds = (both[changes[shared]] >> _KIND_SHIFT).astype(np.int64)
    return list(map(int, np.bincount(kinds, smaller, _KINDS).tolist()))


def _chrf_words(text: str) -> list[str]:
    found: list[str] = []
    for word in text.split():
        if word.isalnum() or len(word) == 1:
            found.append(word)
        elif word[-1] in _PUNCTUATION:
            found += (word[:-1], word[-1])
        elif word[0] in _PUNCTUATION:
            found += (word[0], word[1:])
        else:
            found.append(word)
    return found


def _tokens(text: str) -> list[str]:
    """The 13a tokens of a text, as sacreBLEU cuts them."""
    line = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    if _TWO_STOPS.search(line):  # its rules overlap there
        return str(_tokenizer()(text)).split()
    if "&" in line:
        for entity, sign in _ENTITIES:
            line = line.replace(entity, sign)
    return _TOKEN.findall(line)


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
    sums = _summed(item.bleu for item in statistics)
    if sums is None:
        return None
    length, reference_length, *counts = sums
    matching, totals = counts[:_BLEU_ORDER], counts[_BLEU_ORDER:]
    if not any(matching):
        return 0.0
    logarithms: list[float] = []
    smoothing = 1.0
    for correct, total in zip(matching, totals, strict=True):
        if not total:
            break
        if not correct:
            smoothing *= 2
        precision = 100.0 * correct / total if correct else 100.0 / (smoothing * total)
        logarithms.append(math.log(precision))
    brevity = 1.0 if length >= reference_length else math.exp(1 - reference_length / length)
    return brevity * math.exp(math.fsum(logarithms) / len(logarithms))


def _summed(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...] | None:
    found = list(rows)
    if len(found) == 1:
        return found[0]
    return tuple(map(sum, zip(*found, strict=True))) if found else None
