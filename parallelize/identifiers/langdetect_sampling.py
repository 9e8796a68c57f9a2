"""langdetect's sampling on arrays: its profiles, n-grams, draws, products and sums, several times as fast.

The package walks through a text sign by sign and multiplies the probabilities of all its languages in a
Python loop. Here an n-gram is a row of a matrix that holds the candidates only: a language whose prior
probability is zero stays at zero and adds nothing to a sum. Profiles, normalisation of signs and constants
are the package's own; `tests/identifiers/test_langdetect_sampling.py` holds the two equal.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from langdetect.detector import Detector
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

from parallelize.identifiers.labels import fold

__all__ = ["Sampler"]

_EVERY = 5
"""Products between two looks at whether a trial has converged."""
_TRIALS, _ALPHA, _LONGEST = 7, Detector.ALPHA_DEFAULT, 10_000
"""Trials whose mean counts, their smoothing, and characters that are read: what a `Detector` is made with."""
_LATIN = re.compile("[A-z]+")
_FIRST_NOT_LATIN = "\u0300"


class _Normal(dict[int, str]):
    """Signs as profiles have them, for `str.translate`."""

    def __missing__(self, sign: int) -> str:
        found: str = NGram.normalize(chr(sign))
        self[sign] = found
        return found


_NORMAL = _Normal()


class Sampler:
    """The profiles of some languages and the sampling over them. Read-only once made."""

    def __init__(self, folder: Path, languages: Collection[str] | None, seed: int) -> None:
        """Read the profiles.

        Args:
            folder: profiles of the package, a JSON file for each language.
            languages: folded codes of the candidates, given equal prior probability; None: every profile.
            seed: seed of the draws.
        """
        profiles = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir())]
        self._seed = seed
        # Of every profile: an n-gram is drawn whoever has it.
        grams = dict.fromkeys(gram for profile in profiles for gram in profile["freq"])
        self._rows = dict(zip(grams, range(len(grams)), strict=True))
        asked = [item for item in profiles if languages is None or fold(item["name"]) in languages]
        self._names = [profile["name"] for profile in asked]
        self._shares: NDArray[np.float64] = np.zeros((len(grams), len(asked)))
        for column, profile in enumerate(asked):
            rows = list(map(self._rows.__getitem__, profile["freq"]))
            self._shares[rows, column] = _shares(profile)

    def best(self, text: str) -> tuple[str, float] | None:
        """The most probable candidate of a text with its probability; None if none has more than a tenth.

        Args:
            text: one line.
        """
        rows = [self._rows[gram] for gram in _ngrams(_cleaned(text)) if gram in self._rows]
        if not rows or not self._names:
            return None
        draws = random.Random(self._seed)
        found = np.zeros(len(self._names))
        for _ in range(_TRIALS):
            alpha = _ALPHA + draws.gauss(0.0, 1.0) * Detector.ALPHA_WIDTH
            found += self._trial(rows, alpha / Detector.BASE_FREQ, draws) / _TRIALS
        place = int(found.argmax())
        if found[place] <= Detector.PROB_THRESHOLD:
            return None
        return self._names[place], float(found[place])

    def _trial(self, rows: list[int], weight: float, draws: random.Random) -> NDArray[np.float64]:
        """Probabilities after as many draws as it takes one candidate to be all but certain."""
        probabilities = np.full(len(self._names), 1.0 / len(self._names))
        drawn = 1  # the package looks after the first draw, then after every fifth
        for _ in range(Detector.ITERATION_LIMIT // _EVERY + 1):
            for factor in self._shares.take([draws.choice(rows) for _ in range(drawn)], axis=0) + weight:
                probabilities *= factor
            known = probabilities.tolist()
            total = sum(known)
            probabilities /= total
            if max(known) / total > Detector.CONV_THRESHOLD:
                break
            drawn = _EVERY
        return probabilities


def _shares(profile: dict[str, Any]) -> NDArray[np.float64]:
    """Share of each n-gram among the n-grams of its length; 0 where the profile counts none so long."""
    found = profile["freq"]
    lengths = np.fromiter(map(len, found), dtype=np.intp, count=len(found))
    totals = np.full(max(int(lengths.max(initial=0)), len(profile["n_words"])) + 1, np.inf)
    totals[1 : len(profile["n_words"]) + 1] = profile["n_words"]
    shares: NDArray[np.float64] = np.fromiter(found.values(), dtype=np.float64) / totals[lengths]
    return shares


def _cleaned(text: str) -> str:
    """Without addresses, and without Latin letters where twice as many others stand beside them."""
    text = Detector.MAIL_RE.sub(" ", Detector.URL_RE.sub(" ", text))
    text = NGram.normalize_vi(text)[:_LONGEST]
    latin = sum(map(len, _LATIN.findall(text)))
    if 2 * latin < sum(sign >= _FIRST_NOT_LATIN for sign in text):
        return _LATIN.sub("", text)
    return text


def _ngrams(text: str) -> Iterator[str]:
    """N-grams of one to three signs that end at each sign, a word's borders being a space.

    None ends inside capitals: a sign that is upper case like the one before it.
    """
    before, last = "", " "
    for sign in text.translate(_NORMAL):
        if sign == " " == last:
            continue
        if not (sign.isupper() and last.isupper()):
            if sign != " ":
                yield sign
            yield last + sign
            if last != " ":
                yield before + last + sign
        before, last = last, sign
